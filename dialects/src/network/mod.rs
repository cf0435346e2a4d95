//! The way to a server: sockets, their encryption, what is on its way in and out.

mod patience;
mod socket;
mod stream;
mod tls;

pub(crate) use patience::{GRACE, SOON, Turns, in_time, limited, within};
pub(crate) use socket::Socket;
pub(crate) use stream::{LARGE, Stream};
pub(crate) use tls::{Encryption, SslMode};

use aludel_core::{Error, ErrorKind};
use std::{error::Error as _, io};

/// What became of the way to the server.
#[cold]
pub(crate) fn lost(error: io::Error) -> Error {
    Error::new(ErrorKind::Connection, format!("the connection to the server was lost: {error}")).with_source(error)
}

/// The server has hung up.
#[cold]
pub(crate) fn closed() -> Error {
    Error::new(ErrorKind::Connection, "the connection to the server was lost: it has closed it")
}

/// What is there is no server of this kind.
#[cold]
pub(crate) fn nonsense(protocol: &str) -> Error {
    let message = format!("the connection to the server was lost: what it says is not {protocol}'s protocol");
    Error::new(ErrorKind::Connection, message)
}

/// The server talks in the clear alone.
#[cold]
pub(crate) fn unencrypted() -> Error {
    Error::new(ErrorKind::Connection, "the server does not encrypt, and sslmode wants it to")
}

/// Why there is no connection.
#[cold]
pub(crate) fn unreachable(error: Error) -> Error {
    let message = match error.source() {
        // What stands in the URL does not fit, or it is ours to say why.
        _ if error.kind() == ErrorKind::Configuration => return error,
        None => return error,
        Some(source) => match source.downcast_ref::<io::Error>() {
            Some(cause) => format!("the server cannot be reached: {cause}"),
            None => format!("the server refused the connection: {}", error.message()),
        },
    };
    Error::new(ErrorKind::Connection, message).with_source(error)
}
