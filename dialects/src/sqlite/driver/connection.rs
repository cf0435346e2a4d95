//! A connection, as the engine sees it.

use super::{
    access::Access,
    attempt::{Attempt, Work},
    batch::Batch,
    cursor::SqliteCursor,
    db::Db,
    limit::{Place, Terms},
    script::Script,
};
use crate::sqlite::SqliteDialect;
use aludel_core::{
    Result,
    compile::Dialect,
    engine::{BoxFuture, Connection, Cursor, Done, Job, TransactionOptions},
};
use std::sync::{Arc, LazyLock};

/// A connection to a SQLite database.
pub(super) struct SqliteConnection {
    access: Access,
}

impl SqliteConnection {
    pub(super) fn new(access: Access) -> Self {
        Self { access }
    }

    async fn run_one(&mut self, job: Job) -> Result<Done> {
        let (place, timeout) = (self.access.place(job.statement.long), job.timeout);
        let mut work = Work::new(job);
        // As `attempt`, but with a future that is small: one is made for each statement.
        match self.access.first_attempt(&mut work, place, timeout, Db::run)? {
            Some(Attempt::Done(done)) => Ok(done),
            first => Ok(Box::pin(self.access.persist(work, first, place, timeout, Db::run)).await?.1),
        }
    }

    async fn run_each(&mut self, jobs: Vec<Job>) -> Result<Vec<Done>> {
        if self.access.place(false) == Place::Worker {
            return Ok(self.access.attempt(Batch::new(jobs), Place::Worker, None, Db::run_batch).await?.1);
        }
        let mut done = Vec::with_capacity(jobs.len());
        for job in jobs {
            let statement = Arc::clone(&job.statement);
            done.push(self.run_one(job).await.map_err(|error| error.with_sql(statement.sql.as_str()))?);
        }
        Ok(done)
    }

    async fn open_cursor(&mut self, job: Job) -> Result<SqliteCursor<'_>> {
        let (place, timeout) = (self.access.place(true), job.timeout);
        let (_, more) = self.access.attempt(Work::new(job), place, timeout, Db::open).await?;
        Ok(SqliteCursor::new(&mut self.access, place, timeout, more))
    }

    async fn end_transaction(&mut self) -> Result<()> {
        if self.access.is_pending() {
            // A statement was dropped half-way: it is ended first.
            return self.access.start_anew().await;
        }
        let reset = |db: &mut Db, (): &mut (), _: Terms| {
            db.reset();
            Ok(Attempt::Done(()))
        };
        self.access.attempt((), self.access.place(false), None, reset).await?;
        Ok(())
    }
}

impl Connection for SqliteConnection {
    fn dialect(&self) -> Arc<dyn Dialect> {
        static DIALECT: LazyLock<Arc<SqliteDialect>> = LazyLock::new(|| Arc::new(SqliteDialect));
        Arc::<SqliteDialect>::clone(&DIALECT)
    }

    fn run(&mut self, job: Job) -> BoxFuture<'_, Result<Done>> {
        Box::pin(self.run_one(job))
    }

    fn run_all(&mut self, jobs: Vec<Job>) -> BoxFuture<'_, Result<Vec<Done>>> {
        Box::pin(self.run_each(jobs))
    }

    fn open<'a>(&'a mut self, job: Job) -> BoxFuture<'a, Result<Box<dyn Cursor + 'a>>> {
        Box::pin(async move { Ok(Box::new(self.open_cursor(job).await?) as Box<dyn Cursor + 'a>) })
    }

    fn run_script<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<()>> {
        let script = Script::new(sql);
        Box::pin(async move {
            self.access.attempt(script, self.access.place(true), None, Db::run_script).await?;
            Ok(())
        })
    }

    fn begin(&mut self, options: TransactionOptions) -> BoxFuture<'_, Result<()>> {
        // Every isolation level is granted: SQLite's transactions are serializable, which is the strictest.
        Box::pin(async move {
            self.access.attempt(options.read_only, self.access.place(false), None, Db::begin).await?;
            Ok(())
        })
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let commit = |db: &mut Db, (): &mut (), terms: Terms| db.commit(terms);
            self.access.attempt((), self.access.place(false), None, commit).await?;
            Ok(())
        })
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.end_transaction())
    }

    fn ping(&mut self) -> BoxFuture<'_, Result<()>> {
        // There is no server that could have gone.
        Box::pin(std::future::ready(self.access.check()))
    }

    fn is_dirty(&self) -> bool {
        self.access.is_dirty()
    }

    fn is_broken(&self) -> bool {
        self.access.check().is_err()
    }

    fn reset(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.access.start_anew())
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(self.access.close())
    }
}
