//! Rows.

use super::{cell::Cell, error::model_name};
use aludel_core::{Error, ErrorKind, Result, compile::Output, types::Row};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;
use std::borrow::Cow;
use uuid::Uuid;

/// The names of a query's columns.
pub(super) fn names(cursor: &oracledb::Cursor) -> Vec<String> {
    cursor.columns().iter().map(|column| model_name(column.name())).collect()
}

/// A row, its fields at hand.
pub(super) struct OracleRow<'a> {
    pub(super) cells: &'a [Cell],
    pub(super) names: &'a [String],
    pub(super) outputs: &'a [Output],
}

impl OracleRow<'_> {
    fn get(&self, index: usize) -> Result<&Cell> {
        self.cells.get(index).ok_or_else(|| {
            let columns = self.cells.len();
            Error::new(ErrorKind::Decode, format!("column {index} was asked for in a row of {columns} columns"))
        })
    }

    fn read<'a, T>(
        &'a self,
        index: usize,
        wanted: &str,
        read: impl FnOnce(&'a Cell) -> Option<T>,
    ) -> Result<Option<T>> {
        match self.get(index)? {
            Cell::Null => Ok(None),
            cell => match read(cell) {
                Some(value) => Ok(Some(value)),
                None => Err(self.unfit(index, cell, wanted)),
            },
        }
    }

    #[cold]
    fn unfit(&self, index: usize, cell: &Cell, wanted: &str) -> Error {
        let error = Error::new(ErrorKind::Decode, format!("{} is not {wanted}", cell.shown()));
        Output::locate(self.outputs.get(index), self.name(index), error)
    }
}

macro_rules! getters {
    ($($name:ident -> $type:ty, $read:ident, $wanted:literal;)*) => { $(
        fn $name(&self, index: usize) -> Result<Option<$type>> {
            self.read(index, $wanted, Cell::$read)
        }
    )* };
}

impl Row for OracleRow<'_> {
    fn len(&self) -> usize {
        self.cells.len()
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.names.get(index).map(String::as_str)
    }

    fn is_null(&self, index: usize) -> Result<bool> {
        Ok(matches!(self.get(index)?, Cell::Null))
    }

    getters! {
        bool -> bool, bool, "a bool";
        i64 -> i64, parsed, "an integer";
        u64 -> u64, parsed, "an unsigned integer";
        f32 -> f32, f32, "in the range of f32";
        f64 -> f64, f64, "an f64";
        str -> &str, str, "text";
        bytes -> &[u8], bytes, "bytes";
        date -> NaiveDate, date, "a date";
        time -> NaiveTime, time, "a time of day";
        date_time -> NaiveDateTime, date_time, "a date and time";
        decimal -> Decimal, decimal, "a decimal of at most 28 digits";
        big_decimal -> String, big_decimal, "a decimal";
        uuid -> Uuid, uuid, "a UUID";
    }

    fn utc_date_time(&self, index: usize) -> Result<Option<DateTime<Utc>>> {
        // oracledb answers instants in UTC, and the session's time zone is UTC.
        Ok(self.read(index, "an instant", Cell::date_time)?.map(|moment| moment.and_utc()))
    }

    fn json(&self, index: usize) -> Result<Option<Cow<'_, str>>> {
        Ok(self.read(index, "JSON", Cell::str)?.map(Cow::Borrowed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row<'a>(cells: &'a [Cell], names: &'a [String]) -> OracleRow<'a> {
        OracleRow { cells, names, outputs: &[] }
    }

    #[test]
    fn numbers_are_read_as_what_they_are_for() -> Result<()> {
        let cells = ["1", "-5", "3.25", "18446744073709551615", "1e40"].map(|digits| Cell::Number(digits.into()));
        let names = ["a", "b", "c", "d", "e"].map(str::to_owned);
        let row = row(&cells, &names);
        assert_eq!((row.bool(0)?, row.i64(1)?), (Some(true), Some(-5)));
        assert_eq!((row.f64(2)?, row.u64(3)?), (Some(3.25), Some(u64::MAX)));
        assert_eq!(row.decimal(2)?, Some(Decimal::new(325, 2)));
        for wrong in [row.bool(1).expect_err("of another type"), row.u64(1).expect_err("of another type")] {
            assert_eq!((wrong.kind(), wrong.column()), (ErrorKind::Decode, Some("b")));
        }
        assert!(row.i64(2).is_err() && row.i64(3).is_err() && row.decimal(4).is_err() && row.str(0).is_err());
        assert!(row.i64(5).is_err());
        Ok(())
    }
}
