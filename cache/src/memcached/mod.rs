//! memcached, by its meta protocol (`protocol.txt` of memcached 1.6), over several servers.

mod error;
mod plain;
mod router;

use crate::{
    Cas, Expiry, ServerStats, Swap,
    command::{Count, End, When},
    token::Token,
};
use aludel_core::{Error, Result};
use bytes::Bytes;
use error::{kind_of, refused};
use memcache::exp::{
    Arithmetic, AsyncMetaClient, Delete, Get, GetResult, Meta, MetaClientBuilder, MutationStatus, Operation, Set,
};
use router::Weighted;
use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

pub(crate) use router::Server;

/// More seconds than these the server takes for a date.
const LONGEST_RELATIVE: u64 = 30 * 24 * 3_600;

/// A pool of connections for each server; a key has its server for ever, whether that lives or not.
#[derive(Clone)]
pub(crate) struct Memcached {
    client: AsyncMetaClient,
    servers: Arc<[Server]>,
    timeout: Duration,
}

impl Memcached {
    /// Servers need not live yet: one that does not is an error of the keys it has.
    pub(crate) async fn connect(servers: Vec<Server>, timeout: Duration) -> Result<Self> {
        let addresses: Vec<String> = servers.iter().map(|server| server.address.clone()).collect();
        let client = MetaClientBuilder::new()
            .router(Weighted::new(&servers))
            .max_idle(64)
            .connect_timeout(Some(timeout))
            .io_timeout(Some(timeout));
        let client = client.connect_multiple_async(&addresses).await.map_err(|error| {
            let message = format!("the caches at {} cannot be used: {error}", addresses.join(", "));
            Error::new(kind_of(&error), message).with_source(error)
        })?;
        Ok(Self { client, servers: servers.into(), timeout })
    }

    async fn run<O: Operation>(&self, operation: O) -> Result<O::Output> {
        self.client.run(operation).await.map_err(refused)
    }

    /// Several, one round trip to each server. The first failure is that of all.
    async fn run_many<O: Operation>(&self, operations: Vec<O>) -> Result<Vec<O::Output>> {
        let outcomes = self.client.run_many(operations).await.map_err(refused)?;
        outcomes.into_iter().map(|outcome| outcome.map_err(refused)).collect()
    }

    pub(crate) async fn get(&self, key: &str) -> Result<Option<Bytes>> {
        Ok(value(self.run(Get::new(key)).await?))
    }

    pub(crate) async fn get_multi(&self, keys: &[String]) -> Result<Vec<Option<Bytes>>> {
        let found = self.run_many(keys.iter().map(Get::new).collect()).await?;
        Ok(found.into_iter().map(value).collect())
    }

    pub(crate) async fn set_multi(&self, values: Vec<(String, Bytes)>, expiry: Expiry) -> Result<()> {
        let sets = values.into_iter().map(|(key, value)| Set::new(key, value).ttl_raw(time(expiry)));
        self.run_many(sets.collect()).await?;
        Ok(())
    }

    pub(crate) async fn set_when(&self, when: When, key: String, value: Bytes, expiry: Expiry) -> Result<bool> {
        let set = Set::new(key, value).ttl_raw(time(expiry));
        let set = match when {
            When::Missing => set.add(),
            When::There => set.replace(),
        };
        Ok(self.run(set).await?.applied())
    }

    pub(crate) async fn extend(&self, at: End, key: String, bytes: Bytes) -> Result<bool> {
        let set = Set::new(key, bytes);
        let set = match at {
            End::Front => set.prepend(),
            End::Back => set.append(),
        };
        Ok(self.run(set).await?.applied())
    }

    pub(crate) async fn count(&self, count: Count, key: String) -> Result<Option<u64>> {
        let operation = match count {
            Count::Up(by) => Arithmetic::new(key).delta(by),
            Count::Down(by) => Arithmetic::new(key).delta(by).decrement(),
        };
        Ok(self.run(operation).await?.value)
    }

    pub(crate) async fn delete_multi(&self, keys: &[String]) -> Result<u64> {
        let deleted = self.run_many(keys.iter().map(Delete::new).collect()).await?;
        Ok(deleted.iter().filter(|deleted| deleted.applied()).count() as u64)
    }

    pub(crate) async fn gets(&self, key: &str) -> Result<Option<(Bytes, Cas)>> {
        let found = self.run(Get::new(key).meta(Meta::default().cas())).await?;
        let Some(cas) = found.item.cas else { return Ok(None) };
        Ok(value(found).map(|value| (value, Cas(Token::Number(cas)))))
    }

    pub(crate) async fn cas(&self, key: String, value: Bytes, expiry: Expiry, cas: Cas) -> Result<Swap> {
        let set = Set::new(key, value).ttl_raw(time(expiry)).compare_cas(cas.number()?);
        let outcome = self.run(set).await?;
        Ok(match outcome.status {
            MutationStatus::Applied => Swap::Stored,
            MutationStatus::NotFound => Swap::Missing,
            _ => Swap::Changed,
        })
    }

    pub(crate) async fn touch(&self, key: String, expiry: Expiry) -> Result<bool> {
        Ok(self.run(Get::new(key).without_value().touch_raw(time(expiry))).await?.hit())
    }

    pub(crate) async fn flush(&self) -> Result<()> {
        for server in self.servers.iter() {
            plain::flush(&server.address, self.timeout).await?;
        }
        Ok(())
    }

    pub(crate) async fn stats(&self) -> Result<Vec<ServerStats>> {
        let mut stats = Vec::new();
        for server in self.servers.iter() {
            let values = plain::stats(&server.address, self.timeout).await?;
            stats.push(ServerStats { server: server.address.clone(), values });
        }
        Ok(stats)
    }
}

fn value(found: GetResult) -> Option<Bytes> {
    found.value.filter(|_| found.status == memcache::exp::GetStatus::Hit).map(Bytes::from)
}

/// The time of the protocol: seconds, or a date if they are many; 0 is never, and a date that is past is over at once.
fn time(expiry: Expiry) -> u32 {
    let Some(millis) = expiry.millis() else { return 0 };
    let seconds = millis.div_ceil(1_000);
    match seconds {
        0 => LONGEST_RELATIVE as u32 + 1,
        1..=LONGEST_RELATIVE => seconds as u32,
        _ => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
            // What lies beyond the last date is never.
            u32::try_from(now.saturating_add(seconds)).ok().filter(|date| i32::try_from(*date).is_ok()).unwrap_or(0)
        }
    }
}
