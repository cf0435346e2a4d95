//! The columns of a SELECT list, one by one and each with a name.

use super::tree::Node;
use crate::schema::ColumnRef;
use std::borrow::Cow;

/// The columns of a SELECT list, those of tables one by one.
pub(crate) fn expanded(columns: &[Node]) -> Vec<Node> {
    let mut expanded = Vec::with_capacity(columns.len());
    for node in columns {
        match node {
            Node::Table(table) => {
                let indexes = 0..table.def.columns.len() as u16;
                expanded.extend(indexes.map(|index| Node::Column(ColumnRef { table: *table, index })));
            }
            node => expanded.push(node.clone()),
        }
    }
    expanded
}

/// The columns of a SELECT list, each with a name of its own: a column is called as it is, an expression by its label or its place.
pub(crate) fn named(columns: &[Node]) -> Vec<Node> {
    let mut named: Vec<Node> = Vec::with_capacity(columns.len());
    for node in expanded(columns) {
        let place = named.len() + 1;
        let free = |name: &str| !named.iter().any(|column| name_of(column).as_deref() == Some(name));
        let name: Cow<'static, str> = match name_of(&node) {
            Some(name) if free(&name) => {
                named.push(node);
                continue;
            }
            Some(name) => format!("{name}_{place}").into(),
            None => format!("column_{place}").into(),
        };
        let bare = match node {
            Node::Label(node, _) => node,
            node => Box::new(node),
        };
        named.push(Node::Label(bare, name));
    }
    named
}

/// The name of a column in a SELECT list, if it has one that every server gives it.
pub(crate) fn name_of(node: &Node) -> Option<Cow<'static, str>> {
    match node {
        Node::Column(column) => Some(Cow::Borrowed(column.name())),
        Node::Label(_, label) => Some(label.clone()),
        _ => None,
    }
}

/// An expression without the name that it has in the SELECT list.
pub(crate) fn bare(node: &Node) -> &Node {
    match node {
        Node::Label(node, _) => node,
        node => node,
    }
}
