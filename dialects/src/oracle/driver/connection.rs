//! A connection, as the engine sees it: what it is asked for is done by its thread.

use super::{access::Access, cursor::OracleCursor, session::Session};
use crate::{
    oracle::{OracleDialect, Version},
    worker::Worker,
};
use aludel_core::{
    Result,
    compile::Dialect,
    engine::{BoxFuture, Connection, Cursor, Done, Job, TransactionOptions},
};
use std::sync::Arc;

/// A connection to an Oracle.
pub(super) struct OracleConnection {
    access: Access,
    dialect: Arc<OracleDialect>,
}

impl OracleConnection {
    pub(super) fn new(worker: Worker<Session>, version: Version) -> Self {
        Self { access: Access::new(worker), dialect: Arc::new(OracleDialect::of(version)) }
    }
}

impl Connection for OracleConnection {
    fn dialect(&self) -> Arc<dyn Dialect> {
        Arc::<OracleDialect>::clone(&self.dialect)
    }

    fn run(&mut self, job: Job) -> BoxFuture<'_, Result<Done>> {
        Box::pin(self.access.on_worker(|session| session.run(job)))
    }

    fn open<'a>(&'a mut self, job: Job) -> BoxFuture<'a, Result<Box<dyn Cursor + 'a>>> {
        Box::pin(async move {
            let timeout = job.timeout;
            self.access.on_worker(|session| session.open(job)).await?;
            Ok(Box::new(OracleCursor::new(&mut self.access, timeout)) as Box<dyn Cursor + 'a>)
        })
    }

    fn run_script<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<()>> {
        let script = sql.to_owned();
        Box::pin(self.access.on_worker(move |session| session.run_script(&script)))
    }

    fn begin(&mut self, options: TransactionOptions) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.access.begin(options))
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.access.commit())
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.access.start_anew())
    }

    fn ping(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.access.on_worker(Session::ping))
    }

    fn is_dirty(&self) -> bool {
        self.access.is_dirty()
    }

    fn is_broken(&self) -> bool {
        self.access.is_broken()
    }

    fn reset(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.access.start_anew())
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(self.access.close())
    }
}
