//! The flush: pending changes become statements, in an order that foreign keys allow.

use super::{
    Session,
    object::Object,
    undo::{Change, Undo},
    work::Work,
};
use crate::{
    engine::Job,
    error::{Error, ErrorKind, Result},
    expr::{Node, tree::BinaryOp},
    schema::{AnyModel, ColumnRef, TableRef},
    statement::{Delete, Matching, Statement, Update},
    types::Value,
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
        let mut work = self.work();
        if work.is_empty() {
            return Ok(());
        }
        self.begin_if_needed().await?;
        self.unsettled = true; // until the end: a flush that is dropped half-way is healed by whatever comes next
        let uprooted = std::mem::take(&mut work.uprooted);
        match self.run_work(work).await {
            Ok(()) => {
                self.unsettled = false;
                self.expire_dependents(&uprooted);
                Ok(())
            }
            Err(error) => {
                self.take_back().await;
                Err(error)
            }
        }
    }

    async fn run_work(&mut self, work: Work) -> Result<()> {
        self.delete_rows(&work.deletes, work.deletes_first).await?;
        for slot in work.changes_first {
            self.update_row(slot).await?;
        }
        self.insert_rows(&work.inserts).await?;
        for slot in work.updates {
            self.update_row(slot).await?;
        }
        self.delete_rows(&work.deletes, !work.deletes_first).await
    }

    async fn delete_rows(&mut self, slots: &[u32], now: bool) -> Result<()> {
        for &slot in slots.iter().filter(|_| now) {
            self.delete_row(slot).await?;
        }
        Ok(())
    }

    pub(super) fn object(&self, slot: u32) -> Result<&Object> {
        self.arena.get(slot).ok_or_else(|| Error::new(ErrorKind::State, "an object vanished during its flush"))
    }

    /// Writes the changed columns of one object.
    async fn update_row(&mut self, slot: u32) -> Result<()> {
        let object = self.object(slot)?;
        let columns = object.changed_columns();
        if let (false, Some(stored)) = (columns.is_empty(), &object.stored) {
            let table = TableRef::new(object.value.table());
            let set = |&column: &u16| (column, Node::Bind(object.value.field(column.into()).to_value()));
            let statement = Update {
                table,
                assignments: columns.iter().map(set).collect(),
                matching: Matching::filter(key_filter(table, &**stored)),
                returning: Vec::new(),
            };
            self.run_on_row(statement.into(), "change", slot).await?;
        }
        self.unidentify(slot);
        if let Some(stored) = self.arena.get_mut(slot).and_then(|object| object.stored.take()) {
            self.undo.push(Undo { slot, what: Change::Update { stored } });
        }
        self.identify(slot);
        Ok(())
    }

    async fn delete_row(&mut self, slot: u32) -> Result<()> {
        let object = self.object(slot)?;
        let table = TableRef::new(object.value.table());
        let statement = Delete {
            table,
            matching: Matching::filter(key_filter(table, object.in_database())),
            returning: Vec::new(),
        };
        self.run_on_row(statement.into(), "delete", slot).await?;
        self.unidentify(slot);
        if let Some(object) = self.arena.get_mut(slot) {
            object.gone = true;
            self.undo.push(Undo { slot, what: Change::Delete });
        }
        Ok(())
    }

    /// Runs a statement that must find exactly the object's row.
    async fn run_on_row(&mut self, statement: Statement, what: &str, slot: u32) -> Result<()> {
        let table = self.object(slot)?.value.table();
        let here = |error: Error| error.with_table(table.full_name());
        let (statement, binds) = self.engine.compile(statement).map_err(here)?;
        let job = Job { statement, binds, sink: None, timeout: None };
        let done = self.open_transaction()?.run(job).await.map_err(here)?;
        if done.affected == 1 {
            return Ok(());
        }
        let object = self.object(slot)?;
        let stored = object.in_database();
        let key: Vec<Value> = table.primary_key.iter().map(|&column| stored.field(column.into()).to_value()).collect();
        let message = format!("the row to {what} is not there any more: key {key:?}");
        Err(here(Error::new(ErrorKind::Stale, message)))
    }
}

/// The condition that a row has the key of `model`.
fn key_filter(table: TableRef, model: &dyn AnyModel) -> Vec<Node> {
    let equal = |&index: &u16| {
        let column = Node::Column(ColumnRef { table, index });
        Node::Binary(BinaryOp::Eq, Box::new([column, Node::Bind(model.field(index.into()).to_value())]))
    };
    table.def.primary_key.iter().map(equal).collect()
}
