//! The rows of a SQL text, read by position or by the names of a query's columns.

use super::{
    collect::Decode,
    executor::Executor,
    named::{NamedRow, Place, places},
};
use crate::{
    compile::{Output, outputs},
    error::{Error, ErrorKind, Result},
    expr::tree,
    statement::{Select, Statement},
    types::{Row, RowSink},
};
use std::{any::Any, ops::ControlFlow};

/// What a text query runs.
#[derive(Debug, Clone)]
pub(crate) struct TextRows {
    pub(super) clause: tree::TextNode,
    /// The query whose columns are looked for by their names; without one, columns are read by position.
    pub(super) columns: Option<Select>,
    /// How many rows are read at the most.
    pub(super) limit: usize,
}

impl TextRows {
    pub(super) async fn run<R: Send + 'static>(self, decode: Decode<R>, executor: &mut Executor<'_>) -> Result<Vec<R>> {
        let columns = match self.columns {
            Some(Select { problem: Some((kind, message)), .. }) => return Err(Error::new(kind, message)),
            Some(select) => Columns::Named(outputs(executor.dialect(), &select.columns), Vec::new()),
            None => Columns::ByPosition,
        };
        let reads = only_reads(&self.clause.sql);
        let (statement, binds) = executor.compile(Statement::Text(self.clause))?;
        let sink = Box::new(Collect { rows: Vec::new(), decode, columns, limit: self.limit });
        let done = if reads {
            executor.read(statement, binds, sink).await?
        } else {
            executor.write(statement, binds, Some(sink)).await?
        };
        match done.sink.map(|sink| sink.into_any().downcast::<Collect<R>>()) {
            Some(Ok(collected)) => Ok(collected.rows),
            _ => Err(Error::new(ErrorKind::State, "the driver did not hand the sink back")),
        }
    }
}

/// Whether the text has no word that changes or locks rows. One in quotes counts too: then a transaction begins that was not needed.
fn only_reads(sql: &str) -> bool {
    const READS: [&str; 5] = ["select", "with", "values", "explain", "show"];
    const CHANGES: [&str; 7] = ["insert", "update", "delete", "merge", "into", "lock", "share"];
    let is = |word: &str, words: &[&str]| words.iter().any(|known| word.eq_ignore_ascii_case(known));
    let mut words = sql.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    words.next().is_some_and(|first| is(first, &READS)) && !words.any(|word| is(word, &CHANGES))
}

/// Where the columns of a row are.
enum Columns {
    ByPosition,
    /// Those that are wanted, and where they are: found at the first row.
    Named(Vec<Output>, Vec<Place>),
}

/// Keeps rows as values.
struct Collect<R> {
    rows: Vec<R>,
    decode: Decode<R>,
    columns: Columns,
    limit: usize,
}

impl<R: Send + 'static> RowSink for Collect<R> {
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        let mut at = 0;
        let value = match &mut self.columns {
            Columns::ByPosition => {
                let value = (self.decode)(row, &mut at).map_err(|error| match row.name(at.saturating_sub(1)) {
                    Some(name) => error.with_column(name),
                    None => error.with_column(format!("number {at}")),
                })?;
                if at != row.len() {
                    return Err(wrong_width(row.len(), at));
                }
                value
            }
            Columns::Named(wanted, found) => {
                if found.is_empty() {
                    *found = places(row, wanted)?;
                }
                (self.decode)(&NamedRow::new(row, found), &mut at).map_err(|error| place(error, wanted, at))?
            }
        };
        self.rows.push(value);
        Ok(if self.rows.len() < self.limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

/// Adds to a decode error which of the wanted columns it was; a model's own error names its column already.
#[cold]
fn place(error: Error, wanted: &[Output], end: usize) -> Error {
    Output::locate(wanted.get(end.saturating_sub(1)), None, error)
}

#[cold]
fn wrong_width(yields: usize, read: usize) -> Error {
    Error::new(ErrorKind::Decode, format!("the text yields {yields} columns, and the Rust type reads {read}"))
}

#[cfg(test)]
mod tests {
    use super::only_reads;

    #[test]
    fn a_text_that_changes_or_locks_is_known() {
        for sql in ["SELECT 1", " (select updated_at from t)", "WITH a AS (SELECT 1) SELECT * FROM a", "VALUES (1)"] {
            assert!(only_reads(sql), "{sql}");
        }
        for sql in [
            "INSERT INTO t VALUES (1) RETURNING id",
            "select 1 from t for UPDATE",
            "WITH d AS (DELETE FROM t) SELECT 1",
            "",
        ] {
            assert!(!only_reads(sql), "{sql}");
        }
    }
}
