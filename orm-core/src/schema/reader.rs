//! How a model is read out of a row.

use super::TableDef;
use crate::{
    error::{Error, Result},
    types::{AnyField, Field, Row},
};

/// Reads the columns of a model one after the other, and names the one that could not be read.
///
/// `#[derive(Model)]` writes `Model::decode` with it: what a column costs there is one call.
pub struct Reader<'r> {
    row: &'r dyn Row,
    /// The position in the row of the next column.
    next: usize,
    /// The position in the row of the first column.
    start: usize,
    table: &'static TableDef,
}

impl<'r> Reader<'r> {
    /// Reads columns of `table`, of which the first is at `start`.
    pub fn new(row: &'r dyn Row, start: usize, table: &'static TableDef) -> Self {
        Self { row, next: start, start, table }
    }

    /// The next column.
    ///
    /// # Errors
    /// What the column's type says of the value, with the names of table and column.
    #[inline]
    pub fn read<T: Field>(&mut self) -> Result<T> {
        let index = self.next;
        self.next += 1;
        match T::decode(self.row, index) {
            Ok(value) => Ok(value),
            Err(error) => Err(self.failed(error, index)),
        }
    }

    #[cold]
    fn failed(&self, error: Error, index: usize) -> Error {
        let error = error.with_table(self.table.full_name());
        match self.table.columns.get(index - self.start) {
            Some(column) => error.with_column(&*column.name),
            None => error,
        }
    }
}

/// A model's table, and how its values are reached; written by `#[derive(Model)]`.
#[doc(hidden)]
pub struct Described<M: 'static> {
    pub table: TableDef,
    pub decode: fn(&dyn Row, usize) -> Result<M>,
    pub field: fn(&M, usize) -> &dyn AnyField,
    pub field_mut: fn(&mut M, usize) -> &mut dyn AnyField,
}

/// A field, whatever its type; written by `#[derive(Model)]`.
#[doc(hidden)]
#[inline]
pub fn any<T: Field>(field: &T) -> &dyn AnyField {
    field
}

/// A field to change, whatever its type; written by `#[derive(Model)]`.
#[doc(hidden)]
#[inline]
pub fn any_mut<T: Field>(field: &mut T) -> &mut dyn AnyField {
    field
}

/// What `Model::field` answers to a position that its table does not have; written by `#[derive(Model)]`.
#[cold]
#[doc(hidden)]
pub fn no_column(table: &TableDef, index: usize) -> ! {
    panic!("the table {} has {} columns, and none at position {index}", table.full_name(), table.columns.len())
}
