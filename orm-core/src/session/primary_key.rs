//! The primary key of a row, as a program writes it.

use crate::{
    expr::{Given, Node, Operand},
    types::DbType,
};

/// What can be looked up as a primary key of type `K`: a value, or a tuple of values where the key has several columns.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot be looked up as a primary key of type `{K}`",
    label = "expected a `{K}`"
)]
pub trait PrimaryKey<K> {
    /// The values of the key's columns.
    fn into_nodes(self) -> Vec<Node>;
}

impl<K: DbType, V: Operand<K, Presence: Given>> PrimaryKey<K> for V {
    fn into_nodes(self) -> Vec<Node> {
        vec![self.into_operand()]
    }
}

macro_rules! tuples {
    ($($($key:ident $value:ident)+;)*) => { $(
        #[allow(non_snake_case)]
        impl<$($key: DbType, $value: Operand<$key, Presence: Given>),+> PrimaryKey<($($key,)+)> for ($($value,)+) {
            fn into_nodes(self) -> Vec<Node> {
                let ($($value,)+) = self;
                vec![$($value.into_operand()),+]
            }
        }
    )* };
}

tuples! {
    A V B W; A V B W C X; A V B W C X D Y;
}
