//! What a transaction did to the objects, so that it can be undone with the transaction.

use super::object::{AnyModel, Arena, State};
use crate::types::{Value, ValueRow};

/// One flushed change.
pub(super) struct Undo {
    pub(super) slot: u32,
    pub(super) what: Change,
}

pub(super) enum Change {
    /// The row was inserted; its key was generated if `generated` says which column.
    Insert { generated: Option<u16> },
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
        } else if let Some(stored) = object.stored.take() {
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
/// that failed.
pub(super) fn unflush(arena: &mut Arena, log: impl DoubleEndedIterator<Item = Undo>) {
    for Undo { slot, what } in log.rev() {
        let Some(object) = arena.get_mut(slot) else { continue };
        match what {
            Change::Insert { generated } => {
                object.state = State::Pending;
                object.stored = None;
                if let Some(column) = generated {
                    // 0 fits every key that a database generates.
                    let _ = object.value.field_mut(column.into()).read(&ValueRow(&[Value::Int(0)]), 0);
                }
            }
            Change::Update { stored } => object.stored = Some(stored),
            Change::Delete => object.gone = false,
        }
    }
}
