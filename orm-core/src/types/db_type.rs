//! A Rust type that one column can hold.

use super::{Row, SqlType, Value};
use crate::error::Result;

/// A Rust type that one column can hold and that is never `NULL`; `Option` of it may be.
///
/// Implemented for the types listed in the guide, and by `#[derive(DbEnum)]` and `#[derive(DbType)]` for one's own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a column",
    label = "not a column type",
    note = "use a type from the guide's table of types, `Json<T>` for a struct kept as JSON, \
            `#[derive(DbType)]` on a newtype, or `#[derive(DbEnum)]` on an enum"
)]
pub trait DbType: Clone + Send + Sync + 'static {
    /// The type of the column.
    const SQL_TYPE: SqlType;

    /// Reads the column at `index`, counted from 0; `None` is `NULL`.
    fn decode(row: &dyn Row, index: usize) -> Result<Option<Self>>;

    /// The value to send.
    fn to_value(&self) -> Value;

    /// Whether both are stored as the same value.
    fn same(&self, other: &Self) -> bool {
        self.to_value().same(&other.to_value())
    }
}
