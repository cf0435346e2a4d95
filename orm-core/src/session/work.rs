//! What a flush has to do, and in which order.

use super::{
    Session,
    cascade::changes_key,
    object::{Object, State},
    order::{sort_changes, sort_rows, sort_tables, takes_the_place},
};
use crate::schema::{AnyModel, TableDef};
use std::ptr;

/// What a flush has to do, in order.
#[derive(Default)]
pub(super) struct Work {
    /// Whether a deletion frees a key or a unique value that another row takes.
    pub(super) deletes_first: bool,
    /// Changes that free a key or a unique value for a row that is inserted.
    pub(super) changes_first: Vec<u32>,
    pub(super) inserts: Vec<u32>,
    pub(super) updates: Vec<u32>,
    pub(super) deletes: Vec<u32>,
    /// The tables in which rows go or get another key.
    pub(super) uprooted: Vec<&'static TableDef>,
}

impl Work {
    pub(super) fn is_empty(&self) -> bool {
        [&self.changes_first, &self.inserts, &self.updates, &self.deletes].iter().all(|slots| slots.is_empty())
    }
}

impl Session {
    /// What is pending, in the order in which it can be written.
    pub(super) fn work(&mut self) -> Work {
        self.arena.forget_clean();
        let mut tables: Vec<&'static TableDef> = Vec::new();
        let mut work = Work::default();
        for (slot, object) in self.arena.dirty() {
            let list = match object.state {
                State::Pending => &mut work.inserts,
                State::Deleted => &mut work.deletes,
                State::Persistent | State::Detached => &mut work.updates,
            };
            list.push(slot);
            let table = object.value.table();
            note(&mut tables, table);
            if object.state == State::Deleted || changes_key(object) {
                note(&mut work.uprooted, table);
            }
        }
        let tables = sort_tables(&tables);
        self.sort(&mut work.inserts, &tables, |table, rows| sort_rows(table, rows, |slot| self.in_database(slot)));
        self.sort(&mut work.deletes, &tables, |table, rows| sort_rows(table, rows, |slot| self.in_database(slot)));
        work.deletes.reverse();
        self.sort(&mut work.updates, &tables, |table, rows| {
            sort_changes(table, rows, |slot| Some((self.in_database(slot)?, self.value(slot)?)));
        });
        for table in tables {
            self.make_room(table, &mut work);
        }
        work
    }

    fn in_database(&self, slot: u32) -> Option<&dyn AnyModel> {
        self.arena.get(slot).map(Object::in_database)
    }

    fn value(&self, slot: u32) -> Option<&dyn AnyModel> {
        self.arena.get(slot).map(|object| &*object.value)
    }

    /// Sorts objects by table and, within a table, by when they were added, and then by `sort_table`.
    fn sort(
        &self,
        slots: &mut [u32],
        tables: &[&'static TableDef],
        sort_table: impl Fn(&'static TableDef, &mut [u32]),
    ) {
        let table = |slot: u32| {
            let own = self.arena.get(slot).map(|object| object.value.table());
            tables.iter().position(|table| own.is_some_and(|own| ptr::eq(*table, own)))
        };
        slots.sort_by_cached_key(|&slot| (table(slot), self.arena.get(slot).map(|object| object.sequence)));
        for rows in slots.chunk_by_mut(|&a, &b| table(a) == table(b)) {
            if let Some(table) = table(rows[0]) {
                sort_table(tables[table], rows);
            }
        }
    }

    /// Puts deletions and changes first that free a key or a unique value which another row of the table takes.
    fn make_room(&self, table: &'static TableDef, work: &mut Work) {
        let own = |slot: u32| self.arena.get(slot).filter(|object| ptr::eq(object.value.table(), table));
        let of_table = |slots: &[u32]| slots.iter().filter_map(|&slot| own(slot)).collect::<Vec<_>>();
        let (inserts, deletes) = (of_table(&work.inserts), of_table(&work.deletes));
        let changes: Vec<&Object> = of_table(&work.updates).into_iter().filter(|object| changes_key(object)).collect();
        let takers = [&inserts[..], &changes].concat();
        work.deletes_first |= takes_the_place(table, &deletes, &takers);
        if takes_the_place(table, &changes, &inserts) {
            let frees = |&mut slot: &mut u32| own(slot).is_some_and(changes_key);
            work.changes_first.extend(work.updates.extract_if(.., frees));
        }
    }
}

fn note(tables: &mut Vec<&'static TableDef>, table: &'static TableDef) {
    if !tables.iter().any(|known| ptr::eq(*known, table)) {
        tables.push(table);
    }
}
