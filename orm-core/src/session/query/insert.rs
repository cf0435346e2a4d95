//! INSERT of many rows that no session has to know.

use super::{Executor, RunsOn};
use crate::{
    compile::{self, Compiled, Dialect},
    engine::{BoxFuture, Job},
    error::Result,
    schema::{Model, Table},
    session::{
        insert::{Filled, alike, given_columns, insert_jobs},
        object::AnyModel,
    },
    statement::{Conflict, Statement},
    types::Value,
};
use std::{fmt, sync::Arc};

/// Rows to insert, and what on.
#[must_use = "nothing is inserted until .execute().await"]
#[derive(Clone)]
pub struct InsertRows<M, X = ()> {
    models: Vec<M>,
    conflict: Option<Conflict>,
    executor: X,
}

/// An INSERT of many rows, without the handles and the identity map of [`Session::add_all`](crate::session::Session::add_all), and so
/// faster: the keys that the database generates are not read back.
///
/// Which columns are left out, and so filled in by the database, is as in a flush.
///
/// ```
/// # use aludel_doc::*;
/// let clusters = ["east", "west"].map(|name| Cluster { name: name.into(), ..Default::default() });
/// assert_eq!(
///     insert(Cluster).values(clusters).to_sql(&SqliteDialect)?,
///     ["INSERT INTO clusters (name) VALUES (?), (?)"]
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn insert<T: Table>(_table: T) -> InsertRows<T::Model> {
    InsertRows { models: Vec::new(), conflict: None, executor: () }
}

impl<M: Model, X> InsertRows<M, X> {
    /// Adds rows: `VALUES (…), (…)`, as many in one statement as the server is best at.
    pub fn values(mut self, models: impl IntoIterator<Item = M>) -> Self {
        self.models.extend(models);
        self
    }

    /// What it runs on: an engine, which makes all of it one transaction; a transaction; a session.
    pub fn on<'s>(self, executor: impl RunsOn<'s>) -> InsertRows<M, Executor<'s>> {
        InsertRows { models: self.models, conflict: self.conflict, executor: executor.executor() }
    }

    pub(super) fn resolved(self, conflict: Conflict) -> Self {
        Self { conflict: Some(conflict), ..self }
    }

    /// The statements in a dialect, with placeholders for their values.
    ///
    /// # Errors
    /// As [`Query::to_sql`](super::Query::to_sql).
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Result<Vec<String>> {
        let compile = |statement| compile::compile(statement, dialect).map(|(one, values)| (Arc::new(one), values));
        let mut models: Vec<M> = self.models.iter().map(M::copy).collect();
        let jobs = jobs(&mut models, self.conflict.as_ref(), dialect, compile)?;
        Ok(jobs.into_iter().map(|job| job.statement.sql.clone()).collect())
    }
}

impl<'s, M: Model> InsertRows<M, Executor<'s>> {
    /// Inserts the rows, and answers how many they are.
    ///
    /// # Errors
    /// Those of the server. Then nothing is inserted on an engine; in a transaction or a session, rows of statements before the one that
    /// failed may be, until it is rolled back.
    pub fn execute(mut self) -> BoxFuture<'s, Result<u64>> {
        Box::pin(async move {
            let engine = self.executor.engine();
            let conflict = self.conflict.as_ref();
            let jobs = jobs(&mut self.models, conflict, engine.dialect(), |statement| engine.compile(statement))?;
            let changes = conflict.is_some();
            let done = self
                .executor
                .write_all(jobs, changes)
                .await
                .map_err(|error| error.with_table(M::table().full_name()))?;
            Ok(done.iter().map(|done| done.affected).sum())
        })
    }
}

fn jobs<M: Model>(
    models: &mut [M],
    conflict: Option<&Conflict>,
    dialect: &dyn Dialect,
    compile: impl Fn(Statement) -> Result<(Arc<Compiled>, Vec<Value>)>,
) -> Result<Vec<Job>> {
    let mut jobs = Vec::new();
    let mut rest = models;
    while !rest.is_empty() {
        let (count, given) = alike(rest.len(), |row, columns| Some(given_columns(&mut rest[row], columns)))?;
        let (chunk, others) = rest.split_at_mut(count);
        let filled = Filled::unread(M::table(), &given, dialect);
        let models: Vec<&dyn AnyModel> = chunk.iter().map(|model| model as &dyn AnyModel).collect();
        jobs.extend(insert_jobs(&models, &given, &filled, conflict, &compile)?);
        rest = others;
    }
    Ok(jobs)
}

impl<M: Model, X> fmt::Debug for InsertRows<M, X> {
    /// Without the values, which may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = M::table().full_name();
        f.debug_struct("InsertRows").field("table", &table).field("rows", &self.models.len()).finish_non_exhaustive()
    }
}
