//! How an entry is kept as new as its row: what stands under a key, and what readers and writers make of it.
//!
//! A reader that finds nothing leaves a lease, reads the row, and fills only if its lease still stands. A writer puts a lock there before its commit
//! and takes it away after: while a lock stands, readers go to the database and fill nothing. A lock has a holder for each transaction that is about
//! to commit; the last of them takes it away. The module `model` goes through every order in which these steps can come, and through those of protocols that look
//! right and are not.

mod entry;
#[cfg(test)]
mod model;

pub(crate) use entry::{Entry, Holder, Id};

/// What a reader does with what it found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found<V> {
    /// It is the value.
    Hit(V),
    /// The row is read, and nothing is filled.
    Bypass,
    /// The row is read under a lease, and filled.
    Missing,
}

/// What a reader does with an entry.
pub(crate) fn find<V>(entry: Option<Entry<V>>) -> Found<V> {
    match entry {
        None => Found::Missing,
        Some(Entry::Value(value)) => Found::Hit(value),
        Some(Entry::Lease(_) | Entry::Lock(_) | Entry::Foreign) => Found::Bypass,
    }
}

/// Whether a reader fills: its own lease stands.
pub(crate) fn may_fill<V>(entry: Option<&Entry<V>>, lease: Id) -> bool {
    matches!(entry, Some(Entry::Lease(standing)) if *standing == lease)
}

/// The holders after a transaction has become one of them. Those whose time is over are not kept alive by it.
pub(crate) fn lock<V>(entry: Option<&Entry<V>>, own: Holder, over: impl Fn(&Holder) -> bool) -> Vec<Holder> {
    let mut holders = match entry {
        Some(Entry::Lock(holders)) => holders.clone(),
        _ => Vec::new(),
    };
    holders.retain(|holder| holder.transaction != own.transaction && !over(holder));
    holders.push(own);
    holders
}

/// What a transaction makes of an entry when it is over.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unlock {
    /// The lock is the others'.
    Keep(Vec<Holder>),
    /// It was the last holder: the entry goes if it is still the same.
    Release,
    /// Its lock is gone, and nobody knows what was filled since: the entry goes, whatever it is.
    Delete,
    /// There is nothing.
    Nothing,
}

pub(crate) fn unlock<V>(entry: Option<&Entry<V>>, own: Id) -> Unlock {
    match entry {
        None => Unlock::Nothing,
        Some(Entry::Lock(holders)) if holders.iter().any(|holder| holder.transaction == own) => {
            let others: Vec<Holder> = holders.iter().copied().filter(|holder| holder.transaction != own).collect();
            if others.is_empty() { Unlock::Release } else { Unlock::Keep(others) }
        }
        // A lock of others: their commits are still to come, and so is their unlocking.
        Some(Entry::Lock(_)) => Unlock::Nothing,
        Some(_) => Unlock::Delete,
    }
}
