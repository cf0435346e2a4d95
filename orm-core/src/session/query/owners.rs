//! Whose the rows of a relation are.

use super::{
    collect::{Beside, Decode, Decoder, name_column, no_sink},
    executor::Executor,
    plan::Plan,
};
use crate::{
    compile::Compiled,
    error::Result,
    expr::tree::Select,
    session::key::{Key, KeyMap},
    types::{Row, RowSink},
};
use std::{any::Any, ops::ControlFlow, sync::Arc};

/// The keys that rows are asked for by, each once, in the order in which they came.
#[derive(Default)]
pub(super) struct Owners<'a> {
    pub(super) asked: Vec<&'a Key>,
    /// How many parents have each of them.
    pub(super) wanting: Vec<usize>,
    /// Where each of them is among the others.
    pub(super) places: KeyMap<Key, usize>,
}

impl<'a> Owners<'a> {
    /// The place of the key of one more parent.
    pub(super) fn place(&mut self, key: &'a Key) -> usize {
        if let Some(&place) = self.places.get(key) {
            self.wanting[place] += 1;
            return place;
        }
        let place = self.asked.len();
        self.asked.push(key);
        self.wanting.push(1);
        self.places.insert(key.clone(), place);
        place
    }
}

/// The rows of each owner.
pub(super) struct Owned<R> {
    rows: Vec<Vec<R>>,
    /// Rows of one owner mostly follow each other: they are gathered here, so that a list is as long as it has to be.
    run: Vec<R>,
    owner: usize,
}

impl<R> Owned<R> {
    pub(super) fn new(owners: usize) -> Self {
        Self { rows: (0..owners).map(|_| Vec::new()).collect(), run: Vec::new(), owner: 0 }
    }

    fn push(&mut self, owner: usize, row: R) {
        if owner != self.owner {
            self.end_run();
            self.owner = owner;
        }
        self.run.push(row);
    }

    fn end_run(&mut self) {
        if let Some(rows) = self.rows.get_mut(self.owner) {
            rows.append(&mut self.run);
        }
    }

    /// The rows of each owner, in the order of their places.
    pub(super) fn into_rows(mut self) -> Vec<Vec<R>> {
        self.end_run();
        self.rows
    }
}

impl<R: Send + 'static> Owned<R> {
    /// Runs a query for rows of owners, whose places `owner` tells.
    pub(super) async fn read(
        self,
        plan: &Plan<R>,
        select: Select,
        owner: OwnerOf,
        executor: &mut Executor<'_>,
    ) -> Result<Self> {
        if let Plan::Rows(decode) = *plan {
            let (statement, binds) = executor.compile(select.into())?;
            let sink = Box::new(Sink { owned: self, owner, decode, statement: Arc::clone(&statement) });
            let sink = executor.read(statement, binds, sink).await?.sink.ok_or_else(no_sink)?;
            return Ok(sink.into_any().downcast::<Sink<R>>().map_err(|_| no_sink())?.owned);
        }
        let mut owned = self;
        let places: Vec<Box<dyn Beside>> = vec![Box::new(Places { owner, places: Vec::new() })];
        let (rows, mut beside) = plan.run_beside(select.into(), places, executor).await?;
        for (row, owner) in rows.into_iter().zip(Places::take(beside.pop())?) {
            if let Some(owner) = owner {
                owned.push(owner, row);
            }
        }
        Ok(owned)
    }
}

/// Tells of each row whose it is.
pub(super) struct OwnerOf {
    key: Decoder<Option<Key>>,
    places: Arc<KeyMap<Key, usize>>,
    /// The key of the row before, and its place.
    last: Option<(Key, Option<usize>)>,
}

impl OwnerOf {
    /// By the key that is read from each row, and the places of keys.
    pub(super) fn new(key: Decoder<Option<Key>>, places: Arc<KeyMap<Key, usize>>) -> Self {
        Self { key, places, last: None }
    }

    /// The place of the owner of a row; `None` if nobody has asked for it.
    fn read(&mut self, row: &dyn Row, at: &mut usize) -> Result<Option<usize>> {
        let Some(key) = (self.key)(row, at)? else { return Ok(None) };
        Ok(match &self.last {
            Some((last, owner)) if *last == key => *owner,
            _ => {
                let owner = self.places.get(&key).copied();
                self.last = Some((key, owner));
                owner
            }
        })
    }
}

/// Gives each row to its owner.
struct Sink<R> {
    owned: Owned<R>,
    owner: OwnerOf,
    decode: Decode<R>,
    statement: Arc<Compiled>,
}

impl<R> Sink<R> {
    fn read(&mut self, row: &dyn Row, at: &mut usize) -> Result<()> {
        let value = (self.decode)(row, at)?;
        if let Some(owner) = self.owner.read(row, at)? {
            self.owned.push(owner, value);
        }
        Ok(())
    }
}

impl<R: Send + 'static> RowSink for Sink<R> {
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        let mut at = 0;
        self.read(row, &mut at).map_err(|error| name_column(error, &self.statement, at))?;
        Ok(ControlFlow::Continue(()))
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

/// Keeps whose each row is, for rows that become what they are later.
struct Places {
    owner: OwnerOf,
    places: Vec<Option<usize>>,
}

impl Places {
    fn take(beside: Option<Box<dyn Beside>>) -> Result<Vec<Option<usize>>> {
        match beside.map(|beside| beside.into_any().downcast::<Self>()) {
            Some(Ok(owners)) => Ok(owners.places),
            _ => Err(no_sink()),
        }
    }
}

impl Beside for Places {
    fn read(&mut self, row: &dyn Row, at: &mut usize) -> Result<()> {
        self.places.push(self.owner.read(row, at)?);
        Ok(())
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}
