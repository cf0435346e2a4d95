//! Packets in and out.
//!
//! Each has 3 bytes of length and the number of the packet before it. What is longer than [`LONGEST`] goes on in the next packet.

use super::reader::nonsense;
use crate::network::{Encryption, LARGE, Socket, Stream};
use aludel_core::Result;
use std::mem;

/// The most that one packet holds.
const LONGEST: usize = 0xff_ffff;
const HEADER: usize = 4;

/// A stream of packets.
pub(super) struct Channel {
    stream: Stream,
    /// The length, with its header, of the packet that was received last, which is at the start of what came in.
    received: usize,
    /// What was received last, where it came in several packets.
    joined: Vec<u8>,
    /// The number of the packet that was received last.
    number: u8,
}

impl Channel {
    pub(super) fn new(socket: Socket) -> Self {
        Self { stream: Stream::new(socket), received: 0, joined: Vec::new(), number: 0 }
    }

    /// The same, encrypted to a host, as the server was asked for.
    pub(super) async fn encrypted(self, host: &str, encryption: &Encryption) -> Result<Self> {
        let socket = self.stream.into_socket().encrypted(host, encryption).await?;
        // The request was a packet too.
        Ok(Self { number: self.number.wrapping_add(1), ..Self::new(socket) })
    }

    pub(super) fn socket(&self) -> &Socket {
        self.stream.socket()
    }

    /// Where packets are written that are to be sent.
    pub(super) fn out(&mut self) -> &mut Vec<u8> {
        self.stream.out()
    }

    /// Sends a packet that answers the one which was received last.
    pub(super) async fn reply(&mut self, body: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
        packet(self.stream.out(), self.number.wrapping_add(1), body)?;
        self.send().await
    }

    /// Sends what is written.
    pub(super) async fn send(&mut self) -> Result<()> {
        self.stream.send().await
    }

    /// Waits for the next packet.
    pub(super) async fn receive(&mut self) -> Result<()> {
        self.stream.pass(mem::take(&mut self.received));
        self.joined.clear();
        if self.joined.capacity() > LARGE {
            self.joined = Vec::new();
        }
        let mut end = 0;
        loop {
            let incoming = self.stream.incoming();
            let mut missing = 0;
            if let Some([a, b, c, number]) = incoming.get(end..).and_then(|rest| rest.first_chunk().copied()) {
                let length = u32::from_le_bytes([a, b, c, 0]) as usize;
                if end + HEADER + length <= incoming.len() {
                    end += HEADER + length;
                    self.number = number;
                    if length < LONGEST {
                        break;
                    }
                    continue;
                }
                missing = end + HEADER + length - incoming.len();
            }
            self.stream.fill(missing).await?;
        }
        self.received = end;
        if end > LONGEST {
            let mut rest = &self.stream.incoming()[..end];
            while let Some((_, after)) = rest.split_at_checked(HEADER) {
                let (part, after) = after.split_at(after.len().min(LONGEST));
                self.joined.extend_from_slice(part);
                rest = after;
            }
        }
        Ok(())
    }

    /// What the packet says that was received last.
    #[inline]
    pub(super) fn packet(&self) -> &[u8] {
        if self.joined.is_empty() {
            self.stream.incoming().get(HEADER..self.received).unwrap_or_default()
        } else {
            &self.joined
        }
    }

    /// The first byte of the packet, which has one.
    pub(super) fn first(&self) -> Result<(u8, &[u8])> {
        self.packet().split_first().map(|(first, rest)| (*first, rest)).ok_or_else(nonsense)
    }
}

/// Appends a packet after the one with this number. What cannot be written leaves nothing behind.
pub(super) fn packet(out: &mut Vec<u8>, mut number: u8, body: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
    let start = out.len();
    out.extend([0; HEADER]);
    if let Err(error) = body(out) {
        out.truncate(start);
        return Err(error);
    }
    let mut header = |length: usize| {
        let [a, b, c, _] = (length as u32).to_le_bytes();
        let header = [a, b, c, number];
        number = number.wrapping_add(1);
        header
    };
    let length = out.len() - start - HEADER;
    if length < LONGEST {
        out[start..start + HEADER].copy_from_slice(&header(length));
        return Ok(());
    }
    let whole = out.split_off(start + HEADER);
    out.truncate(start);
    // One that is full is followed by another one, if it is empty.
    for part in whole.chunks(LONGEST).chain(length.is_multiple_of(LONGEST).then_some(&[][..])) {
        out.extend(header(part.len()));
        out.extend_from_slice(part);
    }
    Ok(())
}
