//! What is on its way in and out.

use super::{Socket, closed, lost};
use aludel_core::Result;
use bytes::{Buf as _, BytesMut};
use std::{
    future::{Future as _, poll_fn},
    io,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
};
use tokio::io::{AsyncReadExt as _, AsyncWrite as _};

/// How much is read at once, at the least that there is room for.
const READ: usize = 32 * 1024;
/// A buffer that had to hold more is given back.
pub(crate) const LARGE: usize = 1024 * 1024;

/// A socket with its buffers. Futures may be dropped: what was not sent goes out with the next bytes, and what came in stays.
pub(crate) struct Stream {
    socket: Socket,
    incoming: BytesMut,
    outgoing: Vec<u8>,
    /// How much of it has been sent.
    sent: usize,
}

impl Stream {
    pub(crate) fn new(socket: Socket) -> Self {
        Self { socket, incoming: BytesMut::new(), outgoing: Vec::new(), sent: 0 }
    }

    /// The socket, to be encrypted.
    #[cfg(feature = "mysql")]
    pub(crate) fn into_socket(self) -> Socket {
        self.socket
    }

    #[cfg(feature = "mysql")]
    pub(crate) fn socket(&self) -> &Socket {
        &self.socket
    }

    /// Where bytes are written that are to be sent.
    pub(crate) fn out(&mut self) -> &mut Vec<u8> {
        &mut self.outgoing
    }

    /// What came in and was not passed over.
    #[inline]
    pub(crate) fn incoming(&self) -> &[u8] {
        &self.incoming
    }

    /// Passes over bytes that came in.
    #[inline]
    pub(crate) fn pass(&mut self, bytes: usize) {
        self.incoming.advance(bytes);
        if self.incoming.is_empty() && self.incoming.capacity() > LARGE {
            self.incoming = BytesMut::new();
        }
    }

    /// Reads what comes next, with room for some bytes at the least.
    pub(crate) async fn fill(&mut self, room: usize) -> Result<()> {
        poll_fn(|context| self.poll_fill(context, room.max(READ))).await
    }

    /// Sends what is written. The server may have to be read from before it reads: what it says meanwhile is kept.
    pub(crate) async fn send(&mut self) -> Result<()> {
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

    fn poll_fill(&mut self, context: &mut Context<'_>, room: usize) -> Poll<Result<()>> {
        self.incoming.reserve(room);
        match ready!(pin!(self.socket.read_buf(&mut self.incoming)).poll(context)) {
            Ok(0) => Poll::Ready(Err(closed())),
            Ok(_) => Poll::Ready(Ok(())),
            Err(error) => Poll::Ready(Err(lost(error))),
        }
    }
}
