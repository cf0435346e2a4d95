//! Structs of the program's own that are filled from a model and its relations.

use super::{
    Query,
    collect::{Beside, Decoder},
    executor::Executor,
    plan::{Asked, Load, Loaded, Plan, Rows, With, rows_of},
    relation::RelationQuery,
    rows::{Append, Rooted},
};
use crate::{
    engine::BoxFuture,
    error::Result,
    expr::{Relation, tree::Select},
    schema::{Model, TableRef},
};
use std::{marker::PhantomData, sync::Arc};

/// A struct that is filled from rows of a model and of its relations; implemented by `#[derive(View)]`.
///
/// Its fields are fields of the model, and with `#[nested]` relations of it, whose rows are views themselves: one value to hand to a
/// template or to serialise, loaded by one query a level.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a view",
    label = "not a view",
    note = "a view is a struct with `#[derive(View)]` and `#[view(Model)]`; for the model itself there is no need of one: \
            `query(Model).with(Model.relation)`"
)]
pub trait View: Sized + Clone + Send + 'static {
    /// The model.
    type Model: Model;
    /// What is loaded, and how it becomes the view.
    #[doc(hidden)]
    fn rows() -> ViewRows<Self::Model, Self>;
}

/// How rows of a model become values of type `R`; written by `#[derive(View)]`.
#[doc(hidden)]
pub struct ViewRows<M, R> {
    plan: Plan<R>,
    marker: PhantomData<fn() -> M>,
}

impl<M: Model> ViewRows<M, M> {
    pub fn of_model() -> Self {
        Self { plan: rows_of::<M::Table>(), marker: PhantomData }
    }
}

impl<M: Model, R: Send + 'static> ViewRows<M, R> {
    pub fn with<L: Load<M>>(self, relation: L) -> ViewRows<M, R::Out>
    where
        R: Append<L::Loaded> + Rooted<M>,
        R::Out: Send + 'static,
    {
        ViewRows { plan: Plan::Loaded(Arc::new(With::new(self.plan, relation))), marker: PhantomData }
    }

    pub fn map<T: Send + 'static>(self, map: fn(R) -> T) -> ViewRows<M, T> {
        ViewRows { plan: Plan::Loaded(Arc::new(Mapped { rows: self.plan, map })), marker: PhantomData }
    }
}

/// Rows of one type, made into another.
struct Mapped<R, T> {
    rows: Plan<R>,
    map: fn(R) -> T,
}

impl<R: Send + 'static, T: Send + 'static> Loaded<T> for Mapped<R, T> {
    fn run<'a>(
        &'a self,
        asked: Asked,
        beside: Vec<Box<dyn Beside>>,
        executor: &'a mut Executor<'_>,
    ) -> BoxFuture<'a, Result<Rows<T>>> {
        Box::pin(async move {
            let (rows, beside) = self.rows.run_beside(asked, beside, executor).await?;
            Ok((rows.into_iter().map(self.map).collect(), beside))
        })
    }

    fn is_joined(&self) -> bool {
        self.rows.is_joined()
    }

    fn join(&self, select: &mut Select, table: TableRef) -> Result<Decoder<T>> {
        let (row, map) = (self.rows.join(select, table)?, self.map);
        Ok(Arc::new(move |from, at| row(from, at).map(map)))
    }
}

impl<M: Model, X> Query<M, M, X> {
    /// The rows as views: `query(User).filter(User.active).view::<UserPage>()`.
    #[doc(alias("into_model", "query_as"))]
    pub fn view<V: View<Model = M>>(self) -> Query<V, M, X> {
        self.planned(V::rows().plan)
    }
}

impl<M: Model, N: Model, K> Relation<M, N, K> {
    /// The rows at the other end as views: `query(User).with(User.posts.view::<PostLine>())`.
    pub fn view<V: View<Model = N>>(self) -> RelationQuery<M, N, K, V> {
        self.rows().view()
    }
}

impl<M: Model, N: Model, K> RelationQuery<M, N, K, N> {
    /// The rows as views; see [`Relation::view`].
    pub fn view<V: View<Model = N>>(self) -> RelationQuery<M, N, K, V> {
        let Self { relation, plan: _, wanted, how } = self;
        RelationQuery { relation, plan: V::rows().plan, wanted, how }
    }
}
