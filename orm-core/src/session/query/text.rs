//! Queries in SQL text, where the query language ends.

use super::{
    builder::Query,
    executor::{Executor, RunsOn},
    plan::{Asked, Plan},
    run::{more_rows, no_row},
    text_rows::TextRows,
};
use crate::{
    engine::BoxFuture,
    error::{ErrorKind, Result},
    expr::TextClause,
    statement::Select,
    types::FromRow,
};
use std::fmt;

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
