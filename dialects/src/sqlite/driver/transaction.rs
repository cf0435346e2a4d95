//! Transactions: those that were asked for, and those that one statement needs.

use super::{
    attempt::{Attempt, Work},
    db::{Db, TransactionState},
    limit::Terms,
};
use aludel_core::{
    Error, ErrorKind, Result,
    compile::{Compiled, StatementKind},
    engine::Done,
};
use std::sync::{Arc, LazyLock};

static BEGIN_IMMEDIATE: LazyLock<Arc<Compiled>> = LazyLock::new(|| plain("BEGIN IMMEDIATE"));
static BEGIN_DEFERRED: LazyLock<Arc<Compiled>> = LazyLock::new(|| plain("BEGIN DEFERRED"));
static COMMIT: LazyLock<Arc<Compiled>> = LazyLock::new(|| plain("COMMIT"));

fn plain(sql: &str) -> Arc<Compiled> {
    Arc::new(Compiled::new(StatementKind::Text, sql.to_owned()))
}

impl Db {
    /// Whether a transaction is open, or one was lost and not ended yet.
    pub(super) fn in_transaction(&self) -> bool {
        self.transaction != TransactionState::None || !self.connection.is_autocommit()
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

    /// Whether a statement that is a transaction of its own yields rows and writes: it hands out its rows before it commits, and
    /// could not be tried again if the commit alone found the file locked. So the commit becomes a statement of its own.
    pub(super) fn needs_wrapping(&mut self, compiled: &Arc<Compiled>) -> bool {
        self.connection.is_autocommit()
            && self.statements.get(&self.connection, compiled).is_ok_and(|s| !s.readonly && s.columns() > 0)
    }

    pub(super) fn begin_wrapping(&mut self, terms: Terms) -> Result<Attempt<Done>> {
        let attempt = self.execute(&BEGIN_IMMEDIATE, &[], &mut None, terms)?;
        if let Attempt::Done(_) = attempt {
            self.transaction = TransactionState::Wrapping;
        }
        Ok(attempt)
    }

    pub(super) fn commit_wrapped(&mut self, work: &mut Work, done: Done, terms: Terms) -> Result<Attempt<Done>> {
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

    pub(super) fn end_wrapping(&mut self) {
        if self.transaction == TransactionState::Wrapping {
            self.transaction = TransactionState::None;
            self.roll_back();
        }
    }
}
