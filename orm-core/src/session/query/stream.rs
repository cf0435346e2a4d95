//! The rows of a query, one by one.

use super::collect::Collect;
use crate::{engine::RowStream, error::Result};
use futures_core::Stream;
use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};

/// The rows of a query, fetched in batches as they are asked for. Dropped early, the query ends.
///
/// It is a [`futures_core::Stream`], and [`next`](ModelStream::next) needs no more than a loop.
#[must_use = "a stream does nothing unless it is polled"]
#[derive(Debug)]
pub struct ModelStream<'s, R> {
    batches: RowStream<'s>,
    /// Where a session keeps whether a statement of its transaction was left half-way.
    unsettled: Option<&'s mut bool>,
    rows: std::vec::IntoIter<R>,
}

impl<'s, R: Send + 'static> ModelStream<'s, R> {
    pub(super) fn new((batches, unsettled): (RowStream<'s>, Option<&'s mut bool>)) -> Self {
        Self { batches, unsettled, rows: Vec::new().into_iter() }
    }

    /// The next row; `None` after the last one.
    ///
    /// # Errors
    /// As those of the query, when the row is fetched; the stream ends with it.
    pub async fn next(&mut self) -> Option<Result<R>> {
        poll_fn(|context| self.poll_row(context)).await
    }

    fn poll_row(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<R>>> {
        loop {
            if let Some(row) = self.rows.next() {
                return Poll::Ready(Some(Ok(row)));
            }
            let batch = Pin::new(&mut self.batches).poll_next(context);
            if let Some(unsettled) = &mut self.unsettled {
                // Dropped while a batch is on its way, it leaves the transaction in doubt.
                **unsettled = batch.is_pending();
            }
            match batch {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(batch)) => match batch.and_then(|sink| Collect::<R>::take(Some(sink))) {
                    Ok(rows) => self.rows = rows.into_iter(),
                    Err(error) => return Poll::Ready(Some(Err(error))),
                },
            }
        }
    }
}

impl<R: Send + Unpin + 'static> Stream for ModelStream<'_, R> {
    type Item = Result<R>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_row(context)
    }
}
