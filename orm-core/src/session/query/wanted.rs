//! Which rows at the other end of a relation are wanted, and the error where one has to be there and is not.

use crate::{
    error::{Error, ErrorKind},
    expr::{Node, tree::Order},
    schema::TableDef,
    session::key::Key,
};

/// Which rows at the other end are loaded for each row, and in which order.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) filter: Vec<Node>,
    pub(super) order_by: Vec<Order>,
    pub(super) offset: u64,
    pub(super) limit: Option<u64>,
    pub(super) unfiltered: bool,
}

impl Wanted {
    pub(super) const ALL: Self =
        Self { filter: Vec::new(), order_by: Vec::new(), offset: 0, limit: None, unfiltered: false };

    /// As [`ALL`](Self::ALL), by reference.
    pub(super) const EVERY: &Self = &Self::ALL;

    pub(super) fn is_all(&self) -> bool {
        self.filter.is_empty() && !self.is_limited() && !self.unfiltered
    }

    pub(super) fn is_limited(&self) -> bool {
        self.limit.is_some() || self.offset > 0
    }
}

#[cold]
pub(super) fn nothing_there(from: &TableDef, to: &TableDef, key: Option<&Key>) -> Error {
    let key = key.map_or_else(String::new, |key| format!(" {key:?}"));
    let message = format!("a row of {} refers to{key}, and {} has no such row", from.full_name(), to.full_name());
    Error::new(ErrorKind::NotFound, message)
}
