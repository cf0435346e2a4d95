//! A row, read where SQLite holds it.

use super::{
    statement::Statement,
    temporal::{read_date, read_date_time, read_time, read_utc},
};
use aludel_core::{Error, ErrorKind, Result, compile::Output, types::Row};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rusqlite::ffi;
use rust_decimal::Decimal;
use std::{
    borrow::Cow,
    ffi::{CStr, c_int},
    slice,
};
use uuid::Uuid;

/// The row that the statement stands on.
pub(super) struct SqliteRow<'a> {
    statement: &'a Statement,
    columns: usize,
    outputs: &'a [Output],
}

/// A value where SQLite holds it.
enum Stored<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'a [u8]),
    Blob(&'a [u8]),
}

impl<'a> SqliteRow<'a> {
    /// The row that `statement` stands on, of as many `columns`.
    pub(super) fn new(statement: &'a Statement, columns: usize, outputs: &'a [Output]) -> Self {
        Self { statement, columns, outputs }
    }

    #[inline]
    fn get(&self, index: usize) -> Result<Stored<'a>> {
        let column = self.column(index)?;
        // SAFETY: the statement is valid, and stands on this row for as long as the row borrows it. Its connection is used by this
        // thread alone, which is what makes an "unprotected" value safe to read, and saves the locking that `sqlite3_column_int64` and its like
        // do each. A text is asked for as text and a blob as a blob only, so SQLite converts nothing, and what it points to stays until
        // the next step, which needs `&mut`. The pointer is asked for before the length, as SQLite demands, and is null only for an empty blob.
        unsafe {
            let value = ffi::sqlite3_column_value(self.statement.raw(), column);
            Ok(match ffi::sqlite3_value_type(value) {
                ffi::SQLITE_NULL => Stored::Null,
                ffi::SQLITE_INTEGER => Stored::Integer(ffi::sqlite3_value_int64(value)),
                ffi::SQLITE_FLOAT => Stored::Real(ffi::sqlite3_value_double(value)),
                ffi::SQLITE_TEXT => {
                    let text = ffi::sqlite3_value_text(value);
                    Stored::Text(bytes(text, ffi::sqlite3_value_bytes(value)))
                }
                _ => {
                    let blob = ffi::sqlite3_value_blob(value);
                    Stored::Blob(bytes(blob.cast(), ffi::sqlite3_value_bytes(value)))
                }
            })
        }
    }

    fn column(&self, index: usize) -> Result<c_int> {
        if index >= self.columns {
            return Err(self.missing(index));
        }
        // SQLite has at most 32,767 columns.
        Ok(index as c_int)
    }

    #[cold]
    fn missing(&self, index: usize) -> Error {
        Error::new(ErrorKind::Decode, format!("column {index} was asked for in a row of {} columns", self.columns))
    }

    /// Whether the column is an expression over decimals that are kept as integers.
    fn is_computed_decimal(&self, index: usize) -> bool {
        self.outputs.get(index).is_some_and(|output| output.scale.is_some() && output.table.is_none())
    }

    #[cold]
    fn unfit<T>(&self, index: usize, stored: &Stored<'_>, wanted: &str) -> Result<T> {
        let what = match stored {
            Stored::Null => "NULL".to_owned(),
            Stored::Integer(value) => format!("the integer {value}"),
            Stored::Real(value) => format!("the number {value:?}"),
            Stored::Text(text) => {
                let text = String::from_utf8_lossy(text);
                format!("the text {:?}", text.chars().take(64).collect::<String>())
            }
            Stored::Blob(blob) => format!("{} bytes", blob.len()),
        };
        Err(self.at(index, Error::new(ErrorKind::Decode, format!("{what} is not {wanted}"))))
    }

    /// Adds the column to an error.
    fn at(&self, index: usize, error: Error) -> Error {
        Output::locate(self.outputs.get(index), self.name(index), error)
    }

    fn text(&self, index: usize, text: &'a [u8]) -> Result<&'a str> {
        match std::str::from_utf8(text) {
            Ok(text) => Ok(text),
            Err(_) => self.unfit(index, &Stored::Text(text), "UTF-8"),
        }
    }

    /// A value that is kept as text of a certain form.
    fn parsed<T>(&self, index: usize, wanted: &str, read: fn(&str) -> Option<T>) -> Result<Option<T>> {
        match self.get(index)? {
            Stored::Null => Ok(None),
            Stored::Text(text) => match read(self.text(index, text)?) {
                Some(value) => Ok(Some(value)),
                None => self.unfit(index, &Stored::Text(text), wanted),
            },
            other => self.unfit(index, &other, wanted),
        }
    }
}

/// # Safety
/// `start` must be null, or valid for `length` bytes during `'a`.
unsafe fn bytes<'a>(start: *const u8, length: c_int) -> &'a [u8] {
    match usize::try_from(length) {
        // SAFETY: the caller's.
        Ok(length) if !start.is_null() => unsafe { slice::from_raw_parts(start, length) },
        _ => &[],
    }
}

impl Row for SqliteRow<'_> {
    fn len(&self) -> usize {
        self.columns
    }

    fn name(&self, index: usize) -> Option<&str> {
        // SAFETY: the statement is valid, and the name stays until it is prepared anew, which needs `&mut`.
        unsafe {
            let name = ffi::sqlite3_column_name(self.statement.raw(), index as c_int);
            if name.is_null() { None } else { CStr::from_ptr(name).to_str().ok() }
        }
    }

    fn is_null(&self, index: usize) -> Result<bool> {
        let column = self.column(index)?;
        // SAFETY: the statement is valid.
        Ok(unsafe { ffi::sqlite3_column_type(self.statement.raw(), column) } == ffi::SQLITE_NULL)
    }

    fn bool(&self, index: usize) -> Result<Option<bool>> {
        match self.get(index)? {
            Stored::Null => Ok(None),
            Stored::Integer(0) => Ok(Some(false)),
            Stored::Integer(1) => Ok(Some(true)),
            other => self.unfit(index, &other, "a bool (0 or 1)"),
        }
    }

    fn i64(&self, index: usize) -> Result<Option<i64>> {
        match self.get(index)? {
            Stored::Null => Ok(None),
            Stored::Integer(value) => Ok(Some(value)),
            other => self.unfit(index, &other, "an integer"),
        }
    }

    fn u64(&self, index: usize) -> Result<Option<u64>> {
        match self.get(index)? {
            Stored::Null => Ok(None),
            Stored::Integer(value) if value >= 0 => Ok(Some(value.cast_unsigned())),
            other => self.unfit(index, &other, "an unsigned integer"),
        }
    }

    fn f32(&self, index: usize) -> Result<Option<f32>> {
        let Some(value) = self.f64(index)? else { return Ok(None) };
        let nearest = value as f32;
        if nearest.is_infinite() && value.is_finite() {
            return self.unfit(index, &Stored::Real(value), "in the range of f32");
        }
        Ok(Some(nearest))
    }

    fn f64(&self, index: usize) -> Result<Option<f64>> {
        match self.get(index)? {
            Stored::Null => Ok(None),
            Stored::Real(value) => Ok(Some(value)),
            Stored::Integer(value) if i128::from(value) == (value as f64) as i128 => Ok(Some(value as f64)),
            other => self.unfit(index, &other, "an f64 to the last digit"),
        }
    }

    fn str(&self, index: usize) -> Result<Option<&str>> {
        match self.get(index)? {
            Stored::Null => Ok(None),
            Stored::Text(text) => self.text(index, text).map(Some),
            other => self.unfit(index, &other, "text"),
        }
    }

    fn bytes(&self, index: usize) -> Result<Option<&[u8]>> {
        match self.get(index)? {
            Stored::Null => Ok(None),
            Stored::Blob(blob) => Ok(Some(blob)),
            other => self.unfit(index, &other, "bytes"),
        }
    }

    fn date(&self, index: usize) -> Result<Option<NaiveDate>> {
        self.parsed(index, "a date (2024-02-29)", read_date)
    }

    fn time(&self, index: usize) -> Result<Option<NaiveTime>> {
        self.parsed(index, "a time (13:05:00)", read_time)
    }

    fn date_time(&self, index: usize) -> Result<Option<NaiveDateTime>> {
        self.parsed(index, "a date and time without a zone (2024-02-29 13:05:00)", read_date_time)
    }

    fn utc_date_time(&self, index: usize) -> Result<Option<DateTime<Utc>>> {
        self.parsed(index, "an instant (2024-02-29 13:05:00+00:00)", read_utc)
    }

    fn decimal(&self, index: usize) -> Result<Option<Decimal>> {
        let stored = self.get(index)?;
        let value = match &stored {
            Stored::Null => return Ok(None),
            // A column of a known scale holds its decimals as integers, without the point.
            Stored::Integer(value) => {
                let scale = self.outputs.get(index).and_then(|output| output.scale).unwrap_or(0);
                Decimal::try_from_i128_with_scale((*value).into(), scale.into()).ok()
            }
            // SQLite goes on with a double where an integer would be too large.
            Stored::Real(value) if self.is_computed_decimal(index) => {
                let message = format!(
                    "{value:e} is what is left of a decimal beyond 64 bits, whose last digits SQLite has lost; cast it to f64, or \
                     compute it in the program"
                );
                return Err(self.at(index, Error::new(ErrorKind::Decode, message)));
            }
            // The shortest text that means this very number.
            Stored::Real(value) => Decimal::from_str_exact(&value.to_string()).ok(),
            Stored::Text(text) => Decimal::from_str_exact(self.text(index, text)?).ok(),
            Stored::Blob(_) => None,
        };
        match value {
            Some(value) => Ok(Some(value)),
            None => self.unfit(index, &stored, "a decimal of at most 28 digits"),
        }
    }

    fn uuid(&self, index: usize) -> Result<Option<Uuid>> {
        let stored = self.get(index)?;
        let value = match &stored {
            Stored::Null => return Ok(None),
            Stored::Text(text) => Uuid::try_parse_ascii(text).ok(),
            Stored::Blob(blob) => Uuid::from_slice(blob).ok(),
            _ => None,
        };
        match value {
            Some(value) => Ok(Some(value)),
            None => self.unfit(index, &stored, "a UUID"),
        }
    }

    fn json(&self, index: usize) -> Result<Option<Cow<'_, str>>> {
        match self.get(index)? {
            Stored::Null => Ok(None),
            Stored::Text(text) => self.text(index, text).map(|text| Some(Cow::Borrowed(text))),
            // A column declared as JSON has numeric affinity, so that the JSON `1` is kept as an integer.
            Stored::Integer(value) => Ok(Some(Cow::Owned(value.to_string()))),
            Stored::Real(value) if value.is_finite() => Ok(Some(Cow::Owned(format!("{value:?}")))),
            other => self.unfit(index, &other, "JSON"),
        }
    }
}
