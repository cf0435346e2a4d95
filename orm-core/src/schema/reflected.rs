//! A table as a database describes it.
//!
//! [`TableDef`](super::TableDef) says what a program wants, with positions and borrowed names; these types say what a
//! server has, in its own words, with much that no model can say: names of every constraint, partial indexes, computed
//! columns.

use super::ReferentialAction;
use crate::types::SqlType;
use std::{borrow::Cow, fmt};

/// A table or a view, as the database describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReflectedTable {
    /// Its schema, where one was asked for by name; `None` for the default one.
    pub schema: Option<String>,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: TableKind,
    /// The query of a view.
    pub definition: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
    /// Its columns, in order.
    pub columns: Vec<ReflectedColumn>,
    /// Its primary key.
    pub primary_key: Option<ReflectedKey>,
    /// Its unique constraints.
    pub uniques: Vec<ReflectedKey>,
    /// Its foreign keys.
    pub foreign_keys: Vec<ReflectedForeignKey>,
    /// Its checks.
    pub checks: Vec<ReflectedCheck>,
    /// Its indexes, without those that the database made for a key or a unique constraint.
    pub indexes: Vec<ReflectedIndex>,
}

/// What has rows and columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TableKind {
    /// A table: a partitioned, a foreign or a virtual one too.
    Table,
    /// A view.
    View,
    /// A view that keeps its rows.
    MaterializedView,
}

impl ReflectedTable {
    /// A table of no columns.
    pub fn new(schema: Option<&str>, name: impl Into<String>, kind: TableKind) -> Self {
        Self {
            schema: schema.map(str::to_owned),
            name: name.into(),
            kind,
            definition: None,
            comment: None,
            columns: Vec::new(),
            primary_key: None,
            uniques: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            indexes: Vec::new(),
        }
    }

    /// The column called `name`.
    pub fn column(&self, name: &str) -> Option<&ReflectedColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The name with its schema before it, for messages.
    pub fn full_name(&self) -> Cow<'_, str> {
        match &self.schema {
            Some(schema) => format!("{schema}.{}", self.name).into(),
            None => Cow::Borrowed(&self.name),
        }
    }
}

/// A column, as the database describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReflectedColumn {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: ReflectedType,
    /// Whether it can be `NULL`.
    pub nullable: bool,
    /// Its default, as SQL.
    pub default: Option<String>,
    /// How the database generates a key for it.
    pub generated_key: Option<GeneratedKey>,
    /// The expression that it is computed from.
    pub computed: Option<Computed>,
    /// Its comment.
    pub comment: Option<String>,
}

/// The type of a column, as the database names it and as far as it is one of ours.
///
/// Several of ours can have the same type in a database: PostgreSQL keeps an `i8` as a `smallint`, which is read as the
/// `SmallInt` it says.
#[derive(Debug, Clone, PartialEq)]
pub struct ReflectedType {
    /// Its name in the database, with length or precision: `character varying(50)`.
    pub name: String,
    /// Our type of that name; `None` for an enum and for what only the database knows.
    pub sql_type: Option<SqlType>,
    /// Characters of a text, or bytes of a binary column; `None` if it has no limit.
    pub length: Option<u32>,
    /// Precision (all digits) and scale (digits after the point) of a decimal.
    pub precision: Option<(u16, i16)>,
}

impl fmt::Display for ReflectedType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// How a database generates a key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GeneratedKey {
    /// The number of the row, since the type is SQLite's `INTEGER PRIMARY KEY`.
    RowId,
    /// `AUTO_INCREMENT`, or SQLite's `AUTOINCREMENT`: a number that is never used again.
    AutoIncrement,
    /// `GENERATED … AS IDENTITY`
    Identity {
        /// Whether an INSERT cannot give a key of its own.
        always: bool,
    },
    /// A default that takes the next number of a sequence owned by the column: PostgreSQL's `serial`.
    Sequence(String),
}

/// The expression of a column that is computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Computed {
    /// The expression, as SQL.
    pub sql: String,
    /// Whether the value is kept, and not computed at each read.
    pub stored: bool,
}

/// A primary key or a unique constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReflectedKey {
    /// Its name; `None` where it was given none and the database has none for it.
    pub name: Option<String>,
    /// Its columns, in order.
    pub columns: Vec<String>,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReflectedForeignKey {
    /// Its name; `None` where it was given none and the database has none for it.
    pub name: Option<String>,
    /// The referring columns.
    pub columns: Vec<String>,
    /// The schema of the table referred to; `None` for the default one.
    pub referred_schema: Option<String>,
    /// The table referred to.
    pub referred_table: String,
    /// The columns referred to, in the order of `columns`.
    pub referred_columns: Vec<String>,
    /// What happens here when the row referred to is deleted.
    pub on_delete: ReferentialAction,
    /// What happens here when the key referred to changes.
    pub on_update: ReferentialAction,
    /// Checked at COMMIT instead of at each statement.
    pub deferred: bool,
}

/// A check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReflectedCheck {
    /// Its name; `None` where it was given none and the database has none for it.
    pub name: Option<String>,
    /// The condition, as SQL.
    pub sql: String,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReflectedIndex {
    /// Its name.
    pub name: String,
    /// What it is ordered by.
    pub parts: Vec<IndexPart>,
    /// Whether it also keeps its rows unique.
    pub unique: bool,
    /// The condition of a partial index, as SQL.
    pub filter: Option<String>,
    /// Columns that it holds and is not ordered by: `INCLUDE`.
    pub included: Vec<String>,
    /// How it is built, where there is a choice: `btree`, `gin`.
    pub method: Option<String>,
}

/// What an index is ordered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexPart {
    /// A column, or an expression.
    pub key: IndexKey,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// What a part of an index is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexKey {
    /// A column, by name.
    Column(String),
    /// An expression, as SQL.
    Expression(String),
}

/// An enum that is a type of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReflectedEnum {
    /// Its schema; `None` for the default one.
    pub schema: Option<String>,
    /// Its name.
    pub name: String,
    /// Its values, in order.
    pub labels: Vec<String>,
    /// Its comment.
    pub comment: Option<String>,
}
