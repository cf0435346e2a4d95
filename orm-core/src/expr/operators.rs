//! `+ - * / %`, `&`, `|` and `!` on columns and expressions.

use super::{
    Column, Expr, Expression, Operand, Present,
    expression::{Either, Like, ScalarOf, is_integer, not},
    tree::{BinaryOp, Junction, Node, UnaryOp},
};
use crate::types::{DbType, Field, Numeric, Truth};
use std::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Rem, Sub};

macro_rules! arithmetic {
    ($($trait:ident $method:ident $op:ident;)*) => { $(
        arithmetic!(@impl [M, T: Field] Column<M, T>, T, $trait $method $op);
        arithmetic!(@impl [T: Field] Expr<T>, T, $trait $method $op);
    )* };
    (@impl [$($generics:tt)*] $left:ty, $type:ty, $trait:ident $method:ident $op:ident) => {
        impl<$($generics)*, R> $trait<R> for $left
        where
            $type: Field,
            <$type as Field>::Scalar: Numeric,
            R: Operand<$type, Presence = Present, Scalar = <$type as Field>::Scalar>,
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
    ($($trait:ident $method:ident [$($generics:tt)*] $left:ty, $type:ty, |$integer:ident| $op:expr;)*) => { $(
        /// `NULL` for a division by zero on some servers, so an `Option`; between integers it cuts towards zero on all.
        impl<$($generics)*, R> $trait<R> for $left
        where
            $type: Field,
            <$type as Field>::Scalar: Numeric,
            R: Operand<$type, Presence = Present, Scalar = <$type as Field>::Scalar>,
        {
            type Output = Expr<Option<ScalarOf<Self>>>;
            fn $method(self, right: R) -> Self::Output {
                let $integer = is_integer(<ScalarOf<Self> as DbType>::SQL_TYPE);
                Expr::new(Node::Binary($op, Box::new([self.into_node(), right.into_operand()])))
            }
        }
    )* };
}

division! {
    Div div [M, T: Field] Column<M, T>, T, |integer| if integer { BinaryOp::DivideIntegers } else { BinaryOp::Divide };
    Div div [T: Field] Expr<T>, T, |integer| if integer { BinaryOp::DivideIntegers } else { BinaryOp::Divide };
    Rem rem [M, T: Field] Column<M, T>, T, |_integer| BinaryOp::Remainder;
    Rem rem [T: Field] Expr<T>, T, |_integer| BinaryOp::Remainder;
}

macro_rules! unary {
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

        impl<$($generics)*> Not for $operand
        where
            $type: Truth,
        {
            type Output = Expr<$type>;
            fn not(self) -> Self::Output {
                Expr::new(not(self.into_node()))
            }
        }

        impl<$($generics)*, R> BitAnd<R> for $operand
        where
            $type: Truth,
            R: Operand<$type, Presence = Present, Scalar = bool>,
        {
            type Output = Expr<Either<Self, R, bool>>;
            fn bitand(self, right: R) -> Self::Output {
                Expr::new(junction(Junction::And, self.into_node(), right.into_operand()))
            }
        }

        impl<$($generics)*, R> BitOr<R> for $operand
        where
            $type: Truth,
            R: Operand<$type, Presence = Present, Scalar = bool>,
        {
            type Output = Expr<Either<Self, R, bool>>;
            fn bitor(self, right: R) -> Self::Output {
                Expr::new(junction(Junction::Or, self.into_node(), right.into_operand()))
            }
        }
    )* };
}

unary! {
    [M, T: Field] Column<M, T>, T;
    [T: Field] Expr<T>, T;
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
