//! A column of a model, typed by its value.

use crate::{
    schema::{ColumnRef, Model, TableRef},
    types::{DbType, Field},
};
use std::{fmt, marker::PhantomData};

/// A column of the model `M` whose values are `T`.
///
/// It is `Copy` and says only where the column is; what can be asked of it is in the `Expression` trait.
pub struct Column<M, T> {
    reference: ColumnRef,
    marker: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Clone for Column<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Column<M, T> {}

impl<M, T> fmt::Debug for Column<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reference.fmt(f)
    }
}

impl<M, T> Column<M, T> {
    /// The column at position `index` of `table`; written by `#[derive(Model)]`.
    #[doc(hidden)]
    pub const fn new(table: TableRef, index: u16) -> Self {
        Self { reference: ColumnRef { table, index }, marker: PhantomData }
    }

    /// The column without its types.
    pub const fn column_ref(self) -> ColumnRef {
        self.reference
    }
}

/// A type whose foreign key may refer to a column of type `T`: the same one.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a foreign key of type `{Self}` cannot refer to a column of type `{T}`",
    label = "this column is a `{T}`, the key is a `{Self}`",
    note = "give the key's field the type of the column it refers to, or an `Option` of it"
)]
pub trait RefersTo<T> {}

impl<T: DbType> RefersTo<T> for T {}

impl<M: Model, T: Field> Column<M, T> {
    /// The column as the target of a foreign key whose field is an `F`; written by `#[derive(Model)]`.
    ///
    /// Its bounds make a key of one type that refers to a column of another a compile error. It is a method, so that `T` is
    /// known before they are looked at: else the compiler would guess it from `F`, and complain of its own guess.
    #[doc(hidden)]
    pub fn foreign_key<F: Field<Scalar: RefersTo<T::Scalar>>>(self) -> ColumnRef {
        self.reference
    }
}
