//! Messages in and out.

use super::{
    error::{closed, lost},
    message,
    reply::{Transaction, nonsense},
    socket::Socket,
};
use aludel_core::Result;
use bytes::{Buf as _, BytesMut};
use std::{
    future::{Future as _, poll_fn},
    io, mem,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
};
use tokio::io::{AsyncReadExt as _, AsyncWrite as _};

/// How much is read at once, at the most.
const READ: usize = 32 * 1024;
/// A buffer that had to hold more is given back.
const LARGE: usize = 1024 * 1024;
/// No message of the first ones is longer, unless a server of another kind has sent it.
const LONGEST_AT_FIRST: usize = 64 * 1024;

/// A socket with its buffers.
pub(super) struct Channel {
    socket: Socket,
    incoming: BytesMut,
    /// The length of the message that was received last, which is at the start of what came in.
    message: usize,
    longest: usize,
    outgoing: Vec<u8>,
    /// How much of it has been sent.
    sent: usize,
    /// How often the server has still to say that it listens.
    awaited: usize,
    transaction: Transaction,
}

impl Channel {
    pub(super) fn new(socket: Socket) -> Self {
        Self {
            socket,
            incoming: BytesMut::new(),
            message: 0,
            longest: LONGEST_AT_FIRST,
            outgoing: Vec::new(),
            sent: 0,
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
        &mut self.outgoing
    }

    /// Asks the server to say when it listens again.
    pub(super) fn sync(&mut self) {
        message::sync(&mut self.outgoing);
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

    /// Sends what is written. The server may have to be read from before it reads: what it says meanwhile is kept.
    pub(super) async fn send(&mut self) -> Result<()> {
        poll_fn(|context| {
            loop {
                if let Poll::Ready(sent) = self.poll_send(context) {
                    return Poll::Ready(sent.map_err(lost));
                }
                ready!(self.poll_fill(context, READ))?;
            }
        })
        .await?;
        self.sent = 0;
        self.outgoing.clear();
        if self.outgoing.capacity() > LARGE {
            self.outgoing = Vec::new();
        }
        Ok(())
    }

    fn poll_send(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut socket = Pin::new(&mut self.socket);
        while self.sent < self.outgoing.len() {
            match ready!(socket.as_mut().poll_write(context, &self.outgoing[self.sent..]))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => self.sent += count,
            }
        }
        socket.poll_flush(context)
    }

    /// Reads what has come, with room for so many bytes.
    fn poll_fill(&mut self, context: &mut Context<'_>, room: usize) -> Poll<Result<()>> {
        self.incoming.reserve(room);
        match ready!(pin!(self.socket.read_buf(&mut self.incoming)).poll(context)) {
            Ok(0) => Poll::Ready(Err(closed())),
            Ok(_) => Poll::Ready(Ok(())),
            Err(error) => Poll::Ready(Err(lost(error))),
        }
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
        self.incoming.advance(mem::take(&mut self.message));
        loop {
            let mut missing = READ;
            if let [tag, a, b, c, d, ..] = self.incoming[..] {
                let length = u32::from_be_bytes([a, b, c, d]) as usize + 1;
                if length < 5 || length > self.longest {
                    return Err(nonsense());
                }
                if length <= self.incoming.len() {
                    self.message = length;
                    return Ok(tag);
                }
                // No more than a part at once: the length may be wrong.
                missing = (length - self.incoming.len()).clamp(READ, LARGE);
            } else if self.incoming.is_empty() && self.incoming.capacity() > LARGE {
                self.incoming = BytesMut::new();
            }
            poll_fn(|context| self.poll_fill(context, missing)).await?;
        }
    }

    /// What the message says that was received last.
    pub(super) fn body(&self) -> &[u8] {
        self.incoming.get(5..self.message).unwrap_or_default()
    }
}
