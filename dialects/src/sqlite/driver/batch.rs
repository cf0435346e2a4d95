//! Several statements in one message to the worker.

use super::{
    attempt::{Attempt, Work},
    db::Db,
    limit::Terms,
};
use aludel_core::{
    Result,
    engine::{Done, Job},
};
use std::{mem, sync::Arc, time::Instant};

/// Statements that are run one after the other.
pub(super) struct Batch {
    left: std::vec::IntoIter<Job>,
    /// The one that is next, if it was tried already.
    current: Option<Work>,
    done: Vec<Done>,
}

impl Batch {
    pub(super) fn new(jobs: Vec<Job>) -> Self {
        let done = Vec::with_capacity(jobs.len());
        Self { left: jobs.into_iter(), current: None, done }
    }
}

impl Db {
    /// Runs what is left, to the first that fails or has to wait.
    pub(super) fn run_batch(&mut self, batch: &mut Batch, terms: Terms) -> Result<Attempt<Vec<Done>>> {
        while let Some(mut work) = batch.current.take().or_else(|| batch.left.next().map(Work::new)) {
            let deadline = work.job.timeout.and_then(|timeout| Instant::now().checked_add(timeout));
            let statement = Arc::clone(&work.job.statement);
            let attempt = self.run(&mut work, Terms { deadline, ..terms });
            match attempt.map_err(|error| error.with_sql(statement.sql.as_str()))? {
                Attempt::Done(done) => {
                    batch.done.push(done);
                    self.settle();
                }
                other => {
                    batch.current = Some(work);
                    return Ok(other.map(|_| Vec::new()));
                }
            }
        }
        Ok(Attempt::Done(mem::take(&mut batch.done)))
    }
}
