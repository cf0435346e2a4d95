//! Queries whose rows are fetched in batches: the server sends no more than the socket holds until they are asked for.

use super::{
    cancel::Canceller,
    run::{Link, Unread, hand_out},
    state::State,
};
use crate::{mysql::client::Answer, network::Turns};
use aludel_core::{
    Result,
    compile::Compiled,
    engine::{BoxFuture, Cursor},
    types::RowSink,
};
use std::{ops::ControlFlow, sync::Arc, time::Duration};

/// A cursor over a connection. Its time limit holds for each fetch, not for what the caller does between them.
pub(super) struct MysqlCursor<'a> {
    pub(super) link: &'a mut Link,
    pub(super) compiled: Arc<Compiled>,
    pub(super) canceller: Canceller,
    pub(super) timeout: Option<Duration>,
    pub(super) state: &'a mut State,
}

impl MysqlCursor<'_> {
    async fn fetch_batch(&mut self, count: usize, mut sink: Box<dyn RowSink>) -> Result<(Box<dyn RowSink>, bool)> {
        let Self { link, compiled, canceller, timeout, state } = self;
        if link.unread == Unread::Nothing || count == 0 {
            return Ok((sink, link.unread != Unread::Nothing));
        }
        let fetched = canceller
            .limited(*timeout, async {
                let mut rows = 0;
                let mut turns = Turns::default();
                while rows < count {
                    match link.client.next().await? {
                        Answer::Ready => return Ok(false),
                        Answer::Done(_) => {}
                        Answer::Row => {
                            rows += 1;
                            turns.row().await;
                            if let ControlFlow::Break(()) = hand_out(&mut *sink, link.client.row(), &compiled.outputs)?
                            {
                                break;
                            }
                        }
                    }
                }
                Ok(true)
            })
            .await;
        let more = state.settled(fetched).inspect_err(|error| {
            // The server has said its last word.
            if State::is_servers(error) {
                link.unread = Unread::Nothing;
            }
        })?;
        if !more {
            link.unread = Unread::Nothing;
        }
        Ok((sink, more))
    }
}

impl Cursor for MysqlCursor<'_> {
    fn fetch(&mut self, count: usize, sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<(Box<dyn RowSink>, bool)>> {
        Box::pin(self.fetch_batch(count, sink))
    }
}
