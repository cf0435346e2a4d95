//! How long a server is waited for, and how others get their turn meanwhile.

use aludel_core::{Error, ErrorKind, Result};
use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::Poll,
    time::{Duration, Instant},
};
use tokio::time::timeout;

/// How long a server may take to end what it was told to end.
pub(crate) const GRACE: Duration = Duration::from_secs(5);

/// What is still to come of a statement that was given up is waited for this long, before the server is told to end it.
pub(crate) const SOON: Duration = Duration::from_millis(2);

/// Waits for a new connection for no longer than `connect_timeout`.
pub(crate) async fn in_time<T>(connect_timeout: Duration, work: impl Future<Output = Result<T>>) -> Result<T> {
    timeout(connect_timeout, work).await.unwrap_or_else(|_| {
        let message = format!("the server did not answer within {connect_timeout:?}; see connect_timeout");
        Err(Error::new(ErrorKind::Connection, message))
    })
}

/// What `work` yields, if it does so within `limit`.
///
/// A task whose socket always has more to read is polled again and again before a timer's turn comes, so the clock is read here.
pub(crate) async fn within<T>(limit: Duration, mut work: Pin<&mut impl Future<Output = T>>) -> Option<T> {
    let deadline = Instant::now().checked_add(limit);
    let work = poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Pending if deadline.is_some_and(|deadline| Instant::now() >= deadline) => Poll::Ready(None),
        polled => polled.map(Some),
    });
    timeout(limit, work).await.ok().flatten()
}

/// Runs `work` for no longer than `limit`. The server is told by `cancel` to end what ran for too long, and its answer waited for, so that the
/// connection can go on; `None` if there is none.
pub(crate) async fn limited<T>(
    limit: Option<Duration>,
    work: impl Future<Output = Result<T>>,
    cancel: impl Future<Output = Result<()>>,
) -> Option<Result<T>> {
    let Some(limit) = limit else { return Some(work.await) };
    let mut work = pin!(work);
    if let Some(done) = within(limit, work.as_mut()).await {
        return Some(done);
    }
    cancel.await.ok()?;
    let done = within(GRACE, work).await?;
    Some(done.map_err(|error| match error.kind() {
        ErrorKind::Cancelled => {
            Error::new(ErrorKind::Timeout, "the statement ran for longer than its timeout").with_source(error)
        }
        _ => error,
    }))
}

/// Lets others have their turn, timers too, while a server sends rows as fast as they are read.
#[derive(Default)]
pub(crate) struct Turns(u16);

impl Turns {
    pub(crate) async fn row(&mut self) {
        self.0 += 1;
        if self.0 == 1_024 {
            self.0 = 0;
            tokio::task::yield_now().await;
        }
    }
}
