//! Values on their way into a statement.

use aludel_core::{Error, ErrorKind, Result, types::Value};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use rust_decimal::Decimal;
use sqlx::{Encode, MySql, Type, encode::IsNull, error::BoxDynError, mysql::MySqlTypeInfo};

/// A value; sqlx asks it for its bytes.
pub(super) struct Parameter<'a> {
    pub(super) value: &'a Value,
    /// How deep JSON may be nested.
    pub(super) json_depth: usize,
}

impl Type<MySql> for Parameter<'_> {
    fn type_info() -> MySqlTypeInfo {
        <str as Type<MySql>>::type_info()
    }
}

impl<'q> Encode<'q, MySql> for Parameter<'_> {
    fn encode_by_ref(&self, buffer: &mut Vec<u8>) -> Result<IsNull, BoxDynError> {
        fn put<'q, T: Encode<'q, MySql>>(value: T, buffer: &mut Vec<u8>) -> Result<IsNull, BoxDynError> {
            value.encode_by_ref(buffer)
        }
        match self.value {
            Value::Null(_) => Ok(IsNull::Yes),
            Value::Bool(v) => put(*v, buffer),
            Value::Int(v) => put(*v, buffer),
            Value::UInt(v) => put(*v, buffer),
            Value::Float(v) if v.is_finite() => put(*v, buffer),
            Value::Double(v) if v.is_finite() => put(*v, buffer),
            Value::Float(_) | Value::Double(_) => {
                Err(encode(format!("{:?} cannot be stored: MySQL's numbers are finite", self.value)).into())
            }
            Value::Decimal(v) => put(*v, buffer),
            // A decimal travels as its digits.
            Value::BigDecimal(v) => put(v.as_str(), buffer),
            Value::Text(v) => put(v.as_str(), buffer),
            Value::Json(v) if nesting(v) > self.json_depth => {
                let most = self.json_depth;
                Err(encode(format!("JSON nested deeper than {most} cannot be stored: the server refuses it")).into())
            }
            Value::Json(v) => put(v.as_str(), buffer),
            Value::Enum(_, v) => put(*v, buffer),
            Value::Bytes(v) => put(v.as_slice(), buffer),
            Value::Uuid(v) => put(v.hyphenated().encode_lower(&mut [0; 36]) as &str, buffer),
            Value::Date(v) => put(checked_date(*v)?, buffer),
            Value::Time(v) => put(checked_time(*v)?, buffer),
            Value::DateTime(v) => put(checked(*v)?, buffer),
            Value::UtcDateTime(v) => put(checked(v.naive_utc())?, buffer),
            other => {
                let message = format!("MySQL and MariaDB cannot store {other:?}");
                Err(Error::new(ErrorKind::NotSupported, message).into())
            }
        }
    }

    fn produces(&self) -> Option<MySqlTypeInfo> {
        fn of<T: Type<MySql> + ?Sized>() -> Option<MySqlTypeInfo> {
            Some(T::type_info())
        }
        match self.value {
            Value::Bool(_) => of::<bool>(),
            Value::Int(_) => of::<i64>(),
            Value::UInt(_) => of::<u64>(),
            Value::Float(_) => of::<f32>(),
            Value::Double(_) => of::<f64>(),
            Value::Decimal(_) | Value::BigDecimal(_) => of::<Decimal>(),
            Value::Bytes(_) => of::<Vec<u8>>(),
            Value::Date(_) => of::<NaiveDate>(),
            Value::Time(_) => of::<NaiveTime>(),
            Value::DateTime(_) => of::<NaiveDateTime>(),
            // Not TIMESTAMP, whose years end in 2038.
            Value::UtcDateTime(_) => of::<NaiveDateTime>(),
            _ => of::<str>(),
        }
    }
}

fn checked_date(date: NaiveDate) -> Result<NaiveDate> {
    if (0..=9999).contains(&date.year()) {
        return Ok(date);
    }
    Err(encode(format!("{date} cannot be stored: the years of MySQL are 0 to 9999")))
}

fn checked_time(time: NaiveTime) -> Result<NaiveTime> {
    if time.nanosecond() < 1_000_000_000 {
        return Ok(time);
    }
    Err(encode(format!("the leap second {time} cannot be stored")))
}

fn checked(value: NaiveDateTime) -> Result<NaiveDateTime> {
    Ok(checked_date(value.date())?.and_time(checked_time(value.time())?))
}

/// How deep the arrays and objects of a JSON text are nested.
fn nesting(json: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cold]
fn encode(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Encode, message)
}

#[cfg(test)]
mod tests {
    use super::nesting;

    #[test]
    fn depths_are_counted_outside_texts() {
        for (json, depth) in [("1", 0), ("[]", 1), ("[[1], {\"a\": [2]}]", 3), (r#"["[[\"[["]"#, 1), ("", 0)] {
            assert_eq!(nesting(json), depth, "{json}");
        }
    }
}
