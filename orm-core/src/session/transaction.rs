//! The transaction of a session: when it begins, how it ends, and what is set right when it was left half-way.

use super::{
    Session,
    hooks::Step,
    undo::{roll_back, unflush},
};
use crate::{
    engine::{Done, Job, LoadJob, RowStream, Transaction, TransactionOptions},
    error::{Error, ErrorKind, Result},
    types::RowSink,
};
use std::sync::PoisonError;

impl Session {
    /// Begins the transaction now, before the first write does.
    ///
    /// # Errors
    /// Of kind [`State`](ErrorKind::State) if it was begun already; else those of the server.
    pub async fn begin(&mut self) -> Result<()> {
        self.begin_with(TransactionOptions::default()).await
    }

    /// Begins the transaction with an isolation level, or for reading only.
    ///
    /// # Errors
    /// As [`begin`](Self::begin).
    pub async fn begin_with(&mut self, options: TransactionOptions) -> Result<()> {
        self.heal().await?;
        if self.in_transaction() {
            return Err(Error::new(
                ErrorKind::State,
                "the session's transaction was begun already; commit or roll back first",
            ));
        }
        let reads = options.read_only && !self.wrote;
        let connection = if reads { self.engine.acquire_for_read().await? } else { self.engine.acquire().await? };
        let transaction = connection.begin(options).await?;
        *self.slot() = Some(transaction);
        self.wrote |= !reads;
        self.unrepeatable = true;
        Ok(())
    }

    /// Whether the session holds a transaction.
    pub fn in_transaction(&mut self) -> bool {
        self.slot().is_some()
    }

    /// Flushes, and makes what was done last. Objects stay readable, and are read anew by the next [`get`](Self::get),
    /// [`refresh`](Self::refresh) or tracked query.
    ///
    /// # Errors
    /// Those of the flush and of the server. Then nothing of the transaction was done, and what it flushed is pending again; but if the
    /// kind is [`Connection`](ErrorKind::Connection), whether a server that was lost had committed is not known.
    pub async fn commit(&mut self) -> Result<()> {
        self.step(Step::BeforeCommit)?;
        self.flush().await?;
        if let Some(transaction) = self.slot().take() {
            // Dropped from here on, the commit may have been done or not: nobody can say, so nothing is done again unasked.
            (self.unsettled, self.unrepeatable) = (true, true);
            self.savepoints.clear();
            let committed = transaction.commit().await;
            if let Err(error) = committed {
                self.abort().await;
                return Err(error);
            }
        }
        self.committed();
        self.step(Step::AfterCommit)
    }

    /// What was flushed is the database's, and what it deleted is gone for good.
    fn committed(&mut self) {
        self.transaction_is_over();
        self.undo.clear();
        let mut gone = Vec::new();
        for (slot, object) in self.arena.iter_mut() {
            object.expired |= self.expire_on_commit;
            if object.gone {
                gone.push(slot);
            }
        }
        // The identity map forgot them when they were flushed.
        gone.into_iter().for_each(|slot| drop(self.arena.remove(slot)));
    }

    /// Undoes what was done since the last commit, in the database and in the objects: added ones are forgotten, changed and deleted
    /// ones are as they were.
    ///
    /// # Errors
    /// Those of the server; the transaction is over all the same.
    pub async fn rollback(&mut self) -> Result<()> {
        self.step(Step::BeforeRollback)?;
        self.transaction_is_over();
        let undo = std::mem::take(&mut self.undo);
        roll_back(&mut self.arena, undo.into_iter());
        self.expire_all();
        self.identify_all();
        let done = match self.slot().take() {
            Some(transaction) => transaction.rollback().await,
            None => Ok(()),
        };
        self.step(Step::AfterRollback)?;
        done
    }

    /// What was read in a transaction that the database forgot may not be so.
    pub(super) fn expire_all(&mut self) {
        self.arena.iter_mut().for_each(|(_, object)| object.expired = true);
    }

    fn transaction_is_over(&mut self) {
        self.savepoints.clear();
        (self.abandoned, self.unsettled, self.unrepeatable, self.keeps_keys) = (None, false, false, false);
    }

    /// Ends a transaction that cannot be gone on with; the program's changes are pending again.
    pub(super) async fn abort(&mut self) {
        if let Some(transaction) = self.give_up() {
            // The error that brought us here is the one to tell; a dropped transaction is rolled back all the same.
            let _ = transaction.rollback().await;
            let _ = self.step(Step::AfterRollback);
        }
    }

    fn give_up(&mut self) -> Option<Transaction> {
        // What was done in a savepoint that is open was not committed by the program yet, and is not to be flushed
        // outside of it.
        if !self.savepoints.is_empty() {
            let undone = self.undo_since(1);
            roll_back(&mut self.arena, undone.into_iter());
        }
        self.transaction_is_over();
        let undo = std::mem::take(&mut self.undo);
        unflush(&mut self.arena, undo.into_iter());
        self.keeps_keys = true;
        self.expire_all();
        self.identify_all();
        self.slot().take()
    }

    /// Sets right what a dropped future or savepoint left behind.
    ///
    /// # Errors
    /// Of kind [`State`](ErrorKind::State) if a transaction is lost that the session cannot make again by itself: the program would
    /// commit less than it did.
    pub(super) async fn heal(&mut self) -> Result<()> {
        if self.unsettled {
            let lost = self.unrepeatable || !self.savepoints.is_empty();
            // Dropped, so that nothing is awaited before the loss is told.
            drop(self.give_up());
            if lost {
                return Err(Error::new(
                    ErrorKind::State,
                    "the session's transaction was rolled back, because a future was dropped in the middle of it or its \
                     savepoint was lost; objects are pending again, but bulk statements, the begin, open savepoints and \
                     what was expunged are lost, and a commit that was under way may have been done: see what the database \
                     has, and run it again from its beginning",
                ));
            }
        }
        match self.abandoned.take() {
            Some(depth) => self.roll_back_to(depth).await,
            None => Ok(()),
        }
    }

    pub(super) async fn begin_if_needed(&mut self) -> Result<()> {
        if !self.in_transaction() {
            let transaction = self.engine.begin().await?;
            *self.slot() = Some(transaction);
            self.wrote = true;
        }
        Ok(())
    }

    pub(super) fn open_transaction(&mut self) -> Result<&mut Transaction> {
        self.slot().as_mut().ok_or_else(|| Error::new(ErrorKind::State, "the session has no transaction"))
    }

    fn slot(&mut self) -> &mut Option<Transaction> {
        self.transaction.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a statement that reads, after a flush unless the program said otherwise.
    pub(super) async fn read(&mut self, job: Job) -> Result<Done> {
        self.flush_before_query().await?;
        self.begin_for_locks(job.statement.locks).await?;
        if self.in_transaction() {
            self.run(job).await
        } else if self.wrote {
            self.engine.run(job).await
        } else {
            self.engine.read(job).await
        }
    }

    async fn flush_before_query(&mut self) -> Result<()> {
        if self.autoflush { self.flush().await } else { self.heal().await }
    }

    /// Begins the transaction for a statement that locks rows. What was locked cannot be locked again unasked.
    async fn begin_for_locks(&mut self, locks: bool) -> Result<()> {
        if locks {
            self.begin_if_needed().await?;
            self.unrepeatable = true;
        }
        Ok(())
    }

    /// Runs a statement that writes, after a flush, as part of the transaction.
    pub(super) async fn write(&mut self, job: Job) -> Result<Done> {
        self.before_write().await?;
        let done = self.run(job).await?;
        // The rows of our objects may have been among those that were changed.
        self.expire_all();
        Ok(done)
    }

    /// Runs INSERTs, which may change rows that are there, after a flush, as part of the transaction.
    pub(super) async fn write_all(&mut self, jobs: Vec<Job>, changes: bool) -> Result<Vec<Done>> {
        self.before_write().await?;
        self.unsettled = true;
        let done = match self.open_transaction() {
            Ok(transaction) => transaction.run_all(jobs).await,
            Err(error) => Err(error),
        };
        self.unsettled = false;
        if changes {
            self.expire_all();
        }
        done
    }

    /// Loads rows, after a flush, as part of the transaction.
    pub(super) async fn load(&mut self, load: LoadJob<'_>) -> Result<u64> {
        self.before_write().await?;
        self.unsettled = true;
        let rows = match self.open_transaction() {
            Ok(transaction) => transaction.load(load).await,
            Err(error) => Err(error),
        };
        self.unsettled = false;
        rows
    }

    async fn before_write(&mut self) -> Result<()> {
        self.flush().await?;
        self.begin_if_needed().await?;
        self.unrepeatable = true;
        Ok(())
    }

    /// Runs a statement of the transaction. Dropped before its end, it leaves the transaction in doubt.
    async fn run(&mut self, job: Job) -> Result<Done> {
        self.unsettled = true;
        let done = match self.open_transaction() {
            Ok(transaction) => transaction.run(job).await,
            Err(error) => Err(error),
        };
        self.unsettled = false;
        done
    }

    /// Runs a query whose rows come in batches; of the transaction, if there is one, with where to say that a batch is
    /// on its way.
    pub(super) async fn stream(
        &mut self,
        job: Job,
        batch: usize,
        new_sink: impl FnMut() -> Box<dyn RowSink> + Send + 'static,
    ) -> Result<(RowStream<'_>, Option<&mut bool>)> {
        self.flush_before_query().await?;
        self.begin_for_locks(job.statement.locks).await?;
        match self.transaction.get_mut().unwrap_or_else(PoisonError::into_inner) {
            Some(transaction) => Ok((transaction.stream(job, batch, new_sink), Some(&mut self.unsettled))),
            None if self.wrote => Ok((self.engine.stream(job, batch, new_sink).await?, None)),
            None => Ok((self.engine.stream_read(job, batch, new_sink).await?, None)),
        }
    }
}
