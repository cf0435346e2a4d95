//! The query, as it is built.

use super::{
    executor::{Executor, RunsOn},
    plan::{Load, Plan, With},
    rows::{Append, Rooted},
    source::FromSource,
};
use crate::{
    compile::Dialect,
    error::{ErrorKind, Result},
    expr::{
        Column, Condition, Expression, Grouping, InRows, InSet, OneColumnQuery, Operand, OrderBy, Selectable,
        tree::{Select, Set, Window},
    },
    schema::Model,
    statement::Statement,
    types::Field,
};
use std::{borrow::Cow, fmt, marker::PhantomData, sync::Arc};

/// A query for rows of type `R`.
///
/// `M` is the model that [`filter_by`](Query::filter_by) and the bulk operations speak of; `X` is what it runs on: `()` until
/// [`on`](Query::on) names one. So a function that prepares a query of users returns `Query<User>`.
#[must_use = "a query does nothing until it is run: `.all().await`, `.first().await`"]
pub struct Query<R, M = R, X = ()> {
    pub(super) select: Select,
    pub(super) plan: Plan<R>,
    pub(super) executor: X,
    pub(super) all_rows: bool,
    marker: PhantomData<fn() -> M>,
}

/// A query for a table, a column, an expression, or a tuple of those.
///
/// It is free: it can be stored, cloned and passed about, and runs `on` a session, a transaction or an engine.
#[doc(alias("select"))]
pub fn query<S: Selectable>(selected: S) -> Query<S::Row, S::Root> {
    let mut select = Select::default();
    selected.select(&mut select.columns);
    Query { select, plan: Plan::Rows(S::decode), executor: (), all_rows: false, marker: PhantomData }
}

impl<R, M, X: Clone> Clone for Query<R, M, X> {
    fn clone(&self) -> Self {
        Self {
            select: self.select.clone(),
            plan: self.plan.clone(),
            executor: self.executor.clone(),
            all_rows: self.all_rows,
            marker: PhantomData,
        }
    }
}

impl<R, M, X> fmt::Debug for Query<R, M, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Query").field(&self.select).finish()
    }
}

impl<R, M> Query<R, M> {
    /// The query to run on a session, a transaction or an engine.
    #[doc(alias("with_session", "execute"))]
    pub fn on<'s>(self, executor: impl RunsOn<'s>) -> Query<R, M, Executor<'s>> {
        let Self { select, plan, executor: (), all_rows, marker } = self;
        Query { select, plan, executor: executor.executor(), all_rows, marker }
    }
}

impl<R, M, X> Query<R, M, X> {
    /// The query by itself, and what it was to run on.
    pub(super) fn off(self) -> (Query<R, M>, X) {
        let Self { select, plan, executor, all_rows, marker } = self;
        (Query { select, plan, executor: (), all_rows, marker }, executor)
    }

    /// Keeps the rows for which the condition holds: `WHERE …`. Several filters must all hold.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query(User.id).filter(User.age.gt(18)).filter(User.active)),
    ///     "SELECT users.id FROM users WHERE users.age > ? AND users.active"
    /// );
    /// ```
    #[doc(alias("where", "where_clause"))]
    pub fn filter(mut self, condition: impl Condition) -> Self {
        self.select.filter.push(condition.into_condition());
        self
    }

    /// Keeps the rows whose column equals the value: `WHERE a = b`, or `a IS NULL` for an `Option` that is `None`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query(User.id).filter_by(User.name, "Ada").filter_by(User.email, None)),
    ///     "SELECT users.id FROM users WHERE users.name = ? AND users.email IS NULL"
    /// );
    /// ```
    pub fn filter_by<T: Field>(self, column: Column<M, T>, value: impl Operand<T>) -> Self
    where
        M: Model,
    {
        let mut this = self;
        this.select.filter.push(column.eq(value).into_node());
        this
    }

    /// Reads also from `source`: a table, or a subquery. Tables of the SELECT list need no mention.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query(func::count_all()).from(User)),
    ///     "SELECT count(*) FROM users"
    /// );
    /// ```
    #[doc(alias("select_from"))]
    pub fn from(mut self, source: impl FromSource) -> Self {
        self.select.from.push(source.into_source());
        self
    }

    /// Orders the rows: `ORDER BY …`. Later calls order within equal rows of the earlier ones.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query(User.id).order_by((User.age.desc(), User.name))),
    ///     "SELECT users.id FROM users ORDER BY users.age DESC, users.name"
    /// );
    /// ```
    #[doc(alias("order"))]
    pub fn order_by(mut self, order: impl OrderBy) -> Self {
        order.append(&mut self.select.order_by);
        self
    }

    /// Groups the rows: `GROUP BY …`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query((User.age, func::count_all())).group_by(User.age)),
    ///     "SELECT users.age, count(*) FROM users GROUP BY users.age"
    /// );
    /// ```
    pub fn group_by(mut self, grouping: impl Grouping) -> Self {
        grouping.append(&mut self.select.group_by);
        self
    }

    /// Keeps the groups for which the condition holds: `HAVING …`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query(User.age).group_by(User.age).having(func::count_all().gt(1))),
    ///     "SELECT users.age FROM users GROUP BY users.age HAVING count(*) > ?"
    /// );
    /// ```
    pub fn having(mut self, condition: impl Condition) -> Self {
        self.select.having.push(condition.into_condition());
        self
    }

    /// Names a window, for several calls to look through: `WINDOW name AS (…)`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let both = (func::rank().over("by_age"), func::count_all().over("by_age"));
    /// assert_eq!(
    ///     sql(query((User.id, both.0, both.1)).window("by_age", window().order_by(User.age))),
    ///     "SELECT users.id, rank() OVER by_age, count(*) OVER by_age FROM users WINDOW by_age AS (ORDER BY users.age)"
    /// );
    /// ```
    pub fn window(mut self, name: &'static str, window: Window) -> Self {
        self.select.windows.push((name, window));
        self
    }

    /// Tells the planner of one dialect, by its name, what it would not know: `SELECT /*+ hint */ …`. MySQL reads it, Oracle, and PostgreSQL with
    /// pg_hint_plan. **Never build it from input.**
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let counted = query(User.id).hint("postgresql", "SeqScan(users)");
    /// assert_eq!(postgresql(counted.clone()), "SELECT /*+ SeqScan(users) */ users.id FROM users");
    /// assert_eq!(sql(counted), "SELECT users.id FROM users");
    /// ```
    #[doc(alias("with_hint", "prefix_with"))]
    pub fn hint(mut self, dialect: &'static str, hint: impl Into<Cow<'static, str>>) -> Self {
        let hint = hint.into();
        if hint.contains("*/") {
            let message = format!("the hint {hint:?} ends the comment that it is in");
            self.select.problem.get_or_insert((ErrorKind::Statement, message));
        }
        self.select.hints.push((dialect, hint));
        self
    }

    /// Drops repeated rows: `SELECT DISTINCT`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query(User.age).distinct()),
    ///     "SELECT DISTINCT users.age FROM users"
    /// );
    /// ```
    pub fn distinct(mut self) -> Self {
        self.select.distinct = true;
        self
    }

    /// Keeps of the rows that are equal in these the first, in the order of the query, which begins with the same: `SELECT DISTINCT ON (…)`. PostgreSQL has it.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let latest = query((Post.user_id, Post.title)).distinct_on(Post.user_id).order_by((Post.user_id, Post.id.desc()));
    /// assert_eq!(
    ///     postgresql(latest),
    ///     "SELECT DISTINCT ON (posts.user_id) posts.user_id, posts.title FROM posts ORDER BY posts.user_id, posts.id DESC"
    /// );
    /// ```
    pub fn distinct_on(mut self, grouping: impl Grouping) -> Self {
        grouping.append(&mut self.select.distinct_on);
        self
    }

    /// At most this many rows: `LIMIT …`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query(User.id).limit(10)),
    ///     "SELECT users.id FROM users LIMIT +?"
    /// );
    /// ```
    pub fn limit(mut self, rows: u64) -> Self {
        self.select.limit = Some(rows);
        self
    }

    /// Passes over this many rows: `OFFSET …`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query(User.id).offset(10)),
    ///     "SELECT users.id FROM users LIMIT -1 OFFSET ?"
    /// );
    /// ```
    pub fn offset(mut self, rows: u64) -> Self {
        self.select.offset = Some(rows);
        self
    }

    /// The rows of a range, counted from 0: `slice(10..20)` is the second page of ten.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query(User.id).order_by(User.id).slice(10..20)),
    ///     "SELECT users.id FROM users ORDER BY users.id LIMIT +? OFFSET ?"
    /// );
    /// ```
    #[doc(alias("paginate"))]
    pub fn slice(self, range: std::ops::Range<u64>) -> Self {
        self.offset(range.start).limit(range.end.saturating_sub(range.start))
    }

    /// Reads rows too that filters hide: those that were deleted where a column has `soft_delete`, and those of
    /// [global filters](crate::engine::EngineBuilder::global_filter). It says so for this query; a subquery and a relation that is loaded say it
    /// for themselves. A [`delete`](Query::delete) removes the rows for good.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(sql(query(User.id).unfiltered()), "SELECT users.id FROM users");
    /// ```
    #[doc(alias = "execution_options")]
    pub fn unfiltered(mut self) -> Self {
        self.select.unfiltered = true;
        self
    }

    /// Says that a bulk `update` or `delete` without a filter is meant.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let delete = query(Post).all_rows().into_delete();
    /// assert_eq!(sql(delete?), "DELETE FROM posts");
    /// # Ok::<(), aludel_core::Error>(())
    /// ```
    pub fn all_rows(mut self) -> Self {
        self.all_rows = true;
        self
    }

    /// The SQL that the query is in a dialect, with placeholders for its values: `query(User).to_sql(engine.dialect())`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(query(User.id).to_sql(&SqliteDialect)?, "SELECT users.id FROM users");
    /// # Ok::<(), aludel_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Of kind [`Statement`](crate::ErrorKind::Statement) if the query cannot be compiled, of kind
    /// [`NotSupported`](crate::ErrorKind::NotSupported) if the dialect cannot do it.
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Result<String> {
        Statement::from(self.select.clone()).to_sql(dialect)
    }

    /// The query without its types.
    pub fn into_select(self) -> Select {
        self.select
    }

    /// The query whose rows become values by another plan.
    pub(super) fn planned<T>(self, plan: Plan<T>) -> Query<T, M, X> {
        let Self { select, plan: _, executor, all_rows, marker } = self;
        Query { select, plan, executor, all_rows, marker }
    }

    /// Loads the other end of a relation with each row, in one more query for all rows: `(User, Vec<Post>)`.
    ///
    /// One more relation adds one more element to the tuple, and a relation may itself have `.with(…)`.
    #[doc(alias("selectinload", "joinedload", "subqueryload", "preload", "belonging_to", "options"))]
    pub fn with<L: Load<M>>(self, relation: L) -> Query<<R as Append<L::Loaded>>::Out, M, X>
    where
        M: Model,
        R: Append<L::Loaded> + Rooted<M> + Send + 'static,
        <R as Append<L::Loaded>>::Out: Send + 'static,
    {
        let Self { select, plan, executor, all_rows, marker } = self;
        let plan = Plan::Loaded(Arc::new(With::new(plan, relation)));
        Query { select, plan, executor, all_rows, marker }
    }
}

impl<R, M> From<Query<R, M>> for Select {
    fn from(query: Query<R, M>) -> Self {
        query.select
    }
}

impl<R, M> From<Query<R, M>> for Statement {
    fn from(query: Query<R, M>) -> Self {
        query.select.into()
    }
}

/// Says that the rows of a query are the model itself.
#[diagnostic::on_unimplemented(
    message = "this works on a query for a whole model, and this one yields `{R}`",
    label = "a query for one model is needed here",
    note = "begin with the model itself: `query(User)`; columns, tuples and relations cannot be changed or named as a table"
)]
pub trait IsRow<R> {}

impl<M> IsRow<M> for M {}

/// Rows of one column, whose type without its `Option` is `S`.
#[diagnostic::on_unimplemented(
    message = "a query for `{Self}` does not yield one column",
    label = "select one column or expression"
)]
pub trait OneColumn<S> {}

impl<T: Field> OneColumn<T::Scalar> for T {}

impl<U: Field, M> OneColumnQuery for Query<U, M> {
    type Type = U;

    fn into_one_column(self) -> Select {
        self.select
    }
}

impl<T, M> InRows<T> for Query<T, M> {
    fn into_rows(self) -> Set {
        Set::Select(Arc::new(self.select))
    }
}

impl<T, U, M> InSet<T> for Query<U, M>
where
    T: Field,
    U: Field,
    U::Scalar: crate::expr::Comparable<T::Scalar>,
{
    fn into_set(self) -> Set {
        Set::Select(Arc::new(self.select))
    }
}
