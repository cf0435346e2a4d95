//! The client of a cache, whichever it is.

use crate::{
    Cas, Expiry, ServerStats, Swap,
    command::{Count, End, When},
    key,
    memory::Memory,
};
use aludel_core::Result;
use bytes::Bytes;
use std::{fmt, sync::Arc};

/// A client of a cache; a clone is the same one. Made by [`connect`](crate::connect).
///
/// Keys are texts of at most 250 bytes without white space and control characters, whatever the cache; values are bytes. Every method fails with an
/// error of kind [`Encode`](aludel_core::ErrorKind::Encode) for another key, [`Connection`](aludel_core::ErrorKind::Connection) or
/// [`Timeout`](aludel_core::ErrorKind::Timeout) if the server does not answer, and [`Cache`](aludel_core::ErrorKind::Cache) if it refuses. A write
/// without an answer may have been done, and may be done later.
#[derive(Clone)]
pub struct Client {
    backend: Backend,
    prefix: Arc<str>,
}

#[derive(Clone)]
pub(crate) enum Backend {
    Memory(Memory),
    #[cfg(feature = "memcached")]
    Memcached(crate::memcached::Memcached),
    #[cfg(feature = "redis")]
    Resp(crate::resp::Resp),
}

impl From<Memory> for Backend {
    fn from(memory: Memory) -> Self {
        Self::Memory(memory)
    }
}

#[cfg(feature = "memcached")]
impl From<crate::memcached::Memcached> for Backend {
    fn from(memcached: crate::memcached::Memcached) -> Self {
        Self::Memcached(memcached)
    }
}

#[cfg(feature = "redis")]
impl From<crate::resp::Resp> for Backend {
    fn from(resp: crate::resp::Resp) -> Self {
        Self::Resp(resp)
    }
}

/// Calls a method of the backend, whichever it is.
macro_rules! backend {
    ($client:ident.$method:ident($($argument:expr),*)) => {
        match &$client.backend {
            Backend::Memory(memory) => memory.$method($($argument),*),
            #[cfg(feature = "memcached")]
            Backend::Memcached(memcached) => memcached.$method($($argument),*).await,
            #[cfg(feature = "redis")]
            Backend::Resp(resp) => resp.$method($($argument),*).await,
        }
    };
}

impl Client {
    pub(crate) fn new(backend: impl Into<Backend>, prefix: String) -> Self {
        Self { backend: backend.into(), prefix: prefix.into() }
    }

    fn key(&self, key: impl AsRef<str>) -> Result<String> {
        key::full(&self.prefix, key.as_ref())
    }

    fn keys(&self, keys: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Vec<String>> {
        keys.into_iter().map(|key| self.key(key)).collect()
    }

    /// The value of a key; `None` if there is none, or not any more.
    pub async fn get(&self, key: impl AsRef<str>) -> Result<Option<Bytes>> {
        let key = self.key(key)?;
        backend!(self.get(&key))
    }

    /// The values of keys, in their order, in one round trip to each server. If one of the servers fails, so does this.
    pub async fn get_multi(&self, keys: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Vec<Option<Bytes>>> {
        let keys = self.keys(keys)?;
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        backend!(self.get_multi(&keys))
    }

    /// Stores a value.
    pub async fn set(&self, key: impl AsRef<str>, value: impl Into<Bytes>, expiry: impl Into<Expiry>) -> Result<()> {
        let key = self.key(key)?;
        backend!(self.set_multi(vec![(key, value.into())], expiry.into()))
    }

    /// Stores values in one round trip to each server. If it fails some may be stored.
    pub async fn set_multi<K: AsRef<str>, V: Into<Bytes>>(
        &self,
        values: impl IntoIterator<Item = (K, V)>,
        expiry: impl Into<Expiry>,
    ) -> Result<()> {
        let values = values.into_iter().map(|(key, value)| Ok((self.key(key)?, value.into())));
        let values = values.collect::<Result<Vec<_>>>()?;
        if values.is_empty() {
            return Ok(());
        }
        backend!(self.set_multi(values, expiry.into()))
    }

    /// Stores a value if the key has none, and answers whether it did.
    pub async fn add(&self, key: impl AsRef<str>, value: impl Into<Bytes>, expiry: impl Into<Expiry>) -> Result<bool> {
        let key = self.key(key)?;
        backend!(self.set_when(When::Missing, key, value.into(), expiry.into()))
    }

    /// Stores a value if the key has one, and answers whether it did.
    pub async fn replace(
        &self,
        key: impl AsRef<str>,
        value: impl Into<Bytes>,
        expiry: impl Into<Expiry>,
    ) -> Result<bool> {
        let key = self.key(key)?;
        backend!(self.set_when(When::There, key, value.into(), expiry.into()))
    }

    /// Adds bytes behind a value, which goes on living as long, and answers whether there was one.
    pub async fn append(&self, key: impl AsRef<str>, bytes: impl Into<Bytes>) -> Result<bool> {
        let key = self.key(key)?;
        backend!(self.extend(End::Back, key, bytes.into()))
    }

    /// Adds bytes before a value, which goes on living as long, and answers whether there was one.
    pub async fn prepend(&self, key: impl AsRef<str>, bytes: impl Into<Bytes>) -> Result<bool> {
        let key = self.key(key)?;
        backend!(self.extend(End::Front, key, bytes.into()))
    }

    /// Adds to a value that is a number, which goes on living as long, and answers what it is then; `None` if there is none. A number is the
    /// decimal digits of a `u64`; beyond its end it begins again at 0.
    ///
    /// # Errors
    /// Of kind [`Cache`](aludel_core::ErrorKind::Cache) if the value is no number; in Redis, whose numbers are `i64`, also beyond the end of that.
    pub async fn incr(&self, key: impl AsRef<str>, by: u64) -> Result<Option<u64>> {
        let key = self.key(key)?;
        backend!(self.count(Count::Up(by), key))
    }

    /// Takes from a value that is a number, down to 0 and not below; else as [`incr`](Self::incr).
    pub async fn decr(&self, key: impl AsRef<str>, by: u64) -> Result<Option<u64>> {
        let key = self.key(key)?;
        backend!(self.count(Count::Down(by), key))
    }

    /// Forgets a key, and answers whether it had a value.
    pub async fn delete(&self, key: impl AsRef<str>) -> Result<bool> {
        let keys = vec![self.key(key)?];
        Ok(backend!(self.delete_multi(&keys))? > 0)
    }

    /// Forgets keys in one round trip to each server, and answers how many had a value.
    pub async fn delete_multi(&self, keys: impl IntoIterator<Item = impl AsRef<str>>) -> Result<u64> {
        let keys = self.keys(keys)?;
        if keys.is_empty() {
            return Ok(0);
        }
        backend!(self.delete_multi(&keys))
    }

    /// The value of a key, and what [`cas`](Self::cas) needs.
    pub async fn gets(&self, key: impl AsRef<str>) -> Result<Option<(Bytes, Cas)>> {
        let key = self.key(key)?;
        backend!(self.gets(&key))
    }

    /// Stores a value if the entry is still what [`gets`](Self::gets) read.
    ///
    /// # Errors
    /// Also of kind [`State`](aludel_core::ErrorKind::State) if `cas` is of another kind of cache.
    pub async fn cas(
        &self,
        key: impl AsRef<str>,
        value: impl Into<Bytes>,
        expiry: impl Into<Expiry>,
        cas: Cas,
    ) -> Result<Swap> {
        let key = self.key(key)?;
        backend!(self.cas(key, value.into(), expiry.into(), cas))
    }

    /// Lets a value live for so long from now, and answers whether there was one.
    pub async fn touch(&self, key: impl AsRef<str>, expiry: impl Into<Expiry>) -> Result<bool> {
        let key = self.key(key)?;
        backend!(self.touch(key, expiry.into()))
    }

    /// Forgets everything, on every server: the keys of others too, whatever the prefix; in Redis, those of this database.
    pub async fn flush(&self) -> Result<()> {
        backend!(self.flush())
    }

    /// What each server tells of itself.
    pub async fn stats(&self) -> Result<Vec<ServerStats>> {
        backend!(self.stats())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}
