//! What a query reads from: tables, subqueries, and relations that say how a table is joined.

use crate::{
    error::Result,
    expr::{
        Relation, RelationEnds,
        tree::{Select, Source},
    },
    schema::{Model, Table, TableRef},
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

/// A query used as a table: its columns are those of the model it selects, under its own name.
///
/// Name it in `.from(&recent)` or `.join_on(&recent, …)`, and use its columns as `recent.name`.
#[derive(Debug, Clone)]
pub struct Subquery<T> {
    select: Arc<Select>,
    table: TableRef,
    columns: T,
}

impl<T: Table> Subquery<T> {
    pub(super) fn new(select: Select, table: TableRef) -> Self {
        Self { select: Arc::new(select), table, columns: T::at(table) }
    }
}

impl<T> Deref for Subquery<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.columns
    }
}

impl<T> FromSource for &Subquery<T> {
    fn into_source(self) -> Source {
        Source::Select(Arc::clone(&self.select), self.table)
    }
}
