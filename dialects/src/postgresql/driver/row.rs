//! Rows, and arrays as rows of their elements.

use super::{decode::Cell, statement::Column, wire::Wire};
use crate::postgresql::client::RawRow;
use aludel_core::{Error, ErrorKind, Result, compile::Output, types::Row};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;
use std::borrow::Cow;
use uuid::Uuid;

/// Where values come from.
pub(super) trait Cells {
    fn count(&self) -> usize;

    /// The value at `index`, which is below the count; `None` is NULL.
    fn cell(&self, index: usize) -> Option<Cell<'_>>;

    fn name(&self, index: usize) -> Option<&str> {
        let _ = index;
        None
    }

    /// Adds the column to an error.
    fn at(&self, index: usize, error: Error) -> Error {
        let _ = index;
        error
    }
}

/// A row of the server's, where it came in.
pub(super) struct ServerRow<'a> {
    pub(super) row: RawRow<'a>,
    pub(super) columns: &'a [Column],
    pub(super) outputs: &'a [Output],
}

impl Cells for ServerRow<'_> {
    fn count(&self) -> usize {
        // As many as the statement yields, unless the server errs.
        self.row.len().min(self.columns.len())
    }

    #[inline]
    fn cell(&self, index: usize) -> Option<Cell<'_>> {
        Some(Cell { bytes: self.row.get(index)?, wire: &self.columns[index].wire })
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.columns.get(index).map(|column| column.name.as_str())
    }

    fn at(&self, index: usize, error: Error) -> Error {
        Output::locate(self.outputs.get(index), self.name(index), error)
    }
}

/// The elements of an array.
struct Elements<'a> {
    item: &'a Wire,
    elements: Vec<Option<&'a [u8]>>,
}

impl Cells for Elements<'_> {
    fn count(&self) -> usize {
        self.elements.len()
    }

    fn cell(&self, index: usize) -> Option<Cell<'_>> {
        self.elements[index].map(|bytes| Cell { wire: self.item, bytes })
    }
}

/// Values, read by their types.
pub(super) struct Decoded<C>(pub(super) C);

impl<C: Cells> Decoded<C> {
    #[inline]
    fn get(&self, index: usize) -> Result<Option<Cell<'_>>> {
        if index >= self.0.count() {
            return Err(self.missing(index));
        }
        Ok(self.0.cell(index))
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
        let columns = self.0.count();
        Error::new(ErrorKind::Decode, format!("column {index} was asked for in a row of {columns} columns"))
    }

    #[cold]
    fn unfit(&self, index: usize, cell: Cell<'_>, wanted: &str) -> Error {
        let found = cell.shown();
        self.0.at(index, Error::new(ErrorKind::Decode, format!("{found} is not {wanted}")))
    }
}

macro_rules! getters {
    ($($name:ident -> $type:ty, $wanted:literal;)*) => { $(
        fn $name(&self, index: usize) -> Result<Option<$type>> {
            self.read(index, $wanted, Cell::$name)
        }
    )* };
}

impl<C: Cells> Row for Decoded<C> {
    fn len(&self) -> usize {
        self.0.count()
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.0.name(index)
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
        date -> NaiveDate, "a date in the range of the Rust type";
        time -> NaiveTime, "a time before 24:00";
        date_time -> NaiveDateTime, "a date and time without a zone, in the range of the Rust type";
        utc_date_time -> DateTime<Utc>, "an instant in the range of the Rust type";
        decimal -> Decimal, "a decimal of at most 28 digits";
        big_decimal -> String, "a decimal";
        uuid -> Uuid, "a UUID";
    }

    fn json(&self, index: usize) -> Result<Option<Cow<'_, str>>> {
        Ok(self.read(index, "JSON", Cell::json)?.map(Cow::Borrowed))
    }

    fn list(&self, index: usize) -> Result<Option<Box<dyn Row + '_>>> {
        let list = self.read(index, "an array of one dimension", Cell::list)?;
        Ok(list.map(|(item, elements)| Box::new(Decoded(Elements { item, elements })) as Box<dyn Row + '_>))
    }
}
