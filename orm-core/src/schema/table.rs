//! A table, and how statements refer to it and to its columns.

use super::{CheckDef, ColumnDef, ColumnRole, ForeignKeyDef, IndexDef, ModelDef, UniqueDef};
use std::{borrow::Cow, fmt, ptr};

/// A table as a program wants it: borrowed from a model's statics, or owned by a source scan. What a database has is a
/// [`ReflectedTable`](super::ReflectedTable).
#[derive(Debug, Clone, PartialEq)]
pub struct TableDef {
    /// Its name in the database.
    pub name: Cow<'static, str>,
    /// Its schema, where it is not the default one.
    pub schema: Option<Cow<'static, str>>,
    /// A comment kept in the database, where it can keep one.
    pub comment: Option<Cow<'static, str>>,
    /// Its columns.
    pub columns: Cow<'static, [ColumnDef]>,
    /// The columns of the primary key, by position.
    pub primary_key: Cow<'static, [u16]>,
    /// Its foreign keys.
    pub foreign_keys: Cow<'static, [ForeignKeyDef]>,
    /// Its unique constraints.
    pub uniques: Cow<'static, [UniqueDef]>,
    /// Its checks.
    pub checks: Cow<'static, [CheckDef]>,
    /// Its indexes.
    pub indexes: Cow<'static, [IndexDef]>,
    /// What the program knows of it beyond what a server does.
    pub model: ModelDef,
}

impl TableDef {
    /// The position of the column called `name`.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The position of the column that the session uses so.
    pub(crate) fn with_role(&self, role: ColumnRole) -> Option<u16> {
        let position = self.columns.iter().position(|column| column.role == Some(role));
        position.map(|position| position as u16)
    }

    /// Whether this is its name.
    pub(crate) fn is_called(&self, schema: Option<&str>, name: &str) -> bool {
        self.name == name && self.schema.as_deref() == schema
    }

    /// The name with its schema before it, for messages.
    pub fn full_name(&self) -> Cow<'_, str> {
        match &self.schema {
            Some(schema) => format!("{schema}.{}", self.name).into(),
            None => Cow::Borrowed(&self.name),
        }
    }
}

/// A table as one statement sees it: under its own name, or under an alias.
#[derive(Clone, Copy)]
pub struct TableRef {
    /// The table.
    pub def: &'static TableDef,
    /// The name it has in this statement, if not its own.
    pub alias: Option<&'static str>,
    /// Whether it is the rows of a query, which must be named as a source, and not those of the table.
    pub derived: bool,
}

impl TableRef {
    /// The table under its own name.
    pub const fn new(def: &'static TableDef) -> Self {
        Self { def, alias: None, derived: false }
    }

    /// The rows of a query that has the columns of the table.
    pub(crate) const fn derived(def: &'static TableDef, alias: Option<&'static str>) -> Self {
        Self { def, alias, derived: true }
    }

    /// The columns at these positions.
    pub(crate) fn columns(self, indexes: &[u16]) -> Vec<ColumnRef> {
        indexes.iter().map(|&index| ColumnRef { table: self, index }).collect()
    }

    /// The name by which the statement calls it.
    pub fn label(&self) -> &'static str {
        match self.alias {
            Some(alias) => alias,
            None => &self.def.name,
        }
    }
}

impl TableRef {
    /// What the program calls it: the model, or the alias, which is likely to be the variable's name too.
    pub(crate) fn value(&self) -> &'static str {
        match self.alias {
            None if !self.def.model.name.is_empty() => &self.def.model.name,
            _ => self.label(),
        }
    }
}

impl PartialEq for TableRef {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self.def, other.def) && self.alias == other.alias && self.derived == other.derived
    }
}

impl Eq for TableRef {}

impl fmt::Debug for TableRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.def.full_name())?;
        self.alias.map_or(Ok(()), |alias| write!(f, " AS {alias}"))
    }
}

/// A column of a table as one statement sees it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ColumnRef {
    /// The table.
    pub table: TableRef,
    /// The position of the column in it.
    pub index: u16,
}

impl ColumnRef {
    /// The column's description.
    pub fn def(&self) -> &'static ColumnDef {
        &self.table.def.columns[usize::from(self.index)]
    }

    /// The column's name in the database.
    pub fn name(&self) -> &'static str {
        &self.def().name
    }
}

impl fmt::Debug for ColumnRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.table.label(), self.name())
    }
}
