//! Conditions over many keys at once.

use super::key::Key;
use crate::{
    compile::{Dialect, ListStyle},
    expr::{
        Node,
        tree::{BinaryOp, Junction, Set},
    },
    schema::ColumnRef,
    types::Value,
};
use std::borrow::Borrow;

/// How many keys go into one condition.
pub(super) fn keys_at_once(dialect: &dyn Dialect, columns: &[ColumnRef]) -> usize {
    /// A condition for each key: more, and a parser runs out of depth (SQLite's has 1,000 levels).
    const CONDITIONS: usize = 512;
    let binds = dialect.capabilities().max_binds / columns.len().max(1);
    match columns {
        [column] if dialect.list_style(column.def().sql_type) != ListStyle::Padded => usize::MAX,
        // Padded to a power of two, and never past the limit.
        [_] => 1 << binds.max(1).ilog2(),
        _ => CONDITIONS.min(1 << binds.max(1).ilog2()),
    }
}

/// The condition that the columns are one of the keys.
pub(super) fn any_of(columns: &[ColumnRef], keys: &[impl Borrow<Key>]) -> Node {
    if let [column] = columns {
        let list = keys.iter().flat_map(|key| key.borrow().values().iter().cloned().map(Node::Bind)).collect();
        return Node::In { node: Box::new(Node::Column(*column)), set: Set::List(list), negated: false };
    }
    let equal = |(column, value): (&ColumnRef, &Value)| {
        Node::Binary(BinaryOp::Eq, Box::new([Node::Column(*column), Node::Bind(value.clone())]))
    };
    let one = |key: &Key| Node::Junction(Junction::And, columns.iter().zip(key.values()).map(equal).collect());
    // As many as the next power of two, so that few statements serve all lengths.
    let padding = keys.last().into_iter().cycle().take(keys.len().next_power_of_two() - keys.len());
    Node::Junction(Junction::Or, keys.iter().chain(padding).map(|key| one(key.borrow())).collect())
}
