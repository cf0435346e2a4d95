//! A connection of an engine, on loan from its pool.

use super::{Connection, Done, Engine, Job, LoadJob, RowStream, Transaction, TransactionOptions, execute, pool::Loan};
use crate::{compile::Dialect, error::Result, types::RowSink};
use deadpool::managed::Object;
use std::{
    fmt,
    future::Future,
    sync::Arc,
    task::{Context, Waker},
};

/// A connection on loan from an engine's pool. Each statement is a transaction of its own, unless one was begun.
///
/// Dropped, it goes back to the pool. If a future of it was dropped before it was done, or a transaction was left open, that is ended
/// and rolled back at once, by a task of the current runtime where it takes time; without a runtime the connection is closed. So no lock waits
/// for whoever borrows the connection next.
pub struct PooledConnection {
    /// Present until it is dropped.
    loan: Option<Loan>,
    engine: Engine,
}

impl PooledConnection {
    pub(super) fn new(loan: Loan, engine: Engine) -> Self {
        Self { loan: Some(loan), engine }
    }

    pub(super) fn connection(&mut self) -> &mut dyn Connection {
        match &mut self.loan {
            Some(loan) => &mut ***loan,
            None => unreachable!("the loan is taken by drop alone"),
        }
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The SQL this server understands.
    pub fn dialect(&self) -> &Arc<dyn Dialect> {
        &self.engine.shared().dialect
    }

    /// Runs one statement to its end, handing its rows to the sink.
    ///
    /// # Errors
    /// Those of the server, with the statement's SQL; of kind [`Timeout`](crate::ErrorKind::Timeout) if the statement ran for longer than it may.
    pub fn run(&mut self, job: Job) -> impl Future<Output = Result<Done>> + Send {
        let settings = self.engine.shared().settings;
        execute::run(self.connection(), settings, job)
    }

    /// Runs statements in order and stops at the first error; drivers that can, send them together.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_all(&mut self, jobs: Vec<Job>) -> Result<Vec<Done>> {
        let settings = self.engine.shared().settings;
        execute::run_all(self.connection(), settings, jobs).await
    }

    /// Loads rows by the driver's own way for many of them; see [`Connection::load`](super::Connection::load).
    ///
    /// # Errors
    /// Those of the server and of the rows, and of kind [`NotSupported`](crate::ErrorKind::NotSupported) if the driver has no such way.
    pub async fn load(&mut self, load: LoadJob<'_>) -> Result<u64> {
        let settings = self.engine.shared().settings;
        execute::load(self.connection(), settings, load).await
    }

    /// Runs SQL text that has no values and no rows: DDL, a script of several statements.
    ///
    /// # Errors
    /// As [`run`](Self::run); what ran before the statement that failed is not undone, unless a transaction is, or the server takes a script for one
    /// (PostgreSQL).
    pub async fn run_script(&mut self, sql: &str) -> Result<()> {
        let settings = self.engine.shared().settings;
        execute::run_script(self.connection(), settings, sql).await
    }

    /// Runs a query whose rows come in batches of at most `batch`, each in a sink of its own; the next batch is
    /// fetched when it is asked for.
    pub fn stream<'a>(
        &'a mut self,
        job: Job,
        batch: usize,
        new_sink: impl FnMut() -> Box<dyn RowSink> + Send + 'a,
    ) -> RowStream<'a> {
        let settings = self.engine.shared().settings;
        RowStream::new(self.connection(), settings, job, batch, new_sink)
    }

    /// Begins a transaction on this connection.
    ///
    /// # Errors
    /// Those of the server; of kind [`Timeout`](crate::ErrorKind::Timeout) where beginning means to wait for a lock.
    pub async fn begin(self, options: TransactionOptions) -> Result<Transaction> {
        Transaction::begin(self, options).await
    }
}

impl fmt::Debug for PooledConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PooledConnection").field("url", &self.engine.shared().url).finish_non_exhaustive()
    }
}

impl Drop for PooledConnection {
    fn drop(&mut self) {
        let Some(loan) = self.loan.take() else { return };
        if loan.is_dirty() && !loan.is_broken() {
            repair(Return { loan: Some(loan), engine: self.engine.clone(), clean: false });
        } else {
            give_back(loan, &self.engine);
        }
    }
}

fn give_back(loan: Loan, engine: &Engine) {
    if loan.is_broken() || engine.shared().pool.is_surplus(&loan) {
        drop(Object::take(loan));
    }
    // Else the drop of the loan puts it into the pool.
}

/// Resets the connection: here and now if that needs no waiting, else in a task.
fn repair(mut dirty: Return) {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
    let mut reset = Box::pin(async move { dirty.reset().await });
    if reset.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
        drop(runtime.spawn(reset));
    }
}

/// A dirty connection on its way back. A runtime that ends may drop it at any point: then it is closed.
struct Return {
    loan: Option<Loan>,
    engine: Engine,
    clean: bool,
}

impl Return {
    async fn reset(&mut self) {
        if let Some(loan) = &mut self.loan {
            self.clean = loan.reset().await.is_ok();
        }
    }
}

impl Drop for Return {
    fn drop(&mut self) {
        match self.loan.take() {
            Some(loan) if self.clean => give_back(loan, &self.engine),
            Some(loan) => drop(Object::take(loan)),
            None => {}
        }
    }
}
