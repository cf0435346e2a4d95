//! The flush: pending changes become statements, in an order that foreign keys allow.

use super::{Session, hooks::Step, object::Object, stale::Failure, work::Work};
use crate::{
    error::{Error, ErrorKind, Result},
    schema::TableDef,
};

impl Session {
    /// Writes pending changes to the database: inserts, then changes, then deletions, each in the order that foreign keys
    /// ask for; deletions and changes first that free a key or a unique value which another row takes. It begins the
    /// session's transaction; others see the changes after [`commit`](Session::commit). Queries flush by themselves.
    ///
    /// # Errors
    /// Those of the server. Then the transaction is rolled back, to the last [savepoint](Session::begin_nested) if there is one, and what it
    /// flushed is pending again, to be mended and flushed anew.
    pub async fn flush(&mut self) -> Result<()> {
        self.heal().await?;
        if self.arena.dirty().next().is_none() {
            return Ok(());
        }
        self.refused = None;
        self.step(Step::BeforeFlush)?;
        self.settle_all()?;
        self.begin_if_needed().await?;
        self.unsettled = true; // until the end: a flush that is dropped half-way is healed by whatever comes next
        match self.write_changes().await {
            Ok(uprooted) => {
                self.unsettled = false;
                self.expire_dependents(&uprooted);
                Ok(())
            }
            Err(failure) => {
                self.take_back().await;
                Err(self.explain(failure).await)
            }
        }
    }

    /// Writes what is pending, and answers the tables in which rows went or got another key.
    async fn write_changes(&mut self) -> Result<Vec<&'static TableDef>, Failure> {
        self.delete_dependents().await?;
        self.before_writes()?;
        let mut work = self.work()?;
        let uprooted = std::mem::take(&mut work.uprooted);
        let listened = work.tables.iter().any(|table| self.listeners.listens(table));
        let mark = self.undo.len();
        self.run_work(work).await?;
        if listened {
            self.after_writes(mark)?;
        }
        self.step(Step::AfterFlush)?;
        Ok(uprooted)
    }

    /// Copies the keys that objects wait for and that are known.
    fn settle_all(&mut self) -> Result<()> {
        let waiting = self.arena.dirty().filter(|(_, object)| !object.links.is_empty());
        let waiting: Vec<u32> = waiting.map(|(slot, _)| slot).collect();
        waiting.into_iter().try_for_each(|slot| self.arena.settle(slot))
    }

    async fn run_work(&mut self, work: Work) -> Result<(), Failure> {
        let Work { moves_first, deletes_first, changes_first, inserts, updates, deletes, untied, .. } = work;
        let (untied_first, untied) = if deletes_first.is_empty() { (Vec::new(), untied) } else { (untied, Vec::new()) };
        self.update_rows(&moves_first).await?;
        self.delete_all(&deletes_first, &untied_first).await?;
        self.update_rows(&changes_first).await?;
        for rows in inserts {
            for &slot in &rows {
                self.arena.settle(slot)?;
            }
            self.insert_rows(&rows).await?;
        }
        self.update_rows(&updates).await?;
        self.delete_all(&deletes, &untied).await
    }

    async fn delete_all(&mut self, deletes: &[Vec<u32>], untied: &[(u32, Vec<u16>)]) -> Result<(), Failure> {
        for (slot, columns) in untied {
            self.untie(*slot, columns).await?;
        }
        for rows in deletes {
            self.delete_rows(rows).await?;
        }
        Ok(())
    }

    pub(super) fn object(&self, slot: u32) -> Result<&Object> {
        self.arena.get(slot).ok_or_else(|| Error::new(ErrorKind::State, "an object vanished during its flush"))
    }
}
