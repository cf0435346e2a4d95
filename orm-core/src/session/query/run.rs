//! The query, as it is run.

use super::{
    builder::{IsRow, Query},
    collect::{Collect, Decode},
    executor::{Executor, RunsOn},
    plan::Plan,
    stream::ModelStream,
};
use crate::{
    engine::BoxFuture,
    error::{Error, ErrorKind, Result},
    expr::{
        Expr, Node, Selectable, func, named,
        tree::{Constant, Select, Source},
    },
    schema::{ColumnRole, Model, TableRef, derived_table},
    session::{Track, role},
    statement::{Assignments, Delete, Matching, Statement, Update},
    types::Row,
};
use std::sync::Arc;

impl<R: Send + 'static, M: 'static, X> Query<R, M, X> {
    /// Every row.
    ///
    /// # Errors
    /// Of kind [`Statement`](ErrorKind::Statement) if the query cannot be compiled, of kind [`Decode`](ErrorKind::Decode) if a value
    /// does not fit its Rust type, else those of the server.
    #[doc(alias("load", "scalars", "fetch_all", "get_results"))]
    pub fn all<'s>(self) -> BoxFuture<'s, Result<Vec<R>>>
    where
        X: RunsOn<'s>,
    {
        let Self { select, plan, executor, .. } = self;
        let mut executor = executor.executor();
        Box::pin(async move { plan.run(select, &mut executor).await })
    }

    /// The first row, or `None`: `LIMIT 1`.
    ///
    /// # Errors
    /// As [`all`](Self::all).
    #[doc(alias("fetch_optional"))]
    pub fn first<'s>(mut self) -> BoxFuture<'s, Result<Option<R>>>
    where
        X: RunsOn<'s>,
    {
        self.select.limit = Some(self.select.limit.map_or(1, |limit| limit.min(1)));
        let rows = self.all();
        Box::pin(async move { Ok(rows.await?.into_iter().next()) })
    }

    /// The one row.
    ///
    /// # Errors
    /// Of kind [`NotFound`](ErrorKind::NotFound) if there is none, of kind [`MultipleRows`](ErrorKind::MultipleRows) if there are more;
    /// else as [`all`](Self::all).
    #[doc(alias("scalar_one", "get_result", "fetch_one"))]
    pub fn one<'s>(self) -> BoxFuture<'s, Result<R>>
    where
        X: RunsOn<'s>,
    {
        let row = self.one_or_none();
        Box::pin(async move { row.await?.ok_or_else(no_row) })
    }

    /// The one row, or `None`.
    ///
    /// # Errors
    /// Of kind [`MultipleRows`](ErrorKind::MultipleRows) if there are more; else as [`all`](Self::all).
    #[doc(alias("scalar_one_or_none"))]
    pub fn one_or_none<'s>(mut self) -> BoxFuture<'s, Result<Option<R>>>
    where
        X: RunsOn<'s>,
    {
        // The second row is read only to know that there is one.
        self.select.limit = Some(self.select.limit.map_or(2, |limit| limit.min(2)));
        let rows = self.all();
        Box::pin(async move {
            let mut rows = rows.await?.into_iter();
            match (rows.next(), rows.next()) {
                (row, None) => Ok(row),
                _ => Err(more_rows()),
            }
        })
    }

    /// The value of a query that always yields one row, such as an aggregate: [`one`](Self::one) by the name SQLAlchemy has for it.
    ///
    /// # Errors
    /// As [`one`](Self::one).
    #[doc(alias("scalar_one"))]
    pub fn scalar<'s>(self) -> BoxFuture<'s, Result<R>>
    where
        X: RunsOn<'s>,
    {
        self.one()
    }

    /// How many rows the query yields, counted by the server.
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub fn count<'s>(self) -> BoxFuture<'s, Result<u64>>
    where
        X: RunsOn<'s>,
    {
        let Self { select, executor, .. } = self;
        let mut executor = executor.executor();
        let select = count(select);
        Box::pin(async move {
            let counted = Plan::Rows(i64_at as Decode<i64>).run(select, &mut executor).await?;
            Ok(counted.first().map_or(0, |&count| count.unsigned_abs()))
        })
    }

    /// Whether the query yields a row.
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub fn exists<'s>(self) -> BoxFuture<'s, Result<bool>>
    where
        X: RunsOn<'s>,
    {
        let Self { select, executor, .. } = self;
        let mut executor = executor.executor();
        let select = any(select);
        Box::pin(async move {
            let rows = Plan::Rows(i64_at as Decode<i64>).run(select, &mut executor).await?;
            Ok(!rows.is_empty())
        })
    }

    /// The rows as a stream: fetched in batches of 1,000 as they are asked for, so that memory holds one batch whatever the query yields.
    ///
    /// Dropped early, it ends the query; inside a transaction on PostgreSQL the rest of its rows is read, and thrown away, before the next
    /// statement, since ending the query would end the transaction.
    ///
    /// # Errors
    /// As [`all`](Self::all), and of kind [`NotSupported`](ErrorKind::NotSupported) for a query that loads relations.
    #[doc(alias("yield_per", "load_iter"))]
    pub fn stream<'s>(self) -> BoxFuture<'s, Result<ModelStream<'s, R>>>
    where
        X: RunsOn<'s>,
    {
        const BATCH: usize = 1_000;
        let Self { select, plan, executor, .. } = self;
        let executor = executor.executor();
        Box::pin(async move {
            let Plan::Rows(decode) = plan else {
                return Err(Error::new(
                    ErrorKind::NotSupported,
                    "a stream cannot load relations; load them for each batch, or take .all()",
                ));
            };
            let (statement, binds) = executor.compile(select.into())?;
            let shared = Arc::clone(&statement);
            let new_sink = move || Collect::boxed(decode, Arc::clone(&shared));
            let batches = executor.stream(statement, binds, BATCH, new_sink).await?;
            Ok(ModelStream::new(batches))
        })
    }
}

impl<R: Track + Send + 'static, M: 'static, X> Query<R, M, X> {
    /// Every row as an object of the session, to be changed or deleted through its handle; the rows of relations that are loaded along too:
    /// `query(User).with(User.posts)` yields `(Handle<User>, Vec<Handle<Post>>)`. A row that the session has already is not taken twice: see
    /// [`Session::track`](crate::session::Session::track).
    ///
    /// # Errors
    /// As [`all`](Self::all), and of kind [`State`](ErrorKind::State) if the query does not run on a session.
    pub fn track<'s>(self) -> BoxFuture<'s, Result<Vec<R::Handles>>>
    where
        X: RunsOn<'s>,
    {
        let Self { select, plan, executor, .. } = self;
        let executor = executor.executor();
        Box::pin(async move {
            let Executor::Session(session) = executor else {
                return Err(Error::new(ErrorKind::State, "only a session tracks objects: run the query on one"));
            };
            let rows = plan.run(select, &mut Executor::Session(&mut *session)).await?;
            Ok(rows.track(session))
        })
    }
}

impl<R: Send + 'static, M: Model + IsRow<R>, X> Query<R, M, X> {
    /// Sets columns of every row of the query in one statement, past the session's objects: `UPDATE … SET …`. Answers how many rows
    /// there were. In a session it is part of the transaction: commit it.
    ///
    /// # Errors
    /// Of kind [`Statement`](ErrorKind::Statement) if the query has no filter and does not say [`.all_rows()`](Query::all_rows), or if it
    /// joins, groups, orders or limits; else those of the server.
    pub fn update<'s>(self, assignments: impl Assignments<M>) -> BoxFuture<'s, Result<u64>>
    where
        X: RunsOn<'s>,
    {
        let (query, executor) = self.off();
        write(query.into_update(assignments).map(Into::into), executor.executor())
    }

    /// Deletes every row of the query in one statement, past the session's objects: `DELETE FROM …`. Answers how many rows there
    /// were. Where a column has `soft_delete`, it is set instead, unless the query is [`unfiltered`](Query::unfiltered). In a session it is part of the transaction: commit it.
    ///
    /// # Errors
    /// As [`update`](Self::update).
    pub fn delete<'s>(self) -> BoxFuture<'s, Result<u64>>
    where
        X: RunsOn<'s>,
    {
        let (query, executor) = self.off();
        let statement = match M::table().with_role(ColumnRole::SoftDelete) {
            Some(column) if !query.select.unfiltered => query.into_soft_delete(column).map(Into::into),
            _ => query.into_delete().map(Into::into),
        };
        write(statement, executor.executor())
    }
}

impl<R, M: Model + IsRow<R>> Query<R, M> {
    /// The statement that [`update`](Query::update) runs.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let update = query(User).filter(User.age.gt(99)).into_update(User.active.set(false));
    /// assert_eq!(sql(update?), "UPDATE users SET active = ? WHERE users.age > ?");
    /// # Ok::<(), aludel_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As it, but for those of the server.
    pub fn into_update(self, assignments: impl Assignments<M>) -> Result<Update> {
        let mut set = Vec::new();
        assignments.append(&mut set);
        if set.is_empty() {
            return Err(Error::new(ErrorKind::Statement, "this update sets no column"));
        }
        let (table, matching) = matching("update", self.all_rows, self.select)?;
        role::at_update(table, &mut set);
        Ok(Update { table, assignments: set, matching, returning: Vec::new() })
    }

    /// The statement that [`delete`](Query::delete) runs.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let delete = query(User).filter(User.age.gt(99)).into_delete();
    /// assert_eq!(sql(delete?), "DELETE FROM users WHERE users.age > ?");
    /// # Ok::<(), aludel_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As it, but for those of the server.
    pub fn into_delete(self) -> Result<Delete> {
        let (table, matching) = matching("delete", self.all_rows, self.select)?;
        Ok(Delete { table, matching, returning: Vec::new() })
    }

    /// The statement that says of rows that they are deleted.
    fn into_soft_delete(self, column: u16) -> Result<Update> {
        let (table, matching) = matching("delete", self.all_rows, self.select)?;
        let sql_type = table.def.columns[usize::from(column)].sql_type;
        let mut assignments = vec![(column, Node::Bind(role::moment(sql_type, role::now())))];
        role::at_update(table, &mut assignments);
        Ok(Update { table, assignments, matching, returning: Vec::new() })
    }
}

fn write(statement: Result<Statement>, mut executor: Executor<'_>) -> BoxFuture<'_, Result<u64>> {
    Box::pin(async move { executor.execute(statement?).await })
}

/// The table of a query for one table, and which of its rows the query is about.
fn matching(what: &str, all_rows: bool, select: Select) -> Result<(TableRef, Matching)> {
    let refuse = |message: String| Err(Error::new(ErrorKind::Statement, message));
    if let Some((kind, message)) = select.problem {
        return Err(Error::new(kind, message));
    }
    let [Node::Table(table)] = select.columns[..] else {
        return refuse(format!("{what} works on a query for one table"));
    };
    let simple = select.compound.is_none()
        && select.windows.is_empty()
        && select.lock.is_none()
        && select.group_by.is_empty()
        && select.having.is_empty()
        && select.order_by.is_empty()
        && !select.distinct
        && select.distinct_on.is_empty()
        && (select.limit, select.offset) == (None, None);
    if !simple {
        return refuse(format!(
            "{what} takes only filters and joins; put groups, order and limits into a subquery: .filter(Model.id.in_(query(…)))"
        ));
    }
    let Select { mut from, joins, filter, unfiltered, .. } = select;
    from.retain(|source| source.table_ref() != table);
    if filter.is_empty() && joins.is_empty() && !all_rows {
        return refuse(format!(
            "this would {what} every row of {}; add a .filter(…), or say .all_rows()",
            table.def.full_name()
        ));
    }
    Ok((table, Matching { from, joins, filter, unfiltered }))
}

fn i64_at(row: &dyn Row, at: &mut usize) -> Result<i64> {
    <Expr<i64> as Selectable>::decode(row, at)
}

/// The query that counts the rows of `select`.
fn count(select: Select) -> Select {
    instead(func::count_all().node().clone(), select, |select| (select.limit, select.offset) == (None, None))
}

/// The query that yields a row if `select` yields any.
fn any(select: Select) -> Select {
    let limit = Some(select.limit.map_or(1, |limit| limit.min(1)));
    Select { limit, ..instead(Node::Constant(Constant::Number(1)), select, |_| true) }
}

/// `column` selected from the rows of `select`: in its place where each row stays one row without the columns of `select`, and from a
/// derived table where they may be aggregates, groups or different values, or where `plain` says no.
fn instead(column: Node, mut select: Select, plain: impl FnOnce(&Select) -> bool) -> Select {
    select.order_by.clear();
    select.from = select.sources();
    let plain = plain(&select)
        && select.compound.is_none()
        && select.columns.iter().all(is_column)
        && !select.distinct
        && select.distinct_on.is_empty()
        && select.group_by.is_empty()
        && select.having.is_empty();
    if plain {
        return Select { columns: vec![column], ..select };
    }
    // Two tables may have columns of one name, which a derived table may not.
    let columns = named(&select.columns);
    select.rename(columns);
    let table = TableRef::derived(derived_table("rows_counted", Vec::new()), None);
    let from = vec![Source::Select(Arc::new(select), table)];
    Select { columns: vec![column], from, ..Select::default() }
}

fn is_column(node: &Node) -> bool {
    match node {
        Node::Column(_) | Node::Table(_) => true,
        Node::Label(node, _) => is_column(node),
        _ => false,
    }
}

#[cold]
pub(super) fn no_row() -> Error {
    Error::new(ErrorKind::NotFound, "one row was asked for, and there is none")
}

#[cold]
pub(super) fn more_rows() -> Error {
    Error::new(ErrorKind::MultipleRows, "one row was asked for, and there are more")
}
