//! Relations that are more than a name: filtered, ordered, limited, with relations of their own.

use super::{
    plan::{Load, Plan, With, rows_of},
    rows::{Append, Rooted},
    wanted::Wanted,
};
use crate::{
    expr::{Condition, Expr, OrderBy, Relation, counted, exists},
    schema::Model,
};
use std::sync::Arc;

/// The rows at the other end of a relation, in the order and as many as are wanted, themselves with relations loaded or without. Made by the
/// methods of [`Relation`]; `R` is the type of a row.
#[must_use = "it is loaded by `.with(…)` of a query"]
pub struct RelationQuery<M, N, K, R> {
    pub(super) relation: Relation<M, N, K>,
    pub(super) plan: Plan<R>,
    pub(super) wanted: Wanted,
    pub(super) how: How,
}

impl<M, N, K, R> Clone for RelationQuery<M, N, K, R> {
    fn clone(&self) -> Self {
        Self { relation: self.relation, plan: self.plan.clone(), wanted: self.wanted.clone(), how: self.how }
    }
}

/// How a relation is loaded.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum How {
    /// As is best in most cases: one row by a join, many by a query of their own.
    Best,
    /// By a query of its own.
    Apart,
    /// By a join, where one can be.
    Joined,
}

impl<M: Model, N: Model, K> Relation<M, N, K> {
    pub(super) fn rows(self) -> RelationQuery<M, N, K, N> {
        RelationQuery { relation: self, plan: rows_of::<N::Table>(), wanted: Wanted::ALL, how: How::Best }
    }

    /// Loads a relation of the rows that this one leads to: `User.posts.with(Post.comments)`.
    pub fn with<L: Load<N>>(self, relation: L) -> RelationQuery<M, N, K, (N, L::Loaded)>
    where
        N: Clone,
    {
        self.rows().with(relation)
    }

    /// Loads only the rows for which the condition holds: `User.posts.filter(Post.views.gt(9))`.
    pub fn filter(self, condition: impl Condition) -> RelationQuery<M, N, K, N> {
        self.rows().filter(condition)
    }

    /// Loads the rows of each in this order: `User.posts.order_by(Post.views.desc())`.
    pub fn order_by(self, order: impl OrderBy) -> RelationQuery<M, N, K, N> {
        self.rows().order_by(order)
    }

    /// Loads at most this many rows for each: `User.posts.order_by(Post.id.desc()).limit(3)` are the latest three of each user.
    pub fn limit(self, rows: u64) -> RelationQuery<M, N, K, N> {
        self.rows().limit(rows)
    }

    /// Loads rows too that filters of their model hide; see [`Query::unfiltered`](super::Query::unfiltered).
    pub fn unfiltered(self) -> RelationQuery<M, N, K, N> {
        self.rows().unfiltered()
    }

    /// Loads the relation by a query of its own, where it would be joined: the one row that each refers to is, since that saves a
    /// round trip. Where many rows share few, a query of its own sends less.
    #[doc(alias("selectinload"))]
    pub fn select_in(self) -> RelationQuery<M, N, K, N> {
        self.rows().select_in()
    }

    /// Loads the relation by a join of the query, `LEFT JOIN`, also where it leads to many rows: one round trip less, but each row
    /// comes again with every row at the other end, so it is for few rows at the other end.
    ///
    /// A query that is limited, grouped, locked or distinct, that has joins of its own, or that joins many rows already, cannot take it
    /// along: there it is loaded by a query of its own. What is loaded is the same either way.
    #[doc(alias("joinedload"))]
    pub fn joined(self) -> RelationQuery<M, N, K, N> {
        self.rows().joined()
    }
}

impl<M: Model, N: Model, K, R: Rooted<N> + Clone + Send + 'static> RelationQuery<M, N, K, R> {
    /// Loads one relation more of the same rows.
    pub fn with<L: Load<N>>(self, relation: L) -> RelationQuery<M, N, K, R::Out>
    where
        R: Append<L::Loaded>,
        R::Out: Send + 'static,
    {
        let Self { relation: own, plan, wanted, how } = self;
        let plan = Plan::Loaded(Arc::new(With::new(plan, relation)));
        RelationQuery { relation: own, plan, wanted, how }
    }
}

impl<M: Model, N: Model, K, R> RelationQuery<M, N, K, R> {
    /// Loads only the rows for which the condition holds. Several must all hold.
    pub fn filter(mut self, condition: impl Condition) -> Self {
        self.wanted.filter.push(condition.into_condition());
        self
    }

    /// Loads the rows of each in this order. Later calls order within equal rows of the earlier ones.
    pub fn order_by(mut self, order: impl OrderBy) -> Self {
        order.append(&mut self.wanted.order_by);
        self
    }

    /// Loads at most this many rows for each.
    pub fn limit(mut self, rows: u64) -> Self {
        self.wanted.limit = Some(rows);
        self
    }

    /// Passes over this many rows of each.
    pub fn offset(mut self, rows: u64) -> Self {
        self.wanted.offset = rows;
        self
    }

    /// Loads rows too that filters of their model hide; see [`Query::unfiltered`](super::Query::unfiltered).
    pub fn unfiltered(mut self) -> Self {
        self.wanted.unfiltered = true;
        self
    }

    /// Loads the relation by a query of its own; see [`Relation::select_in`].
    pub fn select_in(mut self) -> Self {
        self.how = How::Apart;
        self
    }

    /// Loads many rows by a join too; see [`Relation::joined`].
    pub fn joined(mut self) -> Self {
        self.how = How::Joined;
        self
    }

    /// How many rows there are for which the filters hold, whatever the limit: a value to select, filter or order by.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query((User.id, User.posts.filter(Post.views.gt(9)).count()))),
    ///     "SELECT users.id, (SELECT count(*) FROM posts WHERE posts.user_id = users.id AND posts.views > ?) FROM users"
    /// );
    /// ```
    pub fn count(self) -> Expr<i64> {
        counted(self.relation.related(self.wanted.filter))
    }

    /// Whether there is a row for which the filters hold; as [`Relation::any`].
    pub fn exists(self) -> Expr<bool> {
        exists(self.relation.related(self.wanted.filter), false)
    }
}
