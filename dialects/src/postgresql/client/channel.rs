//! Messages in and out.

use super::{
    message,
    reply::{Transaction, nonsense},
};
use crate::network::{LARGE, Socket, Stream};
use aludel_core::Result;
use std::mem;

/// No message of the first ones is longer, unless a server of another kind has sent it.
const LONGEST_AT_FIRST: usize = 64 * 1024;

/// A stream of messages.
pub(super) struct Channel {
    stream: Stream,
    /// The length of the message that was received last, which is at the start of what came in.
    message: usize,
    longest: usize,
    /// How often the server has still to say that it listens.
    awaited: usize,
    transaction: Transaction,
}

impl Channel {
    pub(super) fn new(socket: Socket) -> Self {
        Self {
            stream: Stream::new(socket),
            message: 0,
            longest: LONGEST_AT_FIRST,
            // The first time, at the end of the startup.
            awaited: 1,
            transaction: Transaction::None,
        }
    }

    /// The server is one of PostgreSQL's: its messages may be as long as they like.
    pub(super) fn trust(&mut self) {
        self.longest = usize::MAX;
    }

    /// Where messages are written that are to be sent.
    pub(super) fn out(&mut self) -> &mut Vec<u8> {
        self.stream.out()
    }

    /// Asks the server to say when it listens again.
    pub(super) fn sync(&mut self) {
        message::sync(self.stream.out());
        self.awaited += 1;
    }

    /// Counts on the server to say when it listens again.
    pub(super) fn await_ready(&mut self) {
        self.awaited += 1;
    }

    pub(super) fn is_awaiting(&self) -> bool {
        self.awaited > 0
    }

    /// Where the transaction stood when the server listened last.
    pub(super) fn transaction(&self) -> Transaction {
        self.transaction
    }

    /// Sends what is written.
    pub(super) async fn send(&mut self) -> Result<()> {
        self.stream.send().await
    }

    /// Waits for the next message and answers its kind; those are passed over that the server may send at any time.
    pub(super) async fn receive(&mut self) -> Result<u8> {
        loop {
            match self.receive_any().await? {
                b'N' | b'A' | b'S' => {}
                tag => {
                    if tag == b'Z' {
                        self.awaited = self.awaited.saturating_sub(1);
                        self.transaction = Transaction::read(self.body());
                    }
                    return Ok(tag);
                }
            }
        }
    }

    async fn receive_any(&mut self) -> Result<u8> {
        self.stream.pass(mem::take(&mut self.message));
        loop {
            let incoming = self.stream.incoming();
            let mut missing = 0;
            if let [tag, a, b, c, d, ..] = *incoming {
                let length = u32::from_be_bytes([a, b, c, d]) as usize + 1;
                if length < 5 || length > self.longest {
                    return Err(nonsense());
                }
                if length <= incoming.len() {
                    self.message = length;
                    return Ok(tag);
                }
                // No more than a part at once: the length may be wrong.
                missing = (length - incoming.len()).min(LARGE);
            }
            self.stream.fill(missing).await?;
        }
    }

    /// What the message says that was received last.
    pub(super) fn body(&self) -> &[u8] {
        self.stream.incoming().get(5..self.message).unwrap_or_default()
    }
}
