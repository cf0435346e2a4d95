//! Transactions.

use super::{Done, Engine, Job, LoadJob, PooledConnection, RowStream, TransactionOptions, execute};
use crate::{compile::Dialect, error::Result, types::RowSink};
use std::sync::Arc;

/// A transaction on a connection of its own, which goes back to the pool with the commit or the rollback.
///
/// Dropped without either, it is rolled back at once; see [`PooledConnection`].
#[derive(Debug)]
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Transaction {
    connection: PooledConnection,
}

impl Transaction {
    pub(super) async fn begin(mut connection: PooledConnection, options: TransactionOptions) -> Result<Self> {
        let settings = connection.engine().shared().settings;
        execute::observe(settings, "BEGIN", connection.connection().begin(options)).await?;
        Ok(Self { connection })
    }

    pub(super) fn connection(&self) -> &PooledConnection {
        &self.connection
    }

    /// The engine whose connection it is on.
    pub fn engine(&self) -> &Engine {
        self.connection.engine()
    }

    /// The SQL this server understands.
    pub fn dialect(&self) -> &Arc<dyn Dialect> {
        self.connection.dialect()
    }

    /// Runs one statement; see [`PooledConnection::run`].
    ///
    /// # Errors
    /// Those of the server. Some end the transaction, which then answers every statement with an error of kind
    /// [`State`](crate::ErrorKind::State) until it is rolled back.
    pub fn run(&mut self, job: Job) -> impl Future<Output = Result<Done>> + Send {
        self.connection.run(job)
    }

    /// Runs statements in order; see [`PooledConnection::run_all`].
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_all(&mut self, jobs: Vec<Job>) -> Result<Vec<Done>> {
        self.connection.run_all(jobs).await
    }

    /// Loads rows; see [`PooledConnection::load`].
    ///
    /// # Errors
    /// As it; the transaction is over then, and has to be rolled back.
    pub async fn load(&mut self, load: LoadJob<'_>) -> Result<u64> {
        self.connection.load(load).await
    }

    /// Runs SQL text; see [`PooledConnection::run_script`].
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_script(&mut self, sql: &str) -> Result<()> {
        self.connection.run_script(sql).await
    }

    /// Runs a query whose rows come in batches; see [`PooledConnection::stream`].
    pub fn stream<'a>(
        &'a mut self,
        job: Job,
        batch: usize,
        new_sink: impl FnMut() -> Box<dyn RowSink> + Send + 'a,
    ) -> RowStream<'a> {
        self.connection.stream(job, batch, new_sink)
    }

    /// Makes what was done last, and visible to others.
    ///
    /// # Errors
    /// Those of the server; then nothing of the transaction was done, unless the kind is
    /// [`Connection`](crate::ErrorKind::Connection): whether a server that was lost had committed is not known.
    pub async fn commit(mut self) -> Result<()> {
        let settings = self.connection.engine().shared().settings;
        execute::observe(settings, "COMMIT", self.connection.connection().commit()).await
    }

    /// Undoes what was done.
    ///
    /// # Errors
    /// Those of the server; the transaction is over all the same.
    pub async fn rollback(mut self) -> Result<()> {
        let settings = self.connection.engine().shared().settings;
        execute::observe(settings, "ROLLBACK", self.connection.connection().rollback()).await
    }
}
