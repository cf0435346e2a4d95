//! What failures mean.

use aludel_core::{Error, ErrorKind};
use redis::{ErrorKind as Redis, RedisError};

/// The error of a command.
#[cold]
pub(super) fn refused(error: RedisError) -> Error {
    Error::new(kind_of(&error), format!("the cache: {error}")).with_source(error)
}

pub(super) fn kind_of(error: &RedisError) -> ErrorKind {
    match error.kind() {
        _ if error.is_timeout() => ErrorKind::Timeout,
        Redis::AuthenticationFailed | Redis::InvalidClientConfig => ErrorKind::Configuration,
        Redis::Io => ErrorKind::Connection,
        _ if error.is_io_error() || error.is_connection_dropped() => ErrorKind::Connection,
        _ => ErrorKind::Cache,
    }
}
