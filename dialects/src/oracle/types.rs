//! The types of columns.

use super::version::Version;
use aludel_core::{
    Error, ErrorKind, Result,
    schema::ColumnDef,
    types::{EnumStorage, SqlType},
};
use std::{borrow::Cow, fmt::Display};

/// The most characters that are sure to fit a VARCHAR2, four bytes each in 4,000.
pub(super) const MAX_VARCHAR: u32 = 1_000;
/// The most bytes that a RAW has.
pub(super) const MAX_RAW: u32 = 2_000;
/// The most digits that a `Decimal` of the program's has.
const MAX_DECIMAL_DIGITS: u8 = 28;
/// The most digits that a NUMBER is sure to have.
const MAX_DIGITS: u8 = 38;

pub(super) fn no(what: impl Display) -> Error {
    Error::new(ErrorKind::NotSupported, format!("oracle has no {what}"))
}

pub(super) fn of_column(column: &ColumnDef, version: Version) -> Result<Cow<'static, str>> {
    if column.autoincrement && version < Version::V12_1 {
        return Err(no("generated keys before 12.1; give each row its key, from a sequence"));
    }
    Ok(match (column.sql_type, column.length, column.precision) {
        (SqlType::Text, Some(length), _) if length <= MAX_VARCHAR => format!("VARCHAR2({length} CHAR)").into(),
        (SqlType::Bytes, Some(length), _) if length <= MAX_RAW => format!("RAW({length})").into(),
        (SqlType::Decimal, _, Some((precision, _))) if precision > MAX_DECIMAL_DIGITS => {
            return Err(no(format!(
                "{precision} digits in a Decimal, which has at most {MAX_DECIMAL_DIGITS}; a BigDecimal, of the feature `bigdecimal`, has more"
            )));
        }
        (SqlType::BigDecimal, _, Some((precision, _))) if precision > MAX_DIGITS => {
            return Err(no(format!("decimals of more than {MAX_DIGITS} digits")));
        }
        (SqlType::Decimal | SqlType::BigDecimal, _, Some((precision, scale))) => {
            format!("NUMBER({precision}, {scale})").into()
        }
        (SqlType::BigDecimal, ..) => {
            return Err(no("decimals of any number of digits; say how many: precision = 38, scale = 10"));
        }
        (sql_type, ..) => name(sql_type, version)?,
    })
}

fn name(sql_type: SqlType, version: Version) -> Result<Cow<'static, str>> {
    Ok(match sql_type {
        SqlType::Boolean if version >= Version::V23 => "BOOLEAN".into(),
        SqlType::Boolean => "NUMBER(1)".into(),
        SqlType::TinyInt | SqlType::TinyUnsigned => "NUMBER(3)".into(),
        SqlType::SmallInt | SqlType::SmallUnsigned => "NUMBER(5)".into(),
        SqlType::Integer | SqlType::Unsigned => "NUMBER(10)".into(),
        SqlType::BigInt => "NUMBER(19)".into(),
        SqlType::BigUnsigned => "NUMBER(20)".into(),
        SqlType::Real => "BINARY_FLOAT".into(),
        SqlType::Double => "BINARY_DOUBLE".into(),
        SqlType::Decimal => "NUMBER".into(),
        SqlType::Text | SqlType::Json => "CLOB".into(),
        SqlType::Bytes => "BLOB".into(),
        SqlType::Date => "DATE".into(),
        // There is no time of day.
        SqlType::Time => "INTERVAL DAY(1) TO SECOND(6)".into(),
        // A DATE has no fractions of seconds.
        SqlType::DateTime => "TIMESTAMP(6)".into(),
        SqlType::UtcDateTime => "TIMESTAMP(6) WITH TIME ZONE".into(),
        SqlType::Uuid => "RAW(16)".into(),
        SqlType::Enum(def) => match def.storage {
            EnumStorage::Integer => "NUMBER(19)".into(),
            EnumStorage::Native | EnumStorage::Text => {
                let longest = def.labels.iter().map(|label| label.chars().count()).max().unwrap_or(1);
                format!("VARCHAR2({longest} CHAR)").into()
            }
        },
        SqlType::Custom(name) => name.into(),
        other => return Err(no(format!("type for {other:?}"))),
    })
}

/// The type in a CAST.
pub(super) fn of_cast(sql_type: SqlType, version: Version) -> Result<Cow<'static, str>> {
    Ok(match sql_type {
        SqlType::Text => "VARCHAR2(4000)".into(),
        SqlType::Bytes => "RAW(2000)".into(),
        SqlType::Json => return Err(no("casts to JSON")),
        SqlType::BigDecimal => "NUMBER".into(),
        SqlType::Boolean if version < Version::V23 => {
            return Err(no("casts to bool; compare with 0: .ne(0)"));
        }
        other => name(other, version)?,
    })
}

/// The condition that keeps values out which the program's type does not have.
pub(super) fn check(column: &ColumnDef, name: &str, version: Version) -> Option<String> {
    match (column.sql_type, column.length) {
        (SqlType::Boolean, _) if version < Version::V23 => Some(format!("{name} IN (0, 1)")),
        (SqlType::Json, _) => Some(format!("{name} IS JSON")),
        (SqlType::TinyInt, _) => Some(format!("{name} BETWEEN -128 AND 127")),
        (SqlType::SmallInt, _) => Some(format!("{name} BETWEEN -32768 AND 32767")),
        (SqlType::Integer, _) => Some(format!("{name} BETWEEN {} AND {}", i32::MIN, i32::MAX)),
        (SqlType::TinyUnsigned, _) => Some(format!("{name} BETWEEN 0 AND {}", u8::MAX)),
        (SqlType::SmallUnsigned, _) => Some(format!("{name} BETWEEN 0 AND {}", u16::MAX)),
        (SqlType::Unsigned, _) => Some(format!("{name} BETWEEN 0 AND {}", u32::MAX)),
        (SqlType::BigUnsigned, _) => Some(format!("{name} BETWEEN 0 AND {}", u64::MAX)),
        (SqlType::Text, Some(length)) if length > MAX_VARCHAR => Some(format!("length({name}) <= {length}")),
        (SqlType::Bytes, Some(length)) if length > MAX_RAW => Some(format!("length({name}) <= {length}")),
        _ => None,
    }
}

/// # Errors
/// Of kind [`NotSupported`](ErrorKind::NotSupported) for a column that no key can be made of.
pub(super) fn check_key(column: &ColumnDef) -> Result<()> {
    let most = match column.sql_type {
        SqlType::Text => MAX_VARCHAR,
        SqlType::Bytes => MAX_RAW,
        SqlType::Json => return Err(no("keys of JSON")),
        _ => return Ok(()),
    };
    match column.length {
        Some(length) if length <= most => Ok(()),
        _ => Err(no(format!("keys of unlimited length; give the column one of at most {most}: length = 200"))),
    }
}
