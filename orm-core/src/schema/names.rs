//! What the program calls a table, so that messages can show the way.

use super::{ColumnTarget, TableDef};
use std::borrow::Cow;

/// What the program calls a table and its relations: known for a model, not for a table that is described by hand.
///
/// A table is the same whatever it is called, so all names are equal.
#[derive(Debug, Clone)]
pub struct ModelNames {
    /// The model; empty if there is none.
    pub model: Cow<'static, str>,
    /// Its relations.
    pub relations: Cow<'static, [RelationName]>,
}

/// The name of a relation, and the column it rests on.
#[derive(Debug, Clone)]
pub struct RelationName {
    /// Its name, a field of the table's value.
    pub name: Cow<'static, str>,
    /// The referring column: of this table, or of the one that the relation leads to.
    pub foreign_key: ColumnTarget,
}

impl ModelNames {
    /// No model.
    pub const UNKNOWN: Self = Self { model: Cow::Borrowed(""), relations: Cow::Borrowed(&[]) };
}

impl PartialEq for ModelNames {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl RelationName {
    /// Whether this relation of `table` leads to `other`.
    pub(crate) fn leads(&self, table: &TableDef, other: &TableDef) -> bool {
        let key = &self.foreign_key;
        if !table.is_called(key.schema(), key.table()) {
            return other.is_called(key.schema(), key.table());
        }
        let refers = |position: usize| {
            let mut keys =
                table.foreign_keys.iter().filter(|key| key.columns.iter().any(|&at| usize::from(at) == position));
            keys.any(|key| key.references.first().is_some_and(|to| other.is_called(to.schema(), to.table())))
        };
        table.position(key.column()).is_some_and(refers)
    }
}
