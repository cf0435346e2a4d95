//! What a row can be read as, by position.

use super::{Field, Row};
use crate::error::Result;

/// What a row of SQL text can be read as: a column type or an `Option` of one, or a tuple of those.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a row of SQL text",
    label = "expected a column type, an `Option` of one, or a tuple of those",
    note = "for a model: `query(Model).from_statement(text(…))`"
)]
pub trait FromRow: Sized + Send + 'static {
    /// Reads the columns from `at` on, and moves `at` past them.
    ///
    /// # Errors
    /// Of kind [`Decode`](crate::ErrorKind::Decode) if a value does not fit its type.
    fn from_row(row: &dyn Row, at: &mut usize) -> Result<Self>;
}

impl<T: Field> FromRow for T {
    fn from_row(row: &dyn Row, at: &mut usize) -> Result<Self> {
        *at += 1;
        T::decode(row, *at - 1)
    }
}

macro_rules! tuples {
    ($($($name:ident)+;)*) => { $(
        impl<$($name: FromRow),+> FromRow for ($($name,)+) {
            fn from_row(row: &dyn Row, at: &mut usize) -> Result<Self> {
                Ok(($($name::from_row(row, at)?,)+))
            }
        }
    )* };
}

tuples! {
    A; A B; A B C; A B C D; A B C D E; A B C D E F; A B C D E F G; A B C D E F G H;
    A B C D E F G H I; A B C D E F G H I J; A B C D E F G H I J K; A B C D E F G H I J K L;
}
