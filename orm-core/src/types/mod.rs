//! What a value is: the types of columns, the values sent to a server, and the rows that come back.

#[cfg(feature = "bigdecimal")]
mod big_decimal;
mod db_type;
mod enums;
mod field;
mod from_row;
mod impls;
mod json;
mod row;
mod sql_type;
mod value;
mod value_row;

pub use db_type::DbType;
pub use field::{AnyField, Field, NotNull, Nullability, Nullable, Truth};
pub use from_row::FromRow;
pub use impls::{Element, Integer, Numeric, Sum, Text};
pub use json::Json;
pub use row::{Row, RowSink};
pub use sql_type::{EnumDef, EnumStorage, SqlType};
pub use value::Value;
pub use value_row::ValueRow;
