//! How the rows of a query become its results, with the relations that are loaded along.

use super::{
    collect::{Beside, Collect, Column, Decode, Decoder},
    executor::Executor,
    placed::{Placed, can_join, reads_only, width},
    rows::{Append, Rooted},
    text_rows::TextRows,
};
use crate::{
    engine::BoxFuture,
    error::Result,
    expr::{Node, Selectable, tree::Select},
    schema::{Model, Table, TableRef},
};
use std::{marker::PhantomData, sync::Arc};

/// What a plan runs: a query, or SQL text in its place.
pub(crate) enum Asked {
    /// A query, and whether something is joined to it that can bring a row again.
    Select(Select, bool),
    Text(TextRows),
}

impl From<Select> for Asked {
    fn from(select: Select) -> Self {
        let brings_again = !select.joins.is_empty();
        Self::Select(select, brings_again)
    }
}

/// How the rows of a query become values of type `R`.
pub(crate) enum Plan<R> {
    /// Each row by itself.
    Rows(Decode<R>),
    /// With relations loaded.
    Loaded(Arc<dyn Loaded<R>>),
}

impl<R> Clone for Plan<R> {
    fn clone(&self) -> Self {
        match self {
            Self::Rows(decode) => Self::Rows(*decode),
            Self::Loaded(plan) => Self::Loaded(Arc::clone(plan)),
        }
    }
}

/// The values of rows, and what stands beside them.
pub(crate) type Rows<R> = (Vec<R>, Vec<Box<dyn Beside>>);

impl<R: Send + 'static> Plan<R> {
    /// Runs the query, or the text in its place.
    pub(crate) async fn run(&self, asked: impl Into<Asked>, executor: &mut Executor<'_>) -> Result<Vec<R>> {
        Ok(self.run_beside(asked.into(), Vec::new(), executor).await?.0)
    }

    /// Runs the query, and keeps what its rows have behind the columns of the plan.
    pub(crate) async fn run_beside(
        &self,
        asked: Asked,
        beside: Vec<Box<dyn Beside>>,
        executor: &mut Executor<'_>,
    ) -> Result<Rows<R>> {
        match (self, asked) {
            (Self::Rows(decode), Asked::Select(select, _)) => {
                let (statement, binds) = executor.compile(select.into())?;
                let sink = Collect::boxed_with(*decode, beside, Arc::clone(&statement));
                Collect::take_with(executor.read(statement, binds, sink).await?.sink)
            }
            (Self::Rows(decode), Asked::Text(text)) => Ok((text.run(*decode, executor).await?, beside)),
            (Self::Loaded(plan), asked) => plan.run(asked, beside, executor).await,
        }
    }

    /// Whether every row can be read from one row of a query that joins what is loaded.
    pub(super) fn is_joined(&self) -> bool {
        match self {
            Self::Rows(_) => true,
            Self::Loaded(plan) => plan.is_joined(),
        }
    }

    /// Adds the columns of the plan to a query that reads `table`, and answers how they are read. Asked only of plans that are
    /// [joined](Self::is_joined).
    pub(super) fn join(&self, select: &mut Select, table: TableRef) -> Result<Decoder<R>> {
        match self {
            Self::Rows(decode) => {
                select.columns.push(Node::Table(table));
                Ok(Arc::new(*decode))
            }
            Self::Loaded(plan) => plan.join(select, table),
        }
    }
}

/// Rows of a table by themselves.
pub(crate) fn rows_of<T: Table>() -> Plan<T::Model> {
    Plan::Rows(<T as Selectable>::decode)
}

/// A query with relations loaded.
pub(crate) trait Loaded<R>: Send + Sync {
    fn run<'a>(
        &'a self,
        asked: Asked,
        beside: Vec<Box<dyn Beside>>,
        executor: &'a mut Executor<'_>,
    ) -> BoxFuture<'a, Result<Rows<R>>>;

    /// As [`Plan::is_joined`].
    fn is_joined(&self) -> bool;

    /// As [`Plan::join`].
    fn join(&self, select: &mut Select, table: TableRef) -> Result<Decoder<R>>;
}

/// What can be loaded with rows of the model `M`: a relation of it, itself with relations or without.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no relation of `{M}`",
    label = "expected a relation that starts from `{M}`",
    note = "a relation is a field of the model that it starts from: `query(User).with(User.posts)`; relations of what is loaded go \
            inside: `User.posts.with(Post.author)`"
)]
pub trait Load<M>: Send + Sync + 'static {
    /// What each row gets.
    type Loaded: Clone + Send + 'static;

    /// Loads it for each of the parents, in their order.
    #[doc(hidden)]
    fn load<'a>(&'a self, parents: Vec<&'a M>, executor: Executor<'a>) -> BoxFuture<'a, Result<Vec<Self::Loaded>>>;

    /// Whether it is joined to the query for the parents.
    #[doc(hidden)]
    fn is_joined(&self) -> bool;

    /// Joins it to a query for the parents, which are rows of `from`, and answers how it is read.
    #[doc(hidden)]
    fn join(&self, select: &mut Select, from: Placed) -> Result<Decoder<Self::Loaded>>;

    /// Whether it is joined though there may be many rows of it for each parent.
    #[doc(hidden)]
    fn joins_rows(&self) -> bool;

    /// Joins it so, and answers what keeps its rows.
    #[doc(hidden)]
    fn join_rows(&self, select: &mut Select, from: Placed) -> Result<Box<dyn Beside>>;
}

/// Rows of type `R`, and a relation of their model `M` loaded with each.
pub(super) struct With<R, M, L> {
    rows: Plan<R>,
    relation: L,
    marker: PhantomData<fn() -> M>,
}

impl<R, M, L> With<R, M, L> {
    pub(super) fn new(rows: Plan<R>, relation: L) -> Self {
        Self { rows, relation, marker: PhantomData }
    }
}

impl<R, M, L: Load<M>> With<R, M, L> {
    /// Joins the relation to a query, if it can be, and answers what keeps its rows.
    fn join_to(&self, asked: &mut Asked) -> Result<Option<Box<dyn Beside>>> {
        let Asked::Select(select, brings_again) = asked else { return Ok(None) };
        let Some(table) = can_join(select) else { return Ok(None) };
        if self.relation.is_joined() {
            return Ok(Some(Column::boxed(self.relation.join(select, table)?)));
        }
        // A limit counts the rows that come.
        let unlimited = (select.limit, select.offset) == (None, None);
        if self.relation.joins_rows() && unlimited && !*brings_again && reads_only(select, table.table) {
            *brings_again = true;
            return self.relation.join_rows(select, table).map(Some);
        }
        Ok(None)
    }
}

impl<R, M, L> Loaded<R::Out> for With<R, M, L>
where
    M: Model,
    L: Load<M>,
    R: Append<L::Loaded> + Rooted<M> + Send + 'static,
    R::Out: Send + 'static,
{
    fn run<'a>(
        &'a self,
        mut asked: Asked,
        mut beside: Vec<Box<dyn Beside>>,
        executor: &'a mut Executor<'_>,
    ) -> BoxFuture<'a, Result<Rows<R::Out>>> {
        Box::pin(async move {
            if let Some(joined) = self.join_to(&mut asked)? {
                let own = beside.len();
                beside.push(joined);
                let (rows, mut beside) = self.rows.run_beside(asked, beside, executor).await?;
                let loaded = Column::take((own < beside.len()).then(|| beside.remove(own)))?;
                return Ok((append(rows, loaded), beside));
            }
            let (rows, beside) = self.rows.run_beside(asked, beside, executor).await?;
            let parents = rows.iter().map(Rooted::root).collect();
            let loaded = self.relation.load(parents, executor.reborrow()).await?;
            Ok((append(rows, loaded), beside))
        })
    }

    fn is_joined(&self) -> bool {
        self.rows.is_joined() && self.relation.is_joined()
    }

    fn join(&self, select: &mut Select, table: TableRef) -> Result<Decoder<R::Out>> {
        let start = width(select);
        let row = self.rows.join(select, table)?;
        let loaded = self.relation.join(select, Placed { table, start })?;
        Ok(Arc::new(move |from, at| {
            let row = row(from, at)?;
            Ok(row.append(loaded(from, at)?))
        }))
    }
}

fn append<L, R: Append<L>>(rows: Vec<R>, loaded: Vec<L>) -> Vec<R::Out> {
    rows.into_iter().zip(loaded).map(|(row, loaded)| row.append(loaded)).collect()
}
