//! What a transaction did to the objects, so that it can be undone with the transaction.

use super::object::{Arena, State};
use crate::{
    schema::AnyModel,
    types::{Value, ValueRow},
};
use std::sync::Arc;

/// One flushed change.
pub(super) struct Undo {
    pub(super) slot: u32,
    pub(super) what: Change,
}

pub(super) enum Change {
    /// The row was inserted, and the database filled in these columns, besides keys.
    Insert { filled: Option<Arc<[u16]>> },
    /// The row was changed; before that it was so.
    Update { stored: Box<dyn AnyModel> },
    /// The row was deleted.
    Delete,
}

/// Takes back what the log says the database forgot, and the program's changes with it: for a rollback the program asked for.
pub(super) fn roll_back(arena: &mut Arena, log: impl DoubleEndedIterator<Item = Undo>) {
    let mut vanished = Vec::new();
    for (slot, object) in arena.iter_mut() {
        if object.state == State::Pending {
            vanished.push(slot);
            continue;
        }
        object.links.clear();
        if let Some(stored) = object.stored.take() {
            object.value = stored;
        }
        if object.state == State::Deleted && !object.gone {
            object.state = State::Persistent;
        }
    }
    for Undo { slot, what } in log.rev() {
        let Some(object) = arena.get_mut(slot) else { continue };
        match what {
            Change::Insert { .. } => vanished.push(slot),
            Change::Update { stored } => object.value = stored,
            Change::Delete => (object.state, object.gone) = (State::Persistent, false),
        }
    }
    for slot in vanished {
        arena.remove(slot);
    }
}

/// Takes back what the log says the database forgot, and keeps the program's changes, to be flushed again: for a flush or a commit
/// that failed. Keys that the database generated stay: the row is inserted anew with the same one, so that whatever
/// refers to it stays right.
pub(super) fn unflush(arena: &mut Arena, log: impl DoubleEndedIterator<Item = Undo>) {
    let mut vanished = Vec::new();
    for Undo { slot, what } in log.rev() {
        arena.touch(slot);
        let Some(object) = arena.get_mut(slot) else { continue };
        match what {
            // Added and deleted since: there is nothing to do again.
            Change::Insert { .. } if object.state == State::Deleted => vanished.push(slot),
            Change::Insert { filled } => {
                object.state = State::Pending;
                // What the program has set since is the program's.
                let changed = object.changed_columns();
                object.stored = None;
                let filled = filled.iter().flat_map(|filled| filled.iter()).filter(|column| !changed.contains(column));
                filled.for_each(|&column| empty(&mut *object.value, column));
            }
            Change::Update { stored } => object.stored = Some(stored),
            Change::Delete => object.gone = false,
        }
    }
    vanished.into_iter().for_each(|slot| drop(arena.remove(slot)));
}

/// Makes a column so that the next INSERT leaves it to the database again.
fn empty(model: &mut dyn AnyModel, column: u16) {
    let sql_type = model.table().columns[usize::from(column)].sql_type;
    // What a database fills in besides keys is an Option.
    let _ = model.field_mut(column.into()).read(&ValueRow(&[Value::Null(sql_type)]), 0);
}
