//! The type of a column, as every dialect understands it.

use std::borrow::Cow;

/// The type of a column or expression; each dialect names it in its own words.
///
/// Length, precision and scale belong to the column ([`ColumnDef`](crate::schema::ColumnDef)), not to its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SqlType {
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
    /// [`rust_decimal::Decimal`]
    Decimal,
    /// `bigdecimal::BigDecimal`, with the cargo feature `bigdecimal`
    BigDecimal,
    /// `String`: limited by the column's length, unlimited without one
    Text,
    /// `Vec<u8>`
    Bytes,
    /// [`chrono::NaiveDate`]
    Date,
    /// [`chrono::NaiveTime`], to the microsecond
    Time,
    /// [`chrono::NaiveDateTime`], to the microsecond
    DateTime,
    /// [`chrono::DateTime<Utc>`](chrono::DateTime), to the microsecond
    UtcDateTime,
    /// [`uuid::Uuid`]
    Uuid,
    /// [`serde_json::Value`] and [`Json<T>`](crate::types::Json)
    Json,
    /// A Rust enum by `#[derive(DbEnum)]`
    Enum(&'static EnumDef),
    /// A list of a scalar type, on servers that have arrays
    Array(&'static SqlType),
    /// A type named by the user: `#[column(sql_type = "citext")]`
    Custom(&'static str),
}

impl SqlType {
    /// Whether it holds whole numbers.
    pub const fn is_integer(self) -> bool {
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

    /// Whether both are the same type out of those that need no more than their name; `==` for constants.
    #[doc(hidden)]
    pub const fn same_scalar(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Boolean, Self::Boolean)
                | (Self::TinyInt, Self::TinyInt)
                | (Self::SmallInt, Self::SmallInt)
                | (Self::Integer, Self::Integer)
                | (Self::BigInt, Self::BigInt)
                | (Self::TinyUnsigned, Self::TinyUnsigned)
                | (Self::SmallUnsigned, Self::SmallUnsigned)
                | (Self::Unsigned, Self::Unsigned)
                | (Self::BigUnsigned, Self::BigUnsigned)
                | (Self::Real, Self::Real)
                | (Self::Double, Self::Double)
                | (Self::Decimal, Self::Decimal)
                | (Self::BigDecimal, Self::BigDecimal)
                | (Self::Text, Self::Text)
                | (Self::Bytes, Self::Bytes)
                | (Self::Date, Self::Date)
                | (Self::Time, Self::Time)
                | (Self::DateTime, Self::DateTime)
                | (Self::UtcDateTime, Self::UtcDateTime)
                | (Self::Uuid, Self::Uuid)
                | (Self::Json, Self::Json)
        )
    }
}

/// A Rust enum that is stored in a column.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct EnumDef {
    /// The name of the type on servers with named enums, and of the `CHECK` elsewhere.
    pub name: Cow<'static, str>,
    /// How it is stored.
    pub storage: EnumStorage,
    /// The stored texts, in the order of the variants.
    pub labels: Cow<'static, [Cow<'static, str>]>,
    /// The stored integers, in the order of the variants; used by [`EnumStorage::Integer`].
    pub codes: Cow<'static, [i64]>,
}

/// How an enum is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EnumStorage {
    /// The server's own enum type where it has one, else as [`EnumStorage::Text`].
    Native,
    /// Text, guarded by a `CHECK`.
    Text,
    /// An integer, guarded by a `CHECK`.
    Integer,
}
