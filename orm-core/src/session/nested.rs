//! Savepoints of a session.

use super::{
    Session,
    undo::{Undo, roll_back, unflush},
};
use crate::error::{Error, ErrorKind, Result};
use std::ops::{Deref, DerefMut};

/// A savepoint that is open.
pub(super) struct Savepoint {
    /// Tells it from those of this depth in later transactions.
    number: u64,
    /// How long `undo` was when it was set.
    pub(super) mark: usize,
}

impl Session {
    /// Flushes and sets a savepoint. What is done through the guard can be undone without the rest of the transaction, and a flush that
    /// fails in it takes back no more than what was done since.
    ///
    /// # Errors
    /// Those of the flush and of the server.
    pub async fn begin_nested(&mut self) -> Result<Nested<'_>> {
        self.flush().await?;
        self.begin_if_needed().await?;
        let depth = self.savepoints.len() + 1;
        self.savepoint(Verb::Set, depth).await?;
        self.savepoints_set += 1;
        let number = self.savepoints_set;
        self.savepoints.push(Savepoint { number, mark: self.undo.len() });
        Ok(Nested { session: self, depth, number, open: true })
    }

    async fn savepoint(&mut self, verb: Verb, depth: usize) -> Result<()> {
        let name = format!("aludel_{depth}");
        self.unsettled = true;
        let done = match (self.open_transaction(), verb) {
            (Ok(transaction), Verb::Set) => transaction.savepoint(&name).await,
            (Ok(transaction), Verb::Release) => transaction.release(&name).await,
            (Ok(transaction), Verb::RollBackTo) => transaction.rollback_to(&name).await,
            (Err(error), _) => Err(error),
        };
        self.unsettled = false;
        done
    }

    /// Rolls the database back to a savepoint, and forgets it.
    pub(super) async fn roll_back_to(&mut self, depth: usize) -> Result<()> {
        let mut done = self.savepoint(Verb::RollBackTo, depth).await;
        if done.is_ok() {
            done = self.savepoint(Verb::Release, depth).await;
        }
        if done.is_err() {
            self.abort().await;
        }
        done
    }

    /// Takes back what a failed flush did, and what was done before it since the last savepoint; without one, the whole transaction.
    /// The program's changes are pending again.
    pub(super) async fn take_back(&mut self) {
        let depth = self.savepoints.len();
        if depth == 0 {
            return self.abort().await;
        }
        if self.savepoint(Verb::RollBackTo, depth).await.is_err() {
            // More is lost than what the flush's own error tells of: the next call heals it, and says so.
            self.unsettled = true;
            return;
        }
        let undone = self.undo_since(depth);
        unflush(&mut self.arena, undone.into_iter());
        self.keeps_keys = true;
        self.expire_all();
        self.identify_all();
    }

    /// What was flushed since a savepoint.
    pub(super) fn undo_since(&mut self, depth: usize) -> Vec<Undo> {
        let mark = self.savepoints.get(depth - 1).map_or(self.undo.len(), |savepoint| savepoint.mark);
        self.undo.split_off(mark.min(self.undo.len()))
    }

    /// Takes back what the objects became since a savepoint, and leaves the database to the next statement.
    fn abandon(&mut self, depth: usize) {
        let undone = self.undo_since(depth);
        roll_back(&mut self.arena, undone.into_iter());
        self.expire_all();
        self.identify_all();
        self.savepoints.truncate(depth - 1);
        self.abandoned = Some(depth);
    }
}

/// What is done with a savepoint.
enum Verb {
    Set,
    Release,
    RollBackTo,
}

/// A session inside a savepoint. Dropped without [`commit`](Nested::commit), it is rolled back to the savepoint.
#[derive(Debug)]
#[must_use = "a savepoint that is dropped is rolled back"]
pub struct Nested<'s> {
    session: &'s mut Session,
    depth: usize,
    number: u64,
    open: bool,
}

impl Nested<'_> {
    /// Whether the savepoint is there: what ends the transaction ends it too.
    fn is_there(&self) -> bool {
        self.session.savepoints.get(self.depth - 1).is_some_and(|savepoint| savepoint.number == self.number)
    }

    fn give_back(&mut self) {
        if std::mem::take(&mut self.open) && self.is_there() {
            self.session.abandon(self.depth);
        }
    }

    /// Flushes, and keeps what was done as part of the transaction.
    ///
    /// # Errors
    /// Those of the flush and of the server; then it is rolled back to the savepoint. Of kind
    /// [`State`](ErrorKind::State) if its transaction is over.
    pub async fn commit(mut self) -> Result<()> {
        if !self.is_there() {
            return Err(Error::new(
                ErrorKind::State,
                "the savepoint is over, since its transaction is: what was done through it since then is the session's; \
                 commit that, or roll it back",
            ));
        }
        self.session.flush().await?;
        self.session.savepoint(Verb::Release, self.depth).await?;
        self.session.savepoints.truncate(self.depth - 1);
        self.open = false;
        Ok(())
    }

    /// Undoes what was done since the savepoint, in the database and in the objects; nothing if its transaction is
    /// over.
    ///
    /// # Errors
    /// Those of the server.
    pub async fn rollback(mut self) -> Result<()> {
        self.give_back();
        self.session.heal().await
    }
}

impl Drop for Nested<'_> {
    fn drop(&mut self) {
        self.give_back();
    }
}

impl Deref for Nested<'_> {
    type Target = Session;
    fn deref(&self) -> &Session {
        self.session
    }
}

impl DerefMut for Nested<'_> {
    fn deref_mut(&mut self) -> &mut Session {
        self.session
    }
}
