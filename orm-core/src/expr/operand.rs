//! What can stand on the right of an operator.

use super::{Column, Expr, Expression, Node, TextClause};
use crate::types::{DbType, Field, NotNull, Nullability};
use rust_decimal::Decimal;

/// What an expression of type `T` can be compared with: a value of the same type, a reference to one, `&str` for text,
/// an `Option` of the value, a column, or an expression.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot be compared with, or assigned to, an expression of type `{T}`",
    label = "expected a value, a column or an expression of type `{T}`",
    note = "a value has the Rust type of the column's field: `5.0` for an `f64`, `\"5\"` for a `String`, `id.to_string()`; \
            `.cast::<…>()` changes the type of a column, not of a value"
)]
pub trait Operand<T> {
    /// Whether it may be `NULL` in the database.
    type Null: Nullability;
    /// [`MaybeNone`] for an `Option`, which only `eq` and `ne` take; else [`Present`].
    type Presence;
    /// Its type, which arithmetic wants to be the same on both sides.
    type Scalar: DbType;
    /// The operand as a node.
    fn into_operand(self) -> Node;
}

/// The mark of an operand that has a value.
#[derive(Debug)]
pub struct Present;

/// What every operator but `eq` and `ne` takes: an operand that has a value.
#[diagnostic::on_unimplemented(
    message = "an `Option` may be `None`, and only `eq` and `ne` make a test for NULL of that",
    label = "an `Option` among the operands",
    note = "with NULL this operator would hold for no row: take the value out of the `Option`, and add the filter only if there is one"
)]
pub trait Given {}

impl Given for Present {}

/// The mark of an `Option`, which may have none: `eq` makes `IS NULL` of it; `NULL` in any other operator would match
/// no row and say nothing.
#[derive(Debug)]
pub struct MaybeNone;

macro_rules! operand {
    ([$($generics:tt)*] $value:ty => $column:ty, $scalar:ty, $presence:ty, |$this:ident| $node:expr) => {
        impl<$($generics)*> Operand<$column> for $value {
            type Null = NotNull;
            type Presence = $presence;
            type Scalar = $scalar;
            fn into_operand(self) -> Node {
                let $this = self;
                $node
            }
        }
    };
}

// For `N` and `Option<N>` columns alike: the value, a reference to it, an Option, and a reference to that. An `Option<&N>` is not
// among them, so that a bare `None` has one type only.
operand!([N: DbType] N => N, N, Present, |value| Node::Bind(DbType::to_value(&value)));
operand!([N: DbType] N => Option<N>, N, Present, |value| Node::Bind(DbType::to_value(&value)));
operand!([N: DbType] &N => N, N, Present, |value| Node::Bind(DbType::to_value(value)));
operand!([N: DbType] &N => Option<N>, N, Present, |value| Node::Bind(DbType::to_value(value)));
operand!([N: DbType] Option<N> => N, N, MaybeNone, |value| Node::Bind(Field::to_value(&value)));
operand!([N: DbType] Option<N> => Option<N>, N, MaybeNone, |value| Node::Bind(Field::to_value(&value)));
operand!([N: DbType] &Option<N> => N, N, MaybeNone, |value| Node::Bind(Field::to_value(value)));
operand!([N: DbType] &Option<N> => Option<N>, N, MaybeNone, |value| Node::Bind(Field::to_value(value)));

macro_rules! borrowed {
    ($($borrowed:ty => $owned:ty;)*) => { $(
        operand!([] &$borrowed => $owned, $owned, Present, |value| Node::Bind(DbType::to_value(&value.to_owned())));
        operand!([] &$borrowed => Option<$owned>, $owned, Present, |value| Node::Bind(DbType::to_value(&value.to_owned())));
    )* };
}

borrowed! {
    str => String;
    [u8] => Vec<u8>;
}

impl<T, M, U> Operand<T> for Column<M, U>
where
    T: Field,
    U: Field,
    U::Scalar: Comparable<T::Scalar>,
{
    type Null = U::Null;
    type Presence = Present;
    type Scalar = U::Scalar;
    fn into_operand(self) -> Node {
        self.into_node()
    }
}

impl<T, U, K> Operand<T> for Expr<U, K>
where
    T: Field,
    U: Field,
    U::Scalar: Comparable<T::Scalar>,
{
    type Null = U::Null;
    type Presence = Present;
    type Scalar = U::Scalar;
    fn into_operand(self) -> Node {
        self.into_node()
    }
}

/// SQL text as it stands is a condition; see [`TextClause::typed`].
impl<T> Operand<T> for TextClause
where
    T: Field,
    bool: Comparable<T::Scalar>,
{
    type Null = NotNull;
    type Presence = Present;
    type Scalar = bool;
    fn into_operand(self) -> Node {
        self.into_node()
    }
}

/// Which columns can be compared with which: those of one type, and numbers with numbers.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` cannot be compared with one of type `{T}`",
    label = "the two sides have different types",
    note = "`.cast::<…>()` changes the type of an expression"
)]
pub trait Comparable<T> {}

impl<T: DbType> Comparable<T> for T {}

macro_rules! comparable {
    ($($a:ty),+ ; $($rest:tt)*) => { comparable!(@each [$($a),+] [$($a),+]); comparable!($($rest)*); };
    () => {};
    (@each [$first:ty $(, $more:ty)*] [$own:ty $(, $others:ty)*]) => {
        $(impl Comparable<$first> for $others {} impl Comparable<$others> for $first {})*
        comparable!(@each [$($more),*] [$($others),*]);
    };
    (@each [] []) => {};
}

comparable! {
    i8, i16, i32, i64, u8, u16, u32, u64, f32, f64;
}

macro_rules! decimal_with {
    ($decimal:ty: $($integer:ty),*) => { $(impl Comparable<$decimal> for $integer {} impl Comparable<$integer> for $decimal {})* };
}
decimal_with!(Decimal: i8, i16, i32, i64, u8, u16, u32, u64);
#[cfg(feature = "bigdecimal")]
decimal_with!(bigdecimal::BigDecimal: i8, i16, i32, i64, u8, u16, u32, u64, Decimal);

/// Which numbers can stand on the right of one of type `T` in arithmetic that yields a `T`: those whose every value a `T` holds.
#[diagnostic::on_unimplemented(
    message = "arithmetic on `{T}` cannot take a `{Self}`: not each of its values is a `{T}`",
    note = "turn the two round if it is the wider one, or `.cast::<…>()` it"
)]
pub trait WidensTo<T> {}

impl<T: DbType> WidensTo<T> for T {}

macro_rules! widens {
    ($($narrow:ty => $($wide:ty),+;)*) => { $($(impl WidensTo<$wide> for $narrow {})+)* };
}

widens! {
    i8 => i16, i32, i64, f32, f64, Decimal;
    i16 => i32, i64, f32, f64, Decimal;
    i32 => i64, f64, Decimal;
    i64 => Decimal;
    u8 => i16, i32, i64, u16, u32, u64, f32, f64, Decimal;
    u16 => i32, i64, u32, u64, f32, f64, Decimal;
    u32 => i64, u64, f64, Decimal;
    u64 => Decimal;
    f32 => f64;
}

#[cfg(feature = "bigdecimal")]
widens! {
    i8 => bigdecimal::BigDecimal;
    i16 => bigdecimal::BigDecimal;
    i32 => bigdecimal::BigDecimal;
    i64 => bigdecimal::BigDecimal;
    u8 => bigdecimal::BigDecimal;
    u16 => bigdecimal::BigDecimal;
    u32 => bigdecimal::BigDecimal;
    u64 => bigdecimal::BigDecimal;
    Decimal => bigdecimal::BigDecimal;
}

/// An argument of a function: an expression, or a value.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot be an argument of an SQL function",
    label = "expected an expression or a value of a column type"
)]
pub trait Argument {
    /// Its type.
    type Type: Field;
    /// The argument as a node.
    fn into_argument(self) -> Node;
}

impl<N: DbType> Argument for N {
    type Type = N;
    fn into_argument(self) -> Node {
        Node::Bind(DbType::to_value(&self))
    }
}

impl Argument for &str {
    type Type = String;
    fn into_argument(self) -> Node {
        Node::Bind(crate::types::Value::Text(self.to_owned()))
    }
}

impl<M, T: Field> Argument for Column<M, T> {
    type Type = T;
    fn into_argument(self) -> Node {
        self.into_node()
    }
}

impl<T: Field, K> Argument for Expr<T, K> {
    type Type = T;
    fn into_argument(self) -> Node {
        self.into_node()
    }
}

/// The arguments of a function: one, or a tuple.
pub trait Arguments {
    /// The arguments as nodes.
    fn into_arguments(self) -> Vec<Node>;
}

macro_rules! arguments {
    ($($($name:ident)*;)*) => { $(
        #[allow(non_snake_case)]
        impl<$($name: Argument),*> Arguments for ($($name,)*) {
            fn into_arguments(self) -> Vec<Node> {
                let ($($name,)*) = self;
                vec![$($name.into_argument()),*]
            }
        }
    )* };
}

arguments! {
    ; A; A B; A B C; A B C D; A B C D E; A B C D E F;
}
