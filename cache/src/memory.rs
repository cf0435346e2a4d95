//! The cache in this process.

use crate::{
    Cas, Expiry, ServerStats, Swap,
    command::{Count, End, When},
    token::Token,
};
use aludel_core::{Error, ErrorKind, Result};
use bytes::{Bytes, BytesMut};
use moka::{
    ops::compute::{CompResult, Op},
    sync::Cache,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// A cache in this process, by moka. A clone is the same one.
#[derive(Clone)]
pub(crate) struct Memory {
    entries: Cache<String, Entry>,
    /// How many writes there were: each has a number.
    writes: Arc<AtomicU64>,
}

#[derive(Clone)]
struct Entry {
    value: Bytes,
    write: u64,
    /// When it is over; `None` for never.
    end: Option<Instant>,
}

/// What is to be made of an entry.
enum Change {
    Nothing,
    Delete,
    Put(Bytes, Option<Instant>),
}

/// Tells moka how long an entry lives.
struct Life;

impl Life {
    fn left(entry: &Entry, now: Instant) -> Option<Duration> {
        entry.end.map(|end| end.saturating_duration_since(now))
    }
}

impl moka::Expiry<String, Entry> for Life {
    fn expire_after_create(&self, _key: &String, entry: &Entry, now: Instant) -> Option<Duration> {
        Self::left(entry, now)
    }

    fn expire_after_update(
        &self,
        _key: &String,
        entry: &Entry,
        now: Instant,
        _left: Option<Duration>,
    ) -> Option<Duration> {
        Self::left(entry, now)
    }
}

impl Memory {
    /// A cache that holds so many bytes at the most, keys and values.
    pub(crate) fn new(size: u64) -> Self {
        let weigh = |key: &String, entry: &Entry| u32::try_from(key.len() + entry.value.len()).unwrap_or(u32::MAX);
        let entries = Cache::builder().max_capacity(size).weigher(weigh).expire_after(Life).build();
        Self { entries, writes: Arc::default() }
    }

    fn next_write(&self) -> u64 {
        self.writes.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Looks at what a key has and makes something of it, with nobody in between.
    fn change<T>(&self, key: String, change: impl FnOnce(Option<&Entry>) -> (Change, T)) -> T {
        let mut answer = None;
        let write = |entry: Option<moka::Entry<String, Entry>>| {
            let known = entry.as_ref().map(moka::Entry::value).filter(|entry| !entry.is_over());
            let (change, answered) = change(known);
            answer = Some(answered);
            match change {
                Change::Nothing => Op::Nop,
                Change::Delete => Op::Remove,
                Change::Put(value, end) => Op::Put(Entry { value, write: self.next_write(), end }),
            }
        };
        let _: CompResult<String, Entry> = self.entries.entry(key).and_compute_with(write);
        answer.unwrap_or_else(|| unreachable!("moka calls what it is given"))
    }

    pub(crate) fn get(&self, key: &str) -> Result<Option<Bytes>> {
        Ok(self.entries.get(key).filter(|entry| !entry.is_over()).map(|entry| entry.value))
    }

    pub(crate) fn get_multi(&self, keys: &[String]) -> Result<Vec<Option<Bytes>>> {
        keys.iter().map(|key| self.get(key)).collect()
    }

    pub(crate) fn set_multi(&self, values: Vec<(String, Bytes)>, expiry: Expiry) -> Result<()> {
        let end = end(expiry);
        for (key, value) in values {
            self.entries.insert(key, Entry { value, write: self.next_write(), end });
        }
        Ok(())
    }

    pub(crate) fn set_when(&self, when: When, key: String, value: Bytes, expiry: Expiry) -> Result<bool> {
        Ok(self.change(key, |entry| match entry.is_some() == (when == When::There) {
            true => (Change::Put(value, end(expiry)), true),
            false => (Change::Nothing, false),
        }))
    }

    pub(crate) fn extend(&self, at: End, key: String, bytes: Bytes) -> Result<bool> {
        Ok(self.change(key, |entry| {
            let Some(entry) = entry else { return (Change::Nothing, false) };
            let (first, last) = match at {
                End::Front => (&bytes, &entry.value),
                End::Back => (&entry.value, &bytes),
            };
            let mut value = BytesMut::with_capacity(first.len() + last.len());
            value.extend_from_slice(first);
            value.extend_from_slice(last);
            (Change::Put(value.freeze(), entry.end), true)
        }))
    }

    pub(crate) fn count(&self, count: Count, key: String) -> Result<Option<u64>> {
        self.change(key, |entry| {
            let Some(entry) = entry else { return (Change::Nothing, Ok(None)) };
            let Some(number) = number(&entry.value) else {
                return (Change::Nothing, Err(Error::new(ErrorKind::Cache, "the value to count is not a number")));
            };
            let number = match count {
                Count::Up(by) => number.wrapping_add(by),
                Count::Down(by) => number.saturating_sub(by),
            };
            (Change::Put(number.to_string().into(), entry.end), Ok(Some(number)))
        })
    }

    pub(crate) fn delete_multi(&self, keys: &[String]) -> Result<u64> {
        let delete = |key: &String| {
            self.change(key.clone(), |entry| match entry {
                Some(_) => (Change::Delete, 1),
                None => (Change::Nothing, 0),
            })
        };
        Ok(keys.iter().map(delete).sum())
    }

    pub(crate) fn gets(&self, key: &str) -> Result<Option<(Bytes, Cas)>> {
        let entry = self.entries.get(key).filter(|entry| !entry.is_over());
        Ok(entry.map(|entry| (entry.value, Cas(Token::Number(entry.write)))))
    }

    pub(crate) fn cas(&self, key: String, value: Bytes, expiry: Expiry, cas: Cas) -> Result<Swap> {
        let write = cas.number()?;
        Ok(self.change(key, |entry| match entry {
            None => (Change::Nothing, Swap::Missing),
            Some(entry) if entry.write != write => (Change::Nothing, Swap::Changed),
            Some(_) => (Change::Put(value, end(expiry)), Swap::Stored),
        }))
    }

    pub(crate) fn touch(&self, key: String, expiry: Expiry) -> Result<bool> {
        Ok(self.change(key, |entry| match entry {
            Some(entry) => (Change::Put(entry.value.clone(), end(expiry)), true),
            None => (Change::Nothing, false),
        }))
    }

    pub(crate) fn flush(&self) -> Result<()> {
        self.entries.invalidate_all();
        Ok(())
    }

    pub(crate) fn stats(&self) -> Result<Vec<ServerStats>> {
        self.entries.run_pending_tasks();
        let values = [("entries", self.entries.entry_count()), ("bytes", self.entries.weighted_size())];
        let values = values.map(|(name, value)| (name.to_owned(), value.to_string())).into();
        Ok(vec![ServerStats { server: "memory".to_owned(), values }])
    }
}

impl Entry {
    fn is_over(&self) -> bool {
        self.end.is_some_and(|end| end <= Instant::now())
    }
}

/// When what is stored now is over. A time that no clock can tell is never.
fn end(expiry: Expiry) -> Option<Instant> {
    expiry.duration().and_then(|duration| Instant::now().checked_add(duration))
}

/// The number that a value is: decimal digits and nothing else.
fn number(value: &[u8]) -> Option<u64> {
    let digits = value.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(value).ok().filter(|_| digits)?.parse().ok()
}
