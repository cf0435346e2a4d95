//! The order in which rows are written, so that foreign keys hold: each row after those it refers to.

use super::{key::Key, object::Object};
use crate::schema::{AnyModel, ForeignKeyDef, TableDef};
use std::collections::{HashMap, HashSet};

/// The tables, each after those it refers to.
pub(super) fn sort_tables(tables: &[&'static TableDef]) -> Vec<&'static TableDef> {
    let position = |key: &ForeignKeyDef| tables.iter().position(|table| refers_to(key, table));
    let parents: Vec<Vec<usize>> =
        tables.iter().map(|table| table.foreign_keys.iter().filter_map(position).collect()).collect();
    parents_first(&parents).into_iter().map(|index| tables[index]).collect()
}

/// The rows of one table, each after those it refers to, and otherwise as they are.
pub(super) fn sort_rows<'a>(
    table: &'static TableDef,
    slots: &mut [u32],
    model: impl Fn(u32) -> Option<&'a dyn AnyModel>,
) {
    let within: Vec<&ForeignKeyDef> = table.foreign_keys.iter().filter(|key| refers_to(key, table)).collect();
    if within.is_empty() || slots.len() < 2 {
        return;
    }
    let mut parents = vec![Vec::new(); slots.len()];
    for key in within {
        let referred: Vec<u16> = key
            .references
            .iter()
            .filter_map(|target| table.position(target.column()).map(|position| position as u16))
            .collect();
        let key_of = |slot: u32, columns: &[u16]| key_of(model(slot)?, columns);
        let rows: HashMap<Key, usize> =
            slots.iter().enumerate().filter_map(|(row, &slot)| Some((key_of(slot, &referred)?, row))).collect();
        for (row, &slot) in slots.iter().enumerate() {
            parents[row].extend(key_of(slot, &key.columns).and_then(|key| rows.get(&key).copied()));
        }
    }
    let sorted: Vec<u32> = parents_first(&parents).into_iter().map(|row| slots[row]).collect();
    slots.copy_from_slice(&sorted);
}

/// The rows of one table that change, each after the one whose key or unique value it takes, and otherwise as they are;
/// of each, what it was and what it is to be.
pub(super) fn sort_changes<'a>(
    table: &'static TableDef,
    slots: &mut [u32],
    change: impl Fn(u32) -> Option<(&'a dyn AnyModel, &'a dyn AnyModel)>,
) {
    let mut parents = vec![Vec::new(); slots.len()];
    for columns in unique_keys(table) {
        let differs = |was: &dyn AnyModel, is: &dyn AnyModel| {
            columns.iter().any(|&column| !was.field(column.into()).same(is.field(column.into())))
        };
        let changes = slots.iter().enumerate().filter_map(|(row, &slot)| Some((row, change(slot)?)));
        let changes: Vec<_> = changes.filter(|(_, (was, is))| differs(*was, *is)).collect();
        let freed: HashMap<Key, usize> =
            changes.iter().filter_map(|(row, (was, _))| Some((key_of(*was, columns)?, *row))).collect();
        for (row, (_, is)) in changes {
            parents[row].extend(key_of(is, columns).and_then(|key| freed.get(&key).copied()));
        }
    }
    if parents.iter().any(|parents| !parents.is_empty()) {
        let sorted: Vec<u32> = parents_first(&parents).into_iter().map(|row| slots[row]).collect();
        slots.copy_from_slice(&sorted);
    }
}

/// Whether a row that comes has a key or a unique value of one that goes or changes, all of one table.
pub(super) fn takes_the_place(table: &'static TableDef, going: &[&Object], coming: &[&Object]) -> bool {
    if going.is_empty() || coming.is_empty() {
        return false;
    }
    unique_keys(table).any(|columns| {
        let freed: HashSet<Key> = going.iter().filter_map(|object| key_of(object.in_database(), columns)).collect();
        coming.iter().any(|object| key_of(&*object.value, columns).is_some_and(|key| freed.contains(&key)))
    })
}

/// The columns of each key that no two rows of a table share.
pub(super) fn unique_keys(table: &TableDef) -> impl Iterator<Item = &[u16]> {
    let indexes = table.indexes.iter().filter(|index| index.unique).map(|index| &*index.columns);
    let uniques = table.uniques.iter().map(|unique| &*unique.columns);
    std::iter::once(&*table.primary_key).chain(uniques).chain(indexes)
}

fn key_of(model: &dyn AnyModel, columns: &[u16]) -> Option<Key> {
    Key::new(columns.iter().map(|&column| model.field(column.into()).to_value()))
}

pub(super) fn refers_to(key: &ForeignKeyDef, table: &TableDef) -> bool {
    key.references
        .first()
        .is_some_and(|target| target.table() == table.name && target.schema() == table.schema.as_deref())
}

/// The numbers from 0, each after its parents and otherwise in their order; a cycle is cut where it is met.
fn parents_first(parents: &[Vec<usize>]) -> Vec<usize> {
    let mut seen = vec![false; parents.len()];
    let mut sorted = Vec::with_capacity(parents.len());
    for root in 0..parents.len() {
        // A path from a child up, with how many parents of each were visited: chains may be longer than a stack is deep.
        let mut path = if std::mem::replace(&mut seen[root], true) { Vec::new() } else { vec![(root, 0)] };
        while let Some((child, visited)) = path.last_mut() {
            match parents[*child].get(*visited) {
                Some(&parent) => {
                    *visited += 1;
                    if !std::mem::replace(&mut seen[parent], true) {
                        path.push((parent, 0));
                    }
                }
                None => {
                    sorted.push(*child);
                    path.pop();
                }
            }
        }
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::parents_first;

    #[test]
    fn parents_stand_before_their_children() {
        assert_eq!(parents_first(&[vec![], vec![], vec![]]), [0, 1, 2]);
        assert_eq!(parents_first(&[vec![2], vec![], vec![1]]), [1, 2, 0]);
        assert_eq!(parents_first(&[vec![1, 2], vec![2], vec![]]), [2, 1, 0]);
    }

    #[test]
    fn a_cycle_is_cut_where_it_is_met() {
        assert_eq!(parents_first(&[vec![0], vec![2], vec![1]]), [0, 2, 1]);
    }

    #[test]
    fn a_long_chain_needs_no_deep_stack() {
        let chain: Vec<Vec<usize>> =
            (1..=100_000).map(|parent| if parent < 100_000 { vec![parent] } else { vec![] }).collect();
        assert_eq!(parents_first(&chain).first(), Some(&99_999));
    }
}
