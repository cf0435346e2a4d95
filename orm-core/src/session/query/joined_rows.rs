//! Relations to many rows that are loaded by a join: a row of the query comes again with each of them.

use super::{
    collect::{Beside, Decoder, Values},
    joined::join_ends,
    placed::{KeyColumns, Placed, width},
    plan::Plan,
    wanted::Wanted,
};
use crate::{
    error::Result,
    expr::{Cardinality, Relation, tree::Select},
    schema::{Model, TableRef},
    session::key::{Key, KeyMap},
    types::Row,
};
use std::{any::Any, marker::PhantomData, ptr};

/// Whether the rows that are wanted can be joined, one row being wanted or many.
pub(super) fn can_join<M: Model, N: Model, K: Cardinality>(relation: &Relation<M, N, K>, wanted: &Wanted) -> bool {
    // What is wanted names the table by its own name, which is then the other end's alone.
    let to_another = !ptr::eq(M::table(), N::table());
    let none_is_fine = K::collect::<()>(Vec::new()).is_some();
    to_another && none_is_fine && !wanted.is_limited() && !wanted.unfiltered && relation.ends().is_ok()
}

/// Joins the rows at the other end of `relation` to those of `from`, each of which comes once, and answers what keeps them.
pub(super) fn join<M: Model, N: Model, K: Cardinality, R: Clone + Send + 'static>(
    relation: &Relation<M, N, K>,
    plan: &Plan<R>,
    wanted: &Wanted,
    select: &mut Select,
    from: Placed,
) -> Result<Box<dyn Beside>> {
    let key = KeyColumns::among(&from.table.columns(&M::table().primary_key));
    let ends = relation.between(from.table, TableRef::new(N::table()))?;
    let start = width(select);
    let row = join_ends(ends, &wanted.filter, plan, select)?;
    select.order_by.extend(wanted.order_by.iter().cloned());
    Ok(Box::new(JoinedRows::<R, K> {
        key,
        start,
        row,
        places: KeyMap::default(),
        last: None,
        rows: Vec::new(),
        cardinality: PhantomData,
    }))
}

/// Keeps the rows that come with each row of a query.
struct JoinedRows<R, K> {
    /// The key of the query's own row.
    key: KeyColumns,
    /// Where the columns of what comes with it begin.
    start: usize,
    row: Decoder<Option<R>>,
    /// The places of the rows of the query, by their keys.
    places: KeyMap<Key, usize>,
    /// The key of the row before, and its place: rows that come again mostly follow each other.
    last: Option<(Key, usize)>,
    rows: Vec<Vec<R>>,
    cardinality: PhantomData<fn() -> K>,
}

impl<R, K> JoinedRows<R, K> {
    fn push(&mut self, place: usize, row: &dyn Row, at: &mut usize) -> Result<()> {
        let found = (self.row)(row, at)?;
        self.rows[place].extend(found);
        Ok(())
    }
}

impl<R: Clone + Send + 'static, K: Cardinality> Beside for JoinedRows<R, K> {
    fn read(&mut self, row: &dyn Row, at: &mut usize) -> Result<()> {
        let place = self.rows.len();
        self.rows.push(Vec::new());
        if let Some(key) = self.key.read(row, &mut 0)? {
            self.places.insert(key.clone(), place);
            self.last = Some((key, place));
        }
        self.push(place, row, at)
    }

    fn adds(&mut self, row: &dyn Row, at: &mut usize) -> Result<bool> {
        let Some(key) = self.key.read(row, &mut 0)? else { return Ok(false) };
        let place = match &self.last {
            Some((last, place)) if *last == key => *place,
            _ => {
                let Some(&place) = self.places.get(&key) else { return Ok(false) };
                self.last = Some((key, place));
                place
            }
        };
        *at = self.start;
        self.push(place, row, at)?;
        Ok(true)
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        Box::new(Values(self.rows.into_iter().filter_map(K::collect).collect()))
    }
}
