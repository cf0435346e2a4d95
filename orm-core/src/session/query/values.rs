//! Rows of the program's as a table.

use super::{Subquery, source::Rows};
use crate::{
    expr::{Column, IntoValue, NoModel, Node, declared_scale},
    schema::{DerivedColumn, TableRef, derived_table},
    types::{DbType, Field, Nullability},
};
use std::sync::Arc;

/// Rows of the program's as a table named `name`; its columns are the parts of the tuples.
///
/// ```
/// # use aludel_doc::*;
/// let ranks = values("ranks", [("Ada", 1), ("Bob", 2)]);
/// assert_eq!(
///     sql(query((User.id, ranks.1)).join_on(&ranks, User.name.eq(ranks.0))),
///     "SELECT users.id, ranks.column_2 FROM users \
///      JOIN (SELECT ? AS column_1, ? AS column_2 UNION ALL SELECT ?, ?) AS ranks ON users.name = ranks.column_1"
/// );
/// ```
pub fn values<V: ValuesRow>(name: &'static str, rows: impl IntoIterator<Item = V>) -> Subquery<V::Columns> {
    let rows: Vec<Vec<Node>> = rows.into_iter().map(V::nodes).collect();
    let table = V::table(name, &rows);
    Subquery::new(Rows::Values(Arc::new(rows)), table, V::columns)
}

/// A row of values: a tuple.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is not a row of values",
    label = "expected a tuple of values",
    note = "a row of one value is written `(value,)`"
)]
pub trait ValuesRow {
    /// The columns of the table: a tuple of them.
    type Columns: Copy;

    /// The values.
    #[doc(hidden)]
    fn nodes(self) -> Vec<Node>;

    /// What the table of such rows is called in a statement.
    #[doc(hidden)]
    fn table(name: &'static str, rows: &[Vec<Node>]) -> TableRef;

    /// The columns of the table.
    #[doc(hidden)]
    fn columns(table: TableRef) -> Self::Columns;
}

macro_rules! tuples {
    ($($($name:ident $index:tt)+;)*) => { $(
        impl<$($name: IntoValue),+> ValuesRow for ($($name,)+) {
            type Columns = ($(Column<NoModel, $name::Type>,)+);

            fn nodes(self) -> Vec<Node> {
                vec![$(Node::Bind(self.$index.into_value())),+]
            }

            fn table(name: &'static str, rows: &[Vec<Node>]) -> TableRef {
                let columns = vec![$(described::<$name::Type>($index, rows)),+];
                TableRef::derived(derived_table(name, columns), None)
            }

            fn columns(table: TableRef) -> Self::Columns {
                ($(Column::<NoModel, $name::Type>::new(table, $index),)+)
            }
        }
    )* };
}

tuples! {
    A 0;
    A 0 B 1;
    A 0 B 1 C 2;
    A 0 B 1 C 2 D 3;
    A 0 B 1 C 2 D 3 E 4;
    A 0 B 1 C 2 D 3 E 4 F 5;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
}

fn described<T: Field>(index: usize, rows: &[Vec<Node>]) -> DerivedColumn {
    let scale = rows.iter().filter_map(|row| declared_scale(row.get(index)?)).max();
    DerivedColumn {
        name: format!("column_{}", index + 1).into(),
        sql_type: <T::Scalar as DbType>::SQL_TYPE,
        nullable: T::Null::NULLABLE,
        precision: scale.map(|scale| (38, scale)),
    }
}
