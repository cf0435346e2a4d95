//! Rows that are not there any more, or not as they were.

use super::{
    Session,
    key::Key,
    key_list::{any_of, keys_at_once},
    update::shown,
};
use crate::{
    error::{Error, ErrorKind},
    expr::{Node, tree::Select},
    schema::{ColumnRef, TableDef, TableRef},
    types::Value,
};
use std::collections::HashSet;

/// Rows that a statement should have found.
pub(super) struct Rows<'a> {
    pub(super) table: &'static TableDef,
    /// The columns by which they are found: the primary key, and the version.
    pub(super) key: &'a [u16],
    pub(super) keys: Vec<&'a [Value]>,
    pub(super) what: &'static str,
}

impl Session {
    /// The error of a statement that found other rows than it should have: it names the first that is not as it was.
    #[cold]
    pub(super) async fn stale(&mut self, rows: Rows<'_>) -> Error {
        let Rows { table, key, keys, what } = rows;
        let here = |error: Error| error.with_table(table.full_name());
        let identity = table.primary_key.len();
        let columns: Vec<ColumnRef> =
            key.iter().map(|&index| ColumnRef { table: TableRef::new(table), index }).collect();
        let mut there: HashSet<Key> = HashSet::new();
        if keys.len() > 1 {
            let asked: Vec<Key> = keys.iter().filter_map(|key| Key::new(key.iter().cloned())).collect();
            for keys in asked.chunks(keys_at_once(self.engine.dialect(), &columns)) {
                let select = Select {
                    columns: columns.iter().copied().map(Node::Column).collect(),
                    filter: vec![any_of(&columns, keys)],
                    ..Select::default()
                };
                match self.read_values(select, table, key).await {
                    Ok(values) => there
                        .extend(values.chunks_exact(key.len()).filter_map(|values| Key::new(values.iter().cloned()))),
                    Err(error) => return here(error),
                }
            }
        }
        let is_there = |key: &&&[Value]| Key::new(key.iter().cloned()).is_some_and(|key| there.contains(&key));
        let Some(missing) = keys.iter().find(|key| !is_there(key)) else {
            let message = format!("the database did not {what} each row");
            return here(Error::new(ErrorKind::Stale, message));
        };
        let message = match missing.get(identity) {
            None => format!("the row to {what} is not there any more: key {}", shown(missing)),
            Some(version) => format!(
                "the row to {what} is not there any more, or was changed by another: key {}, version {}",
                shown(&missing[..identity]),
                version.shown()
            ),
        };
        here(Error::new(ErrorKind::Stale, message)).with_row(shown(&missing[..identity]))
    }
}
