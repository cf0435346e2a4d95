//! Whose the rows of a relation are.

use super::{
    collect::{Beside, no_sink},
    load::KeyColumns,
};
use crate::{
    error::Result,
    session::key::{Key, KeyMap},
    types::Row,
};
use std::{any::Any, sync::Arc};

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

/// Tells of each row whose it is: the place of its key, `None` for one that nobody asked for.
pub(super) struct Owned {
    key: KeyColumns,
    places: Arc<KeyMap<Key, usize>>,
    /// Rows of one parent mostly follow each other.
    last: Option<(Key, Option<usize>)>,
    owners: Vec<Option<usize>>,
}

impl Owned {
    pub(super) fn new(key: KeyColumns, places: Arc<KeyMap<Key, usize>>) -> Self {
        Self { key, places, last: None, owners: Vec::new() }
    }

    /// Whose the rows were that a sink of this kind has read.
    pub(super) fn take(beside: Option<Box<dyn Beside>>) -> Result<Vec<Option<usize>>> {
        match beside.map(|beside| beside.into_any().downcast::<Self>()) {
            Some(Ok(owned)) => Ok(owned.owners),
            _ => Err(no_sink()),
        }
    }

    fn owner(&mut self, key: Option<Key>) -> Option<usize> {
        let key = key?;
        match &self.last {
            Some((last, owner)) if *last == key => *owner,
            _ => {
                let owner = self.places.get(&key).copied();
                self.last = Some((key, owner));
                owner
            }
        }
    }
}

impl Beside for Owned {
    fn read(&mut self, row: &dyn Row, at: &mut usize) -> Result<()> {
        let key = self.key.read(row, at)?;
        let owner = self.owner(key);
        self.owners.push(owner);
        Ok(())
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

/// The rows of each owner, of so many.
pub(super) fn by_owner<R>(read: Vec<(Vec<R>, Vec<Option<usize>>)>, owners: usize) -> Vec<Vec<R>> {
    let mut counts = vec![0; owners];
    read.iter().flat_map(|(_, owners)| owners).flatten().for_each(|&owner| counts[owner] += 1);
    let mut children: Vec<Vec<R>> = counts.into_iter().map(Vec::with_capacity).collect();
    for (rows, owners) in read {
        for (row, owner) in rows.into_iter().zip(owners) {
            if let Some(owner) = owner {
                children[owner].push(row);
            }
        }
    }
    children
}
