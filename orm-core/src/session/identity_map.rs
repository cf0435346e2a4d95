//! The objects with a row, by table and primary key.

use super::{
    key::{Key, KeyMap},
    order::key_of,
};
use crate::{
    schema::{AnyModel, TableDef},
    types::Value,
};

/// The slots of objects with a row.
#[derive(Default)]
pub(super) struct IdentityMap {
    tables: KeyMap<usize, OfTable>,
}

/// The slots of one table's objects.
#[derive(Default)]
struct OfTable {
    /// By a key of one signed integer, as most are: a third of the memory that any key takes.
    integers: KeyMap<i64, u32>,
    others: KeyMap<Key, u32>,
}

impl IdentityMap {
    /// The object with a key.
    pub(super) fn get(&self, table: &'static TableDef, key: &Key) -> Option<u32> {
        let OfTable { integers, others } = self.tables.get(&address(table))?;
        match key {
            Key::One(Value::Int(key)) => integers.get(key),
            key => others.get(key),
        }
        .copied()
    }

    /// The object with a row's key.
    pub(super) fn of(&self, row: &dyn AnyModel) -> Option<u32> {
        self.get(row.table(), &primary_key(row)?)
    }

    pub(super) fn insert(&mut self, row: &dyn AnyModel, slot: u32) {
        let Some(key) = primary_key(row) else { return };
        let OfTable { integers, others } = self.tables.entry(address(row.table())).or_default();
        match key {
            Key::One(Value::Int(key)) => integers.insert(key, slot),
            key => others.insert(key, slot),
        };
    }

    pub(super) fn remove(&mut self, row: &dyn AnyModel) {
        let Some(key) = primary_key(row) else { return };
        let Some(OfTable { integers, others }) = self.tables.get_mut(&address(row.table())) else { return };
        match key {
            Key::One(Value::Int(key)) => integers.remove(&key),
            key => others.remove(&key),
        };
    }

    pub(super) fn clear(&mut self) {
        self.tables.clear();
    }

    /// Makes room for so many rows that come into a table.
    pub(super) fn reserve(&mut self, table: &'static TableDef, rows: usize) {
        let OfTable { integers, others } = self.tables.entry(address(table)).or_default();
        match &table.primary_key[..] {
            [key] if table.columns[usize::from(*key)].autoincrement => integers.reserve(rows),
            _ => others.reserve(rows),
        }
    }
}

/// What tells a table apart from others: where it is described.
pub(super) fn address(table: &'static TableDef) -> usize {
    std::ptr::from_ref(table) as usize
}

fn primary_key(row: &dyn AnyModel) -> Option<Key> {
    key_of(row, &row.table().primary_key)
}
