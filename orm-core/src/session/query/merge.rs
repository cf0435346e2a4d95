//! MERGE: rows changed, deleted and inserted by the rows of a source, in one statement.

use super::{Executor, FromSource, RunsOn};
use crate::{
    compile::Dialect,
    engine::BoxFuture,
    error::{Error, ErrorKind, Result},
    expr::{Condition, Node},
    schema::{Model, Table},
    statement::{self, Assignments, MergeAction, MergeBranch, Statement},
};
use std::{fmt, marker::PhantomData};

/// A MERGE, and what it runs on; made by [`merge`].
#[must_use = "nothing is merged until .execute().await"]
pub struct Merge<M, X = ()> {
    merge: statement::Merge,
    executor: X,
    marker: PhantomData<fn() -> M>,
}

/// Compares the rows of a table with those of a source, and changes or deletes what is in both, and inserts what is not in the table: `MERGE INTO …
/// USING …`. PostgreSQL has it since version 15, and Oracle; elsewhere there are [`on_conflict`](super::InsertRows::on_conflict), and `update` and
/// `delete` over joins.
///
/// For each row the first branch that holds is taken.
///
/// ```
/// # use aludel_doc::*;
/// let changes = values("changes", [(1_i64, "Ada L."), (9, "Grace")]);
/// let merge = merge(User, &changes, User.id.eq(changes.0))
///     .delete_if(User.active.eq(false))
///     .update(User.name.set(changes.1))
///     .insert((User.id.set(changes.0), User.name.set(changes.1)));
/// assert_eq!(
///     merge.to_sql(&PostgresqlDialect)?,
///     "MERGE INTO users USING (SELECT $1 AS column_1, $2 AS column_2 UNION ALL SELECT $3, $4) AS changes \
///      ON users.id = changes.column_1 WHEN MATCHED AND users.active = $5 THEN DELETE \
///      WHEN MATCHED THEN UPDATE SET name = changes.column_2 \
///      WHEN NOT MATCHED THEN INSERT (id, name) VALUES (changes.column_1, changes.column_2)"
/// );
/// # Ok::<(), aludel_core::Error>(())
/// ```
#[doc(alias("upsert"))]
pub fn merge<T: Table>(table: T, source: impl FromSource, on: impl Condition) -> Merge<T::Model> {
    let source = source.into_source();
    let on = on.into_condition();
    let merge = statement::Merge { table: table.table_ref(), source, on, branches: Vec::new() };
    Merge { merge, executor: (), marker: PhantomData }
}

impl<M: Model, X> Merge<M, X> {
    /// Changes rows of the table: `WHEN MATCHED THEN UPDATE SET …`.
    pub fn update(self, assignments: impl Assignments<M>) -> Self {
        self.branch(Vec::new(), MergeAction::Update(set(assignments)))
    }

    /// Changes those rows of the table for which the condition holds: `WHEN MATCHED AND … THEN UPDATE SET …`.
    pub fn update_if(self, condition: impl Condition, assignments: impl Assignments<M>) -> Self {
        self.branch(vec![condition.into_condition()], MergeAction::Update(set(assignments)))
    }

    /// Deletes rows of the table: `WHEN MATCHED THEN DELETE`.
    pub fn delete(self) -> Self {
        self.branch(Vec::new(), MergeAction::Delete)
    }

    /// Deletes those rows of the table for which the condition holds: `WHEN MATCHED AND … THEN DELETE`.
    pub fn delete_if(self, condition: impl Condition) -> Self {
        self.branch(vec![condition.into_condition()], MergeAction::Delete)
    }

    /// Inserts rows of the source that have none in the table: `WHEN NOT MATCHED THEN INSERT (…) VALUES (…)`. Other columns are filled in by the
    /// database.
    pub fn insert(self, assignments: impl Assignments<M>) -> Self {
        self.branch(Vec::new(), MergeAction::Insert(set(assignments)))
    }

    /// Inserts those rows of the source for which the condition holds: `WHEN NOT MATCHED AND … THEN INSERT (…) VALUES (…)`.
    pub fn insert_if(self, condition: impl Condition, assignments: impl Assignments<M>) -> Self {
        self.branch(vec![condition.into_condition()], MergeAction::Insert(set(assignments)))
    }

    /// What it runs on: an engine, a transaction, a session.
    pub fn on<'s>(self, executor: impl RunsOn<'s>) -> Merge<M, Executor<'s>> {
        Merge { merge: self.merge, executor: executor.executor(), marker: PhantomData }
    }

    /// The SQL in a dialect, with placeholders for its values.
    ///
    /// # Errors
    /// As [`Query::to_sql`](super::Query::to_sql), and of kind [`Statement`](ErrorKind::Statement) if nothing is to be done.
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Result<String> {
        checked(self.merge.clone())?.to_sql(dialect)
    }

    fn branch(mut self, filter: Vec<Node>, action: MergeAction) -> Self {
        self.merge.branches.push(MergeBranch { filter, action });
        self
    }
}

impl<'s, M: Model> Merge<M, Executor<'s>> {
    /// Does it, past the objects of a session, and answers how many rows were changed, deleted and inserted.
    ///
    /// # Errors
    /// As [`to_sql`](Merge::to_sql); else those of the server.
    pub fn execute(self) -> BoxFuture<'s, Result<u64>> {
        let Self { merge, mut executor, .. } = self;
        Box::pin(async move { executor.execute(checked(merge)?).await })
    }
}

fn set<M>(assignments: impl Assignments<M>) -> Vec<(u16, Node)> {
    let mut set = Vec::new();
    assignments.append(&mut set);
    set
}

fn checked(merge: statement::Merge) -> Result<Statement> {
    let sets_nothing = |branch: &MergeBranch| match &branch.action {
        MergeAction::Update(set) | MergeAction::Insert(set) => set.is_empty(),
        MergeAction::Delete => false,
    };
    if merge.branches.is_empty() || merge.branches.iter().any(sets_nothing) {
        let message =
            "this merge does nothing with its rows: say .update(…), .delete() or .insert(…), with columns to set";
        return Err(Error::new(ErrorKind::Statement, message).with_table(merge.table.def.full_name()));
    }
    Ok(merge.into())
}

impl<M, X> fmt::Debug for Merge<M, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Merge").field(&self.merge).finish()
    }
}
