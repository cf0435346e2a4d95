//! Where the columns of a table stand in the rows of a query, and whether more can stand beside them.

use super::collect::Decoder;
use crate::{
    error::Result,
    expr::{
        Node,
        tree::{Select, Source},
    },
    schema::{ColumnRef, TableRef},
    session::key::Key,
    types::{Row, SqlType, Value},
};
use std::sync::Arc;

/// A table of a query, and where its columns begin in the rows.
#[derive(Clone, Copy)]
pub struct Placed {
    pub(super) table: TableRef,
    pub(super) start: usize,
}

/// The table whose rows a query yields first, if another can be joined to it without changing how many rows there are and what they
/// are.
pub(super) fn can_join(select: &Select) -> Option<Placed> {
    let plain = select.compound.is_none()
        && !select.unfiltered
        && !select.distinct
        && select.distinct_on.is_empty()
        && select.group_by.is_empty()
        && select.having.is_empty()
        // What is locked, the program said; and on the outer side of a join PostgreSQL locks nothing.
        && select.lock.is_none();
    match select.columns.first() {
        Some(Node::Table(table)) if plain => Some(Placed { table: *table, start: 0 }),
        _ => None,
    }
}

/// How many columns are selected.
pub(super) fn width(select: &Select) -> usize {
    let columns = |node: &Node| match node {
        Node::Table(table) => table.def.columns.len(),
        _ => 1,
    };
    select.columns.iter().map(columns).sum()
}

/// Whether a query reads one table, besides those that are joined to it.
pub(super) fn reads_only(select: &Select, table: TableRef) -> bool {
    matches!(&select.sources()[..], [Source::Table(only)] if *only == table)
}

/// Where a key is in the rows of a query.
pub(super) struct KeyColumns {
    columns: Vec<(usize, SqlType)>,
    /// How many of them stand behind the columns of the row's value.
    behind: usize,
}

impl KeyColumns {
    /// Among the first columns, which are those of the table.
    pub(super) fn among(columns: &[ColumnRef]) -> Self {
        let place = |column: &ColumnRef| (usize::from(column.index), column.def().sql_type);
        Self { columns: columns.iter().map(place).collect(), behind: 0 }
    }

    /// Behind so many columns of the table.
    pub(super) fn behind(width: usize, columns: &[ColumnRef]) -> Self {
        let places = columns.iter().enumerate().map(|(index, column)| (width + index, column.def().sql_type));
        Self { columns: places.collect(), behind: columns.len() }
    }

    pub(super) fn decoder(self) -> Decoder<Option<Key>> {
        Arc::new(move |row, at| self.read(row, at))
    }

    /// The key of a row, whose columns behind those of its value begin at `at`; `None` if it is NULL.
    pub(super) fn read(&self, row: &dyn Row, at: &mut usize) -> Result<Option<Key>> {
        *at += self.behind;
        if let [(position, sql_type)] = self.columns[..] {
            let value = Value::read(row, position, sql_type)?;
            return Ok((!value.is_null()).then_some(Key::One(value)));
        }
        let value = |&(position, sql_type): &(usize, SqlType)| Value::read(row, position, sql_type);
        Ok(Key::new(self.columns.iter().map(value).collect::<Result<Vec<_>>>()?))
    }
}
