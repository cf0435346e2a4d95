//! The first rows of each parent: rows are numbered for each, and those with the wanted numbers are read.

use super::wanted::Wanted;
use crate::{
    expr::{
        Node,
        tree::{BinaryOp, Function, FunctionName, Join, JoinKind, Order, Select, Source, Window},
    },
    schema::{ColumnRef, DerivedColumn, TableRef, derived_table},
    types::{SqlType, Value},
};
use std::{borrow::Cow, iter::once, sync::Arc};

/// The query for the rows of `table` which `select`, that has no columns yet, finds and which are among the first of their `parent`; its
/// columns are the parents.
///
/// ```sql
/// SELECT ranked.parent_0 FROM posts JOIN (
///   SELECT posts.id AS key_0, posts.user_id AS parent_0, row_number() OVER (PARTITION BY posts.user_id ORDER BY …) AS place FROM posts WHERE …
/// ) AS ranked ON posts.id = ranked.key_0 WHERE ranked.place <= 3 ORDER BY ranked.place
/// ```
pub(super) fn ranked(
    mut select: Select,
    table: TableRef,
    parent: &[ColumnRef],
    wanted: &Wanted,
) -> (Select, Vec<ColumnRef>) {
    let key = table.columns(&table.def.primary_key);
    let named = |prefix: &'static str, columns: &[ColumnRef]| -> Vec<(ColumnRef, Cow<'static, str>)> {
        columns.iter().enumerate().map(|(index, &column)| (column, format!("{prefix}_{index}").into())).collect()
    };
    let columns: Vec<_> = named("key", &key).into_iter().chain(named("parent", parent)).collect();
    let place = Function {
        name: FunctionName::RowNumber,
        arguments: Vec::new(),
        distinct: false,
        order_by: Vec::new(),
        filter: Vec::new(),
        over: Some(Box::new(Window {
            base: None,
            partition_by: parent.iter().copied().map(Node::Column).collect(),
            // Not every server numbers rows in no order.
            order_by: if wanted.order_by.is_empty() { key.iter().map(by).collect() } else { wanted.order_by.clone() },
            frame: None,
        })),
        returns: SqlType::BigInt,
    };
    let place = Node::Label(Box::new(Node::Function(place)), "place".into());
    let label =
        |(column, name): &(ColumnRef, Cow<'static, str>)| Node::Label(Box::new(Node::Column(*column)), name.clone());
    select.columns = columns.iter().map(label).chain(once(place)).collect();
    let derived = |(column, name): &(ColumnRef, Cow<'static, str>)| DerivedColumn {
        name: name.clone(),
        sql_type: column.def().sql_type,
        nullable: false,
        precision: column.def().precision,
    };
    let place = DerivedColumn { name: "place".into(), sql_type: SqlType::BigInt, nullable: false, precision: None };
    let def = derived_table("ranked", columns.iter().map(derived).chain(once(place)).collect());
    let rows = TableRef::derived(def, None);
    let column = |index: usize| ColumnRef { table: rows, index: index as u16 };
    let on =
        key.iter().enumerate().map(|(index, &key)| compare(BinaryOp::Eq, key, Node::Column(column(index)))).collect();
    let place = column(columns.len());
    let bind = |number: u64| Node::Bind(Value::Int(i64::try_from(number).unwrap_or(i64::MAX)));
    let after = (wanted.offset > 0).then(|| compare(BinaryOp::Gt, place, bind(wanted.offset)));
    let until = wanted.limit.map(|limit| compare(BinaryOp::Le, place, bind(wanted.offset.saturating_add(limit))));
    let parents: Vec<ColumnRef> = (key.len()..columns.len()).map(column).collect();
    let select = Select {
        columns: parents.iter().copied().map(Node::Column).collect(),
        from: vec![Source::Table(table)],
        joins: vec![Join { kind: JoinKind::Inner, source: Source::Select(Arc::new(select), rows), on }],
        filter: after.into_iter().chain(until).collect(),
        order_by: vec![by(&place)],
        ..Select::default()
    };
    (select, parents)
}

fn by(column: &ColumnRef) -> Order {
    Order { node: Node::Column(*column), descending: false, nulls: None }
}

fn compare(operator: BinaryOp, column: ColumnRef, node: Node) -> Node {
    Node::Binary(operator, Box::new([Node::Column(column), node]))
}
