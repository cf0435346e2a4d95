//! Values and answers as lines of text.

use aludel_core::{
    Error, ErrorKind, Result,
    types::{SqlType, Value},
};
use chrono::Timelike;

/// A text in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of a text in hexadecimal.
pub(crate) fn unhex(text: &str) -> Result<Vec<u8>> {
    (0..text.len())
        .step_by(2)
        .map(|at| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect::<Option<_>>()
        .ok_or_else(|| Error::new(ErrorKind::Connection, "an answer that is not hexadecimal"))
}

pub(crate) fn unhex_text(text: &str) -> Result<String> {
    String::from_utf8(unhex(text)?).map_err(|error| Error::new(ErrorKind::Connection, error.to_string()))
}

/// A value as the emulator reads it: a letter for its type, and its text.
pub(crate) fn bind(value: &Value) -> Result<String> {
    let (kind, text) = match value {
        Value::Null(sql_type) if sql_type.is_integer() => return Ok("ni".into()),
        Value::Null(SqlType::Text | SqlType::Enum(_)) => return Ok("nt".into()),
        Value::Null(SqlType::Real | SqlType::Double) => return Ok("nd".into()),
        Value::Null(_) => return Ok("n".into()),
        Value::Bool(v) => ('i', i64::from(*v).to_string()),
        Value::Int(v) => ('i', v.to_string()),
        Value::UInt(v) => ('N', v.to_string()),
        Value::Float(v) => ('f', v.to_string()),
        Value::Double(v) => ('d', v.to_string()),
        Value::Decimal(v) => ('N', v.to_string()),
        Value::BigDecimal(v) => ('N', v.clone()),
        Value::Text(v) | Value::Json(v) => ('t', v.clone()),
        Value::Enum(_, v) => ('t', (*v).to_owned()),
        Value::Bytes(v) => ('b', hex(v)),
        Value::Uuid(v) => ('b', hex(v.as_bytes())),
        Value::Date(v) => ('D', v.to_string()),
        Value::Time(v) if v.nanosecond() >= 1_000_000_000 => {
            return Err(Error::new(ErrorKind::Encode, "Oracle has no leap seconds"));
        }
        Value::Time(v) => ('T', v.to_string()),
        Value::DateTime(v) => ('M', v.format("%Y-%m-%dT%H:%M:%S%.f").to_string()),
        Value::UtcDateTime(v) => ('U', v.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string()),
        other => {
            return Err(Error::new(ErrorKind::NotSupported, format!("the emulator takes no {other:?}")));
        }
    };
    Ok(format!("{kind}{}", hex(text.as_bytes())))
}

/// A field of a row.
#[derive(Debug)]
pub(crate) enum Cell {
    Null,
    Text(String),
    Bytes(Vec<u8>),
}

/// What the emulator has answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) affected: u64,
    /// The names of the columns, in lower case if they are in capitals.
    pub(crate) names: Vec<String>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Answer {
    /// # Errors
    /// The one that was answered.
    pub(crate) fn read(line: &str) -> Result<Self> {
        let mut parts = line.trim_end_matches('\n').split('\t');
        let broken = || Error::new(ErrorKind::Connection, "an answer that nobody understands");
        match parts.next() {
            Some("E") => {
                let (state, message) = (parts.next().ok_or_else(broken)?, parts.next().ok_or_else(broken)?);
                Err(crate::error::of(state, unhex_text(message)?))
            }
            Some("N") => {
                let affected = parts.next().and_then(|count| count.parse().ok()).ok_or_else(broken)?;
                Ok(Self { affected, names: Vec::new(), rows: Vec::new() })
            }
            Some("R") => {
                let affected = parts.next().and_then(|count| count.parse().ok()).ok_or_else(broken)?;
                let names = parts.next().ok_or_else(broken)?.split(',').map(name).collect::<Result<_>>()?;
                let rows = parts.map(|row| row.split(',').map(cell).collect()).collect::<Result<_>>()?;
                Ok(Self { affected, names, rows })
            }
            _ => Err(broken()),
        }
    }
}

fn name(text: &str) -> Result<String> {
    let name = unhex_text(text)?;
    Ok(if name.chars().any(char::is_lowercase) { name } else { name.to_lowercase() })
}

fn cell(text: &str) -> Result<Cell> {
    Ok(match text.split_at_checked(1) {
        Some(("t", text)) => Cell::Text(unhex_text(text)?),
        Some(("b", bytes)) => Cell::Bytes(unhex(bytes)?),
        _ => Cell::Null,
    })
}
