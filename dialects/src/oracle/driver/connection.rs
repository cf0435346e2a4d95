//! A connection, as the engine sees it: what it is asked for is done by its thread.

use super::{cursor::OracleCursor, error::broken, session::Session};
use crate::{
    oracle::{OracleDialect, Version},
    state::{State, TransactionState},
    worker::Worker,
};
use aludel_core::{
    Error, ErrorKind, Result,
    compile::Dialect,
    engine::{BoxFuture, Connection, Cursor, Done, Job, TransactionOptions},
};
use std::{sync::Arc, time::Duration};
use tokio::sync::oneshot;

/// How long a statement that was given up may still run before its connection is given up, too: oracledb has no way to end it from outside.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection to an Oracle.
pub(super) struct OracleConnection {
    worker: Worker<Session>,
    dialect: Arc<OracleDialect>,
    state: State,
}

impl OracleConnection {
    pub(super) fn new(worker: Worker<Session>, version: Version) -> Self {
        Self { worker, dialect: Arc::new(OracleDialect::of(version)), state: State::new() }
    }

    /// Does something on the thread. If the future is dropped, it is done all the same.
    pub(super) async fn on_worker<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Session) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.state.check()?;
        self.state.pending = true;
        let outcome = self.ask(work).await;
        self.state.pending = false;
        // No error ends a transaction but a deadlock, and that only its statement.
        self.state.settled(Some(outcome), |_| false)
    }

    async fn ask<T: Send + 'static>(&self, work: impl FnOnce(&mut Session) -> Result<T> + Send + 'static) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let sent = self.worker.send(move |session| {
            // Whoever asked may be gone.
            let _ = reply.send(work(session));
        });
        if !sent {
            return Err(broken());
        }
        answer.await.unwrap_or_else(|_| Err(broken()))
    }

    pub(super) fn abandon_cursor(&mut self) {
        self.worker.send(Session::close_cursor);
    }

    async fn begin_transaction(&mut self, options: TransactionOptions) -> Result<()> {
        self.on_worker(move |session| session.begin(options)).await?;
        self.state.transaction = TransactionState::Open;
        Ok(())
    }

    async fn commit_transaction(&mut self) -> Result<()> {
        let committed = self.on_worker(Session::commit).await;
        self.state.transaction = TransactionState::None;
        committed
    }

    async fn start_anew(&mut self) -> Result<()> {
        if self.state.broken || !self.is_dirty() {
            return self.state.check();
        }
        let rolled_back = tokio::time::timeout(PATIENCE, self.ask(Session::rollback)).await;
        self.state.transaction = TransactionState::None;
        match rolled_back {
            Ok(Ok(())) => {
                self.state.pending = false;
                Ok(())
            }
            Ok(Err(error)) => {
                self.state.broken = true;
                Err(error)
            }
            Err(_) => {
                self.state.broken = true;
                Err(Error::new(
                    ErrorKind::Timeout,
                    format!(
                        "a statement that was given up ran for {PATIENCE:?} more; the connection is closed when it ends"
                    ),
                ))
            }
        }
    }
}

impl Connection for OracleConnection {
    fn dialect(&self) -> Arc<dyn Dialect> {
        Arc::<OracleDialect>::clone(&self.dialect)
    }

    fn run(&mut self, job: Job) -> BoxFuture<'_, Result<Done>> {
        Box::pin(self.on_worker(|session| session.run(job)))
    }

    fn open<'a>(&'a mut self, job: Job) -> BoxFuture<'a, Result<Box<dyn Cursor + 'a>>> {
        Box::pin(async move {
            let timeout = job.timeout;
            self.on_worker(|session| session.open(job)).await?;
            Ok(Box::new(OracleCursor { connection: self, timeout, more: true }) as Box<dyn Cursor + 'a>)
        })
    }

    fn run_script<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<()>> {
        let script = sql.to_owned();
        Box::pin(self.on_worker(move |session| session.run_script(&script)))
    }

    fn begin(&mut self, options: TransactionOptions) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.begin_transaction(options))
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.commit_transaction())
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.start_anew())
    }

    fn ping(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.on_worker(Session::ping))
    }

    fn is_dirty(&self) -> bool {
        self.state.pending || self.state.transaction != TransactionState::None
    }

    fn is_broken(&self) -> bool {
        self.state.broken
    }

    fn reset(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.start_anew())
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        // Its thread rolls back and says goodbye, when it has done what it does.
        drop(self);
        Box::pin(std::future::ready(Ok(())))
    }
}
