//! SQL text of the user's, where the query language ends.

use super::{Expr, Expression, IntoValue, Node, tree};
use crate::types::Field;
use std::borrow::Cow;

/// SQL text with named values: `text("age > :min").bind("min", 5)`.
///
/// It is a condition as it stands; [`TextClause::typed`] makes it an expression of another type. Values are written `:name`
/// outside quotes and comments and are sent apart from the text. **Never build the text from input**: whoever controls
/// it controls the database.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(
///     sql(query(User.id).filter(text("age > :min").bind("min", 5) & User.active)),
///     "SELECT users.id FROM users WHERE (age > ?) AND users.active"
/// );
/// ```
#[doc(alias("sql_query", "raw_sql"))]
pub fn text(sql: impl Into<Cow<'static, str>>) -> TextClause {
    TextClause(tree::TextNode { sql: sql.into(), binds: Vec::new() })
}

/// SQL text with its values; see [`text`].
#[derive(Debug, Clone)]
pub struct TextClause(tree::TextNode);

impl TextClause {
    /// Gives `:name` its value.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query(User.id).filter(text("age BETWEEN :a AND :a + 10").bind("a", 20))),
    ///     "SELECT users.id FROM users WHERE age BETWEEN ? AND ? + 10"
    /// );
    /// ```
    #[doc(alias("bindparams"))]
    #[must_use]
    pub fn bind(mut self, name: impl Into<Cow<'static, str>>, value: impl IntoValue) -> Self {
        self.0.binds.push((name.into(), value.into_value()));
        self
    }

    /// The text as an expression of type `T`: `text("lower(name)").typed::<String>()`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query(text("max(age)").typed::<i32>()).from(User)),
    ///     "SELECT max(age) FROM users"
    /// );
    /// ```
    #[doc(alias("literal_column"))]
    pub fn typed<T: Field>(self) -> Expr<T> {
        Expr::new(self.into_node())
    }

    /// The text without its builder.
    pub fn into_clause(self) -> tree::TextNode {
        self.0
    }
}

/// A text that is written in the program is its SQL; one that is made at run time says so with [`text`].
impl From<&'static str> for TextClause {
    fn from(sql: &'static str) -> Self {
        text(sql)
    }
}

impl Expression for TextClause {
    type Type = bool;

    fn into_node(self) -> Node {
        Node::Text(self.0)
    }
}
