//! Rows.

use super::decode::Cell;
use crate::mysql::client::RawRow;
use aludel_core::{Error, ErrorKind, Result, compile::Output, types::Row};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;
use std::borrow::Cow;
use uuid::Uuid;

/// A row of the server's, where it came in.
pub(super) struct ServerRow<'a> {
    pub(super) row: RawRow<'a>,
    pub(super) outputs: &'a [Output],
}

impl ServerRow<'_> {
    #[inline]
    fn get(&self, index: usize) -> Result<Option<Cell<'_>>> {
        match self.row.columns.get(index) {
            Some(column) => Ok(self.row.get(index).map(|bytes| Cell { wire: column.wire, bytes })),
            None => Err(self.missing(index)),
        }
    }

    #[inline]
    fn read<'a, T>(
        &'a self,
        index: usize,
        wanted: &str,
        read: impl FnOnce(Cell<'a>) -> Option<T>,
    ) -> Result<Option<T>> {
        match self.get(index)? {
            None => Ok(None),
            Some(cell) => match read(cell) {
                Some(value) => Ok(Some(value)),
                None => Err(self.unfit(index, cell, wanted)),
            },
        }
    }

    #[cold]
    fn missing(&self, index: usize) -> Error {
        let columns = self.row.columns.len();
        Error::new(ErrorKind::Decode, format!("column {index} was asked for in a row of {columns} columns"))
    }

    #[cold]
    fn unfit(&self, index: usize, cell: Cell<'_>, wanted: &str) -> Error {
        let error = Error::new(ErrorKind::Decode, format!("{} is not {wanted}", cell.shown()));
        Output::locate(self.outputs.get(index), self.name(index), error)
    }
}

macro_rules! getters {
    ($($name:ident -> $type:ty, $wanted:literal;)*) => { $(
        fn $name(&self, index: usize) -> Result<Option<$type>> {
            self.read(index, $wanted, Cell::$name)
        }
    )* };
}

impl Row for ServerRow<'_> {
    fn len(&self) -> usize {
        self.row.columns.len()
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.row.columns.get(index).map(|column| column.name.as_str())
    }

    fn is_null(&self, index: usize) -> Result<bool> {
        Ok(self.get(index)?.is_none())
    }

    getters! {
        bool -> bool, "a bool";
        i64 -> i64, "an integer";
        u64 -> u64, "an unsigned integer";
        f32 -> f32, "in the range of f32";
        f64 -> f64, "an f64 to the last digit; cast it in the query";
        str -> &str, "text";
        bytes -> &[u8], "bytes";
        date -> NaiveDate, "a date";
        time -> NaiveTime, "a time of day";
        date_time -> NaiveDateTime, "a date and time";
        utc_date_time -> DateTime<Utc>, "an instant";
        decimal -> Decimal, "a decimal of at most 28 digits";
        big_decimal -> String, "a decimal";
        uuid -> Uuid, "a UUID";
    }

    fn json(&self, index: usize) -> Result<Option<Cow<'_, str>>> {
        Ok(self.read(index, "JSON", Cell::json)?.map(Cow::Borrowed))
    }
}
