//! The fields of rows.

use super::error;
use aludel_core::{Error, ErrorKind, Result};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use oracledb::{
    DB_TYPE_BINARY_DOUBLE, DB_TYPE_BINARY_FLOAT, DB_TYPE_BLOB, DB_TYPE_BOOLEAN, DB_TYPE_CHAR, DB_TYPE_CLOB,
    DB_TYPE_DATE, DB_TYPE_INTERVAL_DS, DB_TYPE_LONG, DB_TYPE_LONG_NVARCHAR, DB_TYPE_LONG_RAW, DB_TYPE_NCHAR,
    DB_TYPE_NCLOB, DB_TYPE_NUMBER, DB_TYPE_NVARCHAR, DB_TYPE_RAW, DB_TYPE_ROWID, DB_TYPE_TIMESTAMP,
    DB_TYPE_TIMESTAMP_LTZ, DB_TYPE_TIMESTAMP_TZ, DB_TYPE_UROWID, DB_TYPE_VARCHAR, DbType, Lob, OracleIntervalDS,
    OracleNumber, OracleTimestamp,
};
use rust_decimal::Decimal;
use std::{
    borrow::Cow,
    io::{self, Read},
    str::FromStr,
};
use uuid::Uuid;

/// A field of a row.
#[derive(Debug)]
pub(super) enum Cell {
    Null,
    Bool(bool),
    /// A NUMBER, as its digits with a point and a sign.
    Number(String),
    Float(f32),
    Double(f64),
    Text(String),
    Bytes(Vec<u8>),
    Moment(NaiveDateTime),
    /// A span of less than a day.
    Time(NaiveTime),
    /// Of a type that is none of ours: its name.
    Other(&'static str),
}

/// The fields of a row; large objects are read to their end.
pub(super) fn cells(row: &mut oracledb::Row) -> Result<Vec<Cell>> {
    let types: Vec<_> = row.columns().iter().map(oracledb::Metadata::db_type).collect();
    types.into_iter().enumerate().map(|(index, db_type)| cell(row, index, db_type)).collect()
}

fn cell(row: &mut oracledb::Row, index: usize, db_type: &'static DbType) -> Result<Cell> {
    let cell = match db_type {
        DB_TYPE_NUMBER => row.take(index).map(|v: Option<OracleNumber>| v.map(|v| Cell::Number(v.to_string()))),
        DB_TYPE_BINARY_FLOAT => row.take(index).map(|v: Option<f32>| v.map(Cell::Float)),
        DB_TYPE_BINARY_DOUBLE => row.take(index).map(|v: Option<f64>| v.map(Cell::Double)),
        DB_TYPE_BOOLEAN => row.take(index).map(|v: Option<bool>| v.map(Cell::Bool)),
        DB_TYPE_VARCHAR
        | DB_TYPE_CHAR
        | DB_TYPE_NVARCHAR
        | DB_TYPE_NCHAR
        | DB_TYPE_LONG
        | DB_TYPE_LONG_NVARCHAR
        | DB_TYPE_ROWID
        | DB_TYPE_UROWID => row.take(index).map(|v: Option<String>| v.map(Cell::Text)),
        DB_TYPE_RAW | DB_TYPE_LONG_RAW => row.take(index).map(|v: Option<Vec<u8>>| v.map(Cell::Bytes)),
        DB_TYPE_DATE | DB_TYPE_TIMESTAMP | DB_TYPE_TIMESTAMP_TZ | DB_TYPE_TIMESTAMP_LTZ => {
            return match row.take::<Option<OracleTimestamp>>(index).map_err(error::failed)? {
                None => Ok(Cell::Null),
                Some(v) => {
                    NaiveDateTime::try_from(v).map(Cell::Moment).map_err(|_| unfit("a date before our calendar"))
                }
            };
        }
        DB_TYPE_INTERVAL_DS => row.take(index).map(|v: Option<OracleIntervalDS>| v.map(time)),
        DB_TYPE_CLOB | DB_TYPE_NCLOB => match row.get::<Option<&str>>(index) {
            Ok(text) => Ok(text.map(|text| Cell::Text(text.to_owned()))),
            // What RETURNING answers is where the text is.
            Err(_) => return large(row, index, text),
        },
        DB_TYPE_BLOB => match row.get::<Option<&[u8]>>(index) {
            Ok(bytes) => Ok(bytes.map(|bytes| Cell::Bytes(bytes.to_vec()))),
            Err(_) => return large(row, index, |lob| bytes(lob).map(Cell::Bytes)),
        },
        other => return Ok(Cell::Other(other.name())),
    };
    cell.map(|cell| cell.unwrap_or(Cell::Null)).map_err(error::failed)
}

fn large(row: &mut oracledb::Row, index: usize, read: fn(Lob) -> Result<Cell>) -> Result<Cell> {
    match row.take::<Option<Lob>>(index).map_err(error::failed)? {
        None => Ok(Cell::Null),
        Some(lob) => read(lob),
    }
}

fn text(lob: Lob) -> Result<Cell> {
    String::from_utf8(bytes(lob)?).map(Cell::Text).map_err(|_| unfit("a CLOB that is no Unicode"))
}

/// Reads a large object in pieces of a size that is worth a round trip each.
fn bytes(mut lob: Lob) -> Result<Vec<u8>> {
    let mut piece = vec![0; 1 << 20];
    let mut all = Vec::new();
    loop {
        match lob.read(&mut piece).map_err(lost)? {
            0 => return Ok(all),
            read => all.extend_from_slice(&piece[..read]),
        }
    }
}

#[cold]
fn lost(error: io::Error) -> Error {
    Error::new(ErrorKind::Connection, "a large object was not read to its end").with_source(error)
}

#[cold]
fn unfit(what: &str) -> Error {
    Error::new(ErrorKind::Decode, format!("{what} was read"))
}

fn time(span: OracleIntervalDS) -> Cell {
    let part = |part: i8| u32::try_from(part).ok();
    let of_day = || {
        let nanoseconds = u32::try_from(span.nanoseconds()).ok()?;
        NaiveTime::from_hms_nano_opt(part(span.hours())?, part(span.minutes())?, part(span.seconds())?, nanoseconds)
    };
    match span.days() {
        0 => of_day().map_or(Cell::Other("INTERVAL DAY TO SECOND"), Cell::Time),
        _ => Cell::Other("INTERVAL DAY TO SECOND"),
    }
}

impl Cell {
    pub(super) fn bool(&self) -> Option<bool> {
        match self {
            Self::Bool(v) => Some(*v),
            Self::Number(digits) => match digits.as_str() {
                "0" => Some(false),
                "1" => Some(true),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn parsed<T: FromStr>(&self) -> Option<T> {
        match self {
            Self::Number(digits) => digits.parse().ok(),
            _ => None,
        }
    }

    pub(super) fn f32(&self) -> Option<f32> {
        match self {
            Self::Float(v) => Some(*v),
            Self::Double(v) => Some(*v as f32).filter(|nearest| nearest.is_finite() || !v.is_finite()),
            _ => self.parsed().filter(|nearest: &f32| nearest.is_finite()),
        }
    }

    pub(super) fn f64(&self) -> Option<f64> {
        match self {
            Self::Double(v) => Some(*v),
            Self::Float(v) => Some((*v).into()),
            _ => self.parsed(),
        }
    }

    pub(super) fn str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// A DATE is a time of day, too.
    pub(super) fn date(&self) -> Option<NaiveDate> {
        self.date_time().filter(|moment| moment.time() == NaiveTime::MIN).map(|moment| moment.date())
    }

    pub(super) fn time(&self) -> Option<NaiveTime> {
        match self {
            Self::Time(time) => Some(*time),
            _ => None,
        }
    }

    pub(super) fn date_time(&self) -> Option<NaiveDateTime> {
        match self {
            Self::Moment(moment) => Some(*moment),
            _ => None,
        }
    }

    pub(super) fn decimal(&self) -> Option<Decimal> {
        match self {
            Self::Number(digits) => Decimal::from_str_exact(digits).ok(),
            _ => None,
        }
    }

    pub(super) fn big_decimal(&self) -> Option<String> {
        match self {
            Self::Number(digits) => Some(digits.clone()),
            _ => None,
        }
    }

    pub(super) fn uuid(&self) -> Option<Uuid> {
        Uuid::from_slice(self.bytes()?).ok()
    }

    /// The cell for an error.
    pub(super) fn shown(&self) -> Cow<'static, str> {
        match self {
            Self::Null => "NULL".into(),
            Self::Bool(value) => format!("the bool {value}").into(),
            Self::Number(digits) => format!("the number {digits}").into(),
            Self::Float(value) => format!("the number {value:?}").into(),
            Self::Double(value) => format!("the number {value:?}").into(),
            Self::Text(text) => format!("the text {:?}", text.chars().take(64).collect::<String>()).into(),
            Self::Bytes(bytes) => format!("{} bytes", bytes.len()).into(),
            Self::Moment(moment) => format!("the moment {moment}").into(),
            Self::Time(time) => format!("the time {time}").into(),
            Self::Other(name) => format!("a value of the type {name}").into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_a_day_and_more_are_no_time_of_day() {
        let span = |days, hours| time(OracleIntervalDS::new(days, hours, 5, 9, 1_000));
        assert!(matches!(span(0, 23), Cell::Time(v) if v.to_string() == "23:05:09.000001"));
        assert!(matches!(span(1, 0), Cell::Other(_)) && matches!(span(0, -1), Cell::Other(_)));
    }
}
