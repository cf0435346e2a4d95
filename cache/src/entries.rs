//! Rows of a database in a cache.

use crate::{
    Client, Expiry, Swap,
    protocol::{Entry, Found, Holder, Id, Unlock, find, lock, may_fill, unlock},
};
use aludel_core::{Error, ErrorKind, Result};
use bytes::Bytes;
use std::{
    fmt,
    future::Future,
    mem,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::time::sleep;
use uuid::Uuid;

/// Rows of a database in a cache: a value that is found there is what was committed at some moment of the call.
///
/// Readers [`read`](Self::read) through it. Whoever changes rows takes a [`lock`](Self::lock) of their keys before the commit and gives it back after, as
/// after a rollback:
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> aludel_core::Result<()> {
/// # use aludel_cache::{Entries, connect};
/// # let name_in_database = async || aludel_core::Result::Ok("Ada".into());
/// # let commit = async || aludel_core::Result::Ok(());
/// let entries = Entries::new(connect("memory://").await?);
/// let name = entries.read("user:1", name_in_database()).await?;
/// assert_eq!(&*name, b"Ada");
///
/// let locks = entries.lock(["user:1"]).await?;
/// let committed = commit().await;
/// locks.release().await?; // whether it was committed or rolled back; not if nobody knows
/// # committed
/// # }
/// ```
///
/// That holds while every change is made so, and every commit is over before its lock is. Where the cache loses a lock, because it restarts or makes
/// room, what is found can be old between that commit and the release; where the writer dies as well, or the cache cannot be told of the release, until
/// the value's time is over. The steps and the proof are in the module `protocol`.
#[derive(Clone)]
pub struct Entries {
    client: Client,
    values: Expiry,
    locks: Duration,
}

/// How far the clocks of two machines may differ.
const SKEW: Duration = Duration::from_secs(2);

/// How long a reader may take to fill.
const LEASE: Duration = Duration::from_secs(10);

/// How often a lock is tried before it is given up: each attempt but the last was overtaken by another writer's or reader's.
const ATTEMPTS: usize = 1_000;

impl Entries {
    /// Entries in a cache. Values live for an hour, and locks for 30 seconds.
    pub fn new(client: Client) -> Self {
        Self { client, values: Duration::from_secs(3_600).into(), locks: Duration::from_secs(30) }
    }

    /// How long a value lives, and so how long it can be old at the most, whatever happens.
    pub fn values_live(self, expiry: impl Into<Expiry>) -> Self {
        Self { values: expiry.into(), ..self }
    }

    /// How long a lock lives: longer than any commit takes.
    pub fn locks_live(self, locks: Duration) -> Self {
        Self { locks, ..self }
    }

    /// The value of a key, from the cache, or else loaded and kept there. `load` reads what is committed, outside any transaction that began before the
    /// call. If the cache fails, the value is loaded.
    ///
    /// # Errors
    /// Those of `load`; the cache's are passed by.
    pub async fn read<E>(
        &self,
        key: impl AsRef<str>,
        load: impl Future<Output = Result<Bytes, E>>,
    ) -> Result<Bytes, E> {
        let key = key.as_ref();
        let found = match self.client.get(key).await {
            Ok(bytes) => find(bytes.as_ref().map(Entry::decode)),
            Err(_) => Found::Bypass,
        };
        match found {
            Found::Hit(value) => return Ok(value),
            Found::Bypass => return load.await,
            Found::Missing => {}
        }
        let lease = new_id();
        let leased = self.client.add(key, Entry::Lease(lease).encode(), LEASE).await.unwrap_or(false);
        let value = load.await?;
        // Looked at again, and not swapped by what `add` could have told: a memcached that was started anew counts from the beginning, so that a number
        // from before the load may be that of another's entry.
        if leased
            && let Ok(Some((bytes, cas))) = self.client.gets(key).await
            && may_fill(Some(&Entry::decode(&bytes)), lease)
        {
            // Too late, too large, or without an answer: nobody misses it.
            let _ = self.client.cas(key, Entry::Value(value.clone()).encode(), self.values, cas).await;
        }
        Ok(value)
    }

    /// Makes readers of the keys go to the database until the lock is given back, or its time is over. Taken after the last statement of a transaction
    /// and before its commit.
    ///
    /// # Errors
    /// Those of the cache; then no key is locked, as far as the cache can be told. Of kind [`Timeout`](ErrorKind::Timeout) if others come first all the
    /// time.
    pub async fn lock(&self, keys: impl IntoIterator<Item = impl Into<String>>) -> Result<Locks> {
        let mut keys: Vec<String> = keys.into_iter().map(Into::into).collect();
        keys.sort_unstable();
        keys.dedup();
        let holder = Holder { transaction: new_id(), deadline: millis_from_now(self.locks) };
        let mut locks = Locks { entries: self.clone(), keys: Vec::with_capacity(keys.len()), holder };
        for key in keys {
            // Also one whose lock may be there without our having heard of it.
            locks.keys.push(key.clone());
            if let Err(error) = self.lock_one(&key, holder).await {
                let _ = locks.release().await;
                return Err(error);
            }
        }
        Ok(locks)
    }

    async fn lock_one(&self, key: &str, holder: Holder) -> Result<()> {
        let now = millis_from_now(Duration::ZERO);
        let over = |holder: &Holder| holder.deadline.saturating_add(SKEW.as_millis() as u64) < now;
        for _ in 0..ATTEMPTS {
            let seen = self.client.gets(key).await?.map(|(bytes, cas)| (Entry::decode(&bytes), cas));
            let holders = lock(seen.as_ref().map(|(entry, _)| entry), holder, over);
            if self.put_lock(key, holders, seen.map(|(_, cas)| cas)).await? {
                return Ok(());
            }
        }
        Err(Error::new(ErrorKind::Timeout, format!("others came first {ATTEMPTS} times at locking {key} in the cache")))
    }

    /// Writes a lock if the entry is still what was seen, and answers whether it did.
    async fn put_lock(&self, key: &str, holders: Vec<Holder>, seen: Option<crate::Cas>) -> Result<bool> {
        let last = holders.iter().map(|holder| holder.deadline).max().unwrap_or_default();
        let left = last.saturating_sub(millis_from_now(Duration::ZERO));
        let life = Duration::from_millis(left) + SKEW;
        let entry = Entry::Lock(holders).encode();
        Ok(match seen {
            None => self.client.add(key, entry, life).await?,
            Some(cas) => self.client.cas(key, entry, life, cas).await? == Swap::Stored,
        })
    }

    async fn release_one(&self, key: &str, transaction: Id) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let Some((bytes, cas)) = self.client.gets(key).await? else { return Ok(()) };
            let done = match unlock(Some(&Entry::decode(&bytes)), transaction) {
                Unlock::Nothing => true,
                Unlock::Delete => {
                    self.client.delete(key).await?;
                    true
                }
                Unlock::Keep(others) => self.put_lock(key, others, Some(cas)).await?,
                // Over at once, and only if it is still the same.
                Unlock::Release => self.client.cas(key, bytes, Duration::ZERO, cas).await? == Swap::Stored,
            };
            if done {
                return Ok(());
            }
        }
        Err(Error::new(
            ErrorKind::Timeout,
            format!("others came first {ATTEMPTS} times at releasing {key} in the cache"),
        ))
    }
}

impl fmt::Debug for Entries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entries").field("values", &self.values).field("locks", &self.locks).finish_non_exhaustive()
    }
}

/// Keys that readers pass by: see [`Entries::lock`]. Dropped, they stay locked until their time is over, which is right where nobody knows whether the
/// transaction was committed.
#[derive(Debug)]
#[must_use = "keys stay locked until they are released or their time is over"]
pub struct Locks {
    entries: Entries,
    keys: Vec<String>,
    holder: Holder,
}

impl Locks {
    /// Whether the commit may begin: less than half of the lock's life has passed. Otherwise take another one, and release both after the commit.
    pub fn is_fresh(&self) -> bool {
        let left = self.holder.deadline.saturating_sub(millis_from_now(Duration::ZERO));
        u128::from(left) * 2 > self.entries.locks.as_millis()
    }

    /// Gives the keys back, after the commit or the rollback. A cache that does not answer is asked again twice, since a lock that it lost would leave
    /// what is old there.
    ///
    /// # Errors
    /// The last of the cache's; the other keys are given back all the same.
    pub async fn release(mut self) -> Result<()> {
        let mut result = Ok(());
        for pause in [Duration::ZERO, Duration::from_millis(50), Duration::from_millis(250)] {
            if !pause.is_zero() {
                sleep(pause).await;
            }
            result = Ok(());
            for key in mem::take(&mut self.keys) {
                if let Err(error) = self.entries.release_one(&key, self.holder.transaction).await {
                    result = Err(error);
                    self.keys.push(key);
                }
            }
            if result.is_ok() {
                break;
            }
        }
        result
    }
}

fn new_id() -> Id {
    Uuid::new_v4().as_u128()
}

/// Milliseconds since 1970, so long from now.
fn millis_from_now(duration: Duration) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from((now + duration).as_millis()).unwrap_or(u64::MAX)
}
