//! The rows of a query as the columns of a table.

use super::{
    Column, NoModel,
    columns::{name_of, named},
    scale::declared_scale,
    tree::{Node, Select},
};
use crate::{
    schema::{ColumnRef, DerivedColumn, Model, Table, TableRef, derived_table},
    types::{DbType, Field, Nullability},
};
use std::borrow::Cow;

/// The rows of a query that can be read from as from a table: of a model, or of columns and expressions.
///
/// `Kind` only tells the two apart; the compiler finds it.
#[diagnostic::on_unimplemented(
    message = "a query for `{Self}` cannot be a table",
    label = "these rows are neither one model nor columns",
    note = "select the model alone, `query(User)`, or columns: `query((User.id, func::count(Post.id)))`"
)]
pub trait DerivedRow<Kind> {
    /// The columns of the table: those of the model, a column, or a tuple of columns.
    type Columns: Copy;

    /// What the table is called in a statement; gives names to the columns of `select` that have none.
    #[doc(hidden)]
    fn table(name: &'static str, select: &mut Select) -> TableRef;

    /// The columns of the table.
    #[doc(hidden)]
    fn columns(table: TableRef) -> Self::Columns;
}

/// The mark of rows that are a model.
#[derive(Debug)]
pub struct Whole;

/// The mark of rows that are columns.
#[derive(Debug)]
pub struct Parts;

impl<M: Model> DerivedRow<Whole> for M {
    type Columns = M::Table;

    fn table(name: &'static str, _: &mut Select) -> TableRef {
        TableRef::derived(M::table(), Some(name))
    }

    fn columns(table: TableRef) -> M::Table {
        M::Table::at(table)
    }
}

impl<T: Field> DerivedRow<Parts> for T {
    type Columns = Column<NoModel, T>;

    fn table(name: &'static str, select: &mut Select) -> TableRef {
        TableRef::derived(derived_table(name, described(select, &[typed::<T>])), None)
    }

    fn columns(table: TableRef) -> Column<NoModel, T> {
        Column::new(table, 0)
    }
}

macro_rules! tuples {
    ($($($name:ident $index:literal)+;)*) => { $(
        impl<$($name: Field),+> DerivedRow<Parts> for ($($name,)+) {
            type Columns = ($(Column<NoModel, $name>,)+);

            fn table(name: &'static str, select: &mut Select) -> TableRef {
                TableRef::derived(derived_table(name, described(select, &[$(typed::<$name>),+])), None)
            }

            fn columns(table: TableRef) -> Self::Columns {
                ($(Column::<NoModel, $name>::new(table, $index),)+)
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

/// A column of the type `T` whose values are those of the expression.
fn typed<T: Field>(name: Cow<'static, str>, node: &Node) -> DerivedColumn {
    DerivedColumn {
        name,
        sql_type: <T::Scalar as DbType>::SQL_TYPE,
        nullable: T::Null::NULLABLE,
        precision: precision(node),
    }
}

type Describe = fn(Cow<'static, str>, &Node) -> DerivedColumn;

/// The columns of a SELECT, which it then names.
fn described(select: &mut Select, types: &[Describe]) -> Vec<DerivedColumn> {
    let nodes = named(&select.columns);
    let columns = nodes.iter().zip(types);
    let columns = columns.map(|(node, describe)| describe(name_of(node).unwrap_or_default(), node)).collect();
    select.rename(nodes);
    columns
}

/// Digits of a decimal, as far as the expression tells.
fn precision(node: &Node) -> Option<(u8, u8)> {
    match node {
        Node::Column(ColumnRef { table, index }) => table.def.columns[usize::from(*index)].precision,
        Node::Label(node, _) => precision(node),
        node => declared_scale(node).map(|scale| (38, scale)),
    }
}
