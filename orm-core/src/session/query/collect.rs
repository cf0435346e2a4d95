//! Rows into values.

use crate::{
    compile::Compiled,
    error::{Error, ErrorKind, Result},
    schema::{AnyModel, ReadAny, TableDef},
    types::{Row, RowSink},
};
use std::{any::Any, ops::ControlFlow, sync::Arc};

/// Reads a row, whose columns begin at the position, and moves the position past them.
pub(crate) type Decode<R> = fn(&dyn Row, &mut usize) -> Result<R>;

/// As [`Decode`], for what is put together from the decoding of several parts.
pub(crate) type Decoder<R> = Arc<dyn Fn(&dyn Row, &mut usize) -> Result<R> + Send + Sync>;

/// Keeps what stands in each row behind the columns of its value.
pub trait Beside: Send {
    fn read(&mut self, row: &dyn Row, at: &mut usize) -> Result<()>;

    /// Whether a row only adds to one that was read before, and so is none of its own. Then what it adds is kept.
    fn adds(&mut self, _row: &dyn Row, _at: &mut usize) -> Result<bool> {
        Ok(false)
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send>;
}

/// What [`Column::take`] takes: a value for each row.
pub(crate) struct Values<T>(pub(crate) Vec<T>);

/// Values that stand beside those of a plan, in the order of its rows.
pub(crate) struct Column<T> {
    decode: Decoder<T>,
    values: Vec<T>,
}

impl<T: Send + 'static> Column<T> {
    pub(crate) fn boxed(decode: Decoder<T>) -> Box<dyn Beside> {
        Box::new(Self { decode, values: Vec::new() })
    }

    /// The values of the one that `boxed` made, or of another that keeps one for each row.
    pub(crate) fn take(beside: Option<Box<dyn Beside>>) -> Result<Vec<T>> {
        match beside.map(|beside| beside.into_any().downcast::<Values<T>>()) {
            Some(Ok(values)) => Ok(values.0),
            _ => Err(no_sink()),
        }
    }
}

impl<T: Send + 'static> Beside for Column<T> {
    fn read(&mut self, row: &dyn Row, at: &mut usize) -> Result<()> {
        self.values.push((self.decode)(row, at)?);
        Ok(())
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        Box::new(Values(self.values))
    }
}

/// Keeps every row as a value.
pub(crate) struct Collect<R> {
    rows: Vec<R>,
    beside: Vec<Box<dyn Beside>>,
    decode: Decode<R>,
    statement: Arc<Compiled>,
}

impl<R: Send + 'static> Collect<R> {
    pub(crate) fn boxed(decode: Decode<R>, statement: Arc<Compiled>) -> Box<dyn RowSink> {
        Self::boxed_with(decode, Vec::new(), statement)
    }

    /// As `boxed`, for rows that have more behind the columns of their values.
    pub(crate) fn boxed_with(
        decode: Decode<R>,
        beside: Vec<Box<dyn Beside>>,
        statement: Arc<Compiled>,
    ) -> Box<dyn RowSink> {
        Box::new(Self { rows: Vec::new(), beside, decode, statement })
    }

    /// The rows of the sink that `boxed` made.
    pub(crate) fn take(sink: Option<Box<dyn RowSink>>) -> Result<Vec<R>> {
        Ok(Self::take_with(sink)?.0)
    }

    /// The rows of the sink that `boxed_with` made, and what stands beside them.
    pub(crate) fn take_with(sink: Option<Box<dyn RowSink>>) -> Result<(Vec<R>, Vec<Box<dyn Beside>>)> {
        match sink.map(|sink| sink.into_any().downcast::<Self>()) {
            Some(Ok(collected)) => Ok((collected.rows, collected.beside)),
            _ => Err(no_sink()),
        }
    }

    fn read(&mut self, row: &dyn Row, at: &mut usize) -> Result<()> {
        for beside in &mut self.beside {
            if beside.adds(row, at)? {
                return Ok(());
            }
        }
        self.rows.push((self.decode)(row, at)?);
        self.beside.iter_mut().try_for_each(|beside| beside.read(row, at))
    }
}

impl<R: Send + 'static> RowSink for Collect<R> {
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        let mut at = 0;
        self.read(row, &mut at).map_err(|error| name_column(error, &self.statement, at))?;
        Ok(ControlFlow::Continue(()))
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

/// Keeps rows of a model that is known by its description alone.
pub(crate) fn any_rows(table: &'static TableDef, read: ReadAny, statement: Arc<Compiled>) -> Box<dyn RowSink> {
    let row: Decoder<Box<dyn AnyModel>> = Arc::new(move |row, at| {
        let start = *at;
        *at += table.columns.len();
        read(row, start)
    });
    Collect::<()>::boxed_with(|_, _| Ok(()), vec![Column::boxed(row)], statement)
}

/// The rows of the sink that `any_rows` made.
pub(crate) fn take_any_rows(sink: Option<Box<dyn RowSink>>) -> Result<Vec<Box<dyn AnyModel>>> {
    Column::take(Collect::<()>::take_with(sink)?.1.pop())
}

#[cold]
pub(super) fn no_sink() -> Error {
    Error::new(ErrorKind::State, "the driver did not hand the sink back")
}

/// Adds to a decode error which column of the statement it was; a model's own error names its column already.
#[cold]
pub(super) fn name_column(error: Error, statement: &Compiled, end: usize) -> Error {
    match statement.outputs.get(end.saturating_sub(1)) {
        Some(output) if error.column().is_none() => match output.table {
            Some(table) => error.with_table(table).with_column(output.name.clone()),
            None if output.name.is_empty() => error.with_column(format!("number {end}")),
            None => error.with_column(output.name.clone()),
        },
        _ => error,
    }
}
