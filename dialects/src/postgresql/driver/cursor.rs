//! Queries whose rows are fetched in batches: the server sends no more than the socket holds until they are asked for.

use super::{
    cancel::Canceller,
    run::{Link, Unread, hand_out},
    state::State,
    statement::Prepared,
};
use crate::{network::Turns, postgresql::client::Answer};
use aludel_core::{
    Result,
    compile::Compiled,
    engine::{BoxFuture, Cursor},
    types::RowSink,
};
use std::{ops::ControlFlow, sync::Arc, time::Duration};

/// A cursor over a connection. Its time limit holds for each fetch, not for what the caller does between them.
pub(super) struct PostgresqlCursor<'a> {
    pub(super) link: &'a mut Link,
    pub(super) compiled: Arc<Compiled>,
    pub(super) prepared: Arc<Prepared>,
    pub(super) canceller: Canceller,
    pub(super) timeout: Option<Duration>,
    pub(super) state: &'a mut State,
}

impl PostgresqlCursor<'_> {
    async fn fetch_batch(&mut self, count: usize, mut sink: Box<dyn RowSink>) -> Result<(Box<dyn RowSink>, bool)> {
        let Self { link, compiled, prepared, canceller, timeout, state } = self;
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
                        Answer::Done(_) | Answer::CopyIn => {}
                        Answer::Row => {
                            rows += 1;
                            turns.row().await;
                            let row = link.client.row();
                            if let ControlFlow::Break(()) = hand_out(&mut *sink, row, prepared, &compiled.outputs)? {
                                break;
                            }
                        }
                    }
                }
                Ok(true)
            })
            .await;
        let more = state.settled(fetched, link.client.transaction()).inspect_err(|error| {
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

impl Cursor for PostgresqlCursor<'_> {
    fn fetch(&mut self, count: usize, sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<(Box<dyn RowSink>, bool)>> {
        Box::pin(self.fetch_batch(count, sink))
    }
}
