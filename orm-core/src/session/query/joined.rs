//! Relations that are loaded by a join: of each row, the one row that it refers to.

use super::{
    collect::Decoder,
    placed::{Placed, width},
    plan::Plan,
    wanted::nothing_there,
};
use crate::{
    error::Result,
    expr::{
        Cardinality, Node, Relation, equal,
        tree::{Join, JoinKind, Select, Source},
    },
    schema::{ColumnRef, Model, RelationEnds, TableDef, TableRef},
    session::{key::Key, order::unique_keys},
    types::Value,
};
use std::{
    collections::HashSet,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

/// Whether each row has one row at the other end of a relation at the most.
pub(super) fn leads_to_one<M: Model, N: Model, K>(relation: &Relation<M, N, K>) -> bool {
    let Ok(ends) = relation.ends() else { return false };
    let [step] = &ends.steps[..] else { return false };
    let columns = || step.pairs.iter().map(|(_, there)| there.index);
    unique_keys(ends.to.def).any(|key| key.len() == step.pairs.len() && columns().all(|column| key.contains(&column)))
}

/// Joins the row at the other end of `relation` to those of `from`, and answers how it is read.
pub(super) fn join<M: Model, N: Model, K: Cardinality, R: Clone + Send + 'static>(
    relation: &Relation<M, N, K>,
    plan: &Plan<R>,
    select: &mut Select,
    from: Placed,
) -> Result<Decoder<K::Loaded<R>>> {
    let to = TableRef { alias: Some(free_alias(select, N::table())), ..TableRef::new(N::table()) };
    let ends = relation.between(from.table, to)?;
    let here: Vec<ColumnRef> = ends.steps.iter().flat_map(|step| &step.pairs).map(|(here, _)| *here).collect();
    let row = join_ends(ends, &[], plan, select)?;
    Ok(Arc::new(move |row_of, at| match K::collect(row(row_of, at)?.into_iter().collect()) {
        Some(loaded) => Ok(loaded),
        None => {
            let value =
                |column: &ColumnRef| Value::read(row_of, from.start + usize::from(column.index), column.def().sql_type);
            let key = here.iter().map(value).collect::<Result<Vec<_>>>()?;
            Err(nothing_there(M::table(), N::table(), Key::new(key).as_ref()))
        }
    }))
}

/// Joins the rows at the other end for which conditions hold, and answers how one is read: `None` where there is none.
pub(super) fn join_ends<R: Send + 'static>(
    ends: RelationEnds,
    conditions: &[Node],
    plan: &Plan<R>,
    select: &mut Select,
) -> Result<Decoder<Option<R>>> {
    let to = ends.to;
    // A statement names the tables of its columns by itself, but joins come after those.
    if select.from.is_empty() {
        select.from = select.sources();
    }
    for step in ends.steps {
        select.joins.push(Join { kind: JoinKind::Left, source: Source::Table(step.table), on: equal(step.pairs) });
    }
    if let Some(last) = select.joins.last_mut() {
        last.on.extend(conditions.iter().cloned());
    }
    let before = width(select);
    let row = plan.join(select, to)?;
    let width = width(select) - before;
    let key = to.def.primary_key.first().map_or(0, |&index| usize::from(index));
    Ok(Arc::new(move |from, at| {
        let mut start = *at;
        *at += width;
        // A primary key is never NULL but on the outer side of the join.
        if from.is_null(start + key)? { Ok(None) } else { row(from, &mut start).map(Some) }
    }))
}

/// A name for one more use of a table. Names live as long as the program, so that columns are `Copy`; there are as many as a statement has
/// uses of one table.
fn free_alias(select: &Select, table: &TableDef) -> &'static str {
    static KNOWN: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);
    let sources = select.joins.iter().map(|join| &join.source).chain(&select.from);
    let taken: Vec<&str> = sources.map(|source| source.table_ref().label()).collect();
    let names = (1..).map(|number| format!("{}_{number}", table.name));
    let name = names.into_iter().find(|name| !taken.contains(&name.as_str())).unwrap_or_default();
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    match known.get(name.as_str()) {
        Some(name) => name,
        None => {
            let name: &'static str = Box::leak(name.into_boxed_str());
            known.insert(name);
            name
        }
    }
}
