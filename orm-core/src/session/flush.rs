//! The flush: pending changes become statements, in an order that foreign keys allow.

use super::{
    Session,
    object::{AnyModel, Object, State},
    order::{sort_rows, sort_tables, takes_the_place},
    undo::{Change, Undo},
};
use crate::{
    engine::Job,
    error::{Error, ErrorKind, Result},
    expr::{Node, tree::BinaryOp},
    schema::{ColumnRef, TableDef, TableRef},
    statement::{Delete, Statement, Update},
    types::Value,
};
use std::ptr;

/// What a flush has to do, in order.
#[derive(Default)]
struct Work {
    inserts: Vec<u32>,
    updates: Vec<u32>,
    deletes: Vec<u32>,
    /// Whether a deletion frees a key or a unique value that another row takes.
    deletes_first: bool,
}

impl Session {
    /// Writes pending changes to the database: inserts, then changes, then deletions, each in the order that foreign keys
    /// ask for; deletions first if one of them frees a key or a unique value that another row takes. It begins the session's transaction; others see the changes after [`commit`](Session::commit). Queries flush by themselves.
    ///
    /// # Errors
    /// Those of the server. Then the transaction is rolled back, to the last [savepoint](Session::begin_nested) if there is one, and what it
    /// flushed is pending again, to be mended and flushed anew.
    pub async fn flush(&mut self) -> Result<()> {
        self.heal().await?;
        let work = self.work();
        if work.inserts.is_empty() && work.updates.is_empty() && work.deletes.is_empty() {
            return Ok(());
        }
        self.begin_if_needed().await?;
        self.unsettled = true; // until the end: a flush that is dropped half-way is healed by whatever comes next
        match self.run_work(work).await {
            Ok(()) => {
                self.unsettled = false;
                Ok(())
            }
            Err(error) => {
                self.take_back().await;
                Err(error)
            }
        }
    }

    /// What is pending, in the order in which it can be written.
    fn work(&self) -> Work {
        let mut tables: Vec<&'static TableDef> = Vec::new();
        let mut work = Work::default();
        for (slot, object) in self.arena.iter() {
            let list = match object.state {
                State::Pending => &mut work.inserts,
                State::Persistent if !object.changed_columns().is_empty() => &mut work.updates,
                State::Deleted if !object.gone => &mut work.deletes,
                _ => continue,
            };
            list.push(slot);
            let table = object.value.table();
            if !tables.iter().any(|known| ptr::eq(*known, table)) {
                tables.push(table);
            }
        }
        let tables = sort_tables(&tables);
        for list in [&mut work.inserts, &mut work.updates, &mut work.deletes] {
            self.sort(list, &tables);
        }
        work.deletes.reverse();
        work.deletes_first = !work.deletes.is_empty() && tables.iter().any(|table| self.is_replaced(table, &work));
        work
    }

    fn is_replaced(&self, table: &'static TableDef, work: &Work) -> bool {
        let of_table = |slots: &[u32]| -> Vec<&Object> {
            let objects = slots.iter().filter_map(|&slot| self.arena.get(slot));
            objects.filter(|object| ptr::eq(object.value.table(), table)).collect()
        };
        let going: Vec<&dyn AnyModel> = of_table(&work.deletes).into_iter().map(Object::in_database).collect();
        let coming = of_table(&work.inserts).into_iter().chain(of_table(&work.updates));
        !going.is_empty() && takes_the_place(table, &going, &coming.map(|object| &*object.value).collect::<Vec<_>>())
    }

    /// Sorts objects by table and, within a table, by when they were added; those that refer to one another by that.
    fn sort(&self, slots: &mut [u32], tables: &[&'static TableDef]) {
        let table = |slot: u32| {
            let own = self.arena.get(slot).map(|object| object.value.table());
            tables.iter().position(|table| own.is_some_and(|own| ptr::eq(*table, own)))
        };
        slots.sort_by_cached_key(|&slot| (table(slot), self.arena.get(slot).map(|object| object.sequence)));
        for rows in slots.chunk_by_mut(|&a, &b| table(a) == table(b)) {
            if let Some(table) = table(rows[0]) {
                sort_rows(tables[table], rows, |slot| self.arena.get(slot).map(|object| object.in_database()));
            }
        }
    }

    async fn run_work(&mut self, work: Work) -> Result<()> {
        self.delete_rows(&work.deletes, work.deletes_first).await?;
        self.insert_rows(&work.inserts).await?;
        for slot in work.updates {
            self.update(slot).await?;
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
    async fn update(&mut self, slot: u32) -> Result<()> {
        let object = self.object(slot)?;
        let columns = object.changed_columns();
        if let (false, Some(stored)) = (columns.is_empty(), &object.stored) {
            let table = TableRef::new(object.value.table());
            let set = |&column: &u16| (column, Node::Bind(object.value.field(column.into()).to_value()));
            let statement =
                Update { table, assignments: columns.iter().map(set).collect(), filter: key_filter(table, &**stored) };
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
        let statement = Delete { table, filter: key_filter(table, object.in_database()) };
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
        let done = self.transaction()?.run(job).await.map_err(here)?;
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
