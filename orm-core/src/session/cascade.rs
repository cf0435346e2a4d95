//! What the server does by itself to rows that refer to others: `ON DELETE CASCADE`, `SET NULL`, and their like.

use super::{Session, object::Object, order::unique_keys};
use crate::schema::{ForeignKeyDef, ReferentialAction, TableDef};
use std::ptr;

impl Session {
    /// Expires the objects whose rows the server may have deleted or changed with those that were deleted or got
    /// another key in `tables`. Which rows these are, only the server knows, since what stands between may be no object
    /// of ours: so all of their tables.
    pub(super) fn expire_dependents(&mut self, tables: &[&'static TableDef]) {
        if tables.is_empty() {
            return;
        }
        let mut known: Vec<(&'static TableDef, bool)> = Vec::new();
        for (_, object) in self.arena.iter_mut() {
            let table = object.value.table();
            let depends = match known.iter().find(|(known, _)| ptr::eq(*known, table)) {
                Some((_, depends)) => *depends,
                None => {
                    let depends = depends(table, tables, &mut Vec::new());
                    known.push((table, depends));
                    depends
                }
            };
            object.expired |= depends;
        }
    }
}

/// Whether a change of the object changes what others may refer to.
pub(super) fn changes_key(object: &Object) -> bool {
    object.stored.as_ref().is_some_and(|stored| {
        let mut columns = unique_keys(object.value.table()).flatten().map(|&column| usize::from(column));
        columns.any(|column| !object.value.field(column).same(stored.field(column)))
    })
}

/// Whether the server changes rows of `table` because of rows of `changed`, by way of other tables too.
fn depends(table: &'static TableDef, changed: &[&'static TableDef], seen: &mut Vec<&'static TableDef>) -> bool {
    if seen.iter().any(|seen| ptr::eq(*seen, table)) {
        return false;
    }
    seen.push(table);
    table.foreign_keys.iter().filter(|key| acts(key)).any(|key| {
        changed.iter().any(|changed| key.refers_to(changed))
            || key.referred().is_some_and(|parent| depends(parent, changed, seen))
    })
}

fn acts(key: &ForeignKeyDef) -> bool {
    use ReferentialAction::{Cascade, SetDefault, SetNull};
    [key.on_delete, key.on_update].iter().any(|action| matches!(action, Some(Cascade | SetNull | SetDefault)))
}
