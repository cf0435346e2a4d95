//! What `gets` answers for `cas`.

use aludel_core::Result;
#[cfg(feature = "redis")]
use aludel_core::{Error, ErrorKind};

/// What an entry was, as [`Client::gets`](crate::Client::gets) read it: [`Client::cas`](crate::Client::cas) writes only if it still is.
///
/// In process and in memcached it is a number that no two writes share, in memcached until it is started anew: use it soon. Redis has none: there it is a digest of the content, so an entry that was changed and changed
/// back counts as unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cas(pub(crate) Token);

impl Cas {
    /// The number of a write.
    ///
    /// # Errors
    /// Of kind [`State`](ErrorKind::State) if it is of a cache that has none.
    pub(crate) fn number(self) -> Result<u64> {
        match self.0 {
            Token::Number(number) => Ok(number),
            #[cfg(feature = "redis")]
            Token::Digest(_) => Err(of_another_kind()),
        }
    }

    /// The SHA-1 of the content.
    ///
    /// # Errors
    /// Of kind [`State`](ErrorKind::State) if it is of a cache that numbers its writes.
    #[cfg(feature = "redis")]
    pub(crate) fn digest(self) -> Result<[u8; 20]> {
        match self.0 {
            Token::Digest(digest) => Ok(digest),
            Token::Number(_) => Err(of_another_kind()),
        }
    }
}

#[cfg(feature = "redis")]
#[cold]
fn of_another_kind() -> Error {
    Error::new(ErrorKind::State, "the cas was read from another kind of cache")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    /// The number of a write.
    Number(u64),
    /// The SHA-1 of the content.
    #[cfg(feature = "redis")]
    Digest([u8; 20]),
}

/// What became of a [`cas`](crate::Client::cas).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swap {
    /// It was written.
    Stored,
    /// The entry is another one by now: nothing was written.
    Changed,
    /// There is no entry any more: nothing was written.
    Missing,
}
