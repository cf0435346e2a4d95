//! The way to a connection's thread.

use super::{error::broken, session::Session};
use crate::{
    state::{State, TransactionState},
    worker::Worker,
};
use aludel_core::{Error, ErrorKind, Result, engine::TransactionOptions};
use std::time::Duration;
use tokio::sync::oneshot;

/// How long a statement that was given up may still run before its connection is given up, too: oracledb has no way to end it from outside.
const PATIENCE: Duration = Duration::from_secs(5);

/// A session on its thread, and where it stands.
pub(super) struct Access {
    worker: Worker<Session>,
    state: State,
}

impl Access {
    pub(super) fn new(worker: Worker<Session>) -> Self {
        Self { worker, state: State::new() }
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

    pub(super) async fn begin(&mut self, options: TransactionOptions) -> Result<()> {
        self.on_worker(move |session| session.begin(options)).await?;
        self.state.transaction = TransactionState::Open;
        Ok(())
    }

    pub(super) async fn commit(&mut self) -> Result<()> {
        let committed = self.on_worker(Session::commit).await;
        self.state.transaction = TransactionState::None;
        committed
    }

    /// Ends what still runs and rolls back.
    pub(super) async fn start_anew(&mut self) -> Result<()> {
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

    /// Says goodbye, after what still runs.
    pub(super) async fn close(self) -> Result<()> {
        if self.state.broken {
            return Ok(());
        }
        self.ask(Session::close).await
    }

    /// Whether something was left in its middle, or a transaction open.
    pub(super) fn is_dirty(&self) -> bool {
        self.state.pending || self.state.transaction != TransactionState::None
    }

    pub(super) fn is_broken(&self) -> bool {
        self.state.broken
    }
}
