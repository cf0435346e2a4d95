//! Queries whose rows are fetched in batches.

use super::access::Access;
use aludel_core::{
    Result,
    engine::{BoxFuture, Cursor},
    types::RowSink,
};
use std::time::Duration;

/// A cursor over a connection. Its time limit holds for each fetch, not for what the caller does between them.
pub(super) struct OracleCursor<'a> {
    access: &'a mut Access,
    timeout: Option<Duration>,
    more: bool,
}

impl<'a> OracleCursor<'a> {
    pub(super) fn new(access: &'a mut Access, timeout: Option<Duration>) -> Self {
        Self { access, timeout, more: true }
    }

    async fn fetch_batch(&mut self, count: usize, mut sink: Box<dyn RowSink>) -> Result<(Box<dyn RowSink>, bool)> {
        if !self.more || count == 0 {
            return Ok((sink, self.more));
        }
        let timeout = self.timeout;
        let fetch = self.access.on_worker(move |session| {
            let more = session.fetch(count, &mut *sink, timeout)?;
            Ok((sink, more))
        });
        let (sink, more) = fetch.await.inspect_err(|_| self.more = false)?;
        self.more = more;
        Ok((sink, more))
    }
}

impl Cursor for OracleCursor<'_> {
    fn fetch(&mut self, count: usize, sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<(Box<dyn RowSink>, bool)>> {
        Box::pin(self.fetch_batch(count, sink))
    }
}

impl Drop for OracleCursor<'_> {
    fn drop(&mut self) {
        if self.more {
            self.access.abandon_cursor();
        }
    }
}
