//! Statements of a transaction that go out without waiting for each other's answers.

use super::{
    run::{Link, Unread, hand_out},
    statement::Prepared,
};
use crate::postgresql::client::Answer;
use aludel_core::{
    ErrorKind, Result,
    compile::StatementKind,
    engine::{Done, Job},
};
use std::{collections::VecDeque, sync::Arc};

/// How many statements are sent ahead of the one whose answer is read: enough for the server never to wait.
const AHEAD: usize = 2;

/// Whether statements can go out like this inside a transaction: texts may end it, and a timeout is that of one statement.
pub(super) fn can_be_queued(jobs: &[Job]) -> bool {
    let is_plain = |job: &Job| !matches!(job.statement.kind, StatementKind::Text | StatementKind::Ddl);
    jobs.len() > 1 && jobs.iter().all(|job| job.timeout.is_none() && is_plain(job))
}

/// A statement whose answer is still to be read.
struct Sent {
    job: Job,
    prepared: Arc<Prepared>,
}

impl Link {
    /// Runs statements in order, to the first that fails; its error has its SQL.
    pub(super) async fn pipeline(&mut self, jobs: Vec<Job>) -> Result<Vec<Done>> {
        self.unread = Unread::Write;
        let done = self.send_each(jobs).await;
        let settled = match &done {
            Err(error) if error.kind() == ErrorKind::Connection => Ok(()),
            _ => self.client.settle().await,
        };
        self.unread = Unread::Nothing;
        let done = done?;
        settled.map(|()| done)
    }

    async fn send_each(&mut self, jobs: Vec<Job>) -> Result<Vec<Done>> {
        let mut sent = VecDeque::with_capacity(AHEAD + 1);
        let mut done = Vec::with_capacity(jobs.len());
        for job in jobs {
            let statement = Arc::clone(&job.statement);
            let known = self.statements.known(&statement, &job.binds);
            if known.is_none() {
                self.finish_all(&mut sent, &mut done).await?;
                self.client.settle().await?;
            }
            match self.queue(job, known).await {
                Ok(queued) => sent.push_back(queued),
                Err(error) => {
                    let error = error.with_sql(statement.sql.as_str());
                    // Those before it come first, with errors of their own.
                    return self.finish_all(&mut sent, &mut done).await.and(Err(error));
                }
            }
            if sent.len() > AHEAD
                && let Some(first) = sent.pop_front()
            {
                done.push(self.finish(first).await?);
            }
        }
        self.finish_all(&mut sent, &mut done).await?;
        Ok(done)
    }

    /// Sends a statement, which is prepared first if it is not known.
    async fn queue(&mut self, job: Job, known: Option<Arc<Prepared>>) -> Result<Sent> {
        let prepared = match known {
            Some(known) => known,
            None => self.prepare(&job.statement, &job.binds).await?,
        };
        prepared.queue(&mut self.client, &job.binds).await?;
        Ok(Sent { job, prepared })
    }

    async fn finish_all(&mut self, sent: &mut VecDeque<Sent>, done: &mut Vec<Done>) -> Result<()> {
        while let Some(first) = sent.pop_front() {
            done.push(self.finish(first).await?);
        }
        Ok(())
    }

    /// Reads the answer to a statement, the first that was sent of those which were not answered.
    async fn finish(&mut self, sent: Sent) -> Result<Done> {
        let Sent { mut job, prepared } = sent;
        let mut is_wanted = true;
        let affected = async {
            loop {
                match self.client.next().await? {
                    Answer::Row => {
                        if let (Some(sink), true) = (&mut job.sink, is_wanted) {
                            let outputs = &job.statement.outputs;
                            is_wanted = hand_out(&mut **sink, self.client.row(), &prepared, outputs)?.is_continue();
                        }
                    }
                    Answer::Done(count) => return Ok(count),
                    Answer::CopyIn | Answer::Ready => {}
                }
            }
        };
        let affected: Result<u64> = affected.await;
        let affected = affected.map_err(|error| error.with_sql(job.statement.sql.as_str()))?;
        Ok(Done { affected: if prepared.reads { 0 } else { affected }, last_insert_id: None, sink: job.sink })
    }
}
