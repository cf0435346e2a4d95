//! An attempt at something that never waits, and what came of it.

use super::{error::Failure, locks::Need};
use aludel_core::engine::{Done, Job};

/// What came of an attempt.
pub(super) enum Attempt<T> {
    Done(T),
    /// Another process has a lock; nothing was done.
    Busy(Failure),
    /// Others of this process are before us; nothing was done.
    Queue(Need),
    /// It will take long, and should be done on the worker.
    Long,
}

impl<T> Attempt<T> {
    pub(super) fn map<U>(self, done: impl FnOnce(T) -> U) -> Attempt<U> {
        match self {
            Self::Done(value) => Attempt::Done(done(value)),
            Self::Busy(failure) => Attempt::Busy(failure),
            Self::Queue(need) => Attempt::Queue(need),
            Self::Long => Attempt::Long,
        }
    }
}

/// A statement on its way, which may take several attempts.
pub(super) struct Work {
    pub(super) job: Job,
    /// What it did, if all that is left is to commit it.
    pub(super) done: Option<Done>,
}

impl Work {
    pub(super) fn new(job: Job) -> Self {
        Self { job, done: None }
    }
}
