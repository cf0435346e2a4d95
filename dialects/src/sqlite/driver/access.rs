//! The way to a database: from the task or from the worker, at once or after a wait.

use super::{
    attempt::Attempt,
    db::Db,
    limit::{Place, Terms},
    locks::{Patience, Queue},
    options::{Execution, Options},
};
use crate::worker::Worker;
use aludel_core::{Error, ErrorKind, Result};
use std::{
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{sync::oneshot, task::yield_now};

/// The way to a database through one connection.
pub(super) struct Access {
    /// Locked by the worker while it works, and by the task while it does: never by both at once.
    db: Arc<Mutex<Db>>,
    /// It owns nothing of the connection's: a connection that is dropped while its worker idles is closed at once.
    worker: Option<Worker<()>>,
    /// Tells the worker to end what it does.
    cancel: Arc<AtomicBool>,
    queue: Queue,
    options: Arc<Options>,
    /// Something was begun and has not come to its end: its future runs, or was dropped.
    pending: bool,
    in_transaction: bool,
    /// Statements since the task last gave others their share.
    in_a_row: u8,
}

/// One attempt at something.
pub(super) type Step<S, T> = fn(&mut Db, &mut S, Terms) -> Result<Attempt<T>>;

/// What runs on the task never waits, so after so many statements others get their share of the thread.
const YIELD_AFTER: u8 = 64;

impl Access {
    pub(super) fn new(db: Db, cancel: Arc<AtomicBool>, queue: Queue, options: Arc<Options>) -> Self {
        let db = Arc::new(Mutex::new(db));
        Self { db, worker: None, cancel, queue, options, pending: false, in_transaction: false, in_a_row: 0 }
    }

    /// Where a statement is tried first.
    pub(super) fn place(&self, long: bool) -> Place {
        match self.options.execution {
            Execution::Inline => Place::Task,
            Execution::Thread => Place::Worker,
            Execution::Auto if long => Place::Worker,
            Execution::Auto => Place::Task,
        }
    }

    /// Does something, however often it has to be tried: the one way to the database.
    ///
    /// If this future is dropped in between, the connection stays `pending`, and so dirty.
    pub(super) async fn attempt<S: Send + 'static, T: Send + 'static>(
        &mut self,
        mut state: S,
        place: Place,
        timeout: Option<Duration>,
        step: Step<S, T>,
    ) -> Result<(S, T)> {
        match self.first_attempt(&mut state, place, timeout, step)? {
            Some(Attempt::Done(value)) => Ok((state, value)),
            first => self.persist(state, first, place, timeout, step).await,
        }
    }

    /// The first attempt, unless that must wait too. Most statements end here, so they cost no more than this.
    pub(super) fn first_attempt<S, T>(
        &mut self,
        state: &mut S,
        place: Place,
        timeout: Option<Duration>,
        step: Step<S, T>,
    ) -> Result<Option<Attempt<T>>> {
        if self.pending {
            return Err(left_over());
        }
        self.in_a_row = (self.in_a_row + 1) % YIELD_AFTER;
        if place == Place::Worker || timeout.is_some() || self.in_a_row == 0 {
            return Ok(None);
        }
        self.attempt_here(state, Terms { place, deadline: None }, step).map(Some)
    }

    /// One attempt on the task.
    fn attempt_here<S, T>(&mut self, state: &mut S, terms: Terms, step: Step<S, T>) -> Result<Attempt<T>> {
        let mut db = lock(&self.db)?;
        let attempt = step(&mut db, state, terms);
        if matches!(attempt, Ok(Attempt::Done(_)) | Err(_)) {
            db.settle();
        }
        self.in_transaction = db.in_transaction();
        attempt
    }

    /// Attempts that may have to wait, until one is the last.
    pub(super) async fn persist<S: Send + 'static, T: Send + 'static>(
        &mut self,
        state: S,
        first: Option<Attempt<T>>,
        place: Place,
        timeout: Option<Duration>,
        step: Step<S, T>,
    ) -> Result<(S, T)> {
        self.pending = true;
        if self.in_a_row == 0 {
            yield_now().await;
        }
        let patience = Patience::new(self.options.busy_timeout, timeout);
        let result = self.attempt_until_done(state, first, place, patience, step).await;
        self.pending = false;
        if result.is_err() && !self.db.is_poisoned() {
            let mut db = lock(&self.db)?;
            db.settle();
            self.in_transaction = db.in_transaction();
        }
        result
    }

    async fn attempt_until_done<S: Send + 'static, T: Send + 'static>(
        &mut self,
        mut state: S,
        mut first: Option<Attempt<T>>,
        mut place: Place,
        mut patience: Patience,
        step: Step<S, T>,
    ) -> Result<(S, T)> {
        loop {
            let terms = Terms { place, deadline: patience.statement_deadline() };
            let attempt = match (first.take(), place) {
                (Some(first), _) => first,
                (None, Place::Task) => self.attempt_here(&mut state, terms, step)?,
                (None, Place::Worker) => {
                    let work = move |db: &mut Db| {
                        let attempt = step(db, &mut state, terms);
                        if matches!(attempt, Ok(Attempt::Done(_)) | Err(_)) {
                            db.settle();
                        }
                        (state, attempt, db.in_transaction())
                    };
                    let (returned, attempt, in_transaction) = self.on_worker(work).await?;
                    state = returned;
                    self.in_transaction = in_transaction;
                    attempt?
                }
            };
            match attempt {
                Attempt::Done(value) => return Ok((state, value)),
                Attempt::Long => place = Place::Worker,
                Attempt::Busy(failure) => patience.pause(failure).await?,
                Attempt::Queue(need) => {
                    let turn = patience.turn(&self.queue, need).await?;
                    lock(&self.db)?.hold(turn);
                }
            }
        }
    }

    /// Does something on the worker. If the future is dropped, the worker is told to stop.
    async fn on_worker<T: Send + 'static>(&mut self, work: impl FnOnce(&mut Db) -> T + Send + 'static) -> Result<T> {
        let worker = match &self.worker {
            Some(worker) => worker,
            None => self.worker.insert(start_worker()?),
        };
        let (reply, answer) = oneshot::channel();
        let db = Arc::clone(&self.db);
        let sent = worker.send(move |()| {
            let result = lock(&db).map(|mut db| work(&mut db));
            // Before the answer: who gets it may count on being the last owner.
            drop(db);
            let _ = reply.send(result);
        });
        let mut on_drop = CancelOnDrop { cancel: &self.cancel, armed: true };
        let answer = if sent { answer.await.ok() } else { None };
        on_drop.armed = false;
        answer.unwrap_or_else(|| Err(broken()))
    }

    /// Ends the query of a cursor that was dropped, unless a fetch of it runs still: then the connection is dirty, and reset by its owner.
    pub(super) fn abandon_cursor(&mut self) {
        if self.pending {
            return;
        }
        if let Ok(mut db) = lock(&self.db) {
            db.close_cursor();
            db.settle();
        }
    }

    /// Ends what still runs and rolls back.
    pub(super) async fn start_anew(&mut self) -> Result<()> {
        if self.pending && self.worker.is_some() {
            // The worker may be at work still: this is done after that.
            self.on_worker(Db::reset).await?;
        } else {
            lock(&self.db)?.reset();
        }
        self.cancel.store(false, Ordering::Relaxed);
        self.in_transaction = false;
        self.pending = false;
        Ok(())
    }

    /// Closes the connection on the worker: the last one to close a file in WAL mode writes everything back, which can take a while.
    pub(super) async fn close(mut self) -> Result<()> {
        self.start_anew().await?;
        let worker = match self.worker.take() {
            Some(worker) => worker,
            None => start_worker()?,
        };
        let (reply, answer) = oneshot::channel();
        worker.send(move |()| {
            drop(self);
            let _ = reply.send(());
        });
        answer.await.map_err(|_| broken())
    }

    /// Whether something was left in its middle, or a transaction open.
    pub(super) fn is_dirty(&self) -> bool {
        self.pending || self.in_transaction
    }

    /// Whether something was begun and has not come to its end.
    pub(super) fn is_pending(&self) -> bool {
        self.pending
    }

    /// An error if a panic went through the connection.
    pub(super) fn check(&self) -> Result<()> {
        if self.db.is_poisoned() { Err(broken()) } else { Ok(()) }
    }
}

impl Drop for Access {
    fn drop(&mut self) {
        if self.pending {
            // The worker closes the database when it is done with what it does, which should be soon.
            self.cancel.store(true, Ordering::Relaxed);
        }
    }
}

fn start_worker() -> Result<Worker<()>> {
    Worker::start("aludel-sqlite", || Some(()))
}

/// Tells the worker to stop, unless its answer has come.
struct CancelOnDrop<'a> {
    cancel: &'a AtomicBool,
    armed: bool,
}

impl Drop for CancelOnDrop<'_> {
    fn drop(&mut self) {
        if self.armed {
            self.cancel.store(true, Ordering::Relaxed);
        }
    }
}

fn lock(db: &Mutex<Db>) -> Result<MutexGuard<'_, Db>> {
    db.lock().map_err(|_| broken())
}

#[cold]
fn left_over() -> Error {
    Error::new(ErrorKind::State, "the connection was left in the middle of a statement, and not reset since")
}

#[cold]
fn broken() -> Error {
    Error::new(ErrorKind::Connection, "the connection cannot be used any more: a panic went through it")
}
