//! Values on their way into a statement, and the places for those that it answers.

use super::error::OracleError;
use crate::oracle::types::{MAX_RAW, MAX_VARCHAR};
use aludel_core::{
    Error, ErrorKind, Result,
    compile::Output,
    types::{EnumStorage, SqlType, Value},
};
use chrono::{Datelike, NaiveDateTime, NaiveTime, Timelike};
use oracledb::{
    DB_TYPE_BINARY_DOUBLE, DB_TYPE_BINARY_FLOAT, DB_TYPE_BLOB, DB_TYPE_BOOLEAN, DB_TYPE_CLOB, DB_TYPE_INTERVAL_DS,
    DB_TYPE_NUMBER, DB_TYPE_RAW, DB_TYPE_TIMESTAMP, DB_TYPE_VARCHAR, DbType, OracleIntervalDS, OracleNumber,
    OracleTimestamp, ToDbValue,
};

/// A value as oracledb takes it.
pub(super) enum Bound<'a> {
    Text(&'a str),
    Bytes(&'a [u8]),
    Number(OracleNumber),
    Bool(bool),
    Float(f32),
    Double(f64),
    Moment(OracleTimestamp),
    Interval(OracleIntervalDS),
    /// NULL, or the place for a value that the statement answers.
    Of(&'static DbType),
}

impl<'a> Bound<'a> {
    /// # Errors
    /// Of kind [`Encode`](ErrorKind::Encode) for a value that Oracle has not.
    pub(super) fn of(value: &'a Value, booleans: bool) -> Result<Self> {
        Ok(match value {
            Value::Null(sql_type) => Self::Of(scalar(*sql_type, booleans)),
            Value::Bool(v) if booleans => Self::Bool(*v),
            Value::Bool(v) => Self::Number(OracleNumber::from(u8::from(*v))),
            Value::Int(v) => Self::Number(OracleNumber::from(*v)),
            Value::UInt(v) => Self::Number(OracleNumber::from(*v)),
            Value::Float(v) => Self::Float(*v),
            Value::Double(v) => Self::Double(*v),
            Value::Decimal(v) => Self::Number(number(&v.to_string())?),
            Value::BigDecimal(v) => Self::Number(number(v)?),
            Value::Text(v) | Value::Json(v) => Self::Text(v),
            Value::Enum(_, v) => Self::Text(v),
            Value::Bytes(v) => Self::Bytes(v),
            Value::Uuid(v) => Self::Bytes(v.as_bytes()),
            Value::Date(v) => Self::Moment(moment(v.and_time(NaiveTime::MIN))?),
            Value::Time(v) => Self::Interval(interval(*v)?),
            Value::DateTime(v) => Self::Moment(moment(*v)?),
            // The session's time zone is UTC.
            Value::UtcDateTime(v) => Self::Moment(moment(v.naive_utc())?),
            other => {
                return Err(Error::new(ErrorKind::NotSupported, format!("Oracle cannot store {other:?}")));
            }
        })
    }

    /// The place for a value that the statement answers.
    pub(super) fn answer(output: &Output, booleans: bool) -> Self {
        Self::Of(match (output.sql_type, output.length) {
            (Some(SqlType::Text), length) if length.is_none_or(|length| length > MAX_VARCHAR) => DB_TYPE_CLOB,
            (Some(SqlType::Bytes), length) if length.is_none_or(|length| length > MAX_RAW) => DB_TYPE_BLOB,
            (Some(SqlType::Json), _) => DB_TYPE_CLOB,
            (sql_type, _) => scalar(sql_type.unwrap_or(SqlType::Text), booleans),
        })
    }

    pub(super) fn as_parameter(&self) -> &dyn ToDbValue {
        match self {
            Self::Text(v) => v,
            Self::Bytes(v) => v,
            Self::Number(v) => v,
            Self::Bool(v) => v,
            Self::Float(v) => v,
            Self::Double(v) => v,
            Self::Moment(v) => v,
            Self::Interval(v) => v,
            Self::Of(v) => v,
        }
    }
}

/// The type of a value that is no large object.
fn scalar(sql_type: SqlType, booleans: bool) -> &'static DbType {
    match sql_type {
        SqlType::Boolean if booleans => DB_TYPE_BOOLEAN,
        SqlType::Boolean | SqlType::Decimal | SqlType::BigDecimal => DB_TYPE_NUMBER,
        SqlType::Enum(def) if def.storage == EnumStorage::Integer => DB_TYPE_NUMBER,
        SqlType::Real => DB_TYPE_BINARY_FLOAT,
        SqlType::Double => DB_TYPE_BINARY_DOUBLE,
        SqlType::Bytes | SqlType::Uuid => DB_TYPE_RAW,
        SqlType::Date | SqlType::DateTime | SqlType::UtcDateTime => DB_TYPE_TIMESTAMP,
        SqlType::Time => DB_TYPE_INTERVAL_DS,
        sql_type if sql_type.is_integer() => DB_TYPE_NUMBER,
        _ => DB_TYPE_VARCHAR,
    }
}

fn number(digits: &str) -> Result<OracleNumber> {
    digits.parse().map_err(|error: oracledb::Error| {
        Error::new(ErrorKind::Encode, "a NUMBER has at most 40 digits").with_source(OracleError::own(&error))
    })
}

fn moment(moment: NaiveDateTime) -> Result<OracleTimestamp> {
    if !(-4712..=9999).contains(&moment.year()) {
        return Err(encode(format!("{moment} cannot be stored: Oracle's years are -4712 to 9999")));
    }
    if moment.nanosecond() >= 1_000_000_000 {
        return Err(encode(format!("{moment} cannot be stored: Oracle has no leap seconds")));
    }
    Ok(moment.into())
}

/// A time of day is kept as what has passed of the day.
fn interval(time: NaiveTime) -> Result<OracleIntervalDS> {
    if time.nanosecond() >= 1_000_000_000 {
        return Err(encode(format!("{time} cannot be stored: Oracle has no leap seconds")));
    }
    let [hours, minutes, seconds] = [time.hour(), time.minute(), time.second()].map(|part| part as i8);
    Ok(OracleIntervalDS::new(0, hours, minutes, seconds, time.nanosecond() as i32))
}

fn encode(message: String) -> Error {
    Error::new(ErrorKind::Encode, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn day(year: i32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, 2, 3).expect("a day")
    }

    #[test]
    fn a_null_is_of_the_type_of_the_values_in_its_place() {
        let noon = day(2026).and_hms_nano_opt(12, 30, 5, 1_000).expect("a time");
        for (value, sql_type) in [
            (Value::Bool(true), SqlType::Boolean),
            (Value::Int(-5), SqlType::BigInt),
            (Value::UInt(u64::MAX), SqlType::BigUnsigned),
            (Value::Float(0.5), SqlType::Real),
            (Value::Double(0.5), SqlType::Double),
            (Value::Decimal(rust_decimal::Decimal::new(150, 2)), SqlType::Decimal),
            (Value::BigDecimal("-1.5".into()), SqlType::BigDecimal),
            (Value::Text("a".into()), SqlType::Text),
            (Value::Json("{}".into()), SqlType::Json),
            (Value::Bytes(vec![1]), SqlType::Bytes),
            (Value::Uuid(uuid::Uuid::nil()), SqlType::Uuid),
            (Value::Date(noon.date()), SqlType::Date),
            (Value::Time(noon.time()), SqlType::Time),
            (Value::DateTime(noon), SqlType::DateTime),
            (Value::UtcDateTime(noon.and_utc()), SqlType::UtcDateTime),
        ] {
            for booleans in [false, true] {
                let null = Value::Null(sql_type);
                let [null, value] = [&null, &value]
                    .map(|value| Bound::of(value, booleans).expect("a value").as_parameter().db_type().name());
                assert_eq!(null, value, "{sql_type:?}");
            }
        }
    }

    #[test]
    fn what_oracle_cannot_keep_is_an_error() {
        let leap = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000).expect("a leap second");
        let far = day(10_000);
        for value in [
            Value::Time(leap),
            Value::DateTime(far.and_time(NaiveTime::MIN)),
            Value::Date(far),
            Value::BigDecimal("9".repeat(41)),
        ] {
            let error = Bound::of(&value, false).map(drop).expect_err("no value of Oracle's");
            assert_eq!(error.kind(), ErrorKind::Encode, "{value:?}");
        }
        let list = Value::List(SqlType::Integer, Vec::new());
        assert_eq!(Bound::of(&list, false).map(drop).expect_err("an array").kind(), ErrorKind::NotSupported);
    }

    #[test]
    fn what_is_answered_has_room() {
        let output = |sql_type, length| Output {
            table: None,
            name: String::new(),
            sql_type: Some(sql_type),
            length,
            scale: None,
        };
        for (output, expected) in [
            (output(SqlType::BigInt, None), "DB_TYPE_NUMBER"),
            (output(SqlType::Text, Some(200)), "DB_TYPE_VARCHAR"),
            (output(SqlType::Text, Some(2_000)), "DB_TYPE_CLOB"),
            (output(SqlType::Text, None), "DB_TYPE_CLOB"),
            (output(SqlType::Json, None), "DB_TYPE_CLOB"),
            (output(SqlType::Bytes, Some(16)), "DB_TYPE_RAW"),
            (output(SqlType::Bytes, None), "DB_TYPE_BLOB"),
        ] {
            assert_eq!(Bound::answer(&output, false).as_parameter().db_type().name(), expected);
        }
    }
}
