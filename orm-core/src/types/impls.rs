//! The Rust types that columns hold out of the box.

use super::{DbType, Row, SqlType, Value};
use crate::error::{Error, ErrorKind, Result};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

/// Digits of a second that every server keeps. What is finer is cut here, so that a value that was stored equals the one it was.
const MICROSECONDS: u16 = 6;

macro_rules! scalar {
    ($type:ty, $sql:ident, |$row:ident, $index:ident| $decode:expr, |$value:ident| $encode:expr) => {
        impl DbType for $type {
            const SQL_TYPE: SqlType = SqlType::$sql;

            fn decode($row: &dyn Row, $index: usize) -> Result<Option<Self>> {
                $decode
            }

            fn to_value(&self) -> Value {
                let $value = self;
                $encode
            }
        }
    };
}

macro_rules! integers {
    ($($type:ty, $sql:ident;)*) => {
        $(scalar!($type, $sql, |row, index| match row.i64(index)? {
            None => Ok(None),
            Some(value) => match <$type>::try_from(value) {
                Ok(value) => Ok(Some(value)),
                Err(_) => Err(out_of_range(value, stringify!($type))),
            },
        }, |value| Value::Int((*value).into()));)*
    };
}

#[cold]
fn out_of_range(value: impl std::fmt::Display, target: &str) -> Error {
    Error::new(ErrorKind::Decode, format!("{value} is out of the range of {target}"))
}

integers! {
    i8, TinyInt;
    i16, SmallInt;
    i32, Integer;
    u8, TinyUnsigned;
    u16, SmallUnsigned;
    u32, Unsigned;
}

scalar!(i64, BigInt, |row, index| row.i64(index), |value| Value::Int(*value));
scalar!(u64, BigUnsigned, |row, index| row.u64(index), |value| Value::UInt(*value));
scalar!(bool, Boolean, |row, index| row.bool(index), |value| Value::Bool(*value));
scalar!(f32, Real, |row, index| row.f32(index), |value| Value::Float(*value));
scalar!(f64, Double, |row, index| row.f64(index), |value| Value::Double(*value));
scalar!(NaiveDate, Date, |row, index| row.date(index), |value| Value::Date(*value));
scalar!(NaiveTime, Time, |row, index| row.time(index), |value| Value::Time(value.trunc_subsecs(MICROSECONDS)));
scalar!(NaiveDateTime, DateTime, |row, index| row.date_time(index), |value| Value::DateTime(
    value.trunc_subsecs(MICROSECONDS)
));
scalar!(DateTime<Utc>, UtcDateTime, |row, index| row.utc_date_time(index), |value| Value::UtcDateTime(
    value.trunc_subsecs(MICROSECONDS)
));
scalar!(Decimal, Decimal, |row, index| row.decimal(index), |value| Value::Decimal(*value));
scalar!(Uuid, Uuid, |row, index| row.uuid(index), |value| Value::Uuid(*value));

impl DbType for String {
    const SQL_TYPE: SqlType = SqlType::Text;

    fn decode(row: &dyn Row, index: usize) -> Result<Option<Self>> {
        Ok(row.str(index)?.map(str::to_owned))
    }

    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }

    fn same(&self, other: &Self) -> bool {
        self == other
    }
}

impl DbType for Vec<u8> {
    const SQL_TYPE: SqlType = SqlType::Bytes;

    fn decode(row: &dyn Row, index: usize) -> Result<Option<Self>> {
        Ok(row.bytes(index)?.map(<[u8]>::to_vec))
    }

    fn to_value(&self) -> Value {
        Value::Bytes(self.clone())
    }

    fn same(&self, other: &Self) -> bool {
        self == other
    }
}

/// What an array can hold: an enum by `#[derive(DbEnum)]`, and every column type of the library's own but `u8`, since `Vec<u8>` is bytes.
pub trait Element: DbType {
    /// [`SqlType::Array`] of it.
    const ARRAY: SqlType;
}

macro_rules! elements {
    ($($type:ty),*) => { $(impl Element for $type { const ARRAY: SqlType = SqlType::Array(&<$type>::SQL_TYPE); })* };
}

elements!(bool, i8, i16, i32, i64, u16, u32, u64, f32, f64, String, NaiveDate, NaiveTime, NaiveDateTime, DateTime<Utc>);
elements!(Decimal, Uuid, serde_json::Value, Vec<u8>);

/// An array, on servers that have them.
impl<T: Element> DbType for Vec<T> {
    const SQL_TYPE: SqlType = T::ARRAY;

    fn decode(row: &dyn Row, index: usize) -> Result<Option<Self>> {
        let Some(list) = row.list(index)? else { return Ok(None) };
        (0..list.len()).map(|index| T::decode(&*list, index)?.ok_or_else(null_element)).collect::<Result<_>>().map(Some)
    }

    fn to_value(&self) -> Value {
        Value::List(T::SQL_TYPE, self.iter().map(DbType::to_value).collect())
    }
}

#[cold]
fn null_element() -> Error {
    Error::new(ErrorKind::Decode, "NULL in an array of a type that is not an Option")
}

/// Text: what `like`, `lower` and the other text operators work on. `#[derive(DbType)]` on a newtype over one makes another.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text",
    label = "this operator works on text columns",
    note = "cast it first: `.cast::<String>()`"
)]
pub trait Text: DbType {}

impl Text for String {}

/// Numbers: what `+ - * /` and numeric functions work on.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a number", label = "arithmetic works on numeric columns")]
pub trait Numeric: DbType {}

/// Whole numbers: what `%` works on.
#[diagnostic::on_unimplemented(message = "`{Self}` is not an integer", label = "`%` works on integers")]
pub trait Integer: Numeric {}

macro_rules! whole_numbers { ($($type:ty),*) => { $(impl Integer for $type {})* } }
whole_numbers!(i8, i16, i32, i64, u8, u16, u32, u64);

/// What `sum` and `avg` of a number yield on every dialect.
pub trait Sum: Numeric {
    /// The type of the sum: integers become `i64`, as SQLite has it.
    type Sum: Numeric;
    /// The type of the average.
    type Average: Numeric;
}

macro_rules! numbers {
    ($($type:ty => $sum:ty, $average:ty;)*) => {
        $(impl Numeric for $type {} impl Sum for $type { type Sum = $sum; type Average = $average; })*
    };
}

numbers! {
    i8 => i64, f64;
    i16 => i64, f64;
    i32 => i64, f64;
    i64 => i64, f64;
    u8 => i64, f64;
    u16 => i64, f64;
    u32 => i64, f64;
    u64 => u64, f64;
    f32 => f64, f64;
    f64 => f64, f64;
    Decimal => Decimal, Decimal;
}
