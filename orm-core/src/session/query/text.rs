//! Queries in SQL text, where the query language ends.

use super::{
    builder::Query,
    collect::Decode,
    executor::{Executor, RunsOn},
    load::{Asked, Plan},
    named::{NamedRow, Place, places},
    run::{more_rows, no_row},
};
use crate::{
    compile::{Output, outputs},
    engine::BoxFuture,
    error::{Error, ErrorKind, Result},
    expr::{TextClause, tree},
    statement::{Select, Statement},
    types::{FromRow, Row, RowSink},
};
use std::{any::Any, fmt, ops::ControlFlow};

/// A query in SQL text, for rows of type `R`: made by [`TextClause::rows`] and [`Query::from_statement`].
///
/// In a session it flushes first, as every query does; a text with a word that changes or locks rows (`INSERT … RETURNING`, `FOR UPDATE`)
/// is part of the session's transaction, and begins it.
#[must_use = "a query does nothing until it is run: `.all().await`, `.first().await`"]
pub struct TextQuery<R, X = ()> {
    rows: TextRows,
    plan: Plan<R>,
    executor: X,
}

/// What a text query runs.
#[derive(Debug, Clone)]
pub(crate) struct TextRows {
    clause: tree::TextNode,
    /// The query whose columns are looked for by their names; without one, columns are read by position.
    columns: Option<Select>,
    /// How many rows are read at the most.
    limit: usize,
}

impl TextClause {
    /// The text as a query for values: a column type, or a tuple of them, read by position.
    ///
    /// ```
    /// # use aludel_core::expr::text;
    /// let top = text("SELECT name, count(*) FROM users WHERE id > :id GROUP BY name").bind("id", 1).rows::<(String, i64)>();
    /// // let top: Vec<(String, i64)> = top.on(&mut session).all().await?;
    /// ```
    pub fn rows<R: FromRow>(self) -> TextQuery<R> {
        let rows = TextRows { clause: self.into_clause(), columns: None, limit: usize::MAX };
        TextQuery { rows, plan: Plan::Rows(R::from_row), executor: () }
    }
}

impl<R, M, X> Query<R, M, X> {
    /// Runs SQL text in place of the query, and reads its rows as the query would. Columns are found by their names, wherever they stand; those
    /// that nobody asked for are passed over. Relations are loaded as ever.
    ///
    /// The text stands for the whole query: an order, a filter or a join that the query has already is an error when it is run.
    pub fn from_statement(self, text: TextClause) -> TextQuery<R, X> {
        let Self { select, plan, executor, .. } = self;
        let rows = TextRows { clause: text.into_clause(), columns: Some(only_columns(select)), limit: usize::MAX };
        TextQuery { rows, plan, executor }
    }
}

/// The query without anything but its SELECT list; what else there was is told when it is compiled.
fn only_columns(select: Select) -> Select {
    let columns = Select { columns: select.columns.clone(), problem: select.problem.clone(), ..Select::default() };
    if columns == select {
        return columns;
    }
    let message =
        "the text of from_statement stands for the whole query: write filters, joins, order and limits into it";
    Select { problem: columns.problem.or(Some((ErrorKind::Statement, message.to_owned()))), ..columns }
}

impl<R> TextQuery<R> {
    /// The query to run on a session, a transaction or an engine.
    pub fn on<'s>(self, executor: impl RunsOn<'s>) -> TextQuery<R, Executor<'s>> {
        TextQuery { rows: self.rows, plan: self.plan, executor: executor.executor() }
    }
}

impl<R: Send + 'static, X> TextQuery<R, X> {
    /// Every row.
    ///
    /// # Errors
    /// Of kind [`Statement`](ErrorKind::Statement) if a name in the text has no value, of kind [`Decode`](ErrorKind::Decode) if the columns are
    /// not those that were asked for or a value does not fit its Rust type, else those of the server.
    pub fn all<'s>(self) -> BoxFuture<'s, Result<Vec<R>>>
    where
        X: RunsOn<'s>,
    {
        let Self { rows, plan, executor } = self;
        let mut executor = executor.executor();
        Box::pin(async move { plan.run(Asked::Text(rows), &mut executor).await })
    }

    /// The first row, or `None`; the others are not read.
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub fn first<'s>(mut self) -> BoxFuture<'s, Result<Option<R>>>
    where
        X: RunsOn<'s>,
    {
        self.rows.limit = 1;
        let rows = self.all();
        Box::pin(async move { Ok(rows.await?.into_iter().next()) })
    }

    /// The one row.
    ///
    /// # Errors
    /// Of kind [`NotFound`](ErrorKind::NotFound) if there is none, of kind [`MultipleRows`](ErrorKind::MultipleRows) if there are more;
    /// else as [`all`](Self::all).
    pub fn one<'s>(self) -> BoxFuture<'s, Result<R>>
    where
        X: RunsOn<'s>,
    {
        let row = self.one_or_none();
        Box::pin(async move { row.await?.ok_or_else(no_row) })
    }

    /// The one row, or `None`.
    ///
    /// # Errors
    /// Of kind [`MultipleRows`](ErrorKind::MultipleRows) if there are more; else as [`all`](Self::all).
    pub fn one_or_none<'s>(mut self) -> BoxFuture<'s, Result<Option<R>>>
    where
        X: RunsOn<'s>,
    {
        self.rows.limit = 2;
        let rows = self.all();
        Box::pin(async move {
            let mut rows = rows.await?.into_iter();
            match (rows.next(), rows.next()) {
                (row, None) => Ok(row),
                _ => Err(more_rows()),
            }
        })
    }
}

impl<R, X: Clone> Clone for TextQuery<R, X> {
    fn clone(&self) -> Self {
        Self { rows: self.rows.clone(), plan: self.plan.clone(), executor: self.executor.clone() }
    }
}

impl<R, X> fmt::Debug for TextQuery<R, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TextQuery").field(&self.rows.clause).finish()
    }
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
    match wanted.get(end.saturating_sub(1)) {
        Some(Output { table: Some(table), name, .. }) => error.with_table(*table).with_column(name),
        Some(Output { name, .. }) => error.with_column(name),
        None => error,
    }
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
