//! Columns of rows as values: what an INSERT returns, and what is asked for of rows that are known.

use super::Session;
use crate::{
    engine::Job,
    error::{Error, ErrorKind, Result},
    expr::tree::Select,
    schema::TableDef,
    types::{Row, RowSink, SqlType, Value},
};
use std::{any::Any, ops::ControlFlow};

impl Session {
    /// The values that a query yields, which selects columns of a table: row after row. It is of the transaction, if there is one.
    pub(super) async fn read_values(
        &mut self,
        select: Select,
        table: &TableDef,
        columns: &[u16],
    ) -> Result<Vec<Value>> {
        let (statement, binds) = self.engine.compile(select)?;
        let sink = Some(Returned::of(table, columns, 0));
        let job = Job { statement, binds, sink, timeout: None };
        let done =
            if self.in_transaction() { self.open_transaction()?.run(job).await? } else { self.engine.run(job).await? };
        done.sink.map_or_else(|| Ok(Vec::new()), Returned::take)
    }
}

/// Keeps values, row after row.
pub(super) struct Returned {
    types: Vec<SqlType>,
    values: Vec<Value>,
}

impl Returned {
    pub(super) fn of(table: &TableDef, columns: &[u16], rows: usize) -> Box<dyn RowSink> {
        let types = columns.iter().map(|&column| table.columns[usize::from(column)].sql_type).collect();
        Box::new(Self { types, values: Vec::with_capacity(columns.len() * rows) })
    }

    pub(super) fn take(sink: Box<dyn RowSink>) -> Result<Vec<Value>> {
        match sink.into_any().downcast::<Self>() {
            Ok(returned) => Ok(returned.values),
            Err(_) => Err(Error::new(ErrorKind::State, "the driver handed another sink back")),
        }
    }
}

impl RowSink for Returned {
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        for (index, &sql_type) in self.types.iter().enumerate() {
            self.values.push(Value::read(row, index, sql_type)?);
        }
        Ok(ControlFlow::Continue(()))
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}
