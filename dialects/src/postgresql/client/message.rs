//! Messages to the server.

use aludel_core::{Error, ErrorKind, Result};

/// The number that stands where a version would, in a request to encrypt.
const SSL_REQUEST: u32 = 80_877_103;
const CANCEL_REQUEST: u32 = 80_877_102;
/// 3.0
const VERSION: u32 = 196_608;
const BINARY: [u8; 2] = 1_i16.to_be_bytes();

/// A message of a kind. What cannot be written leaves nothing behind.
fn message(out: &mut Vec<u8>, kind: u8, body: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
    let start = out.len();
    out.push(kind);
    let written = with_length(out, body);
    if written.is_err() {
        out.truncate(start);
    }
    written
}

fn with_length(out: &mut Vec<u8>, body: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
    let start = out.len();
    out.extend([0; 4]);
    body(out)?;
    let length = i32::try_from(out.len() - start).map_err(|_| too_large())?;
    out[start..start + 4].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

/// A text that ends with a zero.
fn text(out: &mut Vec<u8>, text: &str) -> Result<()> {
    if text.as_bytes().contains(&0) {
        return Err(Error::new(ErrorKind::Statement, "a text for PostgreSQL cannot have a NUL character"));
    }
    out.extend(text.as_bytes());
    out.push(0);
    Ok(())
}

fn count(out: &mut Vec<u8>, count: usize) -> Result<()> {
    let count = u16::try_from(count).map_err(|_| {
        Error::new(ErrorKind::Statement, format!("a statement has {count} values, and PostgreSQL takes 65535"))
    })?;
    out.extend(count.to_be_bytes());
    Ok(())
}

pub(super) fn startup(out: &mut Vec<u8>, parameters: &[(&str, &str)]) -> Result<()> {
    with_length(out, |out| {
        out.extend(VERSION.to_be_bytes());
        for (name, value) in parameters {
            text(out, name)?;
            text(out, value)?;
        }
        out.push(0);
        Ok(())
    })
}

pub(super) fn password(out: &mut Vec<u8>, password: &str) -> Result<()> {
    message(out, b'p', |out| text(out, password))
}

/// The first message of a SASL exchange, by one of the server's mechanisms.
pub(super) fn sasl_initial(out: &mut Vec<u8>, mechanism: &str, data: &[u8]) -> Result<()> {
    message(out, b'p', |out| {
        text(out, mechanism)?;
        with_data_length(out, data)
    })
}

fn with_data_length(out: &mut Vec<u8>, data: &[u8]) -> Result<()> {
    out.extend(i32::try_from(data.len()).map_err(|_| too_large())?.to_be_bytes());
    out.extend(data);
    Ok(())
}

pub(super) fn sasl(out: &mut Vec<u8>, data: &[u8]) -> Result<()> {
    message(out, b'p', |out| {
        out.extend(data);
        Ok(())
    })
}

pub(super) fn parse(out: &mut Vec<u8>, name: &str, sql: &str, types: &[u32]) -> Result<()> {
    message(out, b'P', |out| {
        text(out, name)?;
        text(out, sql)?;
        count(out, types.len())?;
        types.iter().for_each(|number| out.extend(number.to_be_bytes()));
        Ok(())
    })
}

/// Asks what a prepared statement takes and yields.
pub(super) fn describe(out: &mut Vec<u8>, name: &str) -> Result<()> {
    message(out, b'D', |out| {
        out.push(b'S');
        text(out, name)
    })
}

/// Has a prepared statement forgotten.
pub(super) fn close(out: &mut Vec<u8>, name: &str) -> Result<()> {
    message(out, b'C', |out| {
        out.push(b'S');
        text(out, name)
    })
}

/// Runs a prepared statement to its end, and gives back what the server holds for it. All values are binary.
pub(super) fn run(
    out: &mut Vec<u8>,
    statement: &str,
    values: usize,
    write: impl FnOnce(&mut Vec<u8>) -> Result<()>,
) -> Result<()> {
    const PORTAL: &str = "";
    message(out, b'B', |out| {
        text(out, PORTAL)?;
        text(out, statement)?;
        count(out, 1)?;
        out.extend(BINARY);
        count(out, values)?;
        write(out)?;
        count(out, 1)?;
        out.extend(BINARY);
        Ok(())
    })?;
    message(out, b'E', |out| {
        text(out, PORTAL)?;
        out.extend(0_i32.to_be_bytes()); // all rows
        Ok(())
    })?;
    message(out, b'C', |out| {
        out.push(b'P');
        text(out, PORTAL)
    })
}

pub(super) fn query(out: &mut Vec<u8>, sql: &str) -> Result<()> {
    message(out, b'Q', |out| text(out, sql))
}

pub(super) fn copy_data(out: &mut Vec<u8>, data: &[u8]) -> Result<()> {
    message(out, b'd', |out| {
        out.extend(data);
        Ok(())
    })
}

pub(super) fn copy_fail(out: &mut Vec<u8>, why: &str) -> Result<()> {
    message(out, b'f', |out| text(out, why))
}

pub(super) fn copy_done(out: &mut Vec<u8>) {
    bare(out, b'c');
}

pub(super) fn sync(out: &mut Vec<u8>) {
    bare(out, b'S');
}

/// Has the server send what it has to say now.
pub(super) fn flush(out: &mut Vec<u8>) {
    bare(out, b'H');
}

pub(super) fn terminate(out: &mut Vec<u8>) {
    bare(out, b'X');
}

fn bare(out: &mut Vec<u8>, kind: u8) {
    out.push(kind);
    out.extend(4_i32.to_be_bytes());
}

/// The request to end what a connection runs: all that is sent through one of its own.
pub(super) fn cancel(process: u32, secret: u32) -> Vec<u8> {
    [16, CANCEL_REQUEST, process, secret].into_iter().flat_map(u32::to_be_bytes).collect()
}

/// The request to encrypt what follows.
pub(super) fn ssl_request() -> Vec<u8> {
    [8, SSL_REQUEST].into_iter().flat_map(u32::to_be_bytes).collect()
}

#[cold]
fn too_large() -> Error {
    Error::new(ErrorKind::Encode, "PostgreSQL takes no more than 2 GB at once")
}
