//! A struct that is a table.

use super::{TableDef, TableRef};
use crate::{
    error::Result,
    types::{AnyField, Row},
};

/// A struct whose values are rows of a table; implemented by `#[derive(Model)]`.
///
/// Everything the toolkit does with a model goes through these few functions, so that a model costs little to compile:
/// queries, flushes and decoding are written once, over positions.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "a model is a struct with `#[derive(Model)]`, and a row is a value of it; its name alone is the table"
)]
pub trait Model: Send + Sync + Sized + 'static {
    /// The table as a value: a `Copy` struct whose fields are the typed columns.
    type Table: Table<Model = Self>;

    /// The type of the primary key: that of its column, or a tuple of those of several.
    type Key;

    /// The columns under the table's own name; the derive keeps them in a `static` of the model's name.
    const COLUMNS: Self::Table;

    /// A copy of it: a model is `Clone`, which is asked for here and not of the trait, so that one that is not is told once.
    #[doc(hidden)]
    fn copy(&self) -> Self;

    /// The table's description.
    fn table() -> &'static TableDef;

    /// Reads a model whose first column is at `start`.
    fn decode(row: &dyn Row, start: usize) -> Result<Self>;

    /// The field of the column at `index`.
    ///
    /// # Panics
    /// If the table has no such column; positions come from [`Model::table`].
    fn field(&self, index: usize) -> &dyn AnyField;

    /// The field of the column at `index`, to change.
    ///
    /// # Panics
    /// If the table has no such column; positions come from [`Model::table`].
    fn field_mut(&mut self, index: usize) -> &mut dyn AnyField;
}

/// The value that stands for a model's table in queries: its fields are the columns.
pub trait Table: Copy + Send + Sync + 'static {
    /// The model whose table it is.
    type Model: Model<Table = Self>;

    /// The same columns under another name of the table.
    fn at(table: TableRef) -> Self;

    /// The table and the name by which the statement calls it.
    fn table_ref(&self) -> TableRef;

    /// The same columns under the name `alias`, to use a table twice in one statement.
    #[doc(alias("aliased"))]
    fn alias(&self, alias: &'static str) -> Self {
        Self::at(TableRef { alias: Some(alias), ..self.table_ref() })
    }
}
