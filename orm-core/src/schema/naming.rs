//! Names for constraints and indexes that were given none.

use super::TableDef;

/// How constraints and indexes without a name are named; so that migrations can find them again.
///
/// In each pattern `{table}` is the table's name, `{columns}` the columns' names joined by `_`, and `{referred}` the table
/// that a foreign key refers to. Names longer than the dialect allows are cut and ended with a hash, when they are rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamingConvention {
    /// `pk_{table}`
    pub primary_key: String,
    /// `uq_{table}_{columns}`
    pub unique: String,
    /// `fk_{table}_{columns}_{referred}`
    pub foreign_key: String,
    /// `ck_{table}_{columns}`; checks of the table, which have no column, are numbered.
    pub check: String,
    /// `ix_{table}_{columns}`
    pub index: String,
}

impl Default for NamingConvention {
    fn default() -> Self {
        Self {
            primary_key: "pk_{table}".into(),
            unique: "uq_{table}_{columns}".into(),
            foreign_key: "fk_{table}_{columns}_{referred}".into(),
            check: "ck_{table}_{columns}".into(),
            index: "ix_{table}_{columns}".into(),
        }
    }
}

impl NamingConvention {
    /// `pattern` filled in for `columns` of `table`.
    pub fn name(pattern: &str, table: &TableDef, columns: &[u16], referred: &str) -> String {
        let columns: Vec<&str> = columns.iter().map(|&index| &*table.columns[usize::from(index)].name).collect();
        Self::fill(pattern, &table.name, &columns.join("_"), referred)
    }

    /// `pattern` filled in.
    pub fn fill(pattern: &str, table: &str, columns: &str, referred: &str) -> String {
        pattern.replace("{table}", table).replace("{columns}", columns).replace("{referred}", referred)
    }
}
