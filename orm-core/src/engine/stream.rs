//! Rows in batches, fetched as they are asked for.

use super::{
    Connection, Job, PooledConnection,
    builder::RunSettings,
    execute::{CountRows, Outcome, is_observed, shown},
};
use crate::{error::Result, types::RowSink};
use futures_core::Stream;
use std::{
    fmt,
    future::{Future, poll_fn},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Instant,
};

/// The rows of a query in batches: each item is a sink that took up to as many rows as a batch has.
///
/// Nothing is fetched ahead: a batch is read when it is asked for, so memory holds one batch whatever the query yields, and a slow reader
/// slows the server down. Dropped early, the query ends, and the connection is free again.
#[must_use = "a stream does nothing unless it is polled"]
pub struct RowStream<'a> {
    /// Runs the query up to the next batch; `None` when it ended.
    query: Option<Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>>,
    /// Where the query leaves a batch.
    batch: Arc<Slot>,
}

type Slot = Mutex<Option<Box<dyn RowSink>>>;

impl<'a> RowStream<'a> {
    pub(super) fn new(
        connection: &'a mut dyn Connection,
        settings: RunSettings,
        job: Job,
        size: usize,
        new_sink: impl FnMut() -> Box<dyn RowSink> + Send + 'a,
    ) -> Self {
        let batch = Arc::<Slot>::default();
        let query = Box::pin(query(connection, settings, job, size, new_sink, Arc::clone(&batch)));
        Self { query: Some(query), batch }
    }

    /// As `new`, with a connection that the stream keeps.
    pub(super) fn owned(
        mut connection: PooledConnection,
        settings: RunSettings,
        job: Job,
        size: usize,
        new_sink: impl FnMut() -> Box<dyn RowSink> + Send + 'a,
    ) -> Self {
        let batch = Arc::<Slot>::default();
        let slot = Arc::clone(&batch);
        let query = Box::pin(async move { query(connection.connection(), settings, job, size, new_sink, slot).await });
        Self { query: Some(query), batch }
    }

    /// The next batch: the sink made for it, with its rows; `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<Box<dyn RowSink>>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl Stream for RowStream<'_> {
    type Item = Result<Box<dyn RowSink>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(query) = &mut self.query else { return Poll::Ready(None) };
        match query.as_mut().poll(context) {
            Poll::Pending => match take(&self.batch) {
                Some(batch) => Poll::Ready(Some(Ok(batch))),
                None => Poll::Pending,
            },
            Poll::Ready(result) => {
                self.query = None;
                match result {
                    Ok(()) => Poll::Ready(take(&self.batch).map(Ok)),
                    Err(error) => Poll::Ready(Some(Err(error))),
                }
            }
        }
    }
}

impl fmt::Debug for RowStream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowStream").field("ended", &self.query.is_none()).finish_non_exhaustive()
    }
}

fn take(slot: &Slot) -> Option<Box<dyn RowSink>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// The query itself: a future that owns what borrows from one another (connection, cursor), and that stops at each batch until it is taken.
async fn query(
    connection: &mut dyn Connection,
    settings: RunSettings,
    mut job: Job,
    size: usize,
    mut new_sink: impl FnMut() -> Box<dyn RowSink> + Send,
    slot: Arc<Slot>,
) -> Result<()> {
    job.timeout = job.timeout.or(settings.timeout);
    let observed = is_observed(settings).then(|| (shown(settings, &job.binds), Instant::now()));
    let statement = Arc::clone(&job.statement);
    let mut rows = 0;
    let result = async {
        let mut cursor = connection.open(job).await?;
        loop {
            let counted = Box::new(CountRows { sink: new_sink(), rows: 0 });
            let (counted, more) = cursor.fetch(size.max(1), counted).await?;
            let Ok(counted) = counted.into_any().downcast::<CountRows>() else { return Ok(()) };
            rows += counted.rows;
            if counted.rows > 0 {
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(counted.sink);
            }
            if !more {
                return Ok(());
            }
            taken(&slot).await;
        }
    }
    .await
    .map_err(|error: crate::Error| error.with_sql(statement.sql.as_str()));
    if let Some((binds, started)) = observed {
        let error = result.as_ref().err();
        Outcome { sql: &statement.sql, binds, elapsed: started.elapsed(), rows, affected: 0, error }.log(settings);
    }
    result
}

/// Waits until the batch was taken. The stream polls the query only when it is asked for the next batch, so no waker is needed.
async fn taken(slot: &Slot) {
    poll_fn(|_| {
        if slot.lock().unwrap_or_else(PoisonError::into_inner).is_some() { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
}
