//! The types of expressions, as far as the tree knows them.

use super::shape;
use crate::{expr::Node, types::SqlType};

/// The type of an expression, where the tree knows it.
pub fn sql_type(node: &Node) -> Option<SqlType> {
    Some(match node {
        Node::Column(column) => column.def().sql_type,
        Node::Label(node, _) => sql_type(node)?,
        Node::Cast(_, sql_type) => *sql_type,
        Node::Function(function) => function.returns,
        Node::Bind(value) => shape::sql_type(value),
        Node::Scalar(select) => sql_type(select.columns.first()?)?,
        _ => return None,
    })
}
