//! Values of the program's as expressions.

use super::{Expr, tree::Node};
use crate::types::{Field, Value};

/// A value of the program's: one of a field's type, `&str`, or `&[u8]`.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is not a value that can be sent",
    label = "expected a value of a column's type"
)]
pub trait IntoValue {
    /// The type of the value as a field.
    type Type: Field;

    /// The value to send.
    fn into_value(self) -> Value;
}

impl<T: Field> IntoValue for T {
    type Type = T;

    fn into_value(self) -> Value {
        Field::to_value(&self)
    }
}

impl IntoValue for &str {
    type Type = String;

    fn into_value(self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl IntoValue for &[u8] {
    type Type = Vec<u8>;

    fn into_value(self) -> Value {
        Value::Bytes(self.to_vec())
    }
}

/// A value as an expression, where no column stands on its left: in a SELECT list, as the first operand.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(
///     sql(query((User.name, literal("user").label("kind")))),
///     "SELECT users.name, ? AS kind FROM users"
/// );
/// ```
#[doc(alias("bindparam", "val", "value"))]
pub fn literal<V: IntoValue>(value: V) -> Expr<V::Type> {
    Expr::new(Node::Bind(value.into_value()))
}
