//! Relations that are loaded by a query of their own, for all rows at once: the keys of the rows go into an `IN`.

use super::{
    collect::{Beside, Decoder},
    executor::Executor,
    joined, joined_rows,
    owners::{Owned, OwnerOf, Owners},
    placed::{KeyColumns, Placed},
    plan::{Load, Plan, rows_of},
    ranked::ranked,
    relation::{How, RelationQuery},
    wanted::{Wanted, nothing_there},
};
use crate::{
    engine::BoxFuture,
    error::Result,
    expr::{Cardinality, Node, Relation, far_end, tree::Select},
    schema::{ColumnRef, Model, RelationEnds},
    session::{
        key::Key,
        key_list::{any_of, keys_at_once},
    },
};
use std::{mem, sync::Arc};

impl<M: Model, N: Model + Clone, K: Cardinality> Load<M> for Relation<M, N, K> {
    type Loaded = K::Loaded<N>;

    fn load<'a>(&'a self, parents: Vec<&'a M>, executor: Executor<'a>) -> BoxFuture<'a, Result<Vec<K::Loaded<N>>>> {
        Box::pin(load(*self, rows_of::<N::Table>(), Wanted::EVERY, parents, executor))
    }

    fn is_joined(&self) -> bool {
        joined::leads_to_one(self)
    }

    fn join(&self, select: &mut Select, from: Placed) -> Result<Decoder<K::Loaded<N>>> {
        joined::join(self, &rows_of::<N::Table>(), select, from)
    }

    fn joins_rows(&self) -> bool {
        false
    }

    fn join_rows(&self, select: &mut Select, from: Placed) -> Result<Box<dyn Beside>> {
        self.rows().join_rows(select, from)
    }
}

impl<M: Model, N: Model, K: Cardinality, R: Clone + Send + 'static> Load<M> for RelationQuery<M, N, K, R> {
    type Loaded = K::Loaded<R>;

    fn load<'a>(&'a self, parents: Vec<&'a M>, executor: Executor<'a>) -> BoxFuture<'a, Result<Vec<K::Loaded<R>>>> {
        Box::pin(load(self.relation, self.plan.clone(), &self.wanted, parents, executor))
    }

    fn is_joined(&self) -> bool {
        self.wanted.is_all() && self.how != How::Apart && self.plan.is_joined() && joined::leads_to_one(&self.relation)
    }

    fn join(&self, select: &mut Select, from: Placed) -> Result<Decoder<K::Loaded<R>>> {
        joined::join(&self.relation, &self.plan, select, from)
    }

    fn joins_rows(&self) -> bool {
        self.how == How::Joined && self.plan.is_joined() && joined_rows::can_join(&self.relation, &self.wanted)
    }

    fn join_rows(&self, select: &mut Select, from: Placed) -> Result<Box<dyn Beside>> {
        joined_rows::join(&self.relation, &self.plan, &self.wanted, select, from)
    }
}

/// Loads the other end of `relation` for each parent, in their order.
async fn load<M: Model, N: Model, K: Cardinality, R: Clone + Send + 'static>(
    relation: Relation<M, N, K>,
    plan: Plan<R>,
    wanted: &Wanted,
    parents: Vec<&M>,
    mut executor: Executor<'_>,
) -> Result<Vec<K::Loaded<R>>> {
    let ends = relation.ends()?;
    let Some(first) = ends.steps.first() else { return Ok(Vec::new()) };
    let (here, there): (Vec<ColumnRef>, Vec<ColumnRef>) = first.pairs.iter().copied().unzip();
    let keys: Vec<Option<Key>> = parents.iter().map(|parent| Key::of(*parent, &here)).collect();
    let mut owners = Owners::default();
    let places: Vec<Option<usize>> = keys.iter().map(|key| key.as_ref().map(|key| owners.place(key))).collect();
    let Owners { asked, mut wanting, places: index } = owners;
    let index = Arc::new(index);
    let mut owned = Owned::new(asked.len());
    for keys in asked.chunks(keys_at_once(executor.dialect(), &there)) {
        let (select, key) = children_of(&ends, keys, &there, wanted);
        let owner = OwnerOf::new(key.decoder(), Arc::clone(&index));
        owned = owned.read(&plan, select, owner, &mut executor).await?;
    }
    let mut children = owned.into_rows();
    let mut loaded = Vec::with_capacity(keys.len());
    for (key, place) in keys.iter().zip(places) {
        let rows = match place {
            None => Vec::new(),
            // The last one that wants them gets them, the others copies.
            Some(place) if wanting[place] > 1 => {
                wanting[place] -= 1;
                children[place].clone()
            }
            Some(place) => mem::take(&mut children[place]),
        };
        loaded.push(K::collect(rows).ok_or_else(|| nothing_there(ends.from.def, ends.to.def, key.as_ref()))?);
    }
    Ok(loaded)
}

/// The query for the rows of all `keys`, and where it tells whose they are.
fn children_of(ends: &RelationEnds, keys: &[&Key], there: &[ColumnRef], wanted: &Wanted) -> (Select, KeyColumns) {
    let width = ends.to.def.columns.len();
    let linked = ends.steps.len() > 1;
    let mut select = Select { unfiltered: wanted.unfiltered, ..far_end(ends) };
    select.filter.push(any_of(there, keys));
    select.filter.extend(wanted.filter.iter().cloned());
    if wanted.is_limited() {
        let (mut select, keys) = ranked(select, ends.to, there, wanted);
        select.columns.insert(0, Node::Table(ends.to));
        return (select, KeyColumns::behind(width, &keys));
    }
    select.order_by.clone_from(&wanted.order_by);
    select.columns.push(Node::Table(ends.to));
    if !linked {
        return (select, KeyColumns::among(there));
    }
    select.columns.extend(there.iter().copied().map(Node::Column));
    (select, KeyColumns::behind(width, there))
}
