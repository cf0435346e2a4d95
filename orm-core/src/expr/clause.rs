//! What the clauses of a query take: conditions, orders, groups, and what `IN` looks in.

use super::{
    Column, Expr, Expression, Given, Operand,
    tree::{Node, Nulls, Order, Set},
};
use crate::{
    schema::ColumnRef,
    types::{Field, Truth},
};

impl Order {
    /// `NULL`s before every value.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query(User.id).order_by(User.score.asc().nulls_first())),
    ///     "SELECT users.id FROM users ORDER BY users.score NULLS FIRST"
    /// );
    /// ```
    #[must_use]
    pub fn nulls_first(mut self) -> Self {
        self.nulls = Some(Nulls::First);
        self
    }

    /// `NULL`s after every value.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query(User.id).order_by(User.score.desc().nulls_last())),
    ///     "SELECT users.id FROM users ORDER BY users.score DESC NULLS LAST"
    /// );
    /// ```
    #[must_use]
    pub fn nulls_last(mut self) -> Self {
        self.nulls = Some(Nulls::Last);
        self
    }
}

/// What `in_` looks in: anything that iterates over operands, or a query of one column.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of values of type `{T}`",
    label = "expected a list of values, or a query of one column, of type `{T}`"
)]
pub trait InSet<T> {
    /// The set without its types.
    fn into_set(self) -> Set;
}

impl<T, I> InSet<T> for I
where
    I: IntoIterator,
    I::Item: Operand<T, Presence: Given>,
{
    fn into_set(self) -> Set {
        Set::List(self.into_iter().map(Operand::into_operand).collect())
    }
}

/// A condition: what `filter`, `having` and joins take.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a condition",
    label = "expected a comparison, or a column or an expression of type `bool`",
    note = "a condition is `User.id.eq(1)`, `User.active`, or several joined with `&` and `|`"
)]
pub trait Condition {
    /// The condition as a node.
    fn into_condition(self) -> Node;
}

impl<E: Expression> Condition for E
where
    E::Type: Truth,
{
    fn into_condition(self) -> Node {
        self.into_node()
    }
}

/// What orders: a column or an expression (from low to high), `.asc()`, `.desc()`, a tuple or a `Vec` of those.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be ordered by",
    label = "expected a column, an expression, `.asc()`, `.desc()`, or a tuple of those"
)]
pub trait OrderBy {
    /// Adds it to an ORDER BY.
    fn append(self, orders: &mut Vec<Order>);
}

impl OrderBy for Order {
    fn append(self, orders: &mut Vec<Order>) {
        orders.push(self);
    }
}

impl<M, T: Field> OrderBy for Column<M, T> {
    fn append(self, orders: &mut Vec<Order>) {
        orders.push(self.asc());
    }
}

/// A column that was looked up by its name; see [`Table::column_named`](crate::schema::Table::column_named).
impl ColumnRef {
    /// From low to high.
    pub fn asc(self) -> Order {
        Order { node: Node::Column(self), descending: false, nulls: None }
    }

    /// From high to low.
    pub fn desc(self) -> Order {
        Order { descending: true, ..self.asc() }
    }
}

impl OrderBy for ColumnRef {
    fn append(self, orders: &mut Vec<Order>) {
        orders.push(self.asc());
    }
}

impl<T: Field, K> OrderBy for Expr<T, K> {
    fn append(self, orders: &mut Vec<Order>) {
        orders.push(self.asc());
    }
}

impl<O: OrderBy> OrderBy for Vec<O> {
    fn append(self, orders: &mut Vec<Order>) {
        self.into_iter().for_each(|order| order.append(orders));
    }
}

/// What groups: a column, an expression, or a tuple of those.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be grouped by",
    label = "expected a column, an expression, or a tuple of those"
)]
pub trait Grouping {
    /// Adds it to a GROUP BY.
    fn append(self, nodes: &mut Vec<Node>);
}

impl<M, T: Field> Grouping for Column<M, T> {
    fn append(self, nodes: &mut Vec<Node>) {
        nodes.push(self.into_node());
    }
}

impl<T: Field, K> Grouping for Expr<T, K> {
    fn append(self, nodes: &mut Vec<Node>) {
        nodes.push(self.into_node());
    }
}

macro_rules! tuples {
    ($($($name:ident)+;)*) => { $(
        #[allow(non_snake_case)]
        impl<$($name: OrderBy),+> OrderBy for ($($name,)+) {
            fn append(self, orders: &mut Vec<Order>) {
                let ($($name,)+) = self;
                $($name.append(orders);)+
            }
        }

        #[allow(non_snake_case)]
        impl<$($name: Grouping),+> Grouping for ($($name,)+) {
            fn append(self, nodes: &mut Vec<Node>) {
                let ($($name,)+) = self;
                $($name.append(nodes);)+
            }
        }
    )* };
}

tuples! {
    A; A B; A B C; A B C D; A B C D E; A B C D E F;
}
