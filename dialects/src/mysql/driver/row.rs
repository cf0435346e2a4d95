//! Rows.

use super::decode::{Cell, Wire};
use aludel_core::{Error, ErrorKind, Result, compile::Output, types::Row};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;
use sqlx::{Column, Decode, MySql, Row as _, mysql::MySqlRow};
use std::borrow::Cow;
use uuid::Uuid;

/// The types of the columns of a statement's rows, looked at with the first of them.
pub(super) fn wires(row: &MySqlRow) -> Box<[Wire]> {
    row.columns().iter().map(|column| Wire::of(column.type_info())).collect()
}

/// A row of the server's, as sqlx holds it.
pub(super) struct ServerRow<'a> {
    pub(super) row: &'a MySqlRow,
    pub(super) columns: &'a [Wire],
    pub(super) outputs: &'a [Output],
}

impl ServerRow<'_> {
    #[inline]
    fn get(&self, index: usize) -> Result<Option<Cell<'_>>> {
        let Some(&wire) = self.columns.get(index) else { return Err(self.missing(index)) };
        let value = self.row.try_get_raw(index).map_err(super::error::failed)?;
        // sqlx takes the date 0000-00-00 for NULL if it is asked. It is none, nor is it a date.
        Ok(<&[u8] as Decode<'_, MySql>>::decode(value).ok().map(|bytes| Cell { wire, bytes }))
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
        let columns = self.columns.len();
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
        self.columns.len()
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.row.columns().get(index).map(Column::name)
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
