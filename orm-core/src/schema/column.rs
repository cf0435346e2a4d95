//! A column of a table.

use crate::types::{SqlType, Value};
use std::borrow::Cow;

/// A column, as the derive and the source scan describe it alike.
///
/// What spans columns or has a name of its own (keys, uniques, checks, indexes) is in [`TableDef`](super::TableDef).
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDef {
    /// Its name in the database.
    pub name: Cow<'static, str>,
    /// Its type.
    pub sql_type: SqlType,
    /// Whether it can be `NULL`.
    pub nullable: bool,
    /// Characters of a text, or bytes of a binary column; unlimited without one.
    pub length: Option<u32>,
    /// Precision (all digits) and scale (digits after the point) of a decimal.
    pub precision: Option<(u8, u8)>,
    /// Whether the database generates the key while the field is 0.
    pub autoincrement: bool,
    /// What an INSERT stores where the field is `None`, decided here and not by the server.
    pub default: Option<Literal>,
    /// What the server stores where an INSERT leaves the column out.
    pub server_default: Option<ServerDefault>,
    /// What the session does with it by itself.
    pub role: Option<ColumnRole>,
    /// A comment kept in the database, where it can keep one.
    pub comment: Option<Cow<'static, str>>,
}

/// What the session does with a column by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnRole {
    /// An integer that counts the changes of its row, so that a change of an outdated row is refused.
    Version,
    /// When the row was inserted.
    CreatedAt,
    /// When the row was last changed.
    UpdatedAt,
    /// When the row was deleted, or that it was; it stays in the table, and queries pass over it.
    SoftDelete,
}

/// A value written in an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `true`, `false`
    Bool(bool),
    /// `42`
    Int(i64),
    /// `0.5`
    Double(f64),
    /// `"new"`
    Text(Cow<'static, str>),
}

impl Literal {
    /// The value to send for a column of type `sql_type`; `None` where it does not fit.
    pub fn to_value(&self, sql_type: SqlType) -> Option<Value> {
        Some(match (self, sql_type) {
            (Self::Bool(v), SqlType::Boolean) => Value::Bool(*v),
            (Self::Int(v), SqlType::BigUnsigned) => Value::UInt(u64::try_from(*v).ok()?),
            (Self::Int(v), SqlType::Double) => Value::Double(*v as f64),
            (Self::Int(v), SqlType::Real) => Value::Float(*v as f32),
            (Self::Int(v), SqlType::Decimal) => Value::Decimal((*v).into()),
            (Self::Int(v), SqlType::BigDecimal) => Value::BigDecimal(v.to_string()),
            (Self::Int(v), _) => Value::Int(*v),
            (Self::Double(v), SqlType::Real) => Value::Float(*v as f32),
            (Self::Double(v), SqlType::Double) => Value::Double(*v),
            (Self::Text(v), SqlType::Decimal) => Value::Decimal(v.parse().ok()?),
            (Self::Text(v), SqlType::BigDecimal) => Value::BigDecimal(v.to_string()),
            (Self::Text(v), SqlType::Json) => Value::Json(v.to_string()),
            (Self::Text(v), SqlType::Date) => Value::Date(v.parse().ok()?),
            (Self::Text(v), SqlType::Time) => Value::Time(v.parse().ok()?),
            (Self::Text(v), SqlType::DateTime) => Value::DateTime(v.parse().ok()?),
            (Self::Text(v), SqlType::UtcDateTime) => Value::UtcDateTime(v.parse().ok()?),
            (Self::Text(v), SqlType::Uuid) => Value::Uuid(v.parse().ok()?),
            (Self::Text(v), SqlType::Enum(def)) => def.value(def.labels.iter().position(|label| label == v)?),
            (Self::Text(v), SqlType::Text | SqlType::Custom(_)) => Value::Text(v.to_string()),
            _ => return None,
        })
    }
}

/// What the server stores where an INSERT leaves the column out.
#[derive(Debug, Clone, PartialEq)]
pub enum ServerDefault {
    /// A value, quoted as the dialect quotes it: `server_default = "new"`.
    Literal(Literal),
    /// An SQL expression, taken as it is: `server_default = sql("CURRENT_TIMESTAMP")`.
    Sql(Cow<'static, str>),
}
