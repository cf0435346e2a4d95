//! Redis and Valkey, by their protocol RESP.

mod error;
mod script;

use crate::{
    Cas, Expiry, ServerStats, Swap,
    command::{Count, End, When},
    token::Token,
};
use aludel_core::{Error, ErrorKind, Result};
use bytes::Bytes;
use error::{kind_of, refused};
use redis::{
    AsyncCommands as _, FromRedisValue,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use std::time::Duration;
use url::Url;

/// One connection that all share: requests go out without waiting for each other's answers. When it breaks it is made anew.
#[derive(Clone)]
pub(crate) struct Resp {
    connection: ConnectionManager,
    server: String,
}

impl Resp {
    pub(crate) async fn connect(url: &Url, timeout: Duration) -> Result<Self> {
        let server = format!("{}:{}", url.host_str().unwrap_or_default(), url.port().unwrap_or(6379));
        let named = |error: redis::RedisError| {
            let message = format!("the cache at {server} cannot be used: {error}");
            Error::new(kind_of(&error), message).with_source(error)
        };
        let client = redis::Client::open(url.as_str()).map_err(named)?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(timeout))
            .set_response_timeout(Some(timeout))
            .set_number_of_retries(1)
            .set_max_delay(timeout);
        let connection = ConnectionManager::new_with_config(client, config).await.map_err(named)?;
        Ok(Self { connection, server })
    }

    /// Runs a command, or several, one after the other and with nobody in between if they say so.
    async fn run<T: FromRedisValue>(&self, pipeline: redis::Pipeline) -> Result<T> {
        pipeline.query_async(&mut self.connection.clone()).await.map_err(refused)
    }

    pub(crate) async fn get(&self, key: &str) -> Result<Option<Bytes>> {
        self.connection.clone().get(key).await.map_err(refused)
    }

    pub(crate) async fn get_multi(&self, keys: &[String]) -> Result<Vec<Option<Bytes>>> {
        self.connection.clone().mget(keys).await.map_err(refused)
    }

    pub(crate) async fn set_multi(&self, values: Vec<(String, Bytes)>, expiry: Expiry) -> Result<()> {
        let mut pipeline = redis::pipe();
        for (key, value) in &values {
            pipeline.add_command(set(key, value, expiry)).ignore();
        }
        self.run(pipeline).await
    }

    pub(crate) async fn set_when(&self, when: When, key: String, value: Bytes, expiry: Expiry) -> Result<bool> {
        let mut command = set(&key, &value, expiry);
        if expiry.millis() == Some(0) {
            // What is over at once is not there afterwards, and whether it was before is asked.
            let there: bool = self.connection.clone().exists(&key).await.map_err(refused)?;
            if there == (when == When::There) && there {
                self.delete_multi(&[key]).await?;
            }
            return Ok(there == (when == When::There));
        }
        command.arg(match when {
            When::Missing => "NX",
            When::There => "XX",
        });
        let stored: Option<()> = command.query_async(&mut self.connection.clone()).await.map_err(refused)?;
        Ok(stored.is_some())
    }

    pub(crate) async fn extend(&self, at: End, key: String, bytes: Bytes) -> Result<bool> {
        let at = match at {
            End::Front => "front",
            End::Back => "back",
        };
        script::EXTEND
            .key(key)
            .arg(at)
            .arg(&bytes[..])
            .invoke_async(&mut self.connection.clone())
            .await
            .map_err(refused)
    }

    pub(crate) async fn count(&self, count: Count, key: String) -> Result<Option<u64>> {
        let (direction, by) = match count {
            Count::Up(by) => ("up", by),
            Count::Down(by) => ("down", by),
        };
        let mut call = script::COUNT.key(key);
        call.arg(direction).arg(by);
        let number: Option<String> = call.invoke_async(&mut self.connection.clone()).await.map_err(refused)?;
        let wrong = |_| Error::new(ErrorKind::Cache, "the value to count is not a number of 64 bits");
        number.map(|number| number.parse().map_err(wrong)).transpose()
    }

    pub(crate) async fn delete_multi(&self, keys: &[String]) -> Result<u64> {
        self.connection.clone().del(keys).await.map_err(refused)
    }

    pub(crate) async fn gets(&self, key: &str) -> Result<Option<(Bytes, Cas)>> {
        let value = self.get(key).await?;
        Ok(value.map(|value| {
            let digest = script::digest(&value);
            (value, Cas(Token::Digest(digest)))
        }))
    }

    pub(crate) async fn cas(&self, key: String, value: Bytes, expiry: Expiry, cas: Cas) -> Result<Swap> {
        let mut call = script::SWAP.key(key);
        call.arg(script::hex(&cas.digest()?)).arg(&value[..]).arg(expiry.millis().map_or(-1, |millis| millis as i64));
        let outcome: i64 = call.invoke_async(&mut self.connection.clone()).await.map_err(refused)?;
        Ok(match outcome {
            1 => Swap::Stored,
            0 => Swap::Changed,
            _ => Swap::Missing,
        })
    }

    pub(crate) async fn touch(&self, key: String, expiry: Expiry) -> Result<bool> {
        let mut pipeline = redis::pipe();
        pipeline.atomic().exists(&key);
        match expiry.millis() {
            Some(millis) => pipeline.cmd("PEXPIRE").arg(&key).arg(millis).ignore(),
            None => pipeline.persist(&key).ignore(),
        };
        let (there,): (bool,) = self.run(pipeline).await?;
        Ok(there)
    }

    pub(crate) async fn flush(&self) -> Result<()> {
        self.connection.clone().flushdb().await.map_err(refused)
    }

    pub(crate) async fn stats(&self) -> Result<Vec<ServerStats>> {
        let info: String = redis::cmd("INFO").query_async(&mut self.connection.clone()).await.map_err(refused)?;
        let values = info.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(':'));
        let values = values.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Ok(vec![ServerStats { server: self.server.clone(), values }])
    }
}

/// `SET key value PX …`; what is over at once is deleted instead, since Redis refuses to store it.
fn set(key: &str, value: &[u8], expiry: Expiry) -> redis::Cmd {
    let mut command = redis::Cmd::new();
    match expiry.millis() {
        Some(0) => command.arg("DEL").arg(key),
        Some(millis) => command.arg("SET").arg(key).arg(value).arg("PX").arg(millis),
        None => command.arg("SET").arg(key).arg(value),
    };
    command
}
