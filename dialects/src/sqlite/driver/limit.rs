//! Where and until when something is done.

use rusqlite::Connection;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

/// Where something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// On the task, which nothing can interrupt meanwhile.
    Task,
    /// On the worker thread.
    Worker,
}

/// Where and until when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub(super) place: Place,
    pub(super) deadline: Option<Instant>,
}

impl Terms {
    /// Whether an interruption was that of the time limit.
    pub(super) fn timed_out(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

/// A handler that SQLite calls during a statement, to ask whether to go on. Only for statements that have a time limit or run on the
/// worker: on the task, nobody could cancel.
pub(super) struct Limit<'a>(&'a Connection);

impl<'a> Limit<'a> {
    pub(super) fn set(connection: &'a Connection, cancel: &Arc<AtomicBool>, terms: Terms) -> Option<Self> {
        /// Steps of SQLite's machine between two calls; some ten microseconds.
        const STEPS: i32 = 1000;
        if terms.place == Place::Task && terms.deadline.is_none() {
            return None;
        }
        let cancel = Arc::clone(cancel);
        let stop = move || cancel.load(Ordering::Relaxed) || terms.timed_out();
        connection.progress_handler(STEPS, Some(stop)).ok()?;
        Some(Self(connection))
    }
}

impl Drop for Limit<'_> {
    fn drop(&mut self) {
        // It fails for a borrowed handle alone, and then it was not set.
        let _ = self.0.progress_handler(0, None::<fn() -> bool>);
    }
}
