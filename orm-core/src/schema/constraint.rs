//! Keys, uniques, checks and indexes.

use super::{ColumnRef, TableDef};
use std::{borrow::Cow, fmt};

/// A foreign key, of one column or several.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignKeyDef {
    /// Its name; without one the naming convention makes it.
    pub name: Option<Cow<'static, str>>,
    /// The referring columns, by position in their table.
    pub columns: Cow<'static, [u16]>,
    /// The columns referred to, in the same order.
    pub references: Cow<'static, [ColumnTarget]>,
    /// What happens here when the row referred to is deleted; the server's default without it.
    pub on_delete: Option<ReferentialAction>,
    /// What happens here when the key referred to changes; the server's default without it.
    pub on_update: Option<ReferentialAction>,
    /// Checked at COMMIT instead of at each statement.
    pub deferred: bool,
}

impl ForeignKeyDef {
    /// Whether it refers to `table`.
    pub(crate) fn refers_to(&self, table: &TableDef) -> bool {
        self.references.first().is_some_and(|target| table.is_called(target.schema(), target.table()))
    }

    /// The columns of `table` that it refers to.
    pub(crate) fn referred_columns(&self, table: &TableDef) -> impl Iterator<Item = u16> {
        let positions = self.references.iter().filter_map(|target| table.position(target.column()));
        positions.map(|position| position as u16)
    }

    /// The table that it refers to, if that is a model's.
    pub(crate) fn referred(&self) -> Option<&'static TableDef> {
        match self.references.first() {
            Some(ColumnTarget::Model(column)) => Some(column().table.def),
            _ => None,
        }
    }
}

/// A column that a foreign key refers to.
///
/// A model names it through a function, because statics that name each other are a cycle to the compiler; a source scan
/// names it by its text. Both are equal when they mean the same column.
#[derive(Clone)]
pub enum ColumnTarget {
    /// A column of a model.
    Model(fn() -> ColumnRef),
    /// A column by name.
    Named {
        /// The schema, where it is not the default one.
        schema: Option<Cow<'static, str>>,
        /// The table.
        table: Cow<'static, str>,
        /// The column.
        column: Cow<'static, str>,
    },
}

impl ColumnTarget {
    /// The schema of the column, where it is not the default one.
    pub fn schema(&self) -> Option<&str> {
        match self {
            Self::Model(column) => column().table.def.schema.as_deref(),
            Self::Named { schema, .. } => schema.as_deref(),
        }
    }

    /// The table of the column.
    pub fn table(&self) -> &str {
        match self {
            Self::Model(column) => &column().table.def.name,
            Self::Named { table, .. } => table,
        }
    }

    /// The name of the column.
    pub fn column(&self) -> &str {
        match self {
            Self::Model(column) => column().name(),
            Self::Named { column, .. } => column,
        }
    }
}

impl PartialEq for ColumnTarget {
    fn eq(&self, other: &Self) -> bool {
        (self.schema(), self.table(), self.column()) == (other.schema(), other.table(), other.column())
    }
}

impl fmt::Debug for ColumnTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = self.schema() {
            write!(f, "{schema}.")?;
        }
        write!(f, "{}.{}", self.table(), self.column())
    }
}

/// What a foreign key does when the row it refers to goes or changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReferentialAction {
    /// Refuse, at the end of the statement or transaction.
    NoAction,
    /// Refuse at once.
    Restrict,
    /// Delete or change this row too.
    Cascade,
    /// Set the referring columns to `NULL`.
    SetNull,
    /// Set the referring columns to their defaults.
    SetDefault,
}

impl ReferentialAction {
    /// The action in SQL.
    pub fn as_sql(self) -> &'static str {
        match self {
            Self::NoAction => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
        }
    }
}

/// A unique constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct UniqueDef {
    /// Its name; without one the naming convention makes it.
    pub name: Option<Cow<'static, str>>,
    /// Its columns, by position.
    pub columns: Cow<'static, [u16]>,
}

/// An index.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexDef {
    /// Its name; without one the naming convention makes it.
    pub name: Option<Cow<'static, str>>,
    /// Its columns, by position.
    pub columns: Cow<'static, [u16]>,
    /// Whether it also keeps its columns unique.
    pub unique: bool,
}

/// A check constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckDef {
    /// Its name; without one the naming convention makes it.
    pub name: Option<Cow<'static, str>>,
    /// The condition, as SQL.
    pub sql: Cow<'static, str>,
    /// The column it was written on, which the naming convention uses.
    pub column: Option<u16>,
}
