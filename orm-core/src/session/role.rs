//! Columns that the session sets by itself: versions, and the times of insertion, change and deletion.

use crate::{
    error::Result,
    expr::{Node, tree::BinaryOp},
    schema::{AnyModel, ColumnRef, ColumnRole, TableRef},
    types::{SqlType, Value, ValueRow},
};
use chrono::{DateTime, SubsecRound as _, Utc};

/// The time, as exactly as every server keeps it: to the microsecond.
pub(super) fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// What a column says at a moment: the moment, or that there was one.
pub(super) fn moment(sql_type: SqlType, now: DateTime<Utc>) -> Value {
    match sql_type {
        SqlType::Boolean => Value::Bool(true),
        SqlType::DateTime => Value::DateTime(now.naive_utc()),
        _ => Value::UtcDateTime(now),
    }
}

/// The version after this one.
pub(super) fn next_version(version: &Value) -> Value {
    match version {
        Value::UInt(version) => Value::UInt(version.wrapping_add(1)),
        Value::Int(version) => Value::Int(version.wrapping_add(1)),
        other => other.clone(),
    }
}

/// What an INSERT sets in a column with a role that the program has not set; a field of a time that is no `Option` is not set while it
/// is the epoch, its `Default`.
pub(super) fn at_insert(
    role: ColumnRole,
    sql_type: SqlType,
    value: &Value,
    now: impl FnOnce() -> DateTime<Utc>,
) -> Option<Value> {
    let unset = match value {
        Value::DateTime(time) => time.and_utc() == DateTime::UNIX_EPOCH,
        Value::UtcDateTime(time) => *time == DateTime::UNIX_EPOCH,
        value => value.is_null() || value.is_zero(),
    };
    match (role, value) {
        (ColumnRole::Version, Value::UInt(_)) if unset => Some(Value::UInt(1)),
        (ColumnRole::Version, _) if unset => Some(Value::Int(1)),
        (ColumnRole::CreatedAt | ColumnRole::UpdatedAt, _) if unset => Some(moment(sql_type, now())),
        _ => None,
    }
}

/// Adds to the assignments of an UPDATE of many rows what the session would set in each by itself.
pub(super) fn at_update(table: TableRef, assignments: &mut Vec<(u16, Node)>) {
    for (index, column) in table.def.columns.iter().enumerate() {
        let index = index as u16;
        let node = match column.role {
            Some(ColumnRole::Version) => plus_one(ColumnRef { table, index }),
            Some(ColumnRole::UpdatedAt) => Node::Bind(moment(column.sql_type, now())),
            _ => continue,
        };
        if !assignments.iter().any(|(assigned, _)| *assigned == index) {
            assignments.push((index, node));
        }
    }
}

/// The version after that of a row.
fn plus_one(version: ColumnRef) -> Node {
    Node::Binary(BinaryOp::Add, Box::new([Node::Column(version), Node::Bind(Value::Int(1))]))
}

/// Sets a column of an object.
pub(super) fn set(model: &mut dyn AnyModel, column: u16, value: Value) -> Result<()> {
    model.field_mut(column.into()).read(&ValueRow(&[value]), 0)
}
