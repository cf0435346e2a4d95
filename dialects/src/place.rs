//! Where an error of a server's happened.

use aludel_core::Error;

/// What a server tells of where an error happened, by the names in the models.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place<T> {
    pub(crate) table: Option<T>,
    pub(crate) column: Option<T>,
    pub(crate) constraint: Option<T>,
}

impl<T> Default for Place<T> {
    fn default() -> Self {
        Self { table: None, column: None, constraint: None }
    }
}

impl<T: Into<String>> Place<T> {
    /// The error with what is told.
    pub(crate) fn on(self, mut error: Error) -> Error {
        if let Some(table) = self.table {
            error = error.with_table(table);
        }
        if let Some(column) = self.column {
            error = error.with_column(column);
        }
        if let Some(constraint) = self.constraint {
            error = error.with_constraint(constraint);
        }
        error
    }
}
