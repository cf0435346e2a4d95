//! What is in a JSON column.

use super::{
    Expr, Expression,
    expression::{Like, ScalarOf},
    func::call,
    tree::{FunctionName, JsonAs, Node},
};
use crate::types::{Field, Json, Value};
use std::borrow::Cow;

/// Types that are kept as JSON.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not kept as JSON",
    label = "expected a column of type `Json<T>` or `serde_json::Value`"
)]
pub trait IsJson {}
impl<T> IsJson for Json<T> {}
impl IsJson for serde_json::Value {}

/// A step into JSON: the key of an object, or the place in an array, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathStep {
    /// The value of a key.
    Key(Cow<'static, str>),
    /// An element.
    Index(u32),
}

impl From<&'static str> for PathStep {
    fn from(key: &'static str) -> Self {
        Self::Key(Cow::Borrowed(key))
    }
}

impl From<String> for PathStep {
    fn from(key: String) -> Self {
        Self::Key(Cow::Owned(key))
    }
}

impl From<u32> for PathStep {
    fn from(index: u32) -> Self {
        Self::Index(index)
    }
}

/// What can be asked of JSON.
pub trait JsonExpression: Expression {
    /// What is at a path of keys or of places: of keys and places by several calls, `.json(["tags"]).json([0])`. Take it out by `.as_text()` and
    /// the like.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let profile = literal(serde_json::json!({"address": {"city": "Ur"}}));
    /// let city = profile.json(["address", "city"]).as_text();
    /// assert_eq!(
    ///     postgresql(query(city)),
    ///     "SELECT (jsonb_path_query_first(CAST($1 AS JSONB), CAST('strict ' || $2 AS JSONPATH), '{}', TRUE) #>> '{}')"
    /// );
    /// ```
    fn json<S: Into<PathStep>>(self, path: impl IntoIterator<Item = S>) -> JsonPart
    where
        ScalarOf<Self>: IsJson,
    {
        JsonPart { node: self.into_node(), path: "$".to_owned() }.json(path)
    }

    /// Whether it has all that `value` has: its keys with values that contain those, its elements. PostgreSQL, MySQL and MariaDB have it; to the
    /// latter two an array contains what one of its elements contains.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let profile = literal(serde_json::json!({}));
    /// assert_eq!(
    ///     postgresql(query(profile.json_contains(serde_json::json!({"tags": ["a"]})))),
    ///     "SELECT (CAST($1 AS JSONB) @> CAST($2 AS JSONB))"
    /// );
    /// ```
    fn json_contains(self, value: serde_json::Value) -> Expr<Like<Self, bool>>
    where
        ScalarOf<Self>: IsJson,
    {
        call(FunctionName::JsonContains, vec![self.into_node(), Node::Bind(Value::Json(value.to_string()))])
    }
}

impl<E: Expression> JsonExpression for E {}

/// What is at a path in JSON; made by [`JsonExpression::json`].
#[derive(Debug, Clone)]
#[must_use = "take it out: `.as_text()`, `.as_i64()`, `.as_json()`, `.exists()`"]
pub struct JsonPart {
    node: Node,
    path: String,
}

macro_rules! takes {
    ($($(#[$doc:meta])* $name:ident -> $type:ty = $json_as:ident;)*) => { $(
        $(#[$doc])*
        pub fn $name(self) -> Expr<$type> {
            self.taken(JsonAs::$json_as)
        }
    )* };
}

impl JsonPart {
    /// What is further on.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let profile = || literal(serde_json::json!({}));
    /// let first = profile().json(["tags"]).json([0]).as_text();
    /// assert!(sql(query(first)).starts_with("SELECT CASE json_type(?, ?)"));
    /// ```
    pub fn json<S: Into<PathStep>>(mut self, path: impl IntoIterator<Item = S>) -> Self {
        for step in path {
            match step.into() {
                PathStep::Key(key) => {
                    self.path.push_str(".\"");
                    self.path.push_str(&key.replace('\\', "\\\\").replace('"', "\\\""));
                    self.path.push('"');
                }
                PathStep::Index(index) => self.path.push_str(&format!("[{index}]")),
            }
        }
        self
    }

    takes! {
        /// The text of a string, and of anything else what JSON writes; `NULL` of null, and of what is not there.
        ///
        /// ```
        /// # use aludel_doc::*;
        /// let name = literal(serde_json::json!({})).json(["name"]);
        /// assert!(postgresql(query(name.as_text())).ends_with("#>> '{}')"));
        /// ```
        as_text -> Option<String> = Text;
        /// A whole number; a fraction is cut off. `NULL` of anything but a number.
        ///
        /// ```
        /// # use aludel_doc::*;
        /// let age = literal(serde_json::json!({})).json(["age"]);
        /// assert_eq!(
        ///     sql(query(age.as_i64())),
        ///     "SELECT CASE WHEN json_type(?, ?) IN ('integer', 'real') THEN CAST(? ->> ? AS INTEGER) END"
        /// );
        /// ```
        as_i64 -> Option<i64> = Integer;
        /// A number; `NULL` of anything else.
        ///
        /// ```
        /// # use aludel_doc::*;
        /// let score = literal(serde_json::json!({})).json(["score"]);
        /// assert_eq!(
        ///     sql(query(score.as_f64())),
        ///     "SELECT CASE WHEN json_type(?, ?) IN ('integer', 'real') THEN CAST(? ->> ? AS REAL) END"
        /// );
        /// ```
        as_f64 -> Option<f64> = Double;
        /// A boolean; `NULL` of anything else.
        ///
        /// ```
        /// # use aludel_doc::*;
        /// let here = literal(serde_json::json!({})).json(["here"]);
        /// assert_eq!(sql(query(here.as_bool())), "SELECT CASE json_type(?, ?) WHEN 'true' THEN 1 WHEN 'false' THEN 0 END");
        /// ```
        as_bool -> Option<bool> = Boolean;
        /// JSON; `NULL` where there is nothing.
        ///
        /// ```
        /// # use aludel_doc::*;
        /// let address = literal(serde_json::json!({})).json(["address"]);
        /// assert_eq!(sql(query(address.as_json())), "SELECT (? -> ?)");
        /// ```
        as_json -> Option<serde_json::Value> = Json;
        /// How many elements the array has; `NULL` of anything else.
        ///
        /// ```
        /// # use aludel_doc::*;
        /// let tags = literal(serde_json::json!({})).json(["tags"]);
        /// assert_eq!(
        ///     sql(query(tags.length())),
        ///     "SELECT CASE json_type(?, ?) WHEN 'array' THEN json_array_length(?, ?) END"
        /// );
        /// ```
        length -> Option<i64> = Length;
        /// Whether there is something, null too.
        ///
        /// ```
        /// # use aludel_doc::*;
        /// let tags = literal(serde_json::json!({})).json(["tags"]);
        /// assert_eq!(sql(query(tags.exists())), "SELECT (json_type(?, ?) IS NOT NULL)");
        /// ```
        exists -> bool = Exists;
    }

    fn taken<T: Field>(self, json_as: JsonAs) -> Expr<T> {
        call(FunctionName::Json(json_as), vec![self.node, Node::Bind(Value::Text(self.path))])
    }
}
