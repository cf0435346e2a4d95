//! The DELETEs of a flush: rows of a table go together, by their keys.

use super::{
    Session,
    key::Key,
    key_list::{any_of, keys_at_once},
    order::key_of,
    role,
    stale::{Failure, StaleRows},
    undo::{Change, Undo},
    update::key_columns,
};
use crate::{
    engine::Job,
    error::{Error, Result},
    expr::Node,
    schema::{ColumnRef, ColumnRole, TableDef, TableRef},
    statement::{Delete, Matching, Statement, Update},
    types::Value,
};

impl Session {
    /// Deletes the rows of objects of one table. A table with a column for it keeps them, and what they are is written there.
    pub(super) async fn delete_rows(&mut self, slots: &[u32]) -> Result<(), Failure> {
        let Some(table) = slots.first().and_then(|&slot| self.table(slot)) else { return Ok(()) };
        let here = |error: Error| error.with_table(table.full_name());
        let key: Vec<u16> = key_columns(table).collect();
        let columns = TableRef::new(table).columns(&key);
        let most = keys_at_once(self.engine.dialect(), &columns);
        let keys_of = |session: &Self, slots: &[u32]| -> Vec<Key> {
            slots.iter().filter_map(|&slot| key_of(session.in_database(slot)?, &key)).collect()
        };
        let job = |session: &Self, slots: &[u32]| {
            let (statement, binds) = session.engine.compile(delete(table, &columns, &keys_of(session, slots)))?;
            Ok(vec![Job { statement, binds, sink: None, timeout: None }])
        };
        for slots in slots.chunks(most) {
            let done = match self.run_flush(job(self, slots).map_err(here)?).await {
                Ok(done) => done,
                Err((_, error)) => return Err(here(self.name_refused(error, slots, |slot| *slot, job).await).into()),
            };
            if done.iter().map(|done| done.affected).sum::<u64>() != slots.len() as u64 {
                let keys = keys_of(self, slots);
                return Err(Failure::Stale(StaleRows { table, columns: key, keys, what: "delete" }));
            }
            self.keeps_keys = true;
            for &slot in slots {
                self.unidentify(slot);
                if let Some(object) = self.arena.get_mut(slot) {
                    object.gone = true;
                    self.undo.push(Undo { slot, what: Change::Delete });
                }
            }
        }
        Ok(())
    }

    /// Sets columns of a row to NULL that is deleted after a row which refers to it, and to which it refers.
    pub(super) async fn untie(&mut self, slot: u32, columns: &[u16]) -> Result<()> {
        let object = self.object(slot)?;
        let table = object.value.table();
        let null = |&column: &u16| (column, Node::Bind(Value::Null(table.columns[usize::from(column)].sql_type)));
        let key = TableRef::new(table).columns(&table.primary_key);
        let values = key_of(object.in_database(), &table.primary_key);
        let update = Update {
            table: TableRef::new(table),
            assignments: columns.iter().map(null).collect(),
            matching: Matching::filter(vec![any_of(&key, values.as_slice())]),
            returning: Vec::new(),
        };
        let (statement, binds) = self.engine.compile(update)?;
        let job = Job { statement, binds, sink: None, timeout: None };
        self.open_transaction()?.run(job).await.map_err(|error| error.with_table(table.full_name()))?;
        Ok(())
    }
}

/// The statement that deletes rows, or that says of them that they are deleted.
fn delete(table: &'static TableDef, columns: &[ColumnRef], keys: &[Key]) -> Statement {
    let matching = Matching::filter(vec![any_of(columns, keys)]);
    let Some(column) = table.with_role(ColumnRole::SoftDelete) else {
        return Delete { table: TableRef::new(table), matching, returning: Vec::new() }.into();
    };
    let sql_type = |column: u16| table.columns[usize::from(column)].sql_type;
    let mut assignments = vec![(column, Node::Bind(role::moment(sql_type(column), role::now())))];
    role::at_update(TableRef::new(table), &mut assignments);
    Update { table: TableRef::new(table), assignments, matching, returning: Vec::new() }.into()
}
