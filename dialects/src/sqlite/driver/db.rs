//! What is done with a database by the one thread that has it at the moment: the task's, or the worker's.
//!
//! Nothing here waits for a lock: an [`Attempt`] says what to wait for, and is made again.

use super::{
    attempt::{Attempt, Work},
    error::Failure,
    inserted::Inserted,
    limit::{Limit, Place, Terms},
    locks::{Queue, Rights, Turn},
    open_cursor::OpenCursor,
    options::{Execution, Options},
    row::SqliteRow,
    statement::{MANY_ROWS, Run, SLOW, Statements, Step},
};
use aludel_core::{
    Result,
    compile::{Compiled, StatementKind},
    engine::{Done, Job},
    types::{RowSink, Value},
};
use rusqlite::Connection;
use std::{
    ops::ControlFlow,
    sync::{Arc, atomic::AtomicBool},
    time::Instant,
};

/// A connection of SQLite's, and what belongs to it. Dropped in the order of its fields: SQLite wants its statements
/// finalized before it closes, and closing rolls back before others get their turn.
pub(super) struct Db {
    pub(super) cursor: Option<OpenCursor>,
    pub(super) statements: Statements,
    pub(super) connection: Connection,
    inserted: Inserted,
    pub(super) rights: Rights,
    /// Set by whoever wants the statement on the worker to end.
    pub(super) cancel: Arc<AtomicBool>,
    execution: Execution,
    /// Whether a commit of one statement can find the file locked: whenever it is not in WAL mode.
    commit_can_be_busy: bool,
    pub(super) transaction: TransactionState,
}

/// The transaction, as far as it was begun by [`Db::begin`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TransactionState {
    None,
    Begun,
    /// One of a single statement that we wrapped.
    Wrapping,
    /// SQLite ended it after an error.
    Lost,
}

impl Db {
    pub(super) fn new(
        connection: Connection,
        inserted: Inserted,
        options: &Options,
        queue: Queue,
        wal: bool,
        cancel: Arc<AtomicBool>,
    ) -> Self {
        Self {
            cursor: None,
            statements: Statements::new(options.statement_cache),
            connection,
            inserted,
            // In memory, the queue keeps readers away from a commit.
            commit_can_be_busy: !wal && !queue.readers,
            rights: Rights::new(queue),
            cancel,
            execution: options.execution,
            transaction: TransactionState::None,
        }
    }

    /// Runs one statement to its end.
    pub(super) fn run(&mut self, work: &mut Work, terms: Terms) -> Result<Attempt<Done>> {
        if let Some(done) = work.done.take() {
            return self.commit_wrapped(work, done, terms);
        }
        self.check_transaction()?;
        let Job { statement, binds, sink, .. } = &mut work.job;
        if self.commit_can_be_busy && self.needs_wrapping(statement) {
            match self.begin_wrapping(terms)? {
                Attempt::Done(_) => {}
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

    /// Prepares and runs, once the statement may.
    pub(super) fn execute(
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
        let inserts = compiled.kind == StatementKind::Insert;
        if inserts {
            self.inserted.listen(&compiled.sql);
        }
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
        let heard = inserts.then(|| self.inserted.heard());
        match failure {
            Some(failure) if failure.is_busy() && columns.is_none() => Ok(Attempt::Busy(failure)),
            Some(failure) => Err(failure.into_error(terms.timed_out())),
            None => {
                // The count of the last INSERT, UPDATE or DELETE stays until the next one: it is this one's only if it changed anything.
                let changed = !readonly && self.connection.total_changes() != before;
                let affected = if changed { self.connection.changes() } else { 0 };
                let last_insert_id = heard.and_then(|keys| match affected {
                    0 => None,
                    1 => Some(self.connection.last_insert_rowid()),
                    rows => keys.first(rows),
                });
                Ok(Attempt::Done(Done { affected, last_insert_id, sink: None }))
            }
        }
    }

    pub(super) fn hold(&mut self, turn: Turn) {
        self.rights.hold(turn);
    }
}
