//! The engine: a database, and the connections to it.

use super::{
    Done, EngineUrl, Job, PoolStatus, PooledConnection, RowStream, Transaction, TransactionOptions,
    builder::RunSettings,
    pool::Pool,
    rules::{ForSessions, Replicas},
    savepoint::SavepointStatements,
};
use crate::{
    compile::{Compiled, Dialect, StatementCache},
    error::Result,
    statement::{Filters, Statement},
    types::{RowSink, Value},
};
use std::{fmt, num::NonZeroUsize, sync::Arc};

/// How many compiled statements an engine keeps; as many as SQLAlchemy.
const KEPT_STATEMENTS: NonZeroUsize = NonZeroUsize::new(500).expect("500 is not 0");

/// A database and a pool of connections to it. Cheap to clone: clones share the pool.
///
/// Made by `create_engine(url)?.connect().await?`; a program has one for each database.
#[derive(Clone)]
pub struct Engine(Arc<Shared>);

pub(super) struct Shared {
    pub(super) url: EngineUrl,
    pub(super) dialect: Arc<dyn Dialect>,
    pub(super) pool: Pool,
    pub(super) settings: RunSettings,
    pub(super) savepoints: SavepointStatements,
    pub(super) replicas: Replicas,
    pub(super) for_sessions: Option<ForSessions>,
    statements: StatementCache,
    filters: Filters,
}

impl Engine {
    pub(super) fn new(
        url: EngineUrl,
        dialect: Arc<dyn Dialect>,
        pool: Pool,
        settings: RunSettings,
        filters: Filters,
        replicas: Replicas,
        for_sessions: Option<ForSessions>,
    ) -> Self {
        let savepoints = SavepointStatements::default();
        let statements = StatementCache::new(KEPT_STATEMENTS);
        Self(Arc::new(Shared { url, dialect, pool, settings, savepoints, replicas, for_sessions, statements, filters }))
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.0
    }

    /// The URL; its `Display` hides the password.
    pub fn url(&self) -> &EngineUrl {
        &self.0.url
    }

    /// The SQL this server understands.
    pub fn dialect(&self) -> &dyn Dialect {
        &*self.0.dialect
    }

    /// Compiles a statement, or finds it compiled, and lays out its values.
    ///
    /// # Errors
    /// As [`compile`](crate::compile::compile).
    pub fn compile(&self, statement: impl Into<Statement>) -> Result<(Arc<Compiled>, Vec<Value>)> {
        self.0.statements.compile(statement.into(), &*self.0.dialect)
    }

    /// As [`compile`](Self::compile), without the rows that filters of their models hide.
    pub(crate) fn compile_filtered(
        &self,
        statement: Statement,
        filters: &Filters,
    ) -> Result<(Arc<Compiled>, Vec<Value>)> {
        self.0.statements.compile_filtered(statement, &*self.0.dialect, filters)
    }

    /// The conditions that hold for models in every query.
    pub(crate) fn filters(&self) -> &Filters {
        &self.0.filters
    }

    /// Borrows a connection, opening one if none is idle.
    ///
    /// # Errors
    /// Of kind [`Timeout`](crate::ErrorKind::Timeout) if none became free within `pool_timeout`, of kind
    /// [`Connection`](crate::ErrorKind::Connection) if a new one could not be opened.
    pub async fn acquire(&self) -> Result<PooledConnection> {
        Ok(PooledConnection::new(self.0.pool.get().await?, self.clone()))
    }

    /// Begins a transaction of the server's default isolation level.
    ///
    /// # Errors
    /// As [`acquire`](Self::acquire), and those of the server.
    pub async fn begin(&self) -> Result<Transaction> {
        self.begin_with(TransactionOptions::default()).await
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// As [`begin`](Self::begin); of kind [`NotSupported`](crate::ErrorKind::NotSupported) if the server has no such isolation level.
    pub async fn begin_with(&self, options: TransactionOptions) -> Result<Transaction> {
        self.acquire().await?.begin(options).await
    }

    /// Runs one statement on a connection of the pool, as a transaction of its own.
    ///
    /// # Errors
    /// As [`acquire`](Self::acquire) and [`PooledConnection::run`].
    pub async fn run(&self, job: Job) -> Result<Done> {
        self.acquire().await?.run(job).await
    }

    /// As [`run`](Self::run), for a statement that only reads: on a copy of the database, if there is one.
    pub(crate) async fn read(&self, job: Job) -> Result<Done> {
        self.acquire_for_read().await?.run(job).await
    }

    /// Runs SQL text that has no values and no rows: DDL, a script of several statements.
    ///
    /// # Errors
    /// As [`acquire`](Self::acquire) and [`PooledConnection::run_script`].
    pub async fn run_script(&self, sql: &str) -> Result<()> {
        self.acquire().await?.run_script(sql).await
    }

    /// Runs a query on a connection of the pool, which the stream keeps until its end; see [`PooledConnection::stream`].
    ///
    /// # Errors
    /// As [`acquire`](Self::acquire).
    pub async fn stream(
        &self,
        job: Job,
        batch: usize,
        new_sink: impl FnMut() -> Box<dyn RowSink> + Send + 'static,
    ) -> Result<RowStream<'static>> {
        self.stream_on(self.acquire().await?, job, batch, new_sink)
    }

    /// As [`stream`](Self::stream), on a copy of the database, if there is one.
    pub(crate) async fn stream_read(
        &self,
        job: Job,
        batch: usize,
        new_sink: impl FnMut() -> Box<dyn RowSink> + Send + 'static,
    ) -> Result<RowStream<'static>> {
        self.stream_on(self.acquire_for_read().await?, job, batch, new_sink)
    }

    fn stream_on(
        &self,
        connection: PooledConnection,
        job: Job,
        batch: usize,
        new_sink: impl FnMut() -> Box<dyn RowSink> + Send + 'static,
    ) -> Result<RowStream<'static>> {
        Ok(RowStream::owned(connection, self.0.settings, job, batch, new_sink))
    }

    /// Closes the idle connections now, and those in use when they are given back. The engine can go on: it
    /// opens new ones.
    ///
    /// # Errors
    /// The first error of a connection that could not say goodbye; all are closed nevertheless.
    pub async fn dispose(&self) -> Result<()> {
        self.0.pool.dispose().await
    }

    /// What the pool holds at the moment.
    pub fn status(&self) -> PoolStatus {
        self.0.pool.status()
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("url", &self.0.url).field("pool", &self.status()).finish()
    }
}
