//! Arrays, on servers that have them.

use super::{
    Expr, Expression,
    expression::Like,
    func::call,
    tree::{FunctionName, Node},
};
use crate::types::{DbType, Element, Field};

/// What can be asked of an array of `T`s. Only PostgreSQL has arrays.
pub trait ArrayExpression<T: Element>: Expression<Type: Field<Scalar = Vec<T>>> {
    /// Whether it has all of these: `a @> ARRAY[…]`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let tags = literal(vec!["a".to_owned()]);
    /// assert_eq!(postgresql(query(tags.has_all(["b".to_owned()]))), "SELECT ($1 @> $2)");
    /// ```
    fn has_all(self, elements: impl Into<Vec<T>>) -> Expr<Like<Self, bool>> {
        both(FunctionName::ArrayContains, self.into_node(), elements.into())
    }

    /// Whether it has any of these: `a && ARRAY[…]`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let tags = literal(vec!["a".to_owned()]);
    /// assert_eq!(postgresql(query(tags.has_any(["b".to_owned()]))), "SELECT ($1 && $2)");
    /// ```
    fn has_any(self, elements: impl Into<Vec<T>>) -> Expr<Like<Self, bool>> {
        both(FunctionName::ArrayOverlaps, self.into_node(), elements.into())
    }

    /// Whether it has this one: `b = ANY(a)`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let tags = literal(vec!["a".to_owned()]);
    /// assert_eq!(postgresql(query(tags.has("b".to_owned()))), "SELECT ($1 = ANY($2))");
    /// ```
    fn has(self, element: T) -> Expr<Like<Self, bool>> {
        call(FunctionName::ArrayHas, vec![Node::Bind(DbType::to_value(&element)), self.into_node()])
    }

    /// How many elements it has: `cardinality(a)`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let tags = literal(vec!["a".to_owned()]);
    /// assert_eq!(postgresql(query(tags.elements())), "SELECT CAST(cardinality($1) AS BIGINT)");
    /// ```
    fn elements(self) -> Expr<Like<Self, i64>> {
        call(FunctionName::ArrayLength, vec![self.into_node()])
    }
}

impl<T: Element, E: Expression<Type: Field<Scalar = Vec<T>>>> ArrayExpression<T> for E {}

fn both<T: Element, R: Field>(name: FunctionName, array: Node, elements: Vec<T>) -> Expr<R> {
    call(name, vec![array, Node::Bind(DbType::to_value(&elements))])
}
