//! The pool: which connections are kept, tried out, replaced and closed.

use super::{Connection, Driver};
use crate::error::{Error, ErrorKind, Result};
use deadpool::{
    Runtime,
    managed::{self, Metrics, Object, PoolError, QueueMode, RecycleError, RecycleResult, TimeoutType, Timeouts},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

/// A connection that was idle for longer is tried out before it is used.
const LONG_IDLE: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy)]
pub(super) struct PoolSettings {
    pub(super) size: usize,
    pub(super) max_overflow: usize,
    pub(super) timeout: Duration,
    pub(super) recycle: Option<Duration>,
    pub(super) pre_ping: bool,
}

impl Default for PoolSettings {
    fn default() -> Self {
        Self { size: 5, max_overflow: 10, timeout: Duration::from_secs(30), recycle: None, pre_ping: false }
    }
}

/// What a pool holds at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolStatus {
    /// Open connections.
    pub open: usize,
    /// Those of them that nobody uses.
    pub idle: usize,
    /// Callers that wait for one.
    pub waiting: usize,
    /// How many connections are kept open.
    pub pool_size: usize,
    /// How many connections can be open at once.
    pub limit: usize,
}

/// Connections of one driver.
pub(super) struct Pool {
    objects: managed::Pool<Manager>,
    settings: PoolSettings,
    limit: usize,
}

/// A connection on loan. Dropped, it is back in the pool, or closed if there are enough.
pub(super) type Loan = Object<Manager>;

impl Pool {
    pub(super) fn new(driver: Arc<dyn Driver>, mut settings: PoolSettings) -> Result<Self> {
        let mut limit = settings.size + settings.max_overflow;
        if let Some(max) = driver.max_connections() {
            limit = limit.min(max);
        }
        settings.size = settings.size.min(limit);
        let manager = Manager { driver, settings, open: Arc::default(), generation: AtomicU64::new(0) };
        // Last in, first out: a few warm connections do the work, and the others get old enough to be closed by the server.
        let objects = managed::Pool::builder(manager)
            .max_size(limit)
            .queue_mode(QueueMode::Lifo)
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| Error::new(ErrorKind::Configuration, format!("the pool cannot be built: {error}")))?;
        Ok(Self { objects, settings, limit })
    }

    pub(super) async fn get(&self) -> Result<Loan> {
        // The first try sets no timer: that costs more than taking a connection that is free.
        let create = (!self.settings.timeout.is_zero()).then_some(self.settings.timeout);
        let mut timeouts = Timeouts { wait: Some(Duration::ZERO), create, recycle: None };
        let mut loan = self.objects.timeout_get(&timeouts).await;
        if matches!(loan, Err(PoolError::Timeout(TimeoutType::Wait))) && !self.settings.timeout.is_zero() {
            timeouts.wait = Some(self.settings.timeout);
            loan = self.objects.timeout_get(&timeouts).await;
        }
        loan.map_err(|error| match error {
            PoolError::Backend(error) => error,
            PoolError::Timeout(TimeoutType::Create) => Error::new(
                ErrorKind::Timeout,
                format!("the server did not answer within {:?} (pool_timeout)", self.settings.timeout),
            ),
            PoolError::Timeout(_) => Error::new(
                ErrorKind::Timeout,
                format!(
                    "no connection became free within {:?}: all {} of the pool are in use; \
                     hold them for a shorter time, or raise pool_size, max_overflow or pool_timeout",
                    self.settings.timeout, self.limit
                ),
            ),
            other => Error::new(ErrorKind::Connection, other.to_string()),
        })
    }

    /// Whether a connection that is given back is one too many, or was opened before the last `dispose`.
    pub(super) fn is_surplus(&self, pooled: &Pooled) -> bool {
        let manager = self.objects.manager();
        if pooled.generation != manager.generation.load(Ordering::Relaxed) {
            return true;
        }
        // Only idle ones can be too many: what many tasks take in turns is not closed and opened again each time.
        manager.open.load(Ordering::Relaxed) > self.settings.size && {
            let status = self.objects.status();
            status.waiting == 0 && status.available >= self.settings.size
        }
    }

    pub(super) async fn dispose(&self) -> Result<()> {
        self.objects.manager().generation.fetch_add(1, Ordering::Relaxed);
        let mut result = Ok(());
        for pooled in self.objects.retain(|_, _| false).removed {
            let closed = pooled.connection.close().await;
            result = result.and(closed);
        }
        result
    }

    pub(super) fn status(&self) -> PoolStatus {
        let status = self.objects.status();
        PoolStatus {
            open: status.size,
            idle: status.available,
            waiting: status.waiting,
            pool_size: self.settings.size,
            limit: self.limit,
        }
    }
}

/// Opens connections and decides whether an idle one is still good.
pub(super) struct Manager {
    driver: Arc<dyn Driver>,
    settings: PoolSettings,
    open: Arc<AtomicUsize>,
    /// Counts the calls of `dispose`: connections of an earlier generation are not used again.
    generation: AtomicU64,
}

/// A connection in the pool's books.
pub(super) struct Pooled {
    connection: Box<dyn Connection>,
    generation: u64,
    _counted: Counted,
}

impl std::ops::Deref for Pooled {
    type Target = dyn Connection;
    fn deref(&self) -> &Self::Target {
        &*self.connection
    }
}

impl std::ops::DerefMut for Pooled {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut *self.connection
    }
}

/// One of the open connections, for as long as it lives.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl managed::Manager for Manager {
    type Type = Pooled;
    type Error = Error;

    async fn create(&self) -> Result<Pooled> {
        let generation = self.generation.load(Ordering::Relaxed);
        let connection = self.driver.connect().await?;
        self.open.fetch_add(1, Ordering::Relaxed);
        Ok(Pooled { connection, generation, _counted: Counted(Arc::clone(&self.open)) })
    }

    async fn recycle(&self, pooled: &mut Pooled, metrics: &Metrics) -> RecycleResult<Error> {
        let connection = &mut pooled.connection;
        if connection.is_broken() || connection.is_dirty() {
            return Err(RecycleError::message("the connection is broken"));
        }
        if self.settings.recycle.is_some_and(|age| metrics.age() >= age) {
            return Err(RecycleError::message("the connection is too old"));
        }
        if self.settings.pre_ping || metrics.last_used() > LONG_IDLE {
            match self.settings.timeout {
                Duration::ZERO => connection.ping().await?,
                limit => tokio::time::timeout(limit, connection.ping())
                    .await
                    .map_err(|_| RecycleError::message("the server does not answer"))??,
            }
        }
        Ok(())
    }
}
