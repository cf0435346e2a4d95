//! A value on its way to a server.

use super::{EnumStorage, Row, SqlType};
use crate::error::Result;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;
use std::fmt;
use uuid::Uuid;

/// A value bound to a statement.
///
/// Rows are *not* decoded through it: see [`Row`](super::Row).
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// SQL `NULL`, with the type it stands for, since some servers want to know.
    Null(SqlType),
    /// `bool`
    Bool(bool),
    /// Every signed integer, and unsigned ones up to 32 bits.
    Int(i64),
    /// `u64`
    UInt(u64),
    /// `f32`
    Float(f32),
    /// `f64`
    Double(f64),
    /// Text
    Text(String),
    /// Bytes
    Bytes(Vec<u8>),
    /// A date
    Date(NaiveDate),
    /// A time of day
    Time(NaiveTime),
    /// A date and time of no time zone
    DateTime(NaiveDateTime),
    /// An instant
    UtcDateTime(DateTime<Utc>),
    /// A decimal number
    Decimal(Decimal),
    /// A decimal number of any length, as its digits with a point and a sign, and without an exponent
    BigDecimal(String),
    /// A UUID
    Uuid(Uuid),
    /// JSON, as its text
    Json(String),
    /// An enum's stored text, with its definition
    Enum(&'static super::EnumDef, &'static str),
    /// A list of values of one type
    List(SqlType, Vec<Value>),
}

impl Value {
    /// Whether it is the integer 0, which stands for a key that the database has not generated yet.
    pub(crate) fn is_zero(&self) -> bool {
        matches!(self, Self::Int(0) | Self::UInt(0))
    }

    /// The integer that it is, if it is one.
    pub(crate) fn as_integer(&self) -> Option<i128> {
        match self {
            Self::Int(value) => Some(i128::from(*value)),
            Self::UInt(value) => Some(i128::from(*value)),
            _ => None,
        }
    }

    /// The value for a message, so that texts are told from numbers.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Null(_) => "NULL".into(),
            Self::Bool(v) => v.to_string(),
            Self::Int(v) => v.to_string(),
            Self::UInt(v) => v.to_string(),
            Self::Float(v) => v.to_string(),
            Self::Double(v) => v.to_string(),
            Self::Text(v) | Self::Json(v) => format!("{v:?}"),
            Self::BigDecimal(v) => v.clone(),
            Self::Bytes(v) => format!("{} bytes", v.len()),
            Self::Date(v) => v.to_string(),
            Self::Time(v) => v.to_string(),
            Self::DateTime(v) => v.to_string(),
            Self::UtcDateTime(v) => v.to_string(),
            Self::Decimal(v) => v.to_string(),
            Self::Uuid(v) => v.to_string(),
            Self::Enum(..) | Self::List(..) => format!("{self:?}"),
        }
    }

    /// Whether it is `NULL`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null(_))
    }

    /// Reads the column at `index` of a row as a value of the type.
    ///
    /// # Errors
    /// Of kind [`Decode`](crate::ErrorKind::Decode) if it is of another type.
    pub fn read(row: &dyn Row, index: usize, sql_type: SqlType) -> Result<Self> {
        let value = match sql_type {
            SqlType::Boolean => row.bool(index)?.map(Self::Bool),
            SqlType::TinyInt | SqlType::SmallInt | SqlType::Integer | SqlType::BigInt => row.i64(index)?.map(Self::Int),
            SqlType::TinyUnsigned | SqlType::SmallUnsigned | SqlType::Unsigned => row.i64(index)?.map(Self::Int),
            SqlType::BigUnsigned => row.u64(index)?.map(Self::UInt),
            SqlType::Real => row.f32(index)?.map(Self::Float),
            SqlType::Double => row.f64(index)?.map(Self::Double),
            SqlType::Decimal => row.decimal(index)?.map(Self::Decimal),
            SqlType::BigDecimal => row.big_decimal(index)?.map(Self::BigDecimal),
            SqlType::Text | SqlType::Custom(_) => row.str(index)?.map(|text| Self::Text(text.to_owned())),
            SqlType::Bytes => row.bytes(index)?.map(|bytes| Self::Bytes(bytes.to_vec())),
            SqlType::Date => row.date(index)?.map(Self::Date),
            SqlType::Time => row.time(index)?.map(Self::Time),
            SqlType::DateTime => row.date_time(index)?.map(Self::DateTime),
            SqlType::UtcDateTime => row.utc_date_time(index)?.map(Self::UtcDateTime),
            SqlType::Uuid => row.uuid(index)?.map(Self::Uuid),
            SqlType::Json => row.json(index)?.map(|text| Self::Json(text.into_owned())),
            SqlType::Enum(def) if def.storage == EnumStorage::Integer => row.i64(index)?.map(Self::Int),
            SqlType::Enum(_) => row.str(index)?.map(|text| Self::Text(text.to_owned())),
            SqlType::Array(item) => match row.list(index)? {
                None => None,
                Some(list) => {
                    let values = (0..list.len()).map(|index| Self::read(&*list, index, *item));
                    Some(Self::List(*item, values.collect::<Result<_>>()?))
                }
            },
        };
        Ok(value.unwrap_or(Self::Null(sql_type)))
    }

    /// Whether both are the same to the bit, so that `NaN` equals itself and `0.0` differs from `-0.0`.
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Float(a), Self::Float(b)) => a.to_bits() == b.to_bits(),
            (Self::Double(a), Self::Double(b)) => a.to_bits() == b.to_bits(),
            (Self::List(a, x), Self::List(b, y)) => {
                a == b && x.len() == y.len() && x.iter().zip(y).all(|(x, y)| x.same(y))
            }
            (Self::Null(_), Self::Null(_)) => true,
            _ => self == other,
        }
    }
}

impl fmt::Debug for Value {
    /// As a person would write it; long texts and bytes are cut.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 64;
        match self {
            Self::Null(_) => f.write_str("NULL"),
            Self::Bool(v) => v.fmt(f),
            Self::Int(v) => v.fmt(f),
            Self::UInt(v) => v.fmt(f),
            Self::Float(v) => v.fmt(f),
            Self::Double(v) => v.fmt(f),
            Self::Text(v) | Self::Json(v) if v.chars().count() > SHOWN => {
                let head: String = v.chars().take(SHOWN).collect();
                write!(f, "{head:?}… ({} bytes)", v.len())
            }
            Self::Text(v) | Self::Json(v) => v.fmt(f),
            Self::Enum(_, v) => v.fmt(f),
            Self::Bytes(v) => write!(f, "<{} bytes>", v.len()),
            Self::Date(v) => v.fmt(f),
            Self::Time(v) => v.fmt(f),
            Self::DateTime(v) => v.fmt(f),
            Self::UtcDateTime(v) => v.fmt(f),
            Self::Decimal(v) => v.fmt(f),
            Self::BigDecimal(v) => f.write_str(v),
            Self::Uuid(v) => v.fmt(f),
            Self::List(_, values) => f.debug_list().entries(values).finish(),
        }
    }
}
