//! A struct that is a table.

use super::{ColumnRef, TableDef, TableRef};
use crate::{
    error::{Error, ErrorKind, Result},
    suggest::closest,
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

    /// The column of this name in the database, to order by what a user asks for.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let asked = "age";
    /// assert_eq!(
    ///     sql(query(User.id).order_by(User.column_named(asked)?.desc())),
    ///     "SELECT users.id FROM users ORDER BY users.age DESC"
    /// );
    /// assert_eq!(
    ///     User.column_named("agee; DROP TABLE users").unwrap_err().kind(),
    ///     aludel_core::ErrorKind::UndefinedColumn
    /// );
    /// # Ok::<(), aludel_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Of kind [`UndefinedColumn`](crate::ErrorKind::UndefinedColumn) if there is none; the message names the one that is called alike.
    fn column_named(&self, name: &str) -> Result<ColumnRef> {
        let table = self.table_ref();
        let index = table.def.columns.iter().position(|column| column.name == name);
        index.map(|index| ColumnRef { table, index: index as u16 }).ok_or_else(|| unknown_column(table.def, name))
    }

    /// The same columns under the name `alias`, to use a table twice in one statement.
    #[doc(alias("aliased"))]
    fn alias(&self, alias: &'static str) -> Self {
        Self::at(TableRef { alias: Some(alias), ..self.table_ref() })
    }
}

#[cold]
fn unknown_column(table: &TableDef, name: &str) -> Error {
    let names = || table.columns.iter().map(|column| &*column.name);
    let cure = match closest(name, names()) {
        Some(close) => format!("did you mean {close:?}?"),
        None => format!("there are {}", names().collect::<Vec<_>>().join(", ")),
    };
    let message = format!("{} has no column {name:?}; {cure}", table.full_name());
    Error::new(ErrorKind::UndefinedColumn, message).with_table(table.full_name()).with_column(name)
}
