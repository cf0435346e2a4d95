//! Savepoints of a session.

use super::{Session, undo::roll_back};
use crate::error::Result;
use std::ops::{Deref, DerefMut};

impl Session {
    /// Flushes and sets a savepoint. What is done through the guard can be undone without the rest of the transaction.
    ///
    /// # Errors
    /// Those of the flush and of the server.
    pub async fn begin_nested(&mut self) -> Result<Nested<'_>> {
        self.flush().await?;
        self.begin_if_needed().await?;
        let depth = self.depth + 1;
        self.transaction()?.savepoint(&name(depth)).await?;
        self.depth = depth;
        let mark = self.undo.len();
        Ok(Nested { session: self, depth, mark, open: true })
    }

    /// Rolls the database back to a savepoint, and forgets it.
    pub(super) async fn roll_back_to(&mut self, depth: usize) -> Result<()> {
        self.depth = depth - 1;
        let name = name(depth);
        let transaction = self.transaction()?;
        transaction.rollback_to(&name).await?;
        transaction.release(&name).await
    }

    /// Takes back what the objects became since the savepoint.
    fn undo_to(&mut self, mark: usize) {
        let undone = self.undo.split_off(mark.min(self.undo.len()));
        roll_back(&mut self.arena, undone.into_iter());
        self.identify_all();
    }
}

fn name(depth: usize) -> String {
    format!("aludel_{depth}")
}

/// A session inside a savepoint. Dropped without [`commit`](Nested::commit), it is rolled back to the savepoint.
#[derive(Debug)]
#[must_use = "a savepoint that is dropped is rolled back"]
pub struct Nested<'s> {
    session: &'s mut Session,
    depth: usize,
    mark: usize,
    open: bool,
}

impl Nested<'_> {
    /// Flushes, and keeps what was done as part of the transaction.
    ///
    /// # Errors
    /// Those of the flush and of the server.
    pub async fn commit(mut self) -> Result<()> {
        self.session.flush().await?;
        let name = name(self.depth);
        self.session.transaction()?.release(&name).await?;
        self.session.depth = self.depth - 1;
        self.open = false;
        Ok(())
    }

    /// Undoes what was done since the savepoint, in the database and in the objects.
    ///
    /// # Errors
    /// Those of the server.
    pub async fn rollback(mut self) -> Result<()> {
        self.abandon();
        self.session.heal().await
    }

    fn abandon(&mut self) {
        self.open = false;
        // A flush that failed has ended the whole transaction, and the savepoint with it.
        if self.session.depth >= self.depth {
            self.session.undo_to(self.mark);
            self.session.abandoned = Some(self.depth);
        }
    }
}

impl Drop for Nested<'_> {
    fn drop(&mut self) {
        if self.open {
            self.abandon();
        }
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
