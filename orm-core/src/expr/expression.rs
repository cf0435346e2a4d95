//! The operators of typed expressions.

use super::{
    Column, Given, InSet, LIKE_ESCAPE, Operand,
    tree::{BinaryOp, Function, FunctionName, Node, Order, UnaryOp},
};
use crate::types::{DbType, Field, Nullability, SqlType, Text, Value};
use std::{borrow::Cow, fmt, marker::PhantomData};

/// An expression whose value is a `T`.
///
/// `K` is [`Call`] for one that can be filtered, ordered and looked at through a window; see [`Expr::over`].
pub struct Expr<T, K = Plain> {
    pub(super) node: Node,
    marker: PhantomData<fn() -> (T, K)>,
}

/// The mark of any expression.
#[derive(Debug)]
pub struct Plain;

/// The mark of a call that can make one value of many rows: an aggregate, or a function that only the server knows.
#[derive(Debug)]
pub struct Call;

impl<T> Expr<T> {
    /// The expression `node`, said to be a `T`.
    pub fn new(node: Node) -> Self {
        Self { node, marker: PhantomData }
    }
}

impl<T: Field> Expr<T> {
    /// Another expression of the same type in one dialect, by its name: for what one server has and others have in another way.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let named = User.name.like("A_a").in_dialect("postgresql", User.name.regexp("^A.a$"));
    /// assert_eq!(sql(query(User.id).filter(named.clone())), "SELECT users.id FROM users WHERE users.name LIKE ?");
    /// assert_eq!(postgresql(query(User.id).filter(named)), "SELECT users.id FROM users WHERE (users.name ~ $1)");
    /// ```
    #[doc(alias("with_variant", "compiles"))]
    #[must_use]
    pub fn in_dialect(self, dialect: &'static str, other: impl Expression<Type = T>) -> Self {
        let case = (dialect, other.into_node());
        Self::new(match self.node {
            Node::ByDialect { mut cases, otherwise } => {
                cases.push(case);
                Node::ByDialect { cases, otherwise }
            }
            node => Node::ByDialect { cases: vec![case], otherwise: Box::new(node) },
        })
    }
}

impl<T, K> Expr<T, K> {
    pub(super) fn from_node(node: Node) -> Self {
        Self { node, marker: PhantomData }
    }

    /// The untyped tree.
    pub fn node(&self) -> &Node {
        &self.node
    }
}

/// A call as any expression: what a function returns that may return both.
impl<T> From<Expr<T, Call>> for Expr<T> {
    fn from(call: Expr<T, Call>) -> Self {
        Self::new(call.node)
    }
}

impl<T, K> Clone for Expr<T, K> {
    fn clone(&self) -> Self {
        Self::from_node(self.node.clone())
    }
}

impl<T, K> fmt::Debug for Expr<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(f)
    }
}

/// The type of `E`'s values without their `Option`.
pub type ScalarOf<E> = <<E as Expression>::Type as Field>::Scalar;

/// `T` with the nullability of `E`.
pub type Like<E, T> = <<<E as Expression>::Type as Field>::Null as Nullability>::Of<T>;

/// `T`, nullable if `E` or the operand `R` is.
pub type Either<E, R, T> = <<<<E as Expression>::Type as Field>::Null as Nullability>::Or<
    <R as Operand<<E as Expression>::Type>>::Null,
> as Nullability>::Of<T>;

/// A column or an expression: what can be computed, compared and selected.
///
/// A comparison of something that may be `NULL` yields `Option<bool>`, as SQL has it; both are conditions to `filter`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an SQL expression",
    label = "expected a column or an expression",
    note = "a column is `Model.field`; a value is written on the right of an operator",
    note = "`==`, `<`, `&&` and `||` make a Rust `bool`: write `.eq(…)`, `.lt(…)`, `&` and `|`"
)]
#[allow(clippy::wrong_self_convention, reason = "an expression grows by value: `is_null` makes a larger one")]
pub trait Expression: Sized {
    /// The type of its values.
    type Type: Field;

    /// The untyped tree.
    fn into_node(self) -> Node;

    /// `a = b`; `a IS NULL` for an `Option` that is `None`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.age.eq(18)), "users.age = ?");
    /// assert_eq!(shown(User.email.eq(None)), "users.email IS NULL");
    /// ```
    fn eq<R: Operand<Self::Type>>(self, other: R) -> Expr<Either<Self, R, bool>> {
        equality(self.into_node(), other.into_operand(), false)
    }

    /// `a <> b`; `a IS NOT NULL` for an `Option` that is `None`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.age.ne(18)), "users.age <> ?");
    /// assert_eq!(shown(User.email.ne(None)), "users.email IS NOT NULL");
    /// ```
    #[doc(alias("neq"))]
    fn ne<R: Operand<Self::Type>>(self, other: R) -> Expr<Either<Self, R, bool>> {
        equality(self.into_node(), other.into_operand(), true)
    }

    /// `a < b`
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.age.lt(18)), "users.age < ?");
    /// ```
    fn lt<R: Operand<Self::Type, Presence: Given>>(self, other: R) -> Expr<Either<Self, R, bool>> {
        binary(BinaryOp::Lt, self, other.into_operand())
    }

    /// `a <= b`
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.age.le(18)), "users.age <= ?");
    /// ```
    fn le<R: Operand<Self::Type, Presence: Given>>(self, other: R) -> Expr<Either<Self, R, bool>> {
        binary(BinaryOp::Le, self, other.into_operand())
    }

    /// `a > b`
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.age.gt(18)), "users.age > ?");
    /// ```
    fn gt<R: Operand<Self::Type, Presence: Given>>(self, other: R) -> Expr<Either<Self, R, bool>> {
        binary(BinaryOp::Gt, self, other.into_operand())
    }

    /// `a >= b`
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.age.ge(18)), "users.age >= ?");
    /// ```
    fn ge<R: Operand<Self::Type, Presence: Given>>(self, other: R) -> Expr<Either<Self, R, bool>> {
        binary(BinaryOp::Ge, self, other.into_operand())
    }

    /// Whether `a` and `b` differ, where `NULL` is a value like any other: never `NULL` itself.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.cluster_id.is_distinct_from(1)), "users.cluster_id IS DISTINCT FROM ?");
    /// ```
    fn is_distinct_from<R: Operand<Self::Type>>(self, other: R) -> Expr<bool> {
        binary(BinaryOp::Distinct, self, other.into_operand())
    }

    /// Whether `a` and `b` are the same, where `NULL` is a value like any other: never `NULL` itself.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.cluster_id.is_not_distinct_from(None)), "users.cluster_id IS NOT DISTINCT FROM ?");
    /// ```
    #[doc(alias("<=>"))]
    fn is_not_distinct_from<R: Operand<Self::Type>>(self, other: R) -> Expr<bool> {
        binary(BinaryOp::NotDistinct, self, other.into_operand())
    }

    /// `a IS NULL`
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.email.is_null()), "users.email IS NULL");
    /// ```
    fn is_null(self) -> Expr<bool> {
        Expr::new(Node::IsNull { node: Box::new(self.into_node()), negated: false })
    }

    /// `a IS NOT NULL`
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.email.is_not_null()), "users.email IS NOT NULL");
    /// ```
    fn is_not_null(self) -> Expr<bool> {
        Expr::new(Node::IsNull { node: Box::new(self.into_node()), negated: true })
    }

    /// `a BETWEEN low AND high`, both ends included.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.age.between(18, 65)), "users.age BETWEEN ? AND ?");
    /// ```
    fn between<R, S>(self, low: R, high: S) -> Expr<Like<Self, bool>>
    where
        R: Operand<Self::Type, Presence: Given>,
        S: Operand<Self::Type, Presence: Given>,
    {
        let parts = Box::new([self.into_node(), low.into_operand(), high.into_operand()]);
        Expr::new(Node::Between { parts, negated: false })
    }

    /// `a NOT BETWEEN low AND high`
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.age.not_between(18, 65)), "users.age NOT BETWEEN ? AND ?");
    /// ```
    fn not_between<R, S>(self, low: R, high: S) -> Expr<Like<Self, bool>>
    where
        R: Operand<Self::Type, Presence: Given>,
        S: Operand<Self::Type, Presence: Given>,
    {
        let parts = Box::new([self.into_node(), low.into_operand(), high.into_operand()]);
        Expr::new(Node::Between { parts, negated: true })
    }

    /// `a IN (…)`: a list of values, or a query of one column. An empty list is false for every row.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.name.in_(["Ada", "Bob"])), "users.name IN (SELECT value FROM json_each(?))");
    /// assert_eq!(shown(User.score.in_([1.0, 2.0, 3.0])), "users.score IN (?, ?, ?, ?)");
    /// assert_eq!(shown(User.id.in_(Vec::<i64>::new())), "1 = 0");
    /// assert_eq!(
    ///     sql(query(User.name).filter(User.id.in_(query(Post.user_id)))),
    ///     "SELECT users.name FROM users WHERE users.id IN (SELECT posts.user_id FROM posts)"
    /// );
    /// ```
    #[doc(alias("eq_any", "is_in"))]
    fn in_<S: InSet<Self::Type>>(self, set: S) -> Expr<Like<Self, bool>> {
        Expr::new(Node::In { node: Box::new(self.into_node()), set: set.into_set(), negated: false })
    }

    /// `a NOT IN (…)`. An empty list is true for every row.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.score.not_in([1.0, 2.0])), "users.score NOT IN (?, ?)");
    /// assert_eq!(shown(User.id.not_in(Vec::<i64>::new())), "1 = 1");
    /// ```
    #[doc(alias("ne_all", "notin_", "is_not_in"))]
    fn not_in<S: InSet<Self::Type>>(self, set: S) -> Expr<Like<Self, bool>> {
        Expr::new(Node::In { node: Box::new(self.into_node()), set: set.into_set(), negated: true })
    }

    /// `a LIKE pattern`, where `%` stands for any text and `_` for any character. Case counts on every dialect.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.name.like("A%")), "users.name LIKE ?");
    /// ```
    fn like(self, pattern: impl Into<String>) -> Expr<Like<Self, bool>>
    where
        ScalarOf<Self>: Text,
    {
        like(self, pattern.into(), Pattern::default())
    }

    /// `a NOT LIKE pattern`
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.name.not_like("A%")), "users.name NOT LIKE ?");
    /// ```
    fn not_like(self, pattern: impl Into<String>) -> Expr<Like<Self, bool>>
    where
        ScalarOf<Self>: Text,
    {
        like(self, pattern.into(), Pattern { negated: true, ..Pattern::default() })
    }

    /// `a LIKE pattern`, where upper and lower case are the same.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.name.ilike("a%")), "lower(users.name) LIKE lower(?)");
    /// ```
    fn ilike(self, pattern: impl Into<String>) -> Expr<Like<Self, bool>>
    where
        ScalarOf<Self>: Text,
    {
        like(self, pattern.into(), Pattern { ignore_case: true, ..Pattern::default() })
    }

    /// Whether a part of the text matches a regular expression: `a ~ pattern`, `a REGEXP pattern`, each in the server's own kind of expressions.
    /// Case counts. SQLite has none.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     postgresql(query(User.id).filter(User.name.regexp("^A.a$"))),
    ///     "SELECT users.id FROM users WHERE (users.name ~ $1)"
    /// );
    /// ```
    #[doc(alias("regexp_match", "rlike", "similar_to"))]
    fn regexp(self, pattern: impl Into<String>) -> Expr<Like<Self, bool>>
    where
        ScalarOf<Self>: Text,
    {
        regexp(self.into_node(), pattern.into(), false)
    }

    /// As [`regexp`](Expression::regexp), where upper and lower case are the same.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     postgresql(query(User.id).filter(User.name.iregexp("^a"))),
    ///     "SELECT users.id FROM users WHERE (users.name ~* $1)"
    /// );
    /// ```
    fn iregexp(self, pattern: impl Into<String>) -> Expr<Like<Self, bool>>
    where
        ScalarOf<Self>: Text,
    {
        regexp(self.into_node(), pattern.into(), true)
    }

    /// The text by a collation of the server's, to compare and to order by: `a COLLATE name`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query(User.id).order_by(User.name.collate("NOCASE"))),
    ///     "SELECT users.id FROM users ORDER BY (users.name COLLATE \"NOCASE\")"
    /// );
    /// ```
    fn collate(self, collation: impl Into<Cow<'static, str>>) -> Expr<Self::Type>
    where
        ScalarOf<Self>: Text,
    {
        on_text(FunctionName::Collate(collation.into()), vec![self.into_node()], <ScalarOf<Self> as DbType>::SQL_TYPE)
    }

    /// Whether the text begins with `prefix`, taken as it is: `%` and `_` stand for themselves.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// // The value sent is "50/%%".
    /// assert_eq!(shown(User.name.starts_with("50%")), "users.name LIKE ? ESCAPE '/'");
    /// ```
    #[doc(alias("startswith"))]
    fn starts_with(self, prefix: impl AsRef<str>) -> Expr<Like<Self, bool>>
    where
        ScalarOf<Self>: Text,
    {
        like(self, format!("{}%", escape(prefix.as_ref())), Pattern { escaped: true, ..Pattern::default() })
    }

    /// Whether the text ends with `suffix`, taken as it is.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.name.ends_with("son")), "users.name LIKE ? ESCAPE '/'");
    /// ```
    #[doc(alias("endswith"))]
    fn ends_with(self, suffix: impl AsRef<str>) -> Expr<Like<Self, bool>>
    where
        ScalarOf<Self>: Text,
    {
        like(self, format!("%{}", escape(suffix.as_ref())), Pattern { escaped: true, ..Pattern::default() })
    }

    /// Whether the text contains `part`, taken as it is.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.name.contains("d")), "users.name LIKE ? ESCAPE '/'");
    /// ```
    #[doc(alias("icontains"))]
    fn contains(self, part: impl AsRef<str>) -> Expr<Like<Self, bool>>
    where
        ScalarOf<Self>: Text,
    {
        like(self, format!("%{}%", escape(part.as_ref())), Pattern { escaped: true, ..Pattern::default() })
    }

    /// Both texts joined: `a || b`; `NULL` if either is.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.name.concat("!")), "users.name || ?");
    /// ```
    #[doc(alias("||"))]
    fn concat<R: Operand<Self::Type, Presence: Given>>(self, other: R) -> Expr<Either<Self, R, String>>
    where
        ScalarOf<Self>: Text,
    {
        binary(BinaryOp::Concat, self, other.into_operand())
    }

    /// `CAST(a AS …)`: the type is the dialect's for `T`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(User.age.cast::<String>()), "CAST(users.age AS TEXT)");
    /// ```
    fn cast<T: DbType>(self) -> Expr<Like<Self, T>> {
        Expr::new(Node::Cast(Box::new(self.into_node()), T::SQL_TYPE))
    }

    /// The same value under a name, in the SELECT list; ORDER BY uses the name.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query(User.name.label("who")).order_by(User.name.label("who"))),
    ///     "SELECT users.name AS who FROM users ORDER BY who"
    /// );
    /// ```
    #[doc(alias("as_", "alias"))]
    fn label(self, name: impl Into<Cow<'static, str>>) -> Expr<Self::Type> {
        Expr::new(Node::Label(Box::new(self.into_node()), name.into()))
    }

    /// From low to high.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query(User.id).order_by(User.age.asc())),
    ///     "SELECT users.id FROM users ORDER BY users.age"
    /// );
    /// ```
    fn asc(self) -> Order {
        Order { node: self.into_node(), descending: false, nulls: None }
    }

    /// From high to low.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query(User.id).order_by(User.age.desc())),
    ///     "SELECT users.id FROM users ORDER BY users.age DESC"
    /// );
    /// ```
    fn desc(self) -> Order {
        Order { node: self.into_node(), descending: true, nulls: None }
    }
}

impl<M, T: Field> Expression for Column<M, T> {
    type Type = T;
    fn into_node(self) -> Node {
        Node::Column(self.column_ref())
    }
}

impl<T: Field, K> Expression for Expr<T, K> {
    type Type = T;
    fn into_node(self) -> Node {
        self.node
    }
}

fn binary<T>(op: BinaryOp, left: impl Expression, right: Node) -> Expr<T> {
    Expr::new(Node::Binary(op, Box::new([left.into_node(), right])))
}

fn equality<T>(left: Node, right: Node, negated: bool) -> Expr<T> {
    Expr::new(match right {
        Node::Bind(Value::Null(_)) => Node::IsNull { node: Box::new(left), negated },
        right => Node::Binary(if negated { BinaryOp::Ne } else { BinaryOp::Eq }, Box::new([left, right])),
    })
}

#[derive(Default)]
struct Pattern {
    ignore_case: bool,
    escaped: bool,
    negated: bool,
}

fn like<T>(text: impl Expression, pattern: String, how: Pattern) -> Expr<T> {
    let Pattern { ignore_case, escaped, negated } = how;
    let parts = Box::new([text.into_node(), Node::Bind(Value::Text(pattern))]);
    Expr::new(Node::Like { parts, ignore_case, escaped, negated })
}

/// `text` as a pattern that matches nothing but itself.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 2);
    for character in text.chars() {
        if matches!(character, '%' | '_' | LIKE_ESCAPE) {
            escaped.push(LIKE_ESCAPE);
        }
        escaped.push(character);
    }
    escaped
}

/// `NOT a`
pub(super) fn not(node: Node) -> Node {
    match node {
        Node::Exists { select, negated } => Node::Exists { select, negated: !negated },
        Node::IsNull { node, negated } => Node::IsNull { node, negated: !negated },
        Node::In { node, set, negated } => Node::In { node, set, negated: !negated },
        Node::Between { parts, negated } => Node::Between { parts, negated: !negated },
        Node::Like { parts, ignore_case, escaped, negated } => {
            Node::Like { parts, ignore_case, escaped, negated: !negated }
        }
        // A planner does more with a comparison than with its negation; both are NULL where a side is.
        Node::Binary(op, parts) if negation(op).is_some() && !matches!(parts[1], Node::Quantified { .. }) => {
            Node::Binary(negation(op).unwrap_or(op), parts)
        }
        node => Node::Unary(UnaryOp::Not, Box::new(node)),
    }
}

/// The comparison that holds where this one does not.
fn negation(op: BinaryOp) -> Option<BinaryOp> {
    Some(match op {
        BinaryOp::Eq => BinaryOp::Ne,
        BinaryOp::Ne => BinaryOp::Eq,
        BinaryOp::Lt => BinaryOp::Ge,
        BinaryOp::Le => BinaryOp::Gt,
        BinaryOp::Gt => BinaryOp::Le,
        BinaryOp::Ge => BinaryOp::Lt,
        BinaryOp::Distinct => BinaryOp::NotDistinct,
        BinaryOp::NotDistinct => BinaryOp::Distinct,
        _ => return None,
    })
}

fn regexp<T: Field>(node: Node, pattern: String, ignore_case: bool) -> Expr<T> {
    let arguments = vec![node, Node::Bind(Value::Text(pattern))];
    on_text(FunctionName::Regexp { ignore_case }, arguments, SqlType::Boolean)
}

fn on_text<T>(name: FunctionName, arguments: Vec<Node>, returns: SqlType) -> Expr<T> {
    Expr::new(Node::Function(Function::new(name, arguments, returns)))
}
