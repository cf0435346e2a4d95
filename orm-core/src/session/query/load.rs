//! Relations that are loaded by a query of their own, for all rows at once: the keys of the rows go into an `IN`.

use super::{
    collect::Decoder,
    executor::Executor,
    joined,
    owners::{Owned, OwnerOf, Owners},
    placed::Placed,
    plan::{Load, Plan, rows_of},
    ranked::ranked,
    relation::RelationQuery,
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
    types::{Row, SqlType, Value},
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
}

impl<M: Model, N: Model, K: Cardinality, R: Clone + Send + 'static> Load<M> for RelationQuery<M, N, K, R> {
    type Loaded = K::Loaded<R>;

    fn load<'a>(&'a self, parents: Vec<&'a M>, executor: Executor<'a>) -> BoxFuture<'a, Result<Vec<K::Loaded<R>>>> {
        Box::pin(load(self.relation, self.plan.clone(), &self.wanted, parents, executor))
    }

    fn is_joined(&self) -> bool {
        self.wanted.is_all() && !self.apart && self.plan.is_joined() && joined::leads_to_one(&self.relation)
    }

    fn join(&self, select: &mut Select, from: Placed) -> Result<Decoder<K::Loaded<R>>> {
        joined::join(&self.relation, &self.plan, select, from)
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

/// Where the key is in a row that tells whose it is.
struct KeyColumns {
    columns: Vec<(usize, SqlType)>,
    /// How many of them stand behind the columns of the row's value.
    behind: usize,
}

impl KeyColumns {
    /// Among the first columns, which are those of the table.
    fn among(columns: &[ColumnRef]) -> Self {
        let place = |column: &ColumnRef| (usize::from(column.index), column.def().sql_type);
        Self { columns: columns.iter().map(place).collect(), behind: 0 }
    }

    /// Behind so many columns of the table.
    fn behind(width: usize, columns: &[ColumnRef]) -> Self {
        let places = columns.iter().enumerate().map(|(index, column)| (width + index, column.def().sql_type));
        Self { columns: places.collect(), behind: columns.len() }
    }

    fn decoder(self) -> Decoder<Option<Key>> {
        Arc::new(move |row, at| self.read(row, at))
    }

    /// The key of a row, whose columns behind those of its value begin at `at`; `None` if it is NULL.
    fn read(&self, row: &dyn Row, at: &mut usize) -> Result<Option<Key>> {
        *at += self.behind;
        if let [(position, sql_type)] = self.columns[..] {
            let value = Value::read(row, position, sql_type)?;
            return Ok((!value.is_null()).then_some(Key::One(value)));
        }
        let value = |&(position, sql_type): &(usize, SqlType)| Value::read(row, position, sql_type);
        Ok(Key::new(self.columns.iter().map(value).collect::<Result<Vec<_>>>()?))
    }
}
