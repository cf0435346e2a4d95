//! Ending what a connection runs, from beside it.

use super::options::Options;
use aludel_core::{Error, ErrorKind, Result};
use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::{Duration, Instant},
};
use tokio::time::timeout;

/// How long a server may take to end what it was told to end.
pub(super) const GRACE: Duration = Duration::from_secs(5);

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

    /// Runs `work` for no longer than `limit`. The server is told to end what ran for too long, and its answer waited
    /// for, so that the connection can go on; `None` if there is none.
    pub(super) async fn limited<T>(
        &self,
        limit: Option<Duration>,
        work: impl Future<Output = Result<T>>,
    ) -> Option<Result<T>> {
        let Some(limit) = limit else { return Some(work.await) };
        let mut work = pin!(work);
        if let Some(done) = within(limit, work.as_mut()).await {
            return Some(done);
        }
        self.cancel().await.ok()?;
        let done = within(GRACE, work).await?;
        Some(done.map_err(|error| match error.kind() {
            ErrorKind::Cancelled => {
                Error::new(ErrorKind::Timeout, "the statement ran for longer than its timeout").with_source(error)
            }
            _ => error,
        }))
    }
}

/// What `work` yields, if it does so within `limit`.
///
/// A task whose socket always has more to read is polled again and again before a timer's turn comes, so the clock is
/// read here.
pub(super) async fn within<T>(limit: Duration, mut work: Pin<&mut impl Future<Output = T>>) -> Option<T> {
    let deadline = Instant::now().checked_add(limit);
    let work = poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Pending if deadline.is_some_and(|deadline| Instant::now() >= deadline) => Poll::Ready(None),
        polled => polled.map(Some),
    });
    timeout(limit, work).await.ok().flatten()
}
