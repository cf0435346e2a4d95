//! Whether each group of a SELECT has one value of what is selected.
//!
//! SQLite answers some row's value where there are several; other servers refuse, and so do we.

use crate::{
    error::{Error, ErrorKind, Result},
    expr::{
        Node, bare, has_text,
        tree::{Function, FunctionName, Select},
    },
    schema::{ColumnRef, TableRef},
};

/// Refuses a grouped SELECT that selects, orders by or tests a column which is neither grouped by nor aggregated. The columns of a
/// table whose primary key is grouped by have one value in each group.
///
/// Columns of other tables than `own`, those of a query around this one, have one value throughout.
///
/// # Errors
/// Of kind [`Statement`](ErrorKind::Statement); the message names the column.
pub(super) fn check(select: &Select, own: &[TableRef]) -> Result<()> {
    let Select { columns, group_by, having, order_by, .. } = select;
    let orders = || order_by.iter().map(|order| &order.node);
    let grouped = !group_by.is_empty() || columns.iter().chain(having).chain(orders()).any(has_aggregate);
    if !grouped || group_by.iter().any(has_text) {
        return Ok(());
    }
    for node in columns.iter().chain(having).chain(orders()) {
        if let Some(column) = loose(node, group_by, own) {
            return Err(many_values(column, !group_by.is_empty()));
        }
    }
    Ok(())
}

/// The columns that have one value in each group because the primary key of their table is grouped by.
pub(super) fn by_key(select: &Select) -> Vec<ColumnRef> {
    let Select { columns, group_by, having, order_by, .. } = select;
    let mut found = Vec::new();
    for node in columns.iter().chain(having).chain(order_by.iter().map(|order| &order.node)) {
        keyed_in(node, group_by, &mut found);
    }
    found
}

fn keyed_in(node: &Node, group_by: &[Node], found: &mut Vec<ColumnRef>) {
    let mut add = |column: ColumnRef| {
        let grouped = group_by.iter().any(|node| *bare(node) == Node::Column(column));
        if !grouped && !found.contains(&column) && keyed(column, group_by) {
            found.push(column);
        }
    };
    match node {
        Node::Column(column) => add(*column),
        Node::Table(table) => {
            (0..table.def.columns.len() as u16).for_each(|index| add(ColumnRef { table: *table, index }));
        }
        Node::Function(function) if function.is_aggregate() => {}
        node => node.children(|child| keyed_in(child, group_by, found)),
    }
}

fn has_aggregate(node: &Node) -> bool {
    let mut found = matches!(node, Node::Function(function) if function.is_aggregate());
    node.children(|child| found |= has_aggregate(child));
    found
}

/// A column of the expression that may have several values in a group.
fn loose(node: &Node, group_by: &[Node], own: &[TableRef]) -> Option<ColumnRef> {
    if group_by.iter().any(|grouped| bare(grouped) == node) {
        return None;
    }
    match node {
        Node::Column(column) => (own.contains(&column.table) && !keyed(*column, group_by)).then_some(*column),
        Node::Table(table) => (0..table.def.columns.len() as u16)
            .map(|index| ColumnRef { table: *table, index })
            .find(|column| loose(&Node::Column(*column), group_by, own).is_some()),
        Node::Function(function) if function.is_aggregate() => None,
        // It may be an aggregate.
        Node::Function(Function { name: FunctionName::Named(_), .. }) => None,
        node => {
            let mut found = None;
            node.children(|child| found = found.or_else(|| loose(child, group_by, own)));
            found
        }
    }
}

/// Whether the whole primary key of the column's table is grouped by.
fn keyed(column: ColumnRef, group_by: &[Node]) -> bool {
    let table = column.table;
    let grouped = |&index: &u16| {
        group_by.iter().any(|node| matches!(bare(node), Node::Column(key) if *key == ColumnRef { table, index }))
    };
    !table.def.primary_key.is_empty() && table.def.primary_key.iter().all(grouped)
}

#[cold]
fn many_values(column: ColumnRef, grouped: bool) -> Error {
    let group =
        if grouped { "a group can have several values of it" } else { "the aggregate makes one row of all rows" };
    let message = format!(
        "{column:?} is neither grouped by nor in an aggregate, and {group}; add it to .group_by(…), or take func::max(…) of it"
    );
    Error::new(ErrorKind::Statement, message)
}
