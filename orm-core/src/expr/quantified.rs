//! Comparisons with the values of a query: ANY and ALL.

use super::{
    Comparable, Given, Operand,
    tree::{Node, Select},
};
use crate::types::{Field, Nullable};
use std::{marker::PhantomData, sync::Arc};

/// The values of a query, one of which, or all, a comparison is to hold for; made by [`func::any`](super::func::any) and [`func::all`](super::func::all).
#[derive(Debug, Clone)]
pub struct Quantified<T> {
    all: bool,
    select: Arc<Select>,
    marker: PhantomData<fn() -> T>,
}

/// Any of a query's values: `a > ANY (SELECT …)`. SQLite has none.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(
///     postgresql(query(User.id).filter(User.id.lt(func::any(query(Post.user_id))))),
///     "SELECT users.id FROM users WHERE users.id < ANY (SELECT posts.user_id FROM posts)"
/// );
/// ```
#[doc(alias("some"))]
pub fn any<Q: OneColumnQuery>(query: Q) -> Quantified<Q::Type> {
    Quantified { all: false, select: Arc::new(query.into_one_column()), marker: PhantomData }
}

/// All of a query's values: `a > ALL (SELECT …)`; it holds if there is none. SQLite has none.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(
///     postgresql(query(User.id).filter(User.id.ge(func::all(query(Post.user_id))))),
///     "SELECT users.id FROM users WHERE users.id >= ALL (SELECT posts.user_id FROM posts)"
/// );
/// ```
pub fn all<Q: OneColumnQuery>(query: Q) -> Quantified<Q::Type> {
    Quantified { all: true, select: Arc::new(query.into_one_column()), marker: PhantomData }
}

/// A query of one column.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no query of one column",
    label = "expected `query(Model.column)` with its filters"
)]
pub trait OneColumnQuery {
    /// The type of the column.
    type Type: Field;

    /// The query without its types.
    #[doc(hidden)]
    fn into_one_column(self) -> Select;
}

/// The mark of an operand that only a comparison takes.
#[derive(Debug)]
pub struct Compared;

impl Given for Compared {}

impl<T, U> Operand<T> for Quantified<U>
where
    T: Field,
    U: Field,
    U::Scalar: Comparable<T::Scalar>,
{
    type Null = Nullable;
    type Presence = Compared;
    /// No arithmetic takes it.
    type Scalar = bool;

    fn into_operand(self) -> Node {
        Node::Quantified { all: self.all, select: self.select }
    }
}
