//! Several expressions compared as one: row values.

use super::{
    Expr, Expression, Given, Operand,
    tree::{BinaryOp, Node, Set},
};
use std::marker::PhantomData;

/// Several expressions as one value: `(a, b)`. Rows are compared from their first part on, as words are by their letters.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(
///     shown(row((Post.user_id, Post.title)).in_([(1_i64, "Hello"), (2, "World")])),
///     "(posts.user_id, posts.title) IN (VALUES (?, ?), (?, ?))"
/// );
/// ```
#[doc(alias("tuple_"))]
pub fn row<R: RowOf>(parts: R) -> RowValue<R::Types> {
    RowValue { parts: parts.into_parts(), marker: PhantomData }
}

/// Several expressions as one value; made by [`row`].
#[derive(Debug, Clone)]
#[must_use = "a row is a condition only when it is compared"]
pub struct RowValue<T> {
    parts: Vec<Node>,
    marker: PhantomData<fn() -> T>,
}

impl<T> RowValue<T> {
    /// `(a, b) = (c, d)`
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(row((User.age, User.name)).eq((30, "Ada"))), "(users.age, users.name) = (?, ?)");
    /// ```
    #[allow(clippy::should_implement_trait, reason = "`==` yields a bool of Rust's")]
    pub fn eq<R: RowOperand<T>>(self, other: R) -> Expr<Option<bool>> {
        self.compared(BinaryOp::Eq, other)
    }

    /// `(a, b) <> (c, d)`
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(row((User.age, User.name)).ne((30, "Ada"))), "(users.age, users.name) <> (?, ?)");
    /// ```
    #[allow(clippy::should_implement_trait, reason = "`!=` yields a bool of Rust's")]
    pub fn ne<R: RowOperand<T>>(self, other: R) -> Expr<Option<bool>> {
        self.compared(BinaryOp::Ne, other)
    }

    /// `(a, b) < (c, d)`
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(row((User.age, User.id)).lt((30, 7_i64))), "(users.age, users.id) < (?, ?)");
    /// ```
    #[allow(clippy::should_implement_trait, reason = "`<` yields a bool of Rust's")]
    pub fn lt<R: RowOperand<T>>(self, other: R) -> Expr<Option<bool>> {
        self.compared(BinaryOp::Lt, other)
    }

    /// `(a, b) <= (c, d)`
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(row((User.age, User.id)).le((30, 7_i64))), "(users.age, users.id) <= (?, ?)");
    /// ```
    #[allow(clippy::should_implement_trait, reason = "`<=` yields a bool of Rust's")]
    pub fn le<R: RowOperand<T>>(self, other: R) -> Expr<Option<bool>> {
        self.compared(BinaryOp::Le, other)
    }

    /// `(a, b) > (c, d)`: the rows after one, in an order by both; the next page.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(row((User.age, User.id)).gt((30, 7_i64))), "(users.age, users.id) > (?, ?)");
    /// ```
    #[allow(clippy::should_implement_trait, reason = "`>` yields a bool of Rust's")]
    pub fn gt<R: RowOperand<T>>(self, other: R) -> Expr<Option<bool>> {
        self.compared(BinaryOp::Gt, other)
    }

    /// `(a, b) >= (c, d)`
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(row((User.age, User.id)).ge((30, 7_i64))), "(users.age, users.id) >= (?, ?)");
    /// ```
    #[allow(clippy::should_implement_trait, reason = "`>=` yields a bool of Rust's")]
    pub fn ge<R: RowOperand<T>>(self, other: R) -> Expr<Option<bool>> {
        self.compared(BinaryOp::Ge, other)
    }

    /// `(a, b) IN ((…), (…))`, or in the rows of a query.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     shown(row((User.id, User.name)).in_(query((Post.user_id, Post.title)))),
    ///     "(users.id, users.name) IN (SELECT posts.user_id, posts.title FROM posts)"
    /// );
    /// ```
    pub fn in_<S: InRows<T>>(self, rows: S) -> Expr<Option<bool>> {
        Expr::new(Node::In { node: Box::new(Node::Row(self.parts)), set: rows.into_rows(), negated: false })
    }

    /// `(a, b) NOT IN ((…), (…))`, or in the rows of a query.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     shown(row((User.id, User.age)).not_in([(1_i64, 2)])),
    ///     "(users.id, users.age) NOT IN (VALUES (?, ?))"
    /// );
    /// ```
    pub fn not_in<S: InRows<T>>(self, rows: S) -> Expr<Option<bool>> {
        Expr::new(Node::In { node: Box::new(Node::Row(self.parts)), set: rows.into_rows(), negated: true })
    }

    fn compared<R: RowOperand<T>>(self, op: BinaryOp, other: R) -> Expr<Option<bool>> {
        Expr::new(Node::Binary(op, Box::new([Node::Row(self.parts), Node::Row(other.into_parts())])))
    }
}

/// What a row can be made of: a tuple of columns and expressions.
pub trait RowOf {
    /// The types of its parts.
    type Types;

    /// The parts as nodes.
    #[doc(hidden)]
    fn into_parts(self) -> Vec<Node>;
}

/// What a row of the types `T` can be compared with: a tuple of operands.
#[diagnostic::on_unimplemented(
    message = "a row of the types `{T}` cannot be compared with `{Self}`",
    label = "expected a tuple of values, columns or expressions of these types"
)]
pub trait RowOperand<T> {
    /// The parts as nodes.
    #[doc(hidden)]
    fn into_parts(self) -> Vec<Node>;
}

/// What a row of the types `T` can be looked for in: anything that iterates over tuples of operands, or a query of as many columns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of rows of the types `{T}`",
    label = "expected a list of tuples, or a query of such rows"
)]
pub trait InRows<T> {
    /// The rows without their types.
    #[doc(hidden)]
    fn into_rows(self) -> Set;
}

impl<T, I> InRows<T> for I
where
    I: IntoIterator<Item: RowOperand<T>>,
{
    fn into_rows(self) -> Set {
        Set::List(self.into_iter().map(|row| Node::Row(row.into_parts())).collect())
    }
}

macro_rules! tuples {
    ($($($name:ident $operand:ident $index:tt)+;)*) => { $(
        impl<$($name: Expression),+> RowOf for ($($name,)+) {
            type Types = ($($name::Type,)+);

            fn into_parts(self) -> Vec<Node> {
                vec![$(self.$index.into_node()),+]
            }
        }

        impl<$($name, $operand: Operand<$name, Presence: Given>),+> RowOperand<($($name,)+)> for ($($operand,)+) {
            fn into_parts(self) -> Vec<Node> {
                vec![$(self.$index.into_operand()),+]
            }
        }
    )* };
}

tuples! {
    A J 0 B K 1;
    A J 0 B K 1 C L 2;
    A J 0 B K 1 C L 2 D M 3;
    A J 0 B K 1 C L 2 D M 3 E N 4;
    A J 0 B K 1 C L 2 D M 3 E N 4 F O 5;
}
