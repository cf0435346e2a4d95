//! Rows that are not there any more, or not as they were.

use super::{
    Session,
    key::{Key, shown},
    key_list::{any_of, keys_at_once},
};
use crate::{
    error::{Error, ErrorKind, Result},
    expr::{Node, tree::Select},
    schema::{TableDef, TableRef},
};
use std::collections::HashSet;

/// Rows of which a statement did not find each.
pub(super) struct StaleRows {
    pub(super) table: &'static TableDef,
    /// The columns by which they are looked for: the primary key, and the version.
    pub(super) columns: Vec<u16>,
    pub(super) keys: Vec<Key>,
    pub(super) what: &'static str,
}

/// Why a flush failed.
pub(super) enum Failure {
    Error(Error),
    Stale(StaleRows),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Session {
    /// The error of a flush that was taken back.
    #[cold]
    pub(super) async fn explain(&mut self, failure: Failure) -> Error {
        let rows = match failure {
            Failure::Error(error) => return error,
            Failure::Stale(rows) => rows,
        };
        let error = match self.missing(&rows).await {
            Ok(Some(key)) => rows.error(&key),
            Ok(None) => Error::new(ErrorKind::Stale, format!("the database did not {} each row", rows.what)),
            Err(error) => error,
        };
        error.with_table(rows.table.full_name())
    }

    /// The first of the rows that is not as it was. What the flush itself did to them was taken back before.
    async fn missing(&mut self, rows: &StaleRows) -> Result<Option<Key>> {
        let StaleRows { table, columns: indexes, keys, what: _ } = rows;
        if let [key] = &keys[..] {
            return Ok(Some(key.clone()));
        }
        let columns = TableRef::new(table).columns(indexes);
        let mut there: HashSet<Key> = HashSet::new();
        for keys in keys.chunks(keys_at_once(self.engine.dialect(), &columns)) {
            let select = Select {
                columns: columns.iter().copied().map(Node::Column).collect(),
                filter: vec![any_of(&columns, keys)],
                ..Select::default()
            };
            let values = self.read_values(select, table, indexes).await?;
            there.extend(values.chunks_exact(columns.len()).filter_map(|values| Key::new(values.iter().cloned())));
        }
        Ok(keys.iter().find(|key| !there.contains(key)).cloned())
    }
}

impl StaleRows {
    fn error(&self, key: &Key) -> Error {
        let (key, version) = key.values().split_at(self.table.primary_key.len());
        let what = self.what;
        let message = match version {
            [] => format!("the row to {what} is not there any more: key {}", shown(key)),
            version => format!(
                "the row to {what} is not there any more, or was changed by another: key {}, version {}",
                shown(key),
                shown(version)
            ),
        };
        Error::new(ErrorKind::Stale, message).with_row(shown(key))
    }
}
