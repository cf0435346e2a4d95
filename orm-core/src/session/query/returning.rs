//! What comes back of rows that are changed, deleted or inserted.

use super::{
    Executor, InsertRows, Query, RunsOn,
    collect::{Collect, Decode},
};
use crate::{
    compile::Dialect,
    engine::BoxFuture,
    error::Result,
    expr::{Node, Selectable},
    schema::Model,
    session::query::IsRow,
    statement::{Assignments, Delete, Statement, Update},
};
use std::{fmt, sync::Arc};

/// What comes back for each written row.
pub(super) struct Returned<R> {
    pub(super) nodes: Vec<Node>,
    pub(super) decode: Decode<R>,
}

impl<R> Returned<R> {
    fn of<S: Selectable<Row = R>>(selected: S) -> Self {
        let mut nodes = Vec::new();
        selected.select(&mut nodes);
        Self { nodes, decode: S::decode }
    }
}

/// An UPDATE or a DELETE that hands out columns of the rows it changes or deletes; made by [`Query::returning`].
#[must_use = "nothing is changed until .update(…).await or .delete().await"]
pub struct Returning<R, Q, M, X> {
    query: Query<Q, M, X>,
    returned: Returned<R>,
}

impl<Q, M, X> Query<Q, M, X> {
    /// Makes `update` and `delete` hand out columns of the rows that they change or delete: `RETURNING …`. Of changed rows it is what they
    /// are then. MySQL has none, MariaDB only for `delete`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> aludel_core::Result<()> {
    /// # let engine = engine().await?;
    /// let ages = query(User).filter(User.name.eq("Ada")).returning((User.id, User.age));
    /// let ages: Vec<(i64, i32)> = ages.on(&engine).update(User.age.set(User.age + 1)).await?;
    /// assert_eq!(ages, [(1, 37)]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn returning<S: Selectable>(self, selected: S) -> Returning<S::Row, Q, M, X> {
        Returning { query: self, returned: Returned::of(selected) }
    }
}

impl<R, Q, M> Returning<R, Q, M, ()> {
    /// What it runs on: a session, a transaction or an engine.
    pub fn on<'s>(self, executor: impl RunsOn<'s>) -> Returning<R, Q, M, Executor<'s>> {
        Returning { query: self.query.on(executor), returned: self.returned }
    }
}

impl<R: Send + 'static, Q, M: Model + IsRow<Q>, X> Returning<R, Q, M, X> {
    /// As [`Query::update`], with what is returned of the rows, in no order.
    ///
    /// # Errors
    /// As it, and of kind [`NotSupported`](crate::ErrorKind::NotSupported) where UPDATE returns nothing.
    pub fn update<'s>(self, assignments: impl Assignments<M>) -> BoxFuture<'s, Result<Vec<R>>>
    where
        X: RunsOn<'s>,
    {
        let (query, executor) = self.query.off();
        let Returned { nodes, decode } = self.returned;
        let statement = query.into_update(assignments).map(|update| Update { returning: nodes, ..update }.into());
        write(statement, decode, executor.executor())
    }

    /// As [`Query::delete`], with what is returned of the rows, in no order.
    ///
    /// # Errors
    /// As it, and of kind [`NotSupported`](crate::ErrorKind::NotSupported) where DELETE returns nothing.
    pub fn delete<'s>(self) -> BoxFuture<'s, Result<Vec<R>>>
    where
        X: RunsOn<'s>,
    {
        let (query, executor) = self.query.off();
        let Returned { nodes, decode } = self.returned;
        let statement = query.into_delete().map(|delete| Delete { returning: nodes, ..delete }.into());
        write(statement, decode, executor.executor())
    }
}

impl<R, Q, M: Model + IsRow<Q>> Returning<R, Q, M, ()> {
    /// The statement that [`update`](Returning::update) runs.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let update = query(User).filter(User.age.gt(99)).returning(User.id).into_update(User.active.set(false));
    /// assert_eq!(sql(update?), "UPDATE users SET active = ? WHERE users.age > ? RETURNING id");
    /// # Ok::<(), aludel_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Query::into_update`].
    pub fn into_update(self, assignments: impl Assignments<M>) -> Result<Update> {
        let update = self.query.into_update(assignments)?;
        Ok(Update { returning: self.returned.nodes, ..update })
    }

    /// The statement that [`delete`](Returning::delete) runs.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let delete = query(User).filter(User.age.gt(99)).returning((User.id, User.name)).into_delete();
    /// assert_eq!(sql(delete?), "DELETE FROM users WHERE users.age > ? RETURNING id, name");
    /// # Ok::<(), aludel_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Query::into_delete`].
    pub fn into_delete(self) -> Result<Delete> {
        let delete = self.query.into_delete()?;
        Ok(Delete { returning: self.returned.nodes, ..delete })
    }
}

fn write<'s, R: Send + 'static>(
    statement: Result<Statement>,
    decode: Decode<R>,
    mut executor: Executor<'s>,
) -> BoxFuture<'s, Result<Vec<R>>> {
    Box::pin(async move {
        let (statement, binds) = executor.compile(statement?)?;
        let sink = Collect::boxed(decode, Arc::clone(&statement));
        Collect::take(executor.write(statement, binds, Some(sink)).await?.sink)
    })
}

/// An INSERT that hands out columns of the rows; made by [`InsertRows::returning`].
#[must_use = "nothing is inserted until .all().await"]
pub struct InsertReturning<R, M, X = ()> {
    insert: InsertRows<M, X>,
    returned: Returned<R>,
}

impl<M: Model, X> InsertRows<M, X> {
    /// Hands out columns of the rows as they are then, those that the server fills in too: `RETURNING …`. PostgreSQL, SQLite and MariaDB have it.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> aludel_core::Result<()> {
    /// # let engine = engine().await?;
    /// let clusters = ["east", "west"].map(|name| Cluster { name: name.into(), ..Default::default() });
    /// let mut ids: Vec<i64> = insert(Cluster).values(clusters).returning(Cluster.id).on(&engine).all().await?;
    /// ids.sort();
    /// assert_eq!(ids, [2, 3]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn returning<S: Selectable>(self, selected: S) -> InsertReturning<S::Row, M, X> {
        InsertReturning { insert: self, returned: Returned::of(selected) }
    }
}

impl<R, M: Model, X> InsertReturning<R, M, X> {
    /// What it runs on: an engine, which makes all of it one transaction; a transaction; a session.
    pub fn on<'s>(self, executor: impl RunsOn<'s>) -> InsertReturning<R, M, Executor<'s>> {
        InsertReturning { insert: self.insert.on(executor), returned: self.returned }
    }

    /// The statements in a dialect, with placeholders for their values.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let insert = insert(Cluster).values([Cluster { name: "east".into(), ..Default::default() }]).returning(Cluster.id);
    /// assert_eq!(insert.to_sql(&PostgresqlDialect)?, ["INSERT INTO clusters (name) VALUES ($1) RETURNING id"]);
    /// # Ok::<(), aludel_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Query::to_sql`].
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Result<Vec<String>> {
        self.insert.statements(dialect, &self.returned.nodes)
    }
}

impl<'s, R: Send + 'static, M: Model> InsertReturning<R, M, Executor<'s>> {
    /// Inserts the rows, and answers what is returned of them, in no order. Rows that [`do_nothing`](super::OnConflict::do_nothing) passes over are not
    /// among them.
    ///
    /// # Errors
    /// As [`InsertRows::execute`], and of kind [`NotSupported`](crate::ErrorKind::NotSupported) where INSERT returns nothing.
    pub fn all(self) -> BoxFuture<'s, Result<Vec<R>>> {
        let Self { insert, returned: Returned { nodes, decode } } = self;
        Box::pin(async move {
            let sink = move |statement: &Arc<_>| Some(Collect::boxed(decode, Arc::clone(statement)));
            let mut rows = Vec::new();
            for done in insert.run(&nodes, sink).await? {
                rows.extend(Collect::take(done.sink)?);
            }
            Ok(rows)
        })
    }
}

impl<R, Q, M, X> fmt::Debug for Returning<R, Q, M, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Returning").field(&self.query).field(&self.returned.nodes).finish()
    }
}

impl<R, M: Model, X> fmt::Debug for InsertReturning<R, M, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InsertReturning").field(&self.insert).field(&self.returned.nodes).finish()
    }
}
