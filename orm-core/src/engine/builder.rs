//! From a URL to an engine.

use super::{
    Backend, Driver, Engine, EngineUrl, backend,
    options::configuration,
    pool::{Pool, PoolSettings},
    rules::{Replicas, Rules},
};
use crate::{compile::Translated, error::Result};
use std::{fmt, sync::Arc, time::Duration};

/// Reads a URL and begins an engine for it; nothing is opened before [`EngineBuilder::connect`].
///
/// `backends` are the drivers that the program was compiled with; the facade's `create_engine` passes them.
///
/// # Errors
/// Of kind [`Configuration`](crate::ErrorKind::Configuration) if the URL cannot be read, or names a dialect, a driver or an option that is not known.
pub fn create_engine(url: &str, backends: &[Backend]) -> Result<EngineBuilder> {
    let url = EngineUrl::parse(url)?;
    let open = backend::find(&url, backends)?;
    let mut options = url.options();
    let mut pool = PoolSettings::default();
    let mut run = RunSettings::default();
    if let Some(size) = options.number("pool_size")? {
        pool.size = size;
    }
    if let Some(overflow) = options.number("max_overflow")? {
        pool.max_overflow = overflow;
    }
    if let Some(timeout) = options.duration("pool_timeout")? {
        pool.timeout = timeout;
    }
    if let Some(recycle) = options.limit("pool_recycle")? {
        pool.recycle = recycle;
    }
    if let Some(pre_ping) = options.switch("pool_pre_ping")? {
        pool.pre_ping = pre_ping;
    }
    if let Some(echo) = options.switch("echo")? {
        run.echo = echo;
    }
    if let Some(timeout) = options.limit("statement_timeout")? {
        run.timeout = timeout;
    }
    let driver = open(&url, &mut options)?;
    options.finish()?;
    Ok(EngineBuilder { url, driver, pool, run, rules: Rules::default() })
}

/// How statements are run.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RunSettings {
    pub(super) echo: bool,
    pub(super) timeout: Option<Duration>,
}

/// An engine that is not connected yet. Each setting can also be an option of the URL, of the same name;
/// a setting made here has the last word.
#[must_use = "an engine is opened by `.connect().await`"]
pub struct EngineBuilder {
    url: EngineUrl,
    driver: Arc<dyn Driver>,
    pool: PoolSettings,
    run: RunSettings,
    pub(super) rules: Rules,
}

impl EngineBuilder {
    /// How many connections are kept open once they were opened; 5 by default. Connections are opened when they are needed.
    pub fn pool_size(mut self, connections: usize) -> Self {
        self.pool.size = connections;
        self
    }

    /// How many more may be open at once; they are closed when they are given back. 10 by default.
    pub fn max_overflow(mut self, connections: usize) -> Self {
        self.pool.max_overflow = connections;
        self
    }

    /// How long to wait for a connection while all are in use; 30 seconds by default. Then the error is of kind
    /// [`Timeout`](crate::ErrorKind::Timeout).
    pub fn pool_timeout(mut self, timeout: Duration) -> Self {
        self.pool.timeout = timeout;
        self
    }

    /// The age at which a connection is replaced by a new one, when it is next asked for; `None`, the default, for never.
    pub fn pool_recycle(mut self, age: Option<Duration>) -> Self {
        self.pool.recycle = age;
        self
    }

    /// Whether a connection is tried out each time it is taken from the pool, at the price of a round trip; `false` by default. One that
    /// was not used for a minute is always tried out.
    pub fn pool_pre_ping(mut self, ping: bool) -> Self {
        self.pool.pre_ping = ping;
        self
    }

    /// Whether each statement is logged with its values: see the [module's](crate::engine) notes on logging. `false` by default.
    pub fn echo(mut self, echo: bool) -> Self {
        self.run.echo = echo;
        self
    }

    /// How long a statement may run, unless it says otherwise; `None`, the default, for as long as it likes. Then the error is of kind
    /// [`Timeout`](crate::ErrorKind::Timeout).
    pub fn statement_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.run.timeout = timeout;
        self
    }

    /// The URL.
    pub fn url(&self) -> &EngineUrl {
        &self.url
    }

    /// Opens the first connection, which tells the server's version and so its dialect, and puts it into the pool.
    ///
    /// # Errors
    /// Of kind [`Connection`](crate::ErrorKind::Connection) if the server cannot be reached or refuses us, of kind
    /// [`Configuration`](crate::ErrorKind::Configuration) if the pool could hold no connection at all.
    pub async fn connect(self) -> Result<Engine> {
        if self.pool.size + self.pool.max_overflow == 0 {
            return Err(configuration(
                "pool_size and max_overflow are both 0, so that no connection could ever be opened",
            ));
        }
        let pool = Pool::new(self.driver, self.pool)?;
        let Rules { filters, schemas, replicas, for_sessions } = self.rules;
        let dialect = Translated::of(pool.get().await?.dialect(), schemas);
        let replicas = Replicas::connect(replicas, self.url.dialect()).await?;
        Ok(Engine::new(self.url, dialect, pool, self.run, filters, replicas, for_sessions))
    }
}

impl fmt::Debug for EngineBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, driver: _, pool, run, rules } = self;
        f.debug_struct("EngineBuilder")
            .field("url", url)
            .field("pool", pool)
            .field("run", run)
            .field("rules", rules)
            .finish_non_exhaustive()
    }
}
