//! Values on their way into a statement.

use super::temporal::{write_date, write_date_time, write_time, write_utc};
use aludel_core::{Error, ErrorKind, Result, types::Value};
use rusqlite::ffi;
use std::ffi::{c_int, c_uchar};

/// Binds `value` to the placeholder `index`, counted from 1.
///
/// # Safety
/// `statement` must be valid and not running; `value` must stay where it is until the bindings are cleared.
pub(super) unsafe fn bind(statement: *mut ffi::sqlite3_stmt, index: c_int, value: &Value) -> Result<()> {
    let kept = ffi::SQLITE_STATIC();
    // SAFETY: the statement is the caller's; texts and bytes marked as kept live as long as `value`, others are copied.
    let code = unsafe {
        match value {
            Value::Null(_) => ffi::sqlite3_bind_null(statement, index),
            Value::Bool(v) => ffi::sqlite3_bind_int64(statement, index, i64::from(*v)),
            Value::Int(v) => ffi::sqlite3_bind_int64(statement, index, *v),
            Value::UInt(v) => ffi::sqlite3_bind_int64(statement, index, signed(*v)?),
            Value::Float(v) => ffi::sqlite3_bind_double(statement, index, number(f64::from(*v))?),
            Value::Double(v) => ffi::sqlite3_bind_double(statement, index, number(*v)?),
            Value::Text(v) | Value::Json(v) => bind_text(statement, index, v, kept),
            Value::Enum(_, v) => bind_text(statement, index, v, kept),
            Value::Bytes(v) => {
                ffi::sqlite3_bind_blob64(statement, index, v.as_ptr().cast(), v.len() as ffi::sqlite3_uint64, kept)
            }
            other => bind_text(statement, index, &text(other)?, ffi::SQLITE_TRANSIENT()),
        }
    };
    match code {
        ffi::SQLITE_OK => Ok(()),
        ffi::SQLITE_TOOBIG => Err(encode("the value is larger than SQLite's limit")),
        ffi::SQLITE_NOMEM => Err(Error::new(ErrorKind::Database, "out of memory")),
        code => Err(Error::new(ErrorKind::Database, format!("SQLite refused value {index} with code {code}"))),
    }
}

/// # Safety
/// As [`bind`]; `text` must outlive the binding unless `lifetime` says that it is copied.
unsafe fn bind_text(
    statement: *mut ffi::sqlite3_stmt,
    index: c_int,
    text: &str,
    lifetime: ffi::sqlite3_destructor_type,
) -> c_int {
    const UTF8: c_uchar = ffi::SQLITE_UTF8 as c_uchar;
    let length = text.len() as ffi::sqlite3_uint64;
    // SAFETY: the caller's.
    unsafe { ffi::sqlite3_bind_text64(statement, index, text.as_ptr().cast(), length, lifetime, UTF8) }
}

/// The text that stands for a value which SQLite has no type for.
fn text(value: &Value) -> Result<String> {
    match value {
        Value::Date(v) => write_date(*v),
        Value::Time(v) => write_time(*v),
        Value::DateTime(v) => write_date_time(*v),
        Value::UtcDateTime(v) => write_utc(*v),
        Value::Decimal(v) => Ok(v.to_string()),
        Value::Uuid(v) => Ok(v.hyphenated().to_string()),
        Value::List(_, values) => {
            let items: Vec<_> = values.iter().map(json).collect::<Result<_>>()?;
            Ok(format!("[{}]", items.join(",")))
        }
        other => Err(Error::new(ErrorKind::NotSupported, format!("SQLite cannot store {other:?}"))),
    }
}

/// An element of a list, as `json_each` hands it out with the value it would have been bound as. Bytes, which JSON has no
/// word for, are their hexadecimal digits: `unhex(value)`.
fn json(value: &Value) -> Result<String> {
    Ok(match value {
        Value::Null(_) => "null".to_owned(),
        Value::Bool(v) => u8::from(*v).to_string(),
        Value::Int(v) => v.to_string(),
        Value::UInt(v) => signed(*v)?.to_string(),
        Value::Float(v) => json_number(f64::from(*v))?,
        Value::Double(v) => json_number(*v)?,
        Value::Text(v) | Value::Json(v) => json_text(v),
        Value::Enum(_, v) => json_text(v),
        Value::Bytes(v) => json_text(&v.iter().map(|byte| format!("{byte:02X}")).collect::<String>()),
        other => json_text(&text(other)?),
    })
}

fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn json_number(value: f64) -> Result<String> {
    let value = number(value)?;
    // Infinity is a number too large for a double, which is how SQLite writes it itself.
    let sign = if value < 0.0 { "-" } else { "" };
    Ok(if value.is_infinite() { format!("{sign}9.0e+999") } else { format!("{value:?}") })
}

fn signed(value: u64) -> Result<i64> {
    i64::try_from(value)
        .map_err(|_| encode(format!("{value} cannot be stored: SQLite's largest integer is {}", i64::MAX)))
}

fn number(value: f64) -> Result<f64> {
    if value.is_nan() {
        return Err(encode("NaN cannot be stored: SQLite would make it NULL"));
    }
    Ok(value)
}

#[cold]
fn encode(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Encode, message)
}
