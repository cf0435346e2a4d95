//! Values that are read as if they were a row.

use super::{Row, Value};
use crate::error::{Error, ErrorKind, Result};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;
use std::borrow::Cow;
use uuid::Uuid;

/// A row made of values: for what did not come from a server, such as a default that a model's field is given.
#[derive(Debug, Clone, Copy)]
pub struct ValueRow<'a>(pub &'a [Value]);

impl ValueRow<'_> {
    fn get(&self, index: usize) -> Result<&Value> {
        self.0.get(index).ok_or_else(|| {
            Error::new(ErrorKind::Decode, format!("column {index} of a row of {} columns", self.0.len()))
        })
    }
}

#[cold]
fn mismatch<T>(value: &Value, wanted: &str) -> Result<Option<T>> {
    Err(Error::new(ErrorKind::Decode, format!("{value:?} is not {wanted}")))
}

macro_rules! getter {
    ($name:ident, $type:ty, $wanted:literal, $($pattern:pat => $result:expr),*) => {
        fn $name(&self, index: usize) -> Result<Option<$type>> {
            match self.get(index)? {
                Value::Null(_) => Ok(None),
                $($pattern => Ok(Some($result)),)*
                other => mismatch(other, $wanted),
            }
        }
    };
}

impl Row for ValueRow<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn is_null(&self, index: usize) -> Result<bool> {
        Ok(self.get(index)?.is_null())
    }

    fn i64(&self, index: usize) -> Result<Option<i64>> {
        match self.get(index)? {
            Value::Null(_) => Ok(None),
            Value::Int(v) => Ok(Some(*v)),
            other @ Value::UInt(v) => i64::try_from(*v).map(Some).or_else(|_| mismatch(other, "an i64")),
            other => mismatch(other, "an integer"),
        }
    }

    fn u64(&self, index: usize) -> Result<Option<u64>> {
        match self.get(index)? {
            Value::Null(_) => Ok(None),
            Value::UInt(v) => Ok(Some(*v)),
            other @ Value::Int(v) => u64::try_from(*v).map(Some).or_else(|_| mismatch(other, "a u64")),
            other => mismatch(other, "an integer"),
        }
    }

    getter!(bool, bool, "a bool", Value::Bool(v) => *v);
    getter!(f32, f32, "an f32", Value::Float(v) => *v);
    getter!(f64, f64, "an f64", Value::Double(v) => *v, Value::Float(v) => (*v).into());
    getter!(str, &str, "text", Value::Text(v) => v, Value::Enum(_, v) => v);
    getter!(bytes, &[u8], "bytes", Value::Bytes(v) => v);
    getter!(date, NaiveDate, "a date", Value::Date(v) => *v);
    getter!(time, NaiveTime, "a time", Value::Time(v) => *v);
    getter!(date_time, NaiveDateTime, "a date-time", Value::DateTime(v) => *v);
    getter!(utc_date_time, DateTime<Utc>, "a UTC date-time", Value::UtcDateTime(v) => *v);
    getter!(decimal, Decimal, "a decimal", Value::Decimal(v) => *v);
    getter!(big_decimal, String, "a decimal", Value::BigDecimal(v) => v.clone());
    getter!(uuid, Uuid, "a UUID", Value::Uuid(v) => *v);

    fn list(&self, index: usize) -> Result<Option<Box<dyn Row + '_>>> {
        match self.get(index)? {
            Value::Null(_) => Ok(None),
            Value::List(_, values) => Ok(Some(Box::new(ValueRow(values)))),
            other => mismatch(other, "a list"),
        }
    }

    getter!(json, Cow<'_, str>, "JSON", Value::Json(v) => Cow::Borrowed(v.as_str()));
}
