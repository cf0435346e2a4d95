//! The fixed table of Rust types: which name stands for which column type.
//!
//! A source scan knows names only, so this table is all it goes by. The derive goes by the trait, and asserts that for the
//! names listed here the trait agrees.

use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// A column type; each is the variant of the same name of the library's `SqlType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScalarType {
    /// `bool`
    Boolean,
    /// `i8`
    TinyInt,
    /// `i16`
    SmallInt,
    /// `i32`
    Integer,
    /// `i64`
    BigInt,
    /// `u8`
    TinyUnsigned,
    /// `u16`
    SmallUnsigned,
    /// `u32`
    Unsigned,
    /// `u64`
    BigUnsigned,
    /// `f32`
    Real,
    /// `f64`
    Double,
    /// `Decimal`
    Decimal,
    /// `BigDecimal`
    BigDecimal,
    /// `String`
    Text,
    /// `Vec<u8>`
    Bytes,
    /// `NaiveDate`
    Date,
    /// `NaiveTime`
    Time,
    /// `NaiveDateTime`
    DateTime,
    /// `DateTime<Utc>`
    UtcDateTime,
    /// `Uuid`
    Uuid,
    /// `serde_json::Value`, `Json<T>`
    Json,
}

impl ScalarType {
    /// Whether it has a precision.
    pub fn is_decimal(self) -> bool {
        matches!(self, Self::Decimal | Self::BigDecimal)
    }

    /// Whether it holds whole numbers.
    pub fn is_integer(self) -> bool {
        matches!(
            self,
            Self::TinyInt
                | Self::SmallInt
                | Self::Integer
                | Self::BigInt
                | Self::TinyUnsigned
                | Self::SmallUnsigned
                | Self::Unsigned
                | Self::BigUnsigned
        )
    }

    /// The name of the variant of `SqlType`.
    pub fn variant(self) -> &'static str {
        match self {
            Self::Boolean => "Boolean",
            Self::TinyInt => "TinyInt",
            Self::SmallInt => "SmallInt",
            Self::Integer => "Integer",
            Self::BigInt => "BigInt",
            Self::TinyUnsigned => "TinyUnsigned",
            Self::SmallUnsigned => "SmallUnsigned",
            Self::Unsigned => "Unsigned",
            Self::BigUnsigned => "BigUnsigned",
            Self::Real => "Real",
            Self::Double => "Double",
            Self::Decimal => "Decimal",
            Self::BigDecimal => "BigDecimal",
            Self::Text => "Text",
            Self::Bytes => "Bytes",
            Self::Date => "Date",
            Self::Time => "Time",
            Self::DateTime => "DateTime",
            Self::UtcDateTime => "UtcDateTime",
            Self::Uuid => "Uuid",
            Self::Json => "Json",
        }
    }

    /// The least and the greatest number of an integer type.
    pub(crate) fn integer_range(self) -> (i128, i128) {
        match self {
            Self::TinyInt => (i8::MIN.into(), i8::MAX.into()),
            Self::SmallInt => (i16::MIN.into(), i16::MAX.into()),
            Self::Integer => (i32::MIN.into(), i32::MAX.into()),
            Self::TinyUnsigned => (0, u8::MAX.into()),
            Self::SmallUnsigned => (0, u16::MAX.into()),
            Self::Unsigned => (0, u32::MAX.into()),
            Self::BigUnsigned => (0, u64::MAX.into()),
            _ => (i64::MIN.into(), i64::MAX.into()),
        }
    }
}

/// What the text of a field's type tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeSyntax {
    /// The column type, where the table knows the name; else it is a type of one's own, an enum or a newtype.
    pub scalar: Option<ScalarType>,
    /// Whether it is written `Option<…>`.
    pub nullable: bool,
}

/// Looks `ty` up by the last segment of its path, without and within an `Option`.
pub fn recognise(ty: &Type) -> TypeSyntax {
    match option_argument(ty) {
        Some(inner) => TypeSyntax { scalar: scalar(inner), nullable: true },
        None => TypeSyntax { scalar: scalar(ty), nullable: false },
    }
}

/// The `T` of an `Option<T>`.
pub fn option_argument(ty: &Type) -> Option<&Type> {
    let segment = last_segment(ty)?;
    (segment.ident == "Option").then(|| only_argument(segment)).flatten()
}

fn scalar(ty: &Type) -> Option<ScalarType> {
    let segment = last_segment(ty)?;
    let name = segment.ident.to_string();
    let argument = only_argument(segment);
    Some(match (name.as_str(), argument) {
        ("Vec", Some(item)) if is_named(item, "u8") => ScalarType::Bytes,
        ("DateTime", Some(zone)) if is_named(zone, "Utc") => ScalarType::UtcDateTime,
        ("Json", Some(_)) => ScalarType::Json,
        (_, Some(_)) => return None,
        ("bool", None) => ScalarType::Boolean,
        ("i8", None) => ScalarType::TinyInt,
        ("i16", None) => ScalarType::SmallInt,
        ("i32", None) => ScalarType::Integer,
        ("i64", None) => ScalarType::BigInt,
        ("u8", None) => ScalarType::TinyUnsigned,
        ("u16", None) => ScalarType::SmallUnsigned,
        ("u32", None) => ScalarType::Unsigned,
        ("u64", None) => ScalarType::BigUnsigned,
        ("f32", None) => ScalarType::Real,
        ("f64", None) => ScalarType::Double,
        ("Decimal", None) => ScalarType::Decimal,
        ("BigDecimal", None) => ScalarType::BigDecimal,
        ("String", None) => ScalarType::Text,
        ("NaiveDate", None) => ScalarType::Date,
        ("NaiveTime", None) => ScalarType::Time,
        ("NaiveDateTime", None) => ScalarType::DateTime,
        ("Uuid", None) => ScalarType::Uuid,
        ("Value", None) => ScalarType::Json,
        _ => return None,
    })
}

/// The last segment of a path; macros pass types in invisible groups, which are looked through.
fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}

fn only_argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(ty)) if arguments.args.len() == 1 => Some(ty),
        _ => None,
    }
}

fn is_named(ty: &Type, name: &str) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == name && segment.arguments.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look_up(text: &str) -> (Option<ScalarType>, bool) {
        let ty = syn::parse_str(text).expect("a type");
        let TypeSyntax { scalar, nullable } = recognise(&ty);
        (scalar, nullable)
    }

    #[test]
    fn the_table_goes_by_last_segments() {
        assert_eq!(look_up("i64"), (Some(ScalarType::BigInt), false));
        assert_eq!(look_up("std::string::String"), (Some(ScalarType::Text), false));
        assert_eq!(look_up("std::option::Option<Vec<u8>>"), (Some(ScalarType::Bytes), true));
        assert_eq!(look_up("Vec<u16>"), (None, false));
        assert_eq!(look_up("chrono::DateTime<chrono::Utc>"), (Some(ScalarType::UtcDateTime), false));
        assert_eq!(look_up("DateTime<Local>"), (None, false));
        assert_eq!(look_up("Option<serde_json::Value>"), (Some(ScalarType::Json), true));
        assert_eq!(look_up("Json<Vec<Address>>"), (Some(ScalarType::Json), false));
        assert_eq!(look_up("Mood"), (None, false));
        assert_eq!(look_up("Option<Mood>"), (None, true));
        assert_eq!(look_up("(i64)"), (Some(ScalarType::BigInt), false));
        assert_eq!(look_up("Uuid<u8>"), (None, false));
        assert_eq!(look_up("[u8; 4]"), (None, false));
    }
}
