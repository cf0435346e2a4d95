//! What the session does by itself to rows that refer to those it deletes: relations with `on_delete`, `delete_orphans`, and rows that link.

use super::{
    Session, State,
    any_rows::rows_job,
    key::{Key, shown},
    key_list::{any_of, keys_at_once},
    object::Object,
    order::key_of,
    relate::deletes_orphans,
    work::note,
};
use crate::{
    error::{Error, ErrorKind, Result},
    schema::{ColumnRole, ReferentialAction, RelationDef, Step, TableDef, TableRef},
    statement::Filters,
    types::Value,
};
use std::{collections::HashSet, mem, ptr};

/// A relation of deleted rows to those that refer to them.
struct Dependent {
    /// The columns of the deleted rows that are referred to.
    referred: Vec<u16>,
    /// The table of the rows that refer to them, and its columns that do.
    table: &'static TableDef,
    columns: Vec<u16>,
    action: ReferentialAction,
    name: String,
}

impl Session {
    /// Marks as deleted, or sets free, what depends on deleted objects: their rows are read from the database, and what they became in the
    /// session counts.
    ///
    /// # Errors
    /// Of kind [`ForeignKeyViolation`](ErrorKind::ForeignKeyViolation) if a row is there that a relation protects; else those of the server.
    pub(super) async fn delete_dependents(&mut self) -> Result<()> {
        let orphans = self.arena.dirty().filter(|(_, object)| object.state == State::Persistent && is_orphan(object));
        let orphans: Vec<u32> = orphans.map(|(slot, _)| slot).collect();
        orphans.into_iter().try_for_each(|slot| self.delete_slot(slot))?;
        let deleted = self.arena.dirty().filter(|(_, object)| object.state == State::Deleted);
        let mut deleted: Vec<u32> = deleted.map(|(slot, _)| slot).collect();
        while !deleted.is_empty() {
            let round = mem::take(&mut deleted);
            let mut tables: Vec<&'static TableDef> = Vec::new();
            round.iter().filter_map(|&slot| self.table(slot)).for_each(|table| note(&mut tables, table));
            for table in tables {
                for dependent in dependents(table) {
                    let of_table =
                        round.iter().filter(|slot| self.table(**slot).is_some_and(|own| ptr::eq(own, table)));
                    let keys = of_table.filter_map(|&slot| key_of(self.in_database(slot)?, &dependent.referred));
                    let keys: Vec<Key> = keys.collect::<HashSet<_>>().into_iter().collect();
                    self.dependent(&dependent, table, &keys, &round, &mut deleted).await?;
                }
            }
        }
        Ok(())
    }

    /// The objects that refer to one that goes before it has a row, and the columns that they are set free in; without those they go too.
    /// They wait for its key, or have it from a flush that was taken back. Others have lost what they wait for, which the flush tells.
    pub(super) fn dependents_waiting(&self, slot: u32) -> Vec<(u32, Option<Vec<u16>>)> {
        let Some(table) = self.table(slot) else { return Vec::new() };
        let dependents = dependents(table);
        let mut waiting = Vec::new();
        for dependent in &dependents {
            let key = self.value(slot).and_then(|value| key_of(value, &dependent.referred));
            let key = key.filter(|key| !key.values().iter().any(Value::is_zero));
            let refers = |object: &Object| match object.link_of(&dependent.columns) {
                Some(link) => link.slot == slot,
                None => key.is_some() && key_of(&*object.value, &dependent.columns) == key,
            };
            let of_table = self.arena.dirty().filter(|(_, object)| ptr::eq(object.value.table(), dependent.table));
            for (other, _) in of_table.filter(|(_, object)| object.state != State::Deleted && refers(object)) {
                match dependent.action {
                    ReferentialAction::Cascade => waiting.push((other, None)),
                    ReferentialAction::SetNull => waiting.push((other, Some(dependent.columns.clone()))),
                    _ => {}
                }
            }
        }
        waiting
    }

    async fn dependent(
        &mut self,
        dependent: &Dependent,
        table: &'static TableDef,
        keys: &[Key],
        parents: &[u32],
        deleted: &mut Vec<u32>,
    ) -> Result<()> {
        self.read_referring(dependent, keys).await?;
        let keys: HashSet<&Key> = keys.iter().collect();
        // What is new, or has come, and refers to the key of a row that takes the place of a deleted one refers to that one.
        let others =
            self.arena.dirty().filter(|(_, own)| own.state != State::Deleted && ptr::eq(own.value.table(), table));
        let taken: HashSet<Key> = others.filter_map(|(_, own)| key_of(&*own.value, &dependent.referred)).collect();
        let is_new = |object: &Object, key: &Key| {
            object.state == State::Pending || key_of(object.in_database(), &dependent.columns).as_ref() != Some(key)
        };
        let refers = |object: &Object| match object.link_of(&dependent.columns) {
            Some(link) => parents.contains(&link.slot),
            None => key_of(&*object.value, &dependent.columns)
                .is_some_and(|key| keys.contains(&key) && !(taken.contains(&key) && is_new(object, &key))),
        };
        let of_table = self.arena.iter().filter(|(_, object)| ptr::eq(object.value.table(), dependent.table));
        let found = of_table.filter(|(_, object)| object.state != State::Deleted && refers(object));
        let found: Vec<u32> = found.map(|(slot, _)| slot).collect();
        match dependent.action {
            _ if found.is_empty() => {}
            ReferentialAction::Cascade => {
                for slot in found {
                    let persistent = self.arena.get(slot).is_some_and(|object| object.state == State::Persistent);
                    self.delete_slot(slot)?;
                    deleted.extend(persistent.then_some(slot));
                }
            }
            ReferentialAction::SetNull => {
                for slot in found {
                    self.arena.unlink(slot, &dependent.columns);
                    self.arena.set_null(slot, &dependent.columns)?;
                }
            }
            _ => {
                let key = keys.iter().next().map_or_else(String::new, |key| shown(key.values()));
                let message = format!(
                    "{} is \"restrict\", and {} rows of {} refer to what is deleted",
                    dependent.name,
                    found.len(),
                    dependent.table.full_name()
                );
                return Err(Error::new(ErrorKind::ForeignKeyViolation, message).with_row(key));
            }
        }
        Ok(())
    }

    /// Reads the rows that refer to keys, as objects.
    async fn read_referring(&mut self, dependent: &Dependent, keys: &[Key]) -> Result<()> {
        let Dependent { table, columns, .. } = dependent;
        let columns = TableRef::new(table).columns(columns);
        for keys in keys.chunks(keys_at_once(self.engine.dialect(), &columns)) {
            // A row that was deleted already stays as it is.
            let compile = |statement| self.engine.compile_filtered(statement, &Filters::default());
            let Some(job) = rows_job(table, vec![any_of(&columns, keys)], compile)? else { return Ok(()) };
            let done = self.open_transaction()?.run(job).await?;
            self.track_rows(done)?;
        }
        Ok(())
    }
}

/// What the session looks after when it deletes rows of a table. Rows that link go with either end, unless the server deletes them.
fn dependents(table: &'static TableDef) -> Vec<Dependent> {
    let dependent = |relation: &RelationDef| {
        if relation.on_delete.is_none() && !relation.path.is_through() {
            return None;
        }
        let ends = relation.path.ends(TableRef::new(table), TableRef::new((relation.to)())).ok()?;
        let Step { table: other, pairs, refers_back: true } = ends.steps.first()? else { return None };
        let (referred, columns): (Vec<u16>, Vec<u16>) = pairs.iter().map(|(a, b)| (a.index, b.index)).unzip();
        let mut keys = other.def.foreign_keys.iter().filter(|key| *key.columns == *columns);
        let by_server = keys.any(|key| matches!(key.on_delete, Some(ReferentialAction::Cascade)));
        let action = match relation.on_delete {
            Some(action) => action,
            // The rows of a table that keeps them stay linked.
            None if by_server || table.with_role(ColumnRole::SoftDelete).is_some() => return None,
            None => ReferentialAction::Cascade,
        };
        let name = format!("{}.{}", table.model.name, relation.name);
        Some(Dependent { referred, table: other.def, columns, action, name })
    };
    table.model.relations.iter().filter_map(dependent).collect()
}

/// Whether a change has taken an object from the row that it belonged to, and a relation says that it goes with that.
fn is_orphan(object: &Object) -> bool {
    let table = object.value.table();
    let Some(stored) = &object.stored else { return false };
    table.foreign_keys.iter().any(|key| {
        key.referred().is_some_and(|parent| {
            key_of(&**stored, &key.columns).is_some()
                && key_of(&*object.value, &key.columns).is_none()
                && object.link_of(&key.columns).is_none()
                && deletes_orphans(parent, table, &key.columns)
        })
    })
}
