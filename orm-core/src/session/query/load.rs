//! How the rows of a query become its results, with the relations that are loaded along.
//!
//! A relation is loaded with one query for all rows, never one for each: the keys of the rows go into an `IN`.

use super::{
    collect::{Collect, Decode},
    executor::Executor,
    rows::{Append, Rooted},
    text::TextRows,
};
use crate::{
    compile::{Dialect, ListStyle},
    engine::BoxFuture,
    error::{Error, ErrorKind, Result},
    expr::{
        Cardinality, Node, Relation, RelationEnds, Selectable,
        tree::{BinaryOp, Junction, Select, Set},
    },
    schema::{ColumnRef, Model, Table, TableRef},
    session::key::Key,
    types::Value,
};
use std::{collections::HashMap, marker::PhantomData, sync::Arc};

/// What a plan runs: a query, or SQL text in its place.
pub(crate) enum Asked {
    Select(Select),
    Text(TextRows),
}

impl From<Select> for Asked {
    fn from(select: Select) -> Self {
        Self::Select(select)
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

impl<R: Send + 'static> Plan<R> {
    /// Runs the query, or the text in its place.
    pub(crate) async fn run(&self, asked: impl Into<Asked>, executor: &mut Executor<'_>) -> Result<Vec<R>> {
        match (self, asked.into()) {
            (Self::Rows(decode), Asked::Select(select)) => {
                let (statement, binds) = executor.compile(select.into())?;
                let sink = Collect::boxed(*decode, Arc::clone(&statement));
                Collect::take(executor.read(statement, binds, sink).await?.sink)
            }
            (Self::Rows(decode), Asked::Text(text)) => text.run(*decode, executor).await,
            (Self::Loaded(plan), asked) => plan.run(asked, executor).await,
        }
    }
}

/// Rows of a table by themselves.
pub(crate) fn rows_of<T: Table>() -> Plan<T::Model> {
    Plan::Rows(<T as Selectable>::decode)
}

/// A query with relations loaded.
pub(crate) trait Loaded<R>: Send + Sync {
    fn run<'a>(&'a self, asked: Asked, executor: &'a mut Executor<'_>) -> BoxFuture<'a, Result<Vec<R>>>;
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
}

impl<M: Model, N: Model + Clone, K: Cardinality> Load<M> for Relation<M, N, K> {
    type Loaded = K::Loaded<N>;

    fn load<'a>(&'a self, parents: Vec<&'a M>, executor: Executor<'a>) -> BoxFuture<'a, Result<Vec<K::Loaded<N>>>> {
        Box::pin(load(*self, rows_of::<N::Table>(), parents, executor))
    }
}

/// A relation whose rows have relations loaded themselves; made by [`Relation::with`].
pub struct LoadedRelation<M, N, K, R> {
    relation: Relation<M, N, K>,
    plan: Plan<R>,
}

impl<M: Model, N: Model, K> Relation<M, N, K> {
    /// Loads a relation of the rows that this one leads to: `User.posts.with(Post.comments)`.
    pub fn with<L: Load<N>>(self, relation: L) -> LoadedRelation<M, N, K, (N, L::Loaded)> {
        let rows = rows_of::<N::Table>();
        LoadedRelation { relation: self, plan: Plan::Loaded(Arc::new(With::new(rows, relation))) }
    }
}

impl<M: Model, N: Model, K, R: Rooted<N> + Clone + Send + 'static> LoadedRelation<M, N, K, R> {
    /// Loads one relation more of the same rows.
    pub fn with<L: Load<N>>(self, relation: L) -> LoadedRelation<M, N, K, R::Out>
    where
        R: Append<L::Loaded>,
        R::Out: Send + 'static,
    {
        LoadedRelation { relation: self.relation, plan: Plan::Loaded(Arc::new(With::new(self.plan, relation))) }
    }
}

impl<M: Model, N: Model, K: Cardinality, R: Rooted<N> + Clone + Send + 'static> Load<M> for LoadedRelation<M, N, K, R> {
    type Loaded = K::Loaded<R>;

    fn load<'a>(&'a self, parents: Vec<&'a M>, executor: Executor<'a>) -> BoxFuture<'a, Result<Vec<K::Loaded<R>>>> {
        Box::pin(load(self.relation, self.plan.clone(), parents, executor))
    }
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

impl<R, M, L> Loaded<R::Out> for With<R, M, L>
where
    M: Model,
    L: Load<M>,
    R: Append<L::Loaded> + Rooted<M> + Send + 'static,
    R::Out: Send + 'static,
{
    fn run<'a>(&'a self, asked: Asked, executor: &'a mut Executor<'_>) -> BoxFuture<'a, Result<Vec<R::Out>>> {
        Box::pin(async move {
            let rows = self.rows.run(asked, executor).await?;
            let parents = rows.iter().map(Rooted::root).collect();
            let loaded = self.relation.load(parents, executor.reborrow()).await?;
            Ok(rows.into_iter().zip(loaded).map(|(row, loaded)| row.append(loaded)).collect())
        })
    }
}

/// Loads the other end of `relation` for each parent, in their order.
async fn load<M: Model, N: Model, K: Cardinality, R: Rooted<N> + Clone + Send + 'static>(
    relation: Relation<M, N, K>,
    plan: Plan<R>,
    parents: Vec<&M>,
    mut executor: Executor<'_>,
) -> Result<Vec<K::Loaded<R>>> {
    let RelationEnds { from, to, pairs } = relation.ends()?;
    let (here, there): (Vec<ColumnRef>, Vec<ColumnRef>) = pairs.into_iter().unzip();
    let keys: Vec<Option<Key>> = parents.iter().map(|parent| Key::of(*parent, &here)).collect();
    // How many rows still want the children of a key: the last one gets them, the others copies.
    let mut wanted: HashMap<&Key, usize> = HashMap::new();
    keys.iter().flatten().for_each(|key| *wanted.entry(key).or_default() += 1);
    let mut children: HashMap<Key, Vec<R>> = HashMap::new();
    let asked: Vec<&Key> = wanted.keys().copied().collect();
    for keys in asked.chunks(keys_at_once(executor.dialect(), &there)) {
        let select = Select { columns: vec![Node::Table(to)], filter: vec![any_of(&there, keys)], ..Select::default() };
        for child in plan.run(select, &mut executor).await? {
            if let Some(key) = Key::of(child.root(), &there) {
                children.entry(key).or_default().push(child);
            }
        }
    }
    let mut loaded = Vec::with_capacity(keys.len());
    for key in &keys {
        let rows = match key.as_ref().map(|key| (key, wanted.get_mut(key))) {
            Some((key, Some(left))) if *left > 1 => {
                *left -= 1;
                children.get(key).cloned()
            }
            Some((key, _)) => children.remove(key),
            None => None,
        };
        loaded.push(K::collect(rows.unwrap_or_default()).ok_or_else(|| nothing_there(from, to, key.as_ref()))?);
    }
    Ok(loaded)
}

/// How many keys go into one query.
fn keys_at_once(dialect: &dyn Dialect, columns: &[ColumnRef]) -> usize {
    /// A condition for each key: more, and a parser runs out of depth (SQLite's has 1,000 levels).
    const CONDITIONS: usize = 512;
    let binds = dialect.capabilities().max_binds / columns.len().max(1);
    match columns {
        [column] if dialect.list_style(column.def().sql_type) != ListStyle::Padded => usize::MAX,
        // Padded to a power of two, and never past the limit.
        [_] => 1 << binds.max(1).ilog2(),
        _ => CONDITIONS.min(1 << binds.max(1).ilog2()),
    }
}

/// The condition that the columns are one of the keys.
fn any_of(columns: &[ColumnRef], keys: &[&Key]) -> Node {
    if let [column] = columns {
        let list = keys.iter().flat_map(|key| key.values().iter().cloned().map(Node::Bind)).collect();
        return Node::In { node: Box::new(Node::Column(*column)), set: Set::List(list), negated: false };
    }
    let equal = |(column, value): (&ColumnRef, &Value)| {
        Node::Binary(BinaryOp::Eq, Box::new([Node::Column(*column), Node::Bind(value.clone())]))
    };
    let one = |key: &&Key| Node::Junction(Junction::And, columns.iter().zip(key.values()).map(equal).collect());
    // As many as the next power of two, so that few statements serve all lengths.
    let padding = keys.last().into_iter().cycle().take(keys.len().next_power_of_two() - keys.len());
    Node::Junction(Junction::Or, keys.iter().chain(padding).map(one).collect())
}

#[cold]
fn nothing_there(from: TableRef, to: TableRef, key: Option<&Key>) -> Error {
    let key = key.map_or_else(String::new, |key| format!(" {key:?}"));
    let message =
        format!("a row of {} refers to{key}, and {} has no such row", from.def.full_name(), to.def.full_name());
    Error::new(ErrorKind::NotFound, message)
}
