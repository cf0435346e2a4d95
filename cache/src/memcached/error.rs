//! What failures mean.

use aludel_core::{Error, ErrorKind};
use memcache::exp::Error as Failure;
use std::io;

/// The error of a command.
#[cold]
pub(super) fn refused(error: Failure) -> Error {
    Error::new(kind_of(&error), format!("the cache: {error}")).with_source(error)
}

pub(super) fn kind_of(error: &Failure) -> ErrorKind {
    match error {
        Failure::Timeout { .. } => ErrorKind::Timeout,
        Failure::Io(error) if error.kind() == io::ErrorKind::TimedOut => ErrorKind::Timeout,
        Failure::Io(_) => ErrorKind::Connection,
        Failure::Ambiguous { source, .. } => kind_of(source),
        _ => ErrorKind::Cache,
    }
}
