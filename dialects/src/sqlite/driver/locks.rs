//! Who may use a database file: the queue within this process, and the patience with others.
//!
//! SQLite lets one connection write at a time, and answers "busy" to the next one without telling when it may try again. So the writers
//! of this process queue here, first come, first served; only for other processes is there polling. SQLite's own `busy_timeout` is 0, since it sleeps on the thread.

use super::{error::Failure, options::Location};
use aludel_core::{Error, ErrorKind, Result};
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError, Weak},
    time::Duration,
};
use tokio::{
    sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock},
    time::{Instant, sleep, timeout_at},
};

/// The queue of one database.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    lock: Arc<RwLock<()>>,
    /// Whether readers queue too: in a database in memory, a writer shuts them out.
    pub(super) readers: bool,
}

/// What a statement needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Read,
    Write,
}

/// The right to use the database, for as long as it is held.
#[derive(Debug)]
pub(super) enum Turn {
    Read(#[allow(dead_code, reason = "held, not read")] OwnedRwLockReadGuard<()>),
    Write(#[allow(dead_code, reason = "held, not read")] OwnedRwLockWriteGuard<()>),
}

impl Queue {
    /// The queue of the database at `location`: one in this process, whichever engine asks.
    pub(super) fn of(location: &Location) -> Self {
        static QUEUES: LazyLock<Mutex<HashMap<Location, Weak<RwLock<()>>>>> = LazyLock::new(Mutex::default);
        let mut queues = QUEUES.lock().unwrap_or_else(PoisonError::into_inner);
        queues.retain(|_, queue| queue.strong_count() > 0);
        let lock = match queues.get(location).and_then(Weak::upgrade) {
            Some(lock) => lock,
            None => {
                let lock = Arc::default();
                queues.insert(location.clone(), Arc::downgrade(&lock));
                lock
            }
        };
        Self { lock, readers: matches!(location, Location::Memory(_)) }
    }

    /// A turn, if nobody is before us.
    pub(super) fn try_take(&self, need: Need) -> Option<Turn> {
        let lock = Arc::clone(&self.lock);
        match need {
            Need::Read => lock.try_read_owned().ok().map(Turn::Read),
            Need::Write => lock.try_write_owned().ok().map(Turn::Write),
        }
    }

    async fn take(&self, need: Need) -> Turn {
        let lock = Arc::clone(&self.lock);
        match need {
            Need::Read => Turn::Read(lock.read_owned().await),
            Need::Write => Turn::Write(lock.write_owned().await),
        }
    }
}

/// How long one statement waits for locks. The clock is read when it has to wait for the first time.
#[derive(Debug)]
pub(super) struct Patience {
    busy_timeout: Duration,
    /// When the statement's own time is over.
    statement: Option<Instant>,
    lock: Option<Instant>,
    pauses: usize,
}

impl Patience {
    pub(super) fn new(busy_timeout: Duration, statement_timeout: Option<Duration>) -> Self {
        let statement = statement_timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        Self { busy_timeout, statement, lock: None, pauses: 0 }
    }

    /// When the statement's own time is over.
    pub(super) fn statement_deadline(&self) -> Option<std::time::Instant> {
        self.statement.map(Instant::into_std)
    }

    fn deadline(&mut self) -> Instant {
        // A busy_timeout beyond what a clock can tell is a year.
        const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
        let lock = *self.lock.get_or_insert_with(|| Instant::now() + self.busy_timeout.min(YEAR));
        self.statement.map_or(lock, |statement| statement.min(lock))
    }

    /// Waits for a turn in the queue of this process.
    pub(super) async fn turn(&mut self, queue: &Queue, need: Need) -> Result<Turn> {
        match timeout_at(self.deadline(), queue.take(need)).await {
            Ok(turn) => Ok(turn),
            Err(_) => Err(self.over("another transaction of this process that has not ended", None)),
        }
    }

    /// Waits before another try at what another process has locked.
    pub(super) async fn pause(&mut self, failure: Failure) -> Result<()> {
        /// Milliseconds; the last one repeats.
        const PAUSES: [u64; 7] = [1, 1, 2, 5, 10, 15, 25];
        let deadline = self.deadline();
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(self.over(
                "a connection of another process, or a transaction of this process that has not ended",
                Some(failure),
            ));
        }
        let pause = PAUSES[self.pauses.min(PAUSES.len() - 1)];
        self.pauses += 1;
        sleep(left.min(Duration::from_millis(pause))).await;
        Ok(())
    }

    #[cold]
    fn over(&self, by: &str, failure: Option<Failure>) -> Error {
        let lock_ran_out = match (self.statement, self.lock) {
            (Some(statement), Some(lock)) => lock <= statement,
            _ => true,
        };
        let waited = if lock_ran_out {
            format!("for the busy_timeout of {:?}", self.busy_timeout)
        } else {
            "until the statement's timeout".to_owned()
        };
        let error = Error::new(ErrorKind::Timeout, format!("waited {waited}: the database is locked by {by}"))
            .with_cure("if it is this task's own, run the statement in it: .on(&mut session) or .on(&mut transaction)");
        match failure {
            Some(failure) => error.with_source(failure.into_error(false)),
            None => error,
        }
    }
}

/// What a connection may do at the moment.
#[derive(Debug)]
pub(super) struct Rights {
    queue: Queue,
    turn: Option<Turn>,
    /// Whether the transaction only reads.
    pub(super) read_only: bool,
}

impl Rights {
    pub(super) fn new(queue: Queue) -> Self {
        Self { queue, turn: None, read_only: false }
    }

    /// Lets a statement pass, or tells what it has to queue for.
    pub(super) fn admit(&mut self, readonly: bool) -> Result<Option<Need>> {
        let need = match (readonly, &self.turn) {
            (false, _) if self.read_only => {
                return Err(Error::new(ErrorKind::State, "the transaction is read-only, and the statement writes"));
            }
            (_, Some(Turn::Write(_))) | (true, Some(Turn::Read(_))) => return Ok(None),
            (true, None) if !self.queue.readers => return Ok(None),
            (true, None) => Need::Read,
            (false, _) => Need::Write,
        };
        // A reader that becomes a writer queues anew: two that kept their turn would wait for one another.
        self.turn = None;
        self.turn = self.queue.try_take(need);
        Ok(self.turn.is_none().then_some(need))
    }

    pub(super) fn hold(&mut self, turn: Turn) {
        self.turn = Some(turn);
    }

    pub(super) fn give_up(&mut self) {
        self.turn = None;
    }
}
