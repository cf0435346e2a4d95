//! Rows into values.

use crate::{
    compile::Compiled,
    error::{Error, ErrorKind, Result},
    types::{Row, RowSink},
};
use std::{any::Any, ops::ControlFlow, sync::Arc};

/// Reads a row, whose columns begin at the position, and moves the position past them.
pub(crate) type Decode<R> = fn(&dyn Row, &mut usize) -> Result<R>;

/// Keeps every row as a value.
pub(crate) struct Collect<R> {
    rows: Vec<R>,
    decode: Decode<R>,
    statement: Arc<Compiled>,
}

impl<R: Send + 'static> Collect<R> {
    pub(crate) fn boxed(decode: Decode<R>, statement: Arc<Compiled>) -> Box<dyn RowSink> {
        Box::new(Self { rows: Vec::new(), decode, statement })
    }

    /// The rows of the sink that `boxed` made.
    pub(crate) fn take(sink: Option<Box<dyn RowSink>>) -> Result<Vec<R>> {
        match sink.map(|sink| sink.into_any().downcast::<Self>()) {
            Some(Ok(collected)) => Ok(collected.rows),
            _ => Err(Error::new(ErrorKind::State, "the driver did not hand the sink back")),
        }
    }
}

impl<R: Send + 'static> RowSink for Collect<R> {
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        let mut at = 0;
        match (self.decode)(row, &mut at) {
            Ok(value) => self.rows.push(value),
            Err(error) => return Err(name_column(error, &self.statement, at)),
        }
        Ok(ControlFlow::Continue(()))
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

/// Adds to a decode error which column of the statement it was; a model's own error names its column already.
#[cold]
fn name_column(error: Error, statement: &Compiled, end: usize) -> Error {
    match statement.outputs.get(end.saturating_sub(1)) {
        Some(output) if error.column().is_none() => match output.table {
            Some(table) => error.with_table(table).with_column(output.name.clone()),
            None if output.name.is_empty() => error.with_column(format!("number {end}")),
            None => error.with_column(output.name.clone()),
        },
        _ => error,
    }
}
