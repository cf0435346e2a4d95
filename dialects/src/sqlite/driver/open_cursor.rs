//! A query that is read in pieces: its statement, out of the cache while it runs.

use super::statement::{Statement, Statements};
use aludel_core::{compile::Compiled, types::Value};
use std::sync::Arc;

/// A query that stands before a row.
pub(super) struct OpenCursor {
    pub(super) compiled: Arc<Compiled>,
    /// Present until the cursor is closed.
    pub(super) statement: Option<Statement>,
    /// Bound to the statement, and so kept until it is released.
    pub(super) values: Vec<Value>,
}

impl OpenCursor {
    pub(super) fn close(mut self, statements: &mut Statements) {
        if let Some(mut statement) = self.statement.take() {
            statement.release();
            statements.put_back(&self.compiled, statement);
        }
    }
}

impl Drop for OpenCursor {
    fn drop(&mut self) {
        if let Some(statement) = &mut self.statement {
            statement.release();
        }
    }
}
