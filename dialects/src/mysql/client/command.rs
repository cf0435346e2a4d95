//! Commands to the server: each begins a conversation of its own.

use super::channel::packet;
use aludel_core::Result;

const QUIT: u8 = 0x01;
const QUERY: u8 = 0x03;
const PREPARE: u8 = 0x16;
const EXECUTE: u8 = 0x17;
const CLOSE: u8 = 0x19;

fn command(out: &mut Vec<u8>, kind: u8, body: &[u8]) {
    let _: Result<()> = packet(out, 0, |out| {
        out.push(kind);
        out.extend_from_slice(body);
        Ok(())
    });
}

pub(super) fn query(out: &mut Vec<u8>, sql: &str) {
    command(out, QUERY, sql.as_bytes());
}

pub(super) fn prepare(out: &mut Vec<u8>, sql: &str) {
    command(out, PREPARE, sql.as_bytes());
}

/// Runs a prepared statement; `values` writes its values, with what is told of them.
pub(super) fn execute(
    out: &mut Vec<u8>,
    statement: u32,
    values: impl FnOnce(&mut Vec<u8>) -> Result<()>,
) -> Result<()> {
    packet(out, 0, |out| {
        out.push(EXECUTE);
        out.extend(statement.to_le_bytes());
        out.push(0); // no cursor
        out.extend(1_u32.to_le_bytes()); // once
        values(out)
    })
}

/// Has a prepared statement forgotten; the server does not answer.
pub(super) fn close(out: &mut Vec<u8>, statement: u32) {
    command(out, CLOSE, &statement.to_le_bytes());
}

pub(super) fn quit(out: &mut Vec<u8>) {
    command(out, QUIT, &[]);
}
