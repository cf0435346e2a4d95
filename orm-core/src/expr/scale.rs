//! Digits after the point of decimal expressions.

use super::tree::{BinaryOp, FunctionName, Node};
use crate::{schema::ColumnDef, types::Value};

/// Digits after the point of a decimal expression, where its columns and values tell.
pub(crate) fn declared_scale(node: &Node) -> Option<u8> {
    scale(node, &|column| column.precision.map(|(_, scale)| scale))
}

/// Digits after the point of an expression over columns that have those of `column`.
pub(crate) fn scale(node: &Node, column: &dyn Fn(&ColumnDef) -> Option<u8>) -> Option<u8> {
    let of = |node: &Node| scale(node, column);
    match node {
        Node::Column(reference) => column(reference.def()),
        Node::Bind(Value::Decimal(value)) => Some(value.normalize().scale() as u8),
        Node::Label(node, _) | Node::Unary(_, node) => of(node),
        Node::Binary(BinaryOp::Add | BinaryOp::Subtract, parts) => parts.iter().filter_map(of).max(),
        Node::Binary(BinaryOp::Multiply, parts) => match (of(&parts[0]), of(&parts[1])) {
            (None, None) => None,
            (left, right) => Some(left.unwrap_or(0).saturating_add(right.unwrap_or(0))),
        },
        Node::Function(function) => match function.name {
            FunctionName::Sum | FunctionName::Min | FunctionName::Max | FunctionName::Abs => {
                of(function.arguments.first()?)
            }
            FunctionName::FirstValue | FunctionName::LastValue | FunctionName::NthValue => {
                of(function.arguments.first()?)
            }
            FunctionName::Lag | FunctionName::Lead => {
                [function.arguments.first(), function.arguments.get(2)].into_iter().flatten().filter_map(of).max()
            }
            FunctionName::Coalesce | FunctionName::NullIf => function.arguments.iter().filter_map(of).max(),
            _ => None,
        },
        Node::Case { branches, otherwise } => {
            branches.iter().map(|(_, value)| value).chain(otherwise.as_deref()).filter_map(of).max()
        }
        Node::Scalar(select) => of(select.columns.first()?),
        _ => None,
    }
}
