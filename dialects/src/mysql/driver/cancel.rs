//! Ending what a connection runs, from beside it.

use super::options::Options;
use crate::network::{self, GRACE};
use aludel_core::{Error, ErrorKind, Result};
use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::time::timeout;

/// Who can end what a connection runs.
#[derive(Clone)]
pub(super) struct Canceller {
    options: Arc<Options>,
    /// The server's number of the connection.
    connection: u64,
    /// Whether the server was told to end something, and not yet seen to have nothing left to end.
    shot: Arc<AtomicBool>,
}

impl Canceller {
    pub(super) fn new(options: Arc<Options>, connection: u64) -> Self {
        Self { options, connection, shot: Arc::default() }
    }

    /// Ends the statement that runs now. If none does, the next one may be hit.
    pub(super) async fn cancel(&self) -> Result<()> {
        let mut client = self.options.connect().await?;
        self.shot.store(true, Ordering::Relaxed);
        let sql = format!("KILL QUERY {}", self.connection);
        match timeout(GRACE, client.rows(&sql)).await {
            Ok(done) => done.map(drop)?,
            Err(_) => return Err(Error::new(ErrorKind::Connection, "the server does not answer")),
        };
        // What had to be done is done, whether the server hears the goodbye or not.
        let _ = timeout(GRACE, client.close()).await;
        Ok(())
    }

    /// Whether a shot was fired since this was last asked.
    pub(super) fn has_shot(&self) -> bool {
        self.shot.swap(false, Ordering::Relaxed)
    }

    /// Runs `work` for no longer than `limit`; see [`network::limited`].
    pub(super) async fn limited<T>(
        &self,
        limit: Option<Duration>,
        work: impl Future<Output = Result<T>>,
    ) -> Option<Result<T>> {
        network::limited(limit, work, self.cancel()).await
    }
}
