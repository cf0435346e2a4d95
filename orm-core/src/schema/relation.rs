//! How the rows of one model lead to those of another, as it is declared.

use super::{ColumnRef, ForeignKeyDef, ReferentialAction, TableDef, TableRef};
use crate::error::{Error, ErrorKind, Result};
use std::{borrow::Cow, fmt};

/// A relation of a model.
#[derive(Debug, Clone)]
pub struct RelationDef {
    /// Its name, a field of the table's value.
    pub name: Cow<'static, str>,
    /// The table that it leads to.
    pub to: fn() -> &'static TableDef,
    /// The way there.
    pub path: RelationPath,
    /// What the session does with the rows at the other end when it deletes one at this end; without it, that is left to the
    /// database.
    pub on_delete: Option<ReferentialAction>,
    /// Whether the session deletes a row at the other end that belongs to no row at this end any more.
    pub delete_orphans: bool,
}

/// The way from the rows of one table to those of another.
///
/// It names columns through functions, because statics that name each other are a cycle to the compiler.
#[derive(Clone, Copy)]
pub enum RelationPath {
    /// To the row that each refers to by a foreign key with this column.
    BelongsTo(fn() -> ColumnRef),
    /// To the rows that refer to each by a foreign key with this column.
    ReferredBy(fn() -> ColumnRef),
    /// To the rows that rows of this table link to each.
    Through(fn() -> &'static TableDef),
    /// To the rows that rows of a table link to each, which refer to it by a foreign key with this column.
    ThroughKey(fn() -> ColumnRef),
}

/// The two ends of a relation, and the tables on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct RelationEnds {
    /// The table it starts from, as the statement calls it.
    pub from: TableRef,
    /// The table it leads to.
    pub to: TableRef,
    /// The joins on the way: one, or two where a table links the ends.
    pub steps: Vec<Step>,
}

/// One join on the way of a relation.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The table that is joined.
    pub table: TableRef,
    /// The columns that are equal: of the table before it, and of this one.
    pub pairs: Vec<(ColumnRef, ColumnRef)>,
    /// Whether rows of this table refer to the one before it, and not the other way round.
    pub refers_back: bool,
}

impl RelationDef {
    /// Whether it leads to `other`.
    pub(crate) fn leads(&self, other: &TableDef) -> bool {
        let to = (self.to)();
        other.is_called(to.schema.as_deref(), &to.name)
    }
}

impl RelationPath {
    /// Whether it goes by way of a table that links the ends.
    pub(crate) fn is_through(self) -> bool {
        matches!(self, Self::Through(_) | Self::ThroughKey(_))
    }

    /// The joins from the rows of `from` to those of `to`.
    ///
    /// # Errors
    /// Of kind [`Schema`](ErrorKind::Schema) if it rests on a column that has no foreign key to the other end, or if the table that links
    /// the ends has none to one of them, or several.
    pub fn ends(self, from: TableRef, to: TableRef) -> Result<RelationEnds> {
        let one = |step| Ok(RelationEnds { from, to, steps: vec![step] });
        match self {
            Self::BelongsTo(column) => one(Step::to_referred(from, key(from.def, column(), to.def)?, to)),
            Self::ReferredBy(column) => one(Step::to_referring(from, key(to.def, column(), from.def)?, to)),
            Self::Through(link) => {
                let link = TableRef::new(link());
                let near = only(keys_to(link.def, from.def), link.def, from.def, to.def)?;
                through(from, near, link, to)
            }
            Self::ThroughKey(column) => {
                let column = column();
                through(from, key(column.table.def, column, from.def)?, column.table, to)
            }
        }
    }
}

fn through(from: TableRef, near: &ForeignKeyDef, link: TableRef, to: TableRef) -> Result<RelationEnds> {
    let others = keys_to(link.def, to.def).filter(|key| !std::ptr::eq(*key, near));
    let far = only(others, link.def, to.def, to.def)?;
    let steps = vec![Step::to_referring(from, near, link), Step::to_referred(link, far, to)];
    Ok(RelationEnds { from, to, steps })
}

/// The key of `holder` that has `column` and refers to `referred`.
fn key<'a>(holder: &'a TableDef, column: ColumnRef, referred: &TableDef) -> Result<&'a ForeignKeyDef> {
    let mut keys = keys_to(holder, referred).filter(|key| key.columns.contains(&column.index));
    keys.next().ok_or_else(|| {
        let model = if referred.model.name.is_empty() { &referred.name } else { &referred.model.name };
        let (holder, referred) = (holder.full_name(), referred.full_name());
        let message = format!(
            "the relation between {referred} and {holder} rests on {column:?}, a column without a foreign key to {referred}; name the \
             column that refers to {model}, or give this one #[column(foreign_key = {model}.…)]"
        );
        Error::new(ErrorKind::Schema, message)
    })
}

/// The one key among `keys`, those of `link` to `end`.
fn only<'a>(
    mut keys: impl Iterator<Item = &'a ForeignKeyDef>,
    link: &TableDef,
    end: &TableDef,
    to: &TableDef,
) -> Result<&'a ForeignKeyDef> {
    let (link, end, to) = (link.full_name(), end.full_name(), to.full_name());
    let message = match (keys.next(), keys.next()) {
        (Some(key), None) => return Ok(key),
        (None, _) => format!("the relation to {to} goes through {link}, and {link} has no foreign key to {end}"),
        _ => format!(
            "the relation to {to} goes through {link}, and {link} has several foreign keys to {end}; name the column that refers \
             to the model which declares the relation: through = Link.column"
        ),
    };
    Err(Error::new(ErrorKind::Schema, message))
}

impl Step {
    /// The join from rows to those they refer to.
    fn to_referred(from: TableRef, key: &ForeignKeyDef, to: TableRef) -> Self {
        Self { table: to, pairs: pairs(from, key, to).collect(), refers_back: false }
    }

    /// The join from rows to those that refer to them.
    fn to_referring(from: TableRef, key: &ForeignKeyDef, to: TableRef) -> Self {
        let pairs = pairs(to, key, from).map(|(referring, referred)| (referred, referring)).collect();
        Self { table: to, pairs, refers_back: true }
    }
}

/// The columns of a key, and those that they refer to.
fn pairs(holder: TableRef, key: &ForeignKeyDef, referred: TableRef) -> impl Iterator<Item = (ColumnRef, ColumnRef)> {
    let own = key.columns.iter().map(move |&index| ColumnRef { table: holder, index });
    own.zip(key.referred_columns(referred.def).map(move |index| ColumnRef { table: referred, index }))
}

/// The foreign keys of `holder` to `referred`.
fn keys_to<'a>(holder: &'a TableDef, referred: &TableDef) -> impl Iterator<Item = &'a ForeignKeyDef> {
    holder.foreign_keys.iter().filter(|key| key.refers_to(referred))
}

impl fmt::Debug for RelationPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BelongsTo(column) => write!(f, "by {:?}", column()),
            Self::ReferredBy(column) => write!(f, "referred to by {:?}", column()),
            Self::Through(table) => write!(f, "through {}", table().full_name()),
            Self::ThroughKey(column) => write!(f, "through {:?}", column()),
        }
    }
}
