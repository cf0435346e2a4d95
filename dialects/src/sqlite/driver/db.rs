//! What is done with a database by the one thread that has it at the moment: the task's, or the worker's.
//!
//! Nothing here waits for a lock: an [`Attempt`] says what to wait for, and is made again.

use super::{
    cursor::OpenCursor,
    error::Failure,
    limit::{Limit, Place, Terms},
    locks::{Need, Queue, Rights, Turn},
    options::{Execution, Options},
    row::SqliteRow,
    statement::{MANY_ROWS, Run, SLOW, Statements, Step},
};
use aludel_core::{
    Error, ErrorKind, Result,
    compile::{Compiled, StatementKind},
    engine::{Done, Job},
    types::{RowSink, Value},
};
use rusqlite::Connection;
use std::{
    ops::ControlFlow,
    sync::{Arc, LazyLock, atomic::AtomicBool},
    time::Instant,
};

/// What came of an attempt.
pub(super) enum Attempt<T> {
    Done(T),
    /// Another process has a lock; nothing was done.
    Busy(Failure),
    /// Others of this process are before us; nothing was done.
    Queue(Need),
    /// It will take long, and should be done on the worker.
    Long,
}

/// A connection of SQLite's, and what belongs to it. Dropped in the order of its fields: SQLite wants its statements
/// finalized before it closes, and closing rolls back before others get their turn.
pub(super) struct Db {
    pub(super) cursor: Option<OpenCursor>,
    pub(super) statements: Statements,
    pub(super) connection: Connection,
    pub(super) rights: Rights,
    /// Set by whoever wants the statement on the worker to end.
    pub(super) cancel: Arc<AtomicBool>,
    execution: Execution,
    /// Whether a commit of one statement can find the file locked: whenever it is not in WAL mode.
    commit_can_be_busy: bool,
    transaction: TransactionState,
}

/// The transaction, as far as it was begun by [`Db::begin`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TransactionState {
    None,
    Begun,
    /// One of a single statement that we wrapped.
    Wrapping,
    /// SQLite ended it after an error.
    Lost,
}

static BEGIN_IMMEDIATE: LazyLock<Arc<Compiled>> = LazyLock::new(|| plain("BEGIN IMMEDIATE"));
static BEGIN_DEFERRED: LazyLock<Arc<Compiled>> = LazyLock::new(|| plain("BEGIN DEFERRED"));
static COMMIT: LazyLock<Arc<Compiled>> = LazyLock::new(|| plain("COMMIT"));

fn plain(sql: &str) -> Arc<Compiled> {
    Arc::new(Compiled::new(StatementKind::Text, sql.to_owned()))
}

/// A statement on its way, which may take several attempts.
pub(super) struct Work {
    pub(super) job: Job,
    /// What it did, if all that is left is to commit it.
    done: Option<Done>,
}

impl Work {
    pub(super) fn new(job: Job) -> Self {
        Self { job, done: None }
    }
}

impl Db {
    pub(super) fn new(
        connection: Connection,
        options: &Options,
        queue: Queue,
        wal: bool,
        cancel: Arc<AtomicBool>,
    ) -> Self {
        Self {
            cursor: None,
            statements: Statements::new(options.statement_cache),
            connection,
            // In memory, the queue keeps readers away from a commit.
            commit_can_be_busy: !wal && !queue.readers,
            rights: Rights::new(queue),
            cancel,
            execution: options.execution,
            transaction: TransactionState::None,
        }
    }

    /// Whether a transaction is open, or one was lost and not ended yet.
    pub(super) fn in_transaction(&self) -> bool {
        self.transaction != TransactionState::None || !self.connection.is_autocommit()
    }

    /// Runs one statement to its end.
    pub(super) fn run(&mut self, work: &mut Work, terms: Terms) -> Result<Attempt<Done>> {
        if let Some(done) = work.done.take() {
            return self.commit_wrapped(work, done, terms);
        }
        self.check_transaction()?;
        let Job { statement, binds, sink, .. } = &mut work.job;
        if self.commit_can_be_busy && self.wraps(statement) {
            match self.execute(&BEGIN_IMMEDIATE, &[], &mut None, terms)? {
                Attempt::Done(_) => self.transaction = TransactionState::Wrapping,
                other => return Ok(other),
            }
        }
        let attempt = self.execute(statement, binds, sink, terms)?;
        match attempt {
            Attempt::Done(mut done) => {
                done.sink = sink.take();
                if self.transaction == TransactionState::Wrapping {
                    return self.commit_wrapped(work, done, terms);
                }
                Ok(Attempt::Done(done))
            }
            other => {
                self.end_wrapping();
                Ok(other)
            }
        }
    }

    /// Whether a statement that is a transaction of its own yields rows and writes: it hands out its rows before it commits, and
    /// could not be tried again if the commit alone found the file locked. So the commit becomes a statement of its own.
    fn wraps(&mut self, compiled: &Arc<Compiled>) -> bool {
        self.connection.is_autocommit()
            && self.statements.get(&self.connection, compiled).is_ok_and(|s| !s.readonly && s.columns() > 0)
    }

    fn commit_wrapped(&mut self, work: &mut Work, done: Done, terms: Terms) -> Result<Attempt<Done>> {
        match self.execute(&COMMIT, &[], &mut None, terms)? {
            Attempt::Done(_) => {
                self.transaction = TransactionState::None;
                Ok(Attempt::Done(done))
            }
            other => {
                work.done = Some(done);
                Ok(other)
            }
        }
    }

    fn end_wrapping(&mut self) {
        if self.transaction == TransactionState::Wrapping {
            self.transaction = TransactionState::None;
            self.roll_back();
        }
    }

    /// Prepares and runs, once the statement may.
    fn execute(
        &mut self,
        compiled: &Arc<Compiled>,
        values: &[Value],
        sink: &mut Option<Box<dyn RowSink>>,
        terms: Terms,
    ) -> Result<Attempt<Done>> {
        let statement = match self.statements.get(&self.connection, compiled) {
            Ok(statement) => statement,
            Err(unfit) => return unfit.into_attempt(),
        };
        let auto = self.execution == Execution::Auto;
        if auto && statement.slow && terms.place == Place::Task {
            return Ok(Attempt::Long);
        }
        if let Some(need) = self.rights.admit(statement.readonly)? {
            return Ok(Attempt::Queue(need));
        }
        let _limit = Limit::set(&self.connection, &self.cancel, terms);
        let started = (auto && statement.is_timed()).then(Instant::now);
        let readonly = statement.readonly;
        let before = if readonly { 0 } else { self.connection.total_changes() };
        let run = Run::start(statement, values)?;
        let mut taker = sink.as_deref_mut();
        let mut columns = None;
        let mut rows: usize = 0;
        let failure = loop {
            match run.statement.step() {
                Step::Row => {
                    let Some(sink) = &mut taker else { continue };
                    // Counted now, since SQLite prepares a statement anew if a table has changed.
                    let columns = *columns.get_or_insert_with(|| run.statement.columns());
                    rows += 1;
                    match sink.row(&SqliteRow::new(run.statement, columns, &compiled.outputs))? {
                        ControlFlow::Continue(()) => {}
                        ControlFlow::Break(()) if readonly => break None,
                        // What writes is brought to its end.
                        ControlFlow::Break(()) => taker = None,
                    }
                }
                Step::Done => break None,
                Step::Failed(code) => break Some(Failure::last(&self.connection, code)),
            }
        };
        if let Some(started) = started {
            run.statement.slow = started.elapsed() > SLOW;
        } else if rows > MANY_ROWS {
            run.statement.slow = true;
        }
        drop(run);
        match failure {
            Some(failure) if failure.is_busy() && columns.is_none() => Ok(Attempt::Busy(failure)),
            Some(failure) => Err(failure.into_error(terms.timed_out())),
            None => {
                // The count of the last INSERT, UPDATE or DELETE stays until the next one: it is this one's only if it changed anything.
                let changed = !readonly && self.connection.total_changes() != before;
                let affected = if changed { self.connection.changes() } else { 0 };
                let inserted = affected > 0 && compiled.kind == StatementKind::Insert;
                let last_insert_id = inserted.then(|| self.connection.last_insert_rowid());
                Ok(Attempt::Done(Done { affected, last_insert_id, sink: None }))
            }
        }
    }

    /// Begins a transaction, which reads only or may write.
    pub(super) fn begin(&mut self, read_only: &mut bool, terms: Terms) -> Result<Attempt<()>> {
        if self.in_transaction() {
            return Err(Error::new(ErrorKind::State, "a transaction is open already: use a savepoint"));
        }
        // One that will write says so at once: turning a reader into a writer later fails if anybody wrote in between.
        let deferred = *read_only || self.connection.is_readonly("main").unwrap_or(false);
        let begin = if deferred { &BEGIN_DEFERRED } else { &BEGIN_IMMEDIATE };
        let attempt = self.execute(begin, &[], &mut None, terms)?;
        if let Attempt::Done(_) = attempt {
            self.transaction = TransactionState::Begun;
            self.rights.read_only = *read_only;
        }
        Ok(attempt.map(drop))
    }

    /// Commits; a transaction that could not be stays open.
    pub(super) fn commit(&mut self, terms: Terms) -> Result<Attempt<()>> {
        self.close_cursor();
        self.check_transaction().inspect_err(|_| self.forget_transaction())?;
        let attempt = self.execute(&COMMIT, &[], &mut None, terms)?;
        if let Attempt::Done(_) = attempt {
            self.forget_transaction();
        }
        Ok(attempt.map(drop))
    }

    /// Rolls back, ends what runs, and gives up every lock.
    pub(super) fn reset(&mut self) {
        self.close_cursor();
        self.roll_back();
        self.forget_transaction();
        self.rights.give_up();
    }

    fn roll_back(&mut self) {
        if !self.connection.is_autocommit() {
            // A rollback fails if the file is lost, which the next statement reports.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }

    fn forget_transaction(&mut self) {
        self.transaction = TransactionState::None;
        self.rights.read_only = false;
    }

    /// Refuses to go on with a transaction that is no more: the statement would be committed by itself.
    pub(super) fn check_transaction(&self) -> Result<()> {
        if self.transaction == TransactionState::Lost {
            return Err(Error::new(
                ErrorKind::State,
                "the transaction is over: an earlier statement ended it, or an error made SQLite roll it back; run it again from its beginning",
            ));
        }
        Ok(())
    }

    /// After each statement: notices that a transaction has ended, and gives up the turn that was held for it.
    pub(super) fn settle(&mut self) {
        self.end_wrapping();
        if self.connection.is_autocommit() {
            if self.transaction == TransactionState::Begun {
                self.transaction = TransactionState::Lost;
            }
            if self.cursor.is_none() {
                self.rights.give_up();
            }
        }
    }

    pub(super) fn hold(&mut self, turn: Turn) {
        self.rights.hold(turn);
    }
}

impl<T> Attempt<T> {
    pub(super) fn map<U>(self, done: impl FnOnce(T) -> U) -> Attempt<U> {
        match self {
            Self::Done(value) => Attempt::Done(done(value)),
            Self::Busy(failure) => Attempt::Busy(failure),
            Self::Queue(need) => Attempt::Queue(need),
            Self::Long => Attempt::Long,
        }
    }
}
