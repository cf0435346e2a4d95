//! The flush: pending changes become statements, in an order that foreign keys allow.

use super::{
    Session,
    object::{AnyModel, Object, State},
    order::{sort_rows, sort_tables, takes_the_place},
    undo::{Change, Undo},
    unset::name_unset_key,
};
use crate::{
    compile::{Compiled, InsertMany},
    engine::{Done, Job},
    error::{Error, ErrorKind, Result},
    expr::{Node, tree::BinaryOp},
    schema::{ColumnRef, TableDef, TableRef},
    statement::{Delete, Insert, Statement, Update},
    types::{Row, RowSink, SqlType, Value, ValueRow},
};
use std::{any::Any, ops::ControlFlow, ptr, sync::Arc};

/// Rows of one INSERT at the most, where many rows go into one.
const ROWS_PER_INSERT: usize = 1_000;

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
        let mut inserts = &work.inserts[..];
        let (mut columns, mut others) = (Vec::new(), Vec::new());
        while let Some(&first) = inserts.first() {
            self.insert_columns(first, &mut columns)?;
            let mut count = 1;
            while count < inserts.len() && self.same_table(first, inserts[count]) {
                self.insert_columns(inserts[count], &mut others)?;
                if others != columns {
                    break;
                }
                count += 1;
            }
            self.insert_rows(&inserts[..count], &columns).await?;
            inserts = &inserts[count..];
        }
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

    fn object(&self, slot: u32) -> Result<&Object> {
        self.arena.get(slot).ok_or_else(|| Error::new(ErrorKind::State, "an object vanished during its flush"))
    }

    fn same_table(&self, a: u32, b: u32) -> bool {
        let table = |slot| self.arena.get(slot).map(|object| ptr::from_ref(object.value.table()));
        table(a) == table(b)
    }

    /// The columns that an INSERT of the object gives a value. Left out are a generated key that is 0 and a `None` on a column with a
    /// server default. A `None` on a column with a default gets that default.
    fn insert_columns(&mut self, slot: u32, columns: &mut Vec<u16>) -> Result<()> {
        let object = self.arena.get_mut(slot).ok_or_else(|| Error::new(ErrorKind::State, "no such object"))?;
        let table = object.value.table();
        columns.clear();
        for (index, column) in table.columns.iter().enumerate() {
            let field = object.value.field_mut(index);
            if column.autoincrement && matches!(field.to_value(), Value::Int(0) | Value::UInt(0)) {
                continue;
            }
            if (column.default.is_some() || column.server_default.is_some()) && field.to_value().is_null() {
                match column.default.as_ref().and_then(|default| default.to_value(column.sql_type)) {
                    Some(value) => field.read(&ValueRow(&[value]), 0)?,
                    None if column.server_default.is_some() => continue,
                    None => {}
                }
            }
            columns.push(index as u16);
        }
        Ok(())
    }

    /// Inserts objects of one table that give the same columns a value.
    async fn insert_rows(&mut self, slots: &[u32], columns: &[u16]) -> Result<()> {
        let table = self.object(slots[0])?.value.table();
        let capabilities = self.engine.dialect().capabilities();
        let rows = match capabilities.insert_many {
            InsertMany::Repeat => 1,
            InsertMany::MultiRow if columns.is_empty() => 1,
            InsertMany::MultiRow => (capabilities.max_binds / columns.len()).clamp(1, ROWS_PER_INSERT),
        };
        let filled = Filled::of(table, columns, rows == 1);
        if !filled.returning.is_empty() && !capabilities.returning {
            return Err(Error::new(
                ErrorKind::NotSupported,
                format!(
                    "{} cannot tell what it filled in of {}: give every column with a server default a value",
                    self.engine.dialect().name(),
                    table.full_name()
                ),
            ));
        }
        let jobs = self.insert_jobs(slots, columns, rows, table, &filled)?;
        let statement = jobs.first().map(|job| Arc::clone(&job.statement));
        let done = match self.open_transaction()?.run_all(jobs).await {
            Ok(done) => done,
            Err(error) => {
                let objects = slots.iter().filter_map(|&slot| Some(&*self.arena.get(slot)?.value));
                return Err(with_sql(name_unset_key(error, table, objects), statement.as_deref(), table));
            }
        };
        for (slots, done) in slots.chunks(rows).zip(done) {
            self.inserted(slots, done, &filled)?;
        }
        Ok(())
    }

    fn insert_jobs(
        &self,
        slots: &[u32],
        columns: &[u16],
        rows: usize,
        table: &'static TableDef,
        filled: &Filled,
    ) -> Result<Vec<Job>> {
        let table_ref = TableRef::new(table);
        let mut jobs: Vec<Job> = Vec::with_capacity(slots.len().div_ceil(rows));
        for chunk in slots.chunks(rows) {
            let mut values = Vec::with_capacity(chunk.len() * columns.len());
            for &slot in chunk {
                let model = &self.object(slot)?.value;
                values.extend(columns.iter().map(|&column| model.field(column.into()).to_value()));
            }
            // Chunks of one length are one statement, compiled once.
            let (statement, binds) = match jobs.first() {
                Some(first) if chunk.len() == rows => {
                    let statement = Arc::clone(&first.statement);
                    let binds = statement.arrange(values).map_err(|error| error.with_table(table.full_name()))?;
                    (statement, binds)
                }
                _ => self.engine.compile(Insert {
                    table: table_ref,
                    columns: columns.to_vec(),
                    rows: chunk.len(),
                    values,
                    returning: filled
                        .returning
                        .iter()
                        .map(|&index| Node::Column(ColumnRef { table: table_ref, index }))
                        .collect(),
                })?,
            };
            jobs.push(Job { statement, binds, sink: filled.sink(table), timeout: None });
        }
        Ok(jobs)
    }

    /// Puts what the database filled in on the objects.
    fn inserted(&mut self, slots: &[u32], done: Done, filled: &Filled) -> Result<()> {
        let returned = match done.sink {
            Some(sink) => ReturnedRows::take(sink)?,
            None => Vec::new(),
        };
        let generated = filled.generated;
        for (index, &slot) in slots.iter().enumerate() {
            let Some(object) = self.arena.get_mut(slot) else { continue };
            if let (Some(column), true) = (generated, filled.returning.is_empty()) {
                let id = done
                    .last_insert_id
                    .ok_or_else(|| Error::new(ErrorKind::Database, "the database did not tell the key it generated"))?;
                object.value.field_mut(column.into()).read(&ValueRow(&[Value::Int(id)]), 0)?;
            }
            if let Some(values) = returned.get(index) {
                for (position, &column) in filled.returning.iter().enumerate() {
                    object.value.field_mut(column.into()).read(&ValueRow(values), position)?;
                }
            }
            object.state = State::Persistent;
            object.stored = None;
            self.undo.push(Undo { slot, what: Change::Insert { filled: Arc::clone(&filled.columns) } });
            self.identify(slot);
        }
        Ok(())
    }

    /// Writes the changed columns of one object.
    async fn update_row(&mut self, slot: u32) -> Result<()> {
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

/// What the database fills in of a row: the columns that an INSERT leaves out.
struct Filled {
    columns: Arc<[u16]>,
    /// The generated key, if it is left out.
    generated: Option<u16>,
    /// The columns to read back; none where the driver tells the generated key by itself.
    returning: Vec<u16>,
}

impl Filled {
    fn of(table: &TableDef, given: &[u16], one_row: bool) -> Self {
        let left_out = (0..table.columns.len() as u16).filter(|column| !given.contains(column));
        let returning: Vec<u16> = left_out.collect();
        let generated = returning.iter().copied().find(|&column| table.columns[usize::from(column)].autoincrement);
        let key_alone = one_row && returning.len() == 1 && generated.is_some();
        let columns = Arc::from(&*returning);
        Self { columns, generated, returning: if key_alone { Vec::new() } else { returning } }
    }

    fn sink(&self, table: &TableDef) -> Option<Box<dyn RowSink>> {
        if self.returning.is_empty() {
            return None;
        }
        let types = self.returning.iter().map(|&column| table.columns[usize::from(column)].sql_type).collect();
        Some(Box::new(ReturnedRows { types, rows: Vec::new() }))
    }
}

/// Keeps what an INSERT returns.
struct ReturnedRows {
    types: Vec<SqlType>,
    rows: Vec<Vec<Value>>,
}

impl ReturnedRows {
    fn take(sink: Box<dyn RowSink>) -> Result<Vec<Vec<Value>>> {
        match sink.into_any().downcast::<Self>() {
            Ok(returned) => Ok(returned.rows),
            Err(_) => Err(Error::new(ErrorKind::State, "the driver handed another sink back")),
        }
    }
}

impl RowSink for ReturnedRows {
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        let values = self.types.iter().enumerate().map(|(index, &sql_type)| Value::read(row, index, sql_type));
        self.rows.push(values.collect::<Result<_>>()?);
        Ok(ControlFlow::Continue(()))
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
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

#[cold]
fn with_sql(error: Error, statement: Option<&Compiled>, table: &TableDef) -> Error {
    let error = error.with_table(table.full_name());
    match statement {
        Some(statement) => error.with_sql(statement.sql.as_str()),
        None => error,
    }
}
