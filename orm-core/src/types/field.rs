//! What a model's field can be: a column type, or an `Option` of one.

use super::{DbType, Row, Value};
use crate::error::{Error, ErrorKind, Result};
use std::any::Any;

/// The type of a model's field and of an expression: a [`DbType`], or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column",
    label = "not a column type",
    note = "use a type from the guide's table of types or an `Option` of one, `Json<T>` for a struct kept as JSON, \
            `#[derive(DbType)]` on a newtype, or `#[derive(DbEnum)]` on an enum"
)]
pub trait Field: Clone + Send + Sync + 'static {
    /// The type without its `Option`.
    type Scalar: DbType;
    /// [`Nullable`] for an `Option`, else [`NotNull`].
    type Null: Nullability;

    /// Reads the column at `index`, counted from 0.
    fn decode(row: &dyn Row, index: usize) -> Result<Self>;
    /// The value to send.
    fn to_value(&self) -> Value;
    /// Whether both are stored as the same value.
    fn same(&self, other: &Self) -> bool;
}

impl<T: DbType> Field for T {
    type Scalar = T;
    type Null = NotNull;

    fn decode(row: &dyn Row, index: usize) -> Result<Self> {
        match T::decode(row, index)? {
            Some(value) => Ok(value),
            None => Err(unexpected_null()),
        }
    }

    fn to_value(&self) -> Value {
        DbType::to_value(self)
    }

    fn same(&self, other: &Self) -> bool {
        DbType::same(self, other)
    }
}

impl<T: DbType> Field for Option<T> {
    type Scalar = T;
    type Null = Nullable;

    fn decode(row: &dyn Row, index: usize) -> Result<Self> {
        T::decode(row, index)
    }

    fn to_value(&self) -> Value {
        match self {
            Some(value) => value.to_value(),
            None => Value::Null(T::SQL_TYPE),
        }
    }

    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Some(a), Some(b)) => a.same(b),
            (None, None) => true,
            _ => false,
        }
    }
}

#[cold]
fn unexpected_null() -> Error {
    Error::new(
        ErrorKind::Decode,
        "NULL where the Rust type is not an Option; make the field an Option, or use .optional() on the outer side of a join",
    )
}

/// A field of some model, whatever its type: what the session needs of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column",
    label = "not a column type",
    note = "use a type from the guide's table of types or an `Option` of one, `Json<T>` for a struct kept as JSON, \
            `#[derive(DbType)]` on a newtype, or `#[derive(DbEnum)]` on an enum"
)]
pub trait AnyField: Any + Send + Sync {
    /// The value to send.
    fn to_value(&self) -> Value;
    /// Reads the field anew from the column at `index`.
    fn read(&mut self, row: &dyn Row, index: usize) -> Result<()>;
    /// Whether `other` has the same type and is stored as the same value.
    fn same(&self, other: &dyn AnyField) -> bool;
}

impl<T: Field> AnyField for T {
    fn to_value(&self) -> Value {
        Field::to_value(self)
    }

    fn read(&mut self, row: &dyn Row, index: usize) -> Result<()> {
        *self = T::decode(row, index)?;
        Ok(())
    }

    fn same(&self, other: &dyn AnyField) -> bool {
        (other as &dyn Any).downcast_ref::<T>().is_some_and(|other| Field::same(self, other))
    }
}

/// Whether an expression can be `NULL`, as a type: what a comparison of nullable operands yields is nullable too.
pub trait Nullability: 'static {
    /// Whether it is [`Nullable`].
    const NULLABLE: bool;
    /// `T`, or `Option<T>`.
    type Of<T: DbType>: Field<Scalar = T, Null = Self>;
    /// Nullable if either is.
    type Or<N: Nullability>: Nullability;
}

/// The mark of an expression that is never `NULL`.
#[derive(Debug)]
pub struct NotNull;

/// The mark of an expression that may be `NULL`.
#[derive(Debug)]
pub struct Nullable;

impl Nullability for NotNull {
    const NULLABLE: bool = false;
    type Of<T: DbType> = T;
    type Or<N: Nullability> = N;
}

impl Nullability for Nullable {
    const NULLABLE: bool = true;
    type Of<T: DbType> = Option<T>;
    type Or<N: Nullability> = Nullable;
}

/// What can stand in a `WHERE`: `bool`, or `Option<bool>` where an operand may be `NULL`.
#[diagnostic::on_unimplemented(
    message = "an expression of type `{Self}` is not a condition",
    label = "expected a condition",
    note = "compare it with something: `.eq(…)`, `.gt(…)`, `.is_null()`"
)]
pub trait Truth: Field<Scalar = bool> {}

impl Truth for bool {}
impl Truth for Option<bool> {}
