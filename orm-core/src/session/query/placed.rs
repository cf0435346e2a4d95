//! Where the columns of a table stand in the rows of a query, and whether more can stand beside them.

use crate::{
    expr::{Node, tree::Select},
    schema::TableRef,
};

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
