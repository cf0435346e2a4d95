//! SQL functions: `func::count(User.id)`, `func::lower(User.name)`.
//!
//! They live in a module of their own, so that a prelude never shadows `std::cmp::max`.

pub use super::quantified::{all, any};
pub use super::window::{
    cume_dist, dense_rank, first_value, lag, lag_or, last_value, lead, lead_or, nth_value, ntile, percent_rank, rank,
    row_number,
};

use super::{
    Argument, Arguments, Call, Condition, Expr, Expression, Given, Operand,
    expression::{Like, ScalarOf},
    tree::{Constant, Function, FunctionName, Node},
};
use crate::types::{DbType, Field, Nullability, Numeric, Sum, Text, Value};
use chrono::{DateTime, NaiveDate, Utc};
use std::{borrow::Cow, marker::PhantomData};

pub(super) fn call<T: Field, K>(name: FunctionName, arguments: Vec<Node>) -> Expr<T, K> {
    Expr::from_node(Node::Function(Function::new(name, arguments, <T::Scalar as DbType>::SQL_TYPE)))
}

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident($kind:ident: $bound:path) -> $result:ty = $function:ident;)*) => { $(
        $(#[$doc])*
        pub fn $name<$kind: Expression>(expression: $kind) -> $result
        where
            ScalarOf<$kind>: $bound,
        {
            call(FunctionName::$function, vec![expression.into_node()])
        }
    )* };
}

/// `count(a)`: how many rows have a value in `a`.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(func::count(User.email)), "count(users.email)");
/// ```
pub fn count<E: Expression>(expression: E) -> Expr<i64, Call> {
    call(FunctionName::Count, vec![expression.into_node()])
}

/// `count(DISTINCT a)`: how many different values `a` has.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(func::count_distinct(User.age)), "count(DISTINCT users.age)");
/// ```
pub fn count_distinct<E: Expression>(expression: E) -> Expr<i64, Call> {
    count(expression).distinct()
}

/// `count(*)`: how many rows.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(
///     sql(query(func::count_all()).from(User)),
///     "SELECT count(*) FROM users"
/// );
/// ```
pub fn count_all() -> Expr<i64, Call> {
    call(FunctionName::Count, vec![Node::Constant(Constant::Star)])
}

functions! {
    /// `sum(a)`; `None` over no rows. The sum of integers is an `i64` on every dialect.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(func::sum(User.age)), "sum(users.age)");
    /// ```
    sum(E: Sum) -> Expr<Option<<ScalarOf<E> as Sum>::Sum>, Call> = Sum;
    /// `avg(a)`; `None` over no rows. The average of integers is an `f64` on every dialect.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(func::avg(User.age)), "avg(users.age)");
    /// ```
    avg(E: Sum) -> Expr<Option<<ScalarOf<E> as Sum>::Average>, Call> = Avg;
    /// `min(a)`; `None` over no rows.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(func::min(User.name)), "min(users.name)");
    /// ```
    min(E: DbType) -> Expr<Option<ScalarOf<E>>, Call> = Min;
    /// `max(a)`; `None` over no rows.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(func::max(User.name)), "max(users.name)");
    /// ```
    max(E: DbType) -> Expr<Option<ScalarOf<E>>, Call> = Max;
    /// `lower(a)`
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(func::lower(User.name)), "lower(users.name)");
    /// ```
    lower(E: Text) -> Expr<Like<E, String>> = Lower;
    /// `upper(a)`
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(func::upper(User.name)), "upper(users.name)");
    /// ```
    upper(E: Text) -> Expr<Like<E, String>> = Upper;
    /// How many characters the text has.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(func::length(User.name)), "length(users.name)");
    /// ```
    length(E: Text) -> Expr<Like<E, i64>> = Length;
    /// The text without blanks at both ends.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(func::trim(User.name)), "trim(users.name)");
    /// ```
    trim(E: Text) -> Expr<Like<E, String>> = Trim;
    /// The text without blanks before it.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(func::ltrim(User.name)), "ltrim(users.name)");
    /// ```
    ltrim(E: Text) -> Expr<Like<E, String>> = TrimStart;
    /// The text without blanks after it.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(func::rtrim(User.name)), "rtrim(users.name)");
    /// ```
    rtrim(E: Text) -> Expr<Like<E, String>> = TrimEnd;
    /// `abs(a)`
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(func::abs(User.age - 40)), "abs(users.age - ?)");
    /// ```
    abs(E: Numeric) -> Expr<Like<E, ScalarOf<E>>> = Abs;
    /// The nearest whole number, in the same type.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(func::round(User.score)), "round(users.score)");
    /// ```
    round(E: Numeric) -> Expr<Like<E, ScalarOf<E>>> = Round;
    /// The smallest whole number not below, in the same type.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(func::ceil(User.score)), "(round(users.score) + (round(users.score) < users.score))");
    /// ```
    ceil(E: Numeric) -> Expr<Like<E, ScalarOf<E>>> = Ceil;
    /// The largest whole number not above, in the same type.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(func::floor(User.score)), "(round(users.score) - (round(users.score) > users.score))");
    /// ```
    floor(E: Numeric) -> Expr<Like<E, ScalarOf<E>>> = Floor;
}

/// The texts of a group, one behind the other, with `separator` between them: `string_agg`, `group_concat`, `listagg`; `None` over no
/// rows. Their order is the server's own without [`order_by`](Expr::order_by).
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(
///     shown(func::string_agg(User.name, ", ").order_by(User.age.desc())),
///     "group_concat(users.name, ', ' ORDER BY users.age DESC)"
/// );
/// ```
#[doc(alias("group_concat", "listagg", "array_to_string"))]
pub fn string_agg<E>(text: E, separator: impl Into<Cow<'static, str>>) -> Expr<Option<String>, Call>
where
    E: Expression,
    ScalarOf<E>: Text,
{
    call(FunctionName::StringAgg(separator.into()), vec![text.into_node()])
}

/// Whether a text has the words of `words` in it, by the server's own understanding of words: `to_tsvector(a) @@ plainto_tsquery(words)` on
/// PostgreSQL; `MATCH (a) AGAINST (words)` on MySQL and MariaDB, which want a FULLTEXT index for it and are content with one of the words.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(
///     postgresql(query(Post.id).filter(func::full_text(Post.title, "good news"))),
///     "SELECT posts.id FROM posts WHERE (to_tsvector(posts.title) @@ plainto_tsquery($1))"
/// );
/// ```
#[doc(alias("match", "tsvector"))]
pub fn full_text<E: Expression>(text: E, words: impl Into<String>) -> Expr<Like<E, bool>>
where
    ScalarOf<E>: Text,
{
    call(FunctionName::FullText, vec![text.into_node(), Node::Bind(Value::Text(words.into()))])
}

/// The text with each `from` replaced by `to`.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(func::replace(User.name, "a", "o")), "replace(users.name, ?, ?)");
/// ```
pub fn replace<E: Expression>(text: E, from: impl Into<String>, to: impl Into<String>) -> Expr<Like<E, String>>
where
    ScalarOf<E>: Text,
{
    let arguments = vec![text.into_node(), from.into().into_argument(), to.into().into_argument()];
    call(FunctionName::Replace, arguments)
}

/// `length` characters of the text from `start` on, counted from 1.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(func::substr(User.name, 1, 3)), "substr(users.name, ?, ?)");
/// ```
pub fn substr<E: Expression>(text: E, start: i64, length: i64) -> Expr<Like<E, String>>
where
    ScalarOf<E>: Text,
{
    let arguments = vec![text.into_node(), start.into_argument(), length.into_argument()];
    call(FunctionName::Substring, arguments)
}

/// `coalesce(a, b)`: `a`, or `b` where `a` is `NULL`.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(func::coalesce(User.email, "none")), "coalesce(users.email, ?)");
/// ```
pub fn coalesce<E, R>(expression: E, fallback: R) -> Expr<<R::Null as Nullability>::Of<ScalarOf<E>>>
where
    E: Expression,
    R: Operand<E::Type, Presence: Given, Scalar = ScalarOf<E>>,
{
    call(FunctionName::Coalesce, vec![expression.into_node(), fallback.into_operand()])
}

/// `nullif(a, b)`: `a`, or `NULL` where it equals `b`.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(func::nullif(User.age, 0)), "nullif(users.age, ?)");
/// ```
pub fn nullif<E, R>(expression: E, other: R) -> Expr<Option<ScalarOf<E>>>
where
    E: Expression,
    R: Operand<E::Type, Presence: Given>,
{
    call(FunctionName::NullIf, vec![expression.into_node(), other.into_operand()])
}

/// The server's date, in UTC.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(func::current_date()), "CURRENT_DATE");
/// ```
pub fn current_date() -> Expr<NaiveDate> {
    call(FunctionName::CurrentDate, Vec::new())
}

/// The server's clock.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(sql(query(func::now())), "SELECT strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now')");
/// ```
pub fn now() -> Expr<DateTime<Utc>> {
    call(FunctionName::CurrentTimestamp, Vec::new())
}

/// A random number, different for each row: for `order_by(func::random())`.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(
///     sql(query(User.id).order_by(func::random())),
///     "SELECT users.id FROM users ORDER BY (random() / 18446744073709551616.0 + 0.5)"
/// );
/// ```
pub fn random() -> Expr<f64> {
    call(FunctionName::Random, Vec::new())
}

/// Whether a query has rows: `EXISTS (SELECT …)`. Columns of the enclosing query may be used in it.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(
///     sql(query(User.id).filter(func::exists(query(Post.id).filter(Post.user_id.eq(User.id))))),
///     "SELECT users.id FROM users WHERE EXISTS (SELECT posts.id FROM posts WHERE posts.user_id = users.id)"
/// );
/// ```
pub fn exists(query: impl Into<super::tree::Select>) -> Expr<bool> {
    Expr::new(Node::Exists { select: std::sync::Arc::new(query.into()), negated: false })
}

/// A call of the server's function `name`, said to yield a `T`: `func::function::<f64>("pow", (Point.x, 2.0))`.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(func::function::<i64>("instr", (User.name, "d"))), "instr(users.name, ?)");
/// ```
pub fn function<T: Field>(name: impl Into<Cow<'static, str>>, arguments: impl Arguments) -> Expr<T, Call> {
    call(FunctionName::Named(name.into()), arguments.into_arguments())
}

/// `CASE WHEN condition THEN value …`: continued with [`Case::when`], ended with [`Case::otherwise`] or [`Case::end`].
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(case(User.age.lt(18), "young").otherwise("old")), "CASE WHEN users.age < ? THEN ? ELSE ? END");
/// ```
pub fn case<V: Argument>(condition: impl Condition, value: V) -> CaseOf<V::Type> {
    let branches = vec![(condition.into_condition(), value.into_argument())];
    Case { branches, marker: PhantomData }
}

/// A [`Case`] that has yielded values of type `T` so far.
pub type CaseOf<T> = Case<<T as Field>::Scalar, <T as Field>::Null>;

/// A CASE being written: its values are of type `S`, and may be `NULL` if `N` says so.
#[must_use = "a CASE is ended with `.otherwise(…)` or `.end()`"]
pub struct Case<S, N> {
    branches: Vec<(Node, Node)>,
    marker: PhantomData<fn() -> (S, N)>,
}

impl<S: DbType, N: Nullability> Case<S, N> {
    /// `WHEN condition THEN value`
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(case(User.age.lt(18), 1).when(User.age.lt(65), 2).otherwise(3)), "CASE WHEN users.age < ? THEN ? WHEN users.age < ? THEN ? ELSE ? END");
    /// ```
    pub fn when<R>(mut self, condition: impl Condition, value: R) -> Case<S, N::Or<R::Null>>
    where
        R: Operand<S, Presence: Given, Scalar = S>,
    {
        self.branches.push((condition.into_condition(), value.into_operand()));
        Case { branches: self.branches, marker: PhantomData }
    }

    /// `ELSE value END`
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(case(User.active, User.name).otherwise("away")), "CASE WHEN users.active THEN users.name ELSE ? END");
    /// ```
    pub fn otherwise<R>(self, value: R) -> Expr<<N::Or<R::Null> as Nullability>::Of<S>>
    where
        R: Operand<S, Presence: Given, Scalar = S>,
    {
        let otherwise = Some(Box::new(value.into_operand()));
        Expr::new(Node::Case { branches: self.branches, otherwise })
    }

    /// `END`: `NULL` where no condition holds.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(case(User.active, User.name).end()), "CASE WHEN users.active THEN users.name END");
    /// ```
    pub fn end(self) -> Expr<Option<S>> {
        Expr::new(Node::Case { branches: self.branches, otherwise: None })
    }
}
