//! What a query reads from: tables, subqueries, and relations that say how a table is joined.

use super::combined::combined;
use crate::{
    error::Result,
    expr::{
        DerivedRow, Node, Relation,
        tree::{Cte, Select, SetOperator, Source},
    },
    schema::{Model, RelationEnds, Table, TableRef},
};
use std::{ops::Deref, sync::Arc};

/// What says by itself how it is joined: a relation.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how it is joined",
    label = "expected a relation, such as `User.posts`",
    note = "a relation is declared on a model, `#[has_many(posts: Post.user_id)]` or `relation = author` beside a `foreign_key`; \
            without one, say the condition: `.join_on(Post, Post.user_id.eq(User.id))`"
)]
pub trait Joins {
    /// The columns that are equal.
    ///
    /// # Errors
    /// As [`Relation::ends`].
    fn ends(&self) -> Result<RelationEnds>;
}

impl<M: Model, N: Model, K> Joins for Relation<M, N, K> {
    fn ends(&self) -> Result<RelationEnds> {
        Relation::ends(self)
    }
}

/// What a query can read from: a table, or a subquery.
#[diagnostic::on_unimplemented(
    message = "a query cannot read from `{Self}`",
    label = "expected a model, an alias of one, or a subquery",
    note = "a subquery is named by reference: `.from(&recent)`"
)]
pub trait FromSource {
    /// The source without its types.
    fn into_source(self) -> Source;
}

impl<T: Table> FromSource for T {
    fn into_source(self) -> Source {
        Source::Table(self.table_ref())
    }
}

/// A query used as a table: its columns are those that it selects, under its own name.
///
/// Name it in `.from(&recent)` or `.join_on(&recent, …)`. The columns of a model are used as `recent.name`, those of a tuple by their
/// place: `totals.0`, `totals.1`.
#[derive(Debug, Clone)]
pub struct Subquery<C> {
    rows: Rows,
    table: TableRef,
    columns: C,
    columns_of: fn(TableRef) -> C,
}

/// The rows of a subquery.
#[derive(Debug, Clone)]
pub(super) enum Rows {
    Select(Arc<Select>),
    Lateral(Arc<Select>),
    Cte(Arc<Cte>),
    Recursion,
    Values(Arc<Vec<Vec<Node>>>),
}

impl<C: Copy> Subquery<C> {
    pub(super) fn new(rows: Rows, table: TableRef, columns_of: fn(TableRef) -> C) -> Self {
        Self { rows, table, columns: columns_of(table), columns_of }
    }

    pub(super) fn select<R: DerivedRow<K, Columns = C>, K>(mut select: Select, name: &'static str) -> Self {
        let table = R::table(name, &mut select);
        Self::new(Rows::Select(Arc::new(select)), table, R::columns)
    }

    pub(super) fn lateral<R: DerivedRow<K, Columns = C>, K>(mut select: Select, name: &'static str) -> Self {
        let table = R::table(name, &mut select);
        Self::new(Rows::Lateral(Arc::new(select)), table, R::columns)
    }

    pub(super) fn cte<R: DerivedRow<K, Columns = C>, K>(mut select: Select, name: &'static str) -> Self {
        let table = R::table(name, &mut select);
        Self::new(Rows::Cte(Arc::new(named(select, name, table, false))), table, R::columns)
    }

    pub(super) fn recursive<R: DerivedRow<K, Columns = C>, K>(
        mut first: Select,
        name: &'static str,
        all: bool,
        step: impl FnOnce(&Self) -> Select,
    ) -> Self {
        let table = R::table(name, &mut first);
        let own = Self::new(Rows::Recursion, table, R::columns);
        let select = combined(first, SetOperator::Union, all, step(&own));
        Self::new(Rows::Cte(Arc::new(named(select, name, table, true))), table, R::columns)
    }

    /// The columns by themselves: `let (cluster, users) = totals.columns()`.
    pub fn columns(&self) -> C {
        self.columns
    }

    /// The same rows under another name, to read them twice in one query.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let ages = query(User.age).distinct().cte("ages");
    /// let other = ages.alias("other");
    /// assert_eq!(
    ///     sql(query((*ages, *other)).from(&ages).join_on(&other, ages.lt(*other))),
    ///     "WITH ages AS (SELECT DISTINCT users.age FROM users) \
    ///      SELECT ages.age, other.age FROM ages JOIN ages AS other ON ages.age < other.age"
    /// );
    /// ```
    #[must_use]
    pub fn alias(&self, name: &'static str) -> Self {
        let table = TableRef { alias: Some(name), ..self.table };
        Self::new(self.rows.clone(), table, self.columns_of)
    }

    /// Whether the server keeps the rows of a [`cte`](super::Query::cte) (`MATERIALIZED`) or reads them anew where they are used. MySQL and MariaDB
    /// decide that by themselves, and so does every server for other subqueries.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let old = query(User).filter(User.age.gt(80)).cte("old").materialized(false);
    /// assert_eq!(
    ///     sql(query(old.id).from(&old)),
    ///     "WITH old AS NOT MATERIALIZED (SELECT users.id, users.name, users.email, users.age, users.score, users.active, \
    ///      users.cluster_id FROM users WHERE users.age > ?) SELECT old.id FROM old"
    /// );
    /// ```
    #[must_use]
    pub fn materialized(mut self, kept: bool) -> Self {
        if let Rows::Cte(cte) = &mut self.rows {
            Arc::make_mut(cte).materialized = Some(kept);
        }
        self
    }
}

/// A query with the name that WITH gives it.
fn named(select: Select, name: &'static str, table: TableRef, recursive: bool) -> Cte {
    let columns = table.def.columns.iter().map(|column| column.name.clone()).collect();
    Cte { name, columns, select: Arc::new(select), recursive, materialized: None }
}

impl<C> Deref for Subquery<C> {
    type Target = C;
    fn deref(&self) -> &C {
        &self.columns
    }
}

impl<C> FromSource for &Subquery<C> {
    fn into_source(self) -> Source {
        match &self.rows {
            Rows::Select(select) => Source::Select(Arc::clone(select), self.table),
            Rows::Lateral(select) => Source::Lateral(Arc::clone(select), self.table),
            Rows::Cte(cte) => Source::Cte(Arc::clone(cte), self.table),
            Rows::Recursion => Source::Recursion(self.table),
            Rows::Values(rows) => Source::Values(Arc::clone(rows), self.table),
        }
    }
}
