//! How tightly expressions hold together.

use crate::expr::{
    Node,
    tree::{BinaryOp, Junction, UnaryOp},
};

/// How tightly an expression holds together; one of less than its place asks for is put in parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precedence {
    /// `OR`, and everything looser
    Or,
    /// `AND`
    And,
    /// `NOT`
    Not,
    /// `=`, `IN`, `LIKE`, `IS NULL`
    Comparison,
    /// `||`: servers differ in where it stands, so it always gets parentheses inside other operators
    Concat,
    /// `+`, `-`
    Sum,
    /// `*`, `/`, `%`
    Product,
    /// A name, a value, a call
    Atom,
}

/// How tightly an expression holds together.
pub(super) fn precedence(node: &Node) -> Precedence {
    match node {
        Node::Junction(_, nodes) if nodes.len() == 1 => precedence(&nodes[0]),
        Node::Junction(Junction::Or, _) | Node::Text(_) => Precedence::Or,
        Node::Junction(Junction::And, _) => Precedence::And,
        Node::Unary(UnaryOp::Not, _) | Node::Exists { negated: true, .. } => Precedence::Not,
        Node::IsNull { .. } | Node::Between { .. } | Node::In { .. } | Node::Like { .. } => Precedence::Comparison,
        Node::Binary(op, _) => match op {
            BinaryOp::Concat => Precedence::Concat,
            BinaryOp::Add | BinaryOp::Subtract => Precedence::Sum,
            BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::DivideIntegers | BinaryOp::Remainder => {
                Precedence::Product
            }
            _ => Precedence::Comparison,
        },
        Node::Label(node, _) => precedence(node),
        Node::Unary(UnaryOp::Negate, _) => Precedence::Product,
        _ => Precedence::Atom,
    }
}
