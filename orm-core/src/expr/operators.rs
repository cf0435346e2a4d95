//! `+ - * / %`, `&`, `|` and `!` on columns and expressions.

use super::{
    Column, Expr, Expression, Given, Operand, TextClause, WidensTo,
    expression::{Either, Like, ScalarOf, not},
    tree::{BinaryOp, Junction, Node, UnaryOp},
};
use crate::types::{DbType, Field, Integer, Numeric, Truth};
use std::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Rem, Sub};

/// Arithmetic between numbers of one type.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown((User.age + 1) * 2 - User.age), "(users.age + ?) * ? - users.age");
/// assert_eq!(shown(-User.age % 7), "-users.age % ?");
/// assert_eq!(shown(!(User.active & User.age.gt(18)) | User.email.is_null()), "NOT (users.active AND users.age > ?) OR users.email IS NULL");
/// ```
macro_rules! arithmetic {
    ($($trait:ident $method:ident $op:ident;)*) => { $(
        arithmetic!(@impl [M, T: Field] Column<M, T>, T, $trait $method $op);
        arithmetic!(@impl [T: Field, K] Expr<T, K>, T, $trait $method $op);
    )* };
    (@impl [$($generics:tt)*] $left:ty, $type:ty, $trait:ident $method:ident $op:ident) => {
        impl<$($generics)*, R> $trait<R> for $left
        where
            $type: Field,
            <$type as Field>::Scalar: Numeric,
            R: Operand<$type, Presence: Given, Scalar: WidensTo<<$type as Field>::Scalar>>,
        {
            type Output = Expr<Either<Self, R, ScalarOf<Self>>>;
            fn $method(self, right: R) -> Self::Output {
                Expr::new(Node::Binary(BinaryOp::$op, Box::new([self.into_node(), right.into_operand()])))
            }
        }
    };
}

arithmetic! {
    Add add Add;
    Sub sub Subtract;
    Mul mul Multiply;
}

macro_rules! division {
    ($($(#[$doc:meta])* $trait:ident $method:ident $number:ident [$($generics:tt)*] $left:ty, $type:ty, $op:expr;)*) => { $(
        $(#[$doc])*
        impl<$($generics)*, R> $trait<R> for $left
        where
            $type: Field,
            <$type as Field>::Scalar: $number,
            R: Operand<$type, Presence: Given, Scalar: WidensTo<<$type as Field>::Scalar>>,
        {
            type Output = Expr<Option<ScalarOf<Self>>>;
            fn $method(self, right: R) -> Self::Output {
                Expr::new(Node::Binary($op, Box::new([self.into_node(), right.into_operand()])))
            }
        }
    )* };
}

division! {
    /// `NULL` for a division by zero on some servers, so an `Option`; between integers it cuts towards zero on all.
    Div div Numeric [M, T: Field] Column<M, T>, T, division::<T>();
    /// `NULL` for a division by zero on some servers, so an `Option`; between integers it cuts towards zero on all.
    Div div Numeric [T: Field, K] Expr<T, K>, T, division::<T>();
    /// The remainder of integers, with the sign of the left one; `NULL` for a division by zero on some servers, so an `Option`.
    Rem rem Integer [M, T: Field] Column<M, T>, T, BinaryOp::Remainder;
    /// The remainder of integers, with the sign of the left one; `NULL` for a division by zero on some servers, so an `Option`.
    Rem rem Integer [T: Field, K] Expr<T, K>, T, BinaryOp::Remainder;
}

fn division<T: Field>() -> BinaryOp {
    if <T::Scalar as DbType>::SQL_TYPE.is_integer() { BinaryOp::DivideIntegers } else { BinaryOp::Divide }
}

macro_rules! negation {
    ($([$($generics:tt)*] $operand:ty, $type:ty;)*) => { $(
        impl<$($generics)*> Neg for $operand
        where
            <$type as Field>::Scalar: Numeric,
        {
            type Output = Expr<Like<Self, ScalarOf<Self>>>;
            fn neg(self) -> Self::Output {
                Expr::new(Node::Unary(UnaryOp::Negate, Box::new(self.into_node())))
            }
        }
    )* };
}

negation! {
    [M, T: Field] Column<M, T>, T;
    [T: Field, K] Expr<T, K>, T;
}

macro_rules! logic {
    ($([$($generics:tt)*] $operand:ty, $type:ty;)*) => { $(
        impl<$($generics)*> Not for $operand
        where
            $type: Truth,
        {
            type Output = Expr<$type>;
            fn not(self) -> Self::Output {
                Expr::new(not(self.into_node()))
            }
        }

        impl<$($generics)* R> BitAnd<R> for $operand
        where
            $type: Truth,
            R: Operand<$type, Presence: Given, Scalar = bool>,
        {
            type Output = Expr<Either<Self, R, bool>>;
            fn bitand(self, right: R) -> Self::Output {
                Expr::new(junction(Junction::And, self.into_node(), right.into_operand()))
            }
        }

        impl<$($generics)* R> BitOr<R> for $operand
        where
            $type: Truth,
            R: Operand<$type, Presence: Given, Scalar = bool>,
        {
            type Output = Expr<Either<Self, R, bool>>;
            fn bitor(self, right: R) -> Self::Output {
                Expr::new(junction(Junction::Or, self.into_node(), right.into_operand()))
            }
        }
    )* };
}

logic! {
    [M, T: Field,] Column<M, T>, T;
    [T: Field, K,] Expr<T, K>, T;
    [] TextClause, bool;
}

/// `a AND b`, flat where `a` or `b` is an AND already.
fn junction(kind: Junction, left: Node, right: Node) -> Node {
    let mut nodes = Vec::with_capacity(2);
    for side in [left, right] {
        match side {
            Node::Junction(inner, mut members) if inner == kind => nodes.append(&mut members),
            node => nodes.push(node),
        }
    }
    Node::Junction(kind, nodes)
}
