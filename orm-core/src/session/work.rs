//! What a flush has to do, and in which order.

use super::{
    Session,
    cascade::changes_key,
    key::Key,
    object::{Object, State},
    order::{Edge, Wait, key_of, layers, sort_changes, table_groups, takes_the_place},
};
use crate::{
    error::{Error, ErrorKind, Result},
    schema::{AnyModel, ForeignKeyDef, TableDef},
};
use std::{
    collections::{HashMap, HashSet},
    mem, ptr,
};

/// What a flush has to do, in order.
#[derive(Default)]
pub(super) struct Work {
    /// Changes of rows that refer to one of the first deletions and will refer to another row.
    pub(super) moves_first: Vec<u32>,
    /// Deletions that free a key or a unique value which another row takes, and those before them.
    pub(super) deletes_first: Vec<Vec<u32>>,
    /// Changes that free a key or a unique value for a row that is inserted.
    pub(super) changes_first: Vec<u32>,
    /// Rows of one table each, which do not refer to each other.
    pub(super) inserts: Vec<Vec<u32>>,
    pub(super) updates: Vec<u32>,
    /// Rows of one table each, which do not refer to each other.
    pub(super) deletes: Vec<Vec<u32>>,
    /// Rows that refer to each other in a circle, and the columns that are NULL before they are deleted.
    pub(super) untied: Vec<(u32, Vec<u16>)>,
    /// The tables in which rows go or get another key.
    pub(super) uprooted: Vec<&'static TableDef>,
    /// The tables that are written, each after those it refers to.
    pub(super) tables: Vec<&'static TableDef>,
}

/// The rows of one table that a flush writes: when each was added, and its slot.
struct OfTable {
    table: &'static TableDef,
    coming: Vec<(u64, u32)>,
    changing: Vec<(u64, u32)>,
    going: Vec<(u64, u32)>,
}

/// Whether rows come or go, and so which state of theirs counts.
#[derive(Clone, Copy, PartialEq)]
enum Rows {
    Coming,
    Going,
}

impl Session {
    /// What is pending, in the order in which it can be written.
    ///
    /// # Errors
    /// Of kind [`State`](ErrorKind::State) if rows refer to each other in a circle, and none of the references can be NULL for a while.
    pub(super) fn work(&mut self) -> Result<Work> {
        self.arena.forget_clean();
        let mut work = Work::default();
        let mut found: Vec<OfTable> = Vec::new();
        for (slot, object) in self.arena.dirty() {
            let table = object.value.table();
            let position = found.iter().position(|rows| ptr::eq(rows.table, table)).unwrap_or_else(|| {
                found.push(OfTable { table, coming: Vec::new(), changing: Vec::new(), going: Vec::new() });
                found.len() - 1
            });
            let list = match object.state {
                State::Pending => &mut found[position].coming,
                State::Deleted => &mut found[position].going,
                State::Persistent | State::Detached => &mut found[position].changing,
            };
            list.push((object.sequence, slot));
            if object.state == State::Deleted || changes_key(object) {
                note(&mut work.uprooted, table);
            }
        }
        let groups = table_groups(&found.iter().map(|rows| rows.table).collect::<Vec<_>>());
        work.tables = groups.iter().flat_map(|(tables, _)| tables).copied().collect();
        let mut make_room = Vec::new();
        for (tables, circular) in &groups {
            let (mut coming, mut going) = (Vec::new(), Vec::new());
            for &table in tables {
                let Some(position) = found.iter().position(|rows| ptr::eq(rows.table, table)) else { continue };
                let rows = found.swap_remove(position);
                let (inserts, mut updates, deletes) = (sorted(rows.coming), sorted(rows.changing), sorted(rows.going));
                sort_changes(table, &mut updates, |slot| Some((self.in_database(slot)?, self.value(slot)?)));
                if self.make_room(&mut updates, &mut work, &inserts, &deletes) {
                    make_room.push(table);
                }
                work.updates.append(&mut updates);
                coming.extend(inserts);
                going.extend(deletes);
            }
            if !circular {
                work.inserts.extend((!coming.is_empty()).then_some(coming));
                work.deletes.extend((!going.is_empty()).then_some(going));
                continue;
            }
            self.circular(&coming, Rows::Coming, &mut work)?;
            self.circular(&going, Rows::Going, &mut work)?;
        }
        // Children go before their parents.
        work.deletes.reverse();
        // Before those that make room go those that refer to them; others wait for the changes.
        let mut next = 0;
        while let Some(&parent) = make_room.get(next) {
            let refers = |table: &&&'static TableDef| table.foreign_keys.iter().any(|key| key.refers_to(parent));
            work.tables.iter().filter(refers).for_each(|&table| note(&mut make_room, table));
            next += 1;
        }
        let makes_room =
            |rows: &Vec<u32>| rows.first().is_some_and(|&slot| make_room.iter().any(|table| self.is_of(slot, table)));
        (work.deletes_first, work.deletes) = mem::take(&mut work.deletes).into_iter().partition(makes_room);
        if !work.deletes_first.is_empty() {
            self.move_away(&mut work);
        }
        Ok(work)
    }

    /// Puts changes first of rows that refer to one of the first deletions. One that is to refer to a row that comes, or that changes a key of
    /// its own, cannot go before those.
    fn move_away(&self, work: &mut Work) {
        let (mut leaving, mut waiting) = (HashSet::new(), HashSet::new());
        for holder in &work.tables {
            for key in holder.foreign_keys.iter() {
                let Some(referred) = work.tables.iter().find(|table| key.refers_to(table)) else { continue };
                let columns: Vec<u16> = key.referred_columns(referred).collect();
                let keys = |rows: &[Vec<u32>], of: fn(&Object) -> &dyn AnyModel| -> HashSet<Key> {
                    let objects = rows.iter().flatten().filter_map(|&slot| self.arena.get(slot));
                    let of_table = objects.filter(|object| ptr::eq(object.value.table(), *referred));
                    of_table.filter_map(|object| key_of(of(object), &columns)).collect()
                };
                let going = keys(&work.deletes_first, Object::in_database);
                let coming = keys(&work.inserts, |object| &*object.value);
                for &slot in work.updates.iter().filter(|&&slot| self.is_of(slot, holder)) {
                    let Some(object) = self.arena.get(slot) else { continue };
                    let refers = |model: &dyn AnyModel, keys: &HashSet<Key>| {
                        key_of(model, &key.columns).is_some_and(|key| keys.contains(&key))
                    };
                    if refers(object.in_database(), &going) {
                        leaving.insert(slot);
                    }
                    if refers(&*object.value, &coming) || !object.links.is_empty() || changes_key(object) {
                        waiting.insert(slot);
                    }
                }
            }
        }
        work.moves_first.extend(work.updates.extract_if(.., |slot| leaving.contains(slot) && !waiting.contains(slot)));
    }

    /// Puts rows of tables that refer to each other in order, by the rows.
    fn circular(&mut self, slots: &[u32], rows: Rows, work: &mut Work) -> Result<()> {
        let edges = self.edges(slots, rows);
        let found = layers(&edges).map_err(|stuck| self.stuck(slots, &stuck))?;
        for (row, edge) in found.cut {
            self.cut(slots[row], slots[edge.parent], edge, rows, work)?;
        }
        let mut batches: Vec<(usize, Vec<u32>)> = Vec::new();
        let mut order: Vec<usize> = (0..slots.len()).collect();
        order.sort_by_key(|&row| found.layer[row]);
        for row in order {
            let (layer, slot) = (found.layer[row], slots[row]);
            match batches.last_mut() {
                Some((last, batch))
                    if *last == layer && self.table(slot).is_some_and(|table| self.is_of(batch[0], table)) =>
                {
                    batch.push(slot);
                }
                _ => batches.push((layer, vec![slot])),
            }
        }
        let batches = batches.into_iter().map(|(_, batch)| batch);
        match rows {
            Rows::Coming => work.inserts.extend(batches),
            Rows::Going => work.deletes.extend(batches),
        }
        Ok(())
    }

    /// Which of the rows refer to which.
    fn edges(&self, slots: &[u32], rows: Rows) -> Vec<Vec<Edge>> {
        let model = |slot: u32| match rows {
            Rows::Coming => self.value(slot),
            Rows::Going => self.in_database(slot),
        };
        let positions: HashMap<u32, usize> = slots.iter().enumerate().map(|(row, &slot)| (slot, row)).collect();
        let mut tables: Vec<&'static TableDef> = Vec::new();
        slots.iter().filter_map(|&slot| self.table(slot)).for_each(|table| note(&mut tables, table));
        let mut edges = vec![Vec::new(); slots.len()];
        for holder in &tables {
            for (number, key) in holder.foreign_keys.iter().enumerate() {
                let Some(referred) = tables.iter().find(|table| key.refers_to(table)) else { continue };
                let columns: Vec<u16> = key.referred_columns(referred).collect();
                let known: HashMap<Key, usize> = (slots.iter().enumerate())
                    .filter(|(_, slot)| self.is_of(**slot, referred))
                    .filter_map(|(row, &slot)| Some((key_of(model(slot)?, &columns)?, row)))
                    .collect();
                let can_be_null = key.columns.iter().any(|&column| can_be_null(holder, column));
                for (row, &slot) in slots.iter().enumerate().filter(|(_, slot)| self.is_of(**slot, holder)) {
                    let Some(object) = self.arena.get(slot) else { continue };
                    let (parent, known) = match object.link_of(&key.columns).filter(|_| rows == Rows::Coming) {
                        Some(link) => (positions.get(&link.slot).copied(), false),
                        None => {
                            let parent =
                                model(slot).and_then(|model| known.get(&key_of(model, &key.columns)?).copied());
                            (parent, true)
                        }
                    };
                    // A row that refers to itself is inserted with a key that is known; not every server deletes it so.
                    let by_itself = known && parent == Some(row) && (rows == Rows::Coming || !can_be_null);
                    let Some(parent) = parent.filter(|_| !by_itself) else { continue };
                    let wait = match can_be_null {
                        true => Wait::Null,
                        false if key.deferred && known => Wait::Commit,
                        false => Wait::Never,
                    };
                    edges[row].push(Edge { parent, key: number, wait });
                }
            }
        }
        edges
    }

    /// Leaves a reference out until both rows are there, or before both go.
    fn cut(&mut self, slot: u32, parent: u32, edge: Edge, rows: Rows, work: &mut Work) -> Result<()> {
        let (Some(table), Some(referred)) = (self.table(slot), self.table(parent)) else { return Ok(()) };
        let key: &ForeignKeyDef = &table.foreign_keys[edge.key];
        if edge.wait != Wait::Null {
            return Ok(());
        }
        let columns: Vec<u16> = key.columns.iter().copied().filter(|&column| can_be_null(table, column)).collect();
        if rows == Rows::Going {
            work.untied.push((slot, columns));
            return Ok(());
        }
        let pairs = key.columns.iter().copied().zip(key.referred_columns(referred)).collect();
        self.arena.link(slot, pairs, parent)?;
        self.arena.set_null(slot, &columns)?;
        work.updates.push(slot);
        Ok(())
    }

    #[cold]
    fn stuck(&self, slots: &[u32], rows: &[usize]) -> Error {
        let mut names: Vec<&str> = Vec::new();
        for table in rows.iter().filter_map(|&row| self.table(slots[row])) {
            if !names.contains(&&*table.name) {
                names.push(&table.name);
            }
        }
        let names = names.join(", ");
        let message = format!(
            "rows of {names} refer to each other in a circle, and none of the references can be NULL until the other row is there: \
             make one of the foreign keys an Option"
        );
        Error::new(ErrorKind::State, message)
    }

    pub(super) fn in_database(&self, slot: u32) -> Option<&dyn AnyModel> {
        self.arena.get(slot).map(Object::in_database)
    }

    pub(super) fn value(&self, slot: u32) -> Option<&dyn AnyModel> {
        self.arena.get(slot).map(|object| &*object.value)
    }

    pub(super) fn table(&self, slot: u32) -> Option<&'static TableDef> {
        self.arena.get(slot).map(|object| object.value.table())
    }

    pub(super) fn is_of(&self, slot: u32, table: &'static TableDef) -> bool {
        self.table(slot).is_some_and(|own| ptr::eq(own, table))
    }

    /// Puts changes of one table first that free a key or a unique value which another of its rows takes, and answers whether deletions do.
    fn make_room(&self, updates: &mut Vec<u32>, work: &mut Work, inserts: &[u32], deletes: &[u32]) -> bool {
        if updates.is_empty() && deletes.is_empty() {
            return false;
        }
        let objects = |slots: &[u32]| slots.iter().filter_map(|&slot| self.arena.get(slot)).collect::<Vec<_>>();
        let (inserts, deletes) = (objects(inserts), objects(deletes));
        let changes: Vec<&Object> = objects(updates).into_iter().filter(|object| changes_key(object)).collect();
        let takers = [&inserts[..], &changes].concat();
        let deletions_do = takes_the_place(&deletes, &takers);
        if takes_the_place(&changes, &inserts) {
            let frees = |&mut slot: &mut u32| self.arena.get(slot).is_some_and(changes_key);
            work.changes_first.extend(updates.extract_if(.., frees));
        }
        deletions_do
    }
}

/// Slots in the order in which their objects were added.
fn sorted(mut rows: Vec<(u64, u32)>) -> Vec<u32> {
    rows.sort_unstable();
    rows.into_iter().map(|(_, slot)| slot).collect()
}

fn can_be_null(table: &TableDef, column: u16) -> bool {
    table.columns[usize::from(column)].nullable && !table.primary_key.contains(&column)
}

pub(super) fn note(tables: &mut Vec<&'static TableDef>, table: &'static TableDef) {
    if !tables.iter().any(|known| ptr::eq(*known, table)) {
        tables.push(table);
    }
}
