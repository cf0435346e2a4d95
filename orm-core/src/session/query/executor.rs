//! What a query runs on.

use crate::{
    compile::{Compiled, Dialect},
    engine::{Done, Engine, Job, LoadJob, RowStream, Transaction},
    error::{Error, ErrorKind, Result},
    expr::TextClause,
    session::Session,
    statement::Statement,
    types::{RowSink, Value},
};
use std::sync::Arc;

/// What a query runs on: an engine, a transaction or a session.
#[derive(Debug)]
pub enum Executor<'s> {
    /// Each statement is a transaction of its own.
    Engine(&'s Engine),
    /// Statements are part of the transaction.
    Transaction(&'s mut Transaction),
    /// Pending changes are flushed first; statements are part of the session's transaction, if one was begun.
    Session(&'s mut Session),
}

/// What can run a query: `&engine`, `&mut transaction` or `&mut session`.
#[diagnostic::on_unimplemented(
    message = "this query has nothing to run on: `{Self}` is no session, transaction or engine",
    label = "nothing here runs a query",
    note = "say what runs it before you ask for rows: `.on(&mut session)`, `.on(&engine)`; or begin with `session.query(…)`"
)]
pub trait RunsOn<'s> {
    /// It, as what every query runs on.
    fn executor(self) -> Executor<'s>;
}

impl<'s> RunsOn<'s> for &'s Engine {
    fn executor(self) -> Executor<'s> {
        Executor::Engine(self)
    }
}

impl<'s> RunsOn<'s> for &'s mut Transaction {
    fn executor(self) -> Executor<'s> {
        Executor::Transaction(self)
    }
}

impl<'s> RunsOn<'s> for &'s mut Session {
    fn executor(self) -> Executor<'s> {
        Executor::Session(self)
    }
}

impl<'s> RunsOn<'s> for Executor<'s> {
    fn executor(self) -> Executor<'s> {
        self
    }
}

impl<'s> Executor<'s> {
    /// The same for a shorter time, so that one query can run several statements.
    pub(crate) fn reborrow(&mut self) -> Executor<'_> {
        match self {
            Self::Engine(engine) => Executor::Engine(engine),
            Self::Transaction(transaction) => Executor::Transaction(transaction),
            Self::Session(session) => Executor::Session(session),
        }
    }

    /// The SQL of the server.
    pub(crate) fn dialect(&self) -> &dyn Dialect {
        match self {
            Self::Engine(engine) => engine.dialect(),
            Self::Transaction(transaction) => &**transaction.dialect(),
            Self::Session(session) => session.engine().dialect(),
        }
    }

    pub(crate) fn engine(&self) -> &Engine {
        match self {
            Self::Engine(engine) => engine,
            Self::Transaction(transaction) => transaction.engine(),
            Self::Session(session) => session.engine(),
        }
    }

    /// Compiles a statement, or finds it compiled.
    pub(crate) fn compile(&self, statement: Statement) -> Result<(Arc<Compiled>, Vec<Value>)> {
        match self {
            Self::Session(session) => session.compile(statement),
            Self::Engine(_) | Self::Transaction(_) => {
                let engine = self.engine();
                engine.compile_filtered(statement, engine.filters())
            }
        }
    }

    /// Runs a statement that reads.
    pub(crate) async fn read(
        &mut self,
        statement: Arc<Compiled>,
        binds: Vec<Value>,
        sink: Box<dyn RowSink>,
    ) -> Result<Done> {
        let job = Job { statement, binds, sink: Some(sink), timeout: None };
        match self {
            Self::Engine(_) if job.statement.locks => Err(lock_without_transaction()),
            Self::Engine(engine) => engine.read(job).await,
            Self::Transaction(transaction) => transaction.run(job).await,
            Self::Session(session) => session.read(job).await,
        }
    }

    /// Runs a statement that writes. In a session it begins the transaction.
    pub(crate) async fn write(
        &mut self,
        statement: Arc<Compiled>,
        binds: Vec<Value>,
        sink: Option<Box<dyn RowSink>>,
    ) -> Result<Done> {
        let job = Job { statement, binds, sink, timeout: None };
        match self {
            Self::Engine(engine) => engine.run(job).await,
            Self::Transaction(transaction) => transaction.run(job).await,
            Self::Session(session) => session.write(job).await,
        }
    }

    /// Runs INSERTs, all of them or none, which may change rows that are there. In a session they begin the transaction.
    pub(crate) async fn write_all(&mut self, jobs: Vec<Job>, changes: bool) -> Result<Vec<Done>> {
        match self {
            Self::Engine(engine) if jobs.len() > 1 => {
                let mut transaction = engine.begin().await?;
                let done = transaction.run_all(jobs).await?;
                transaction.commit().await?;
                Ok(done)
            }
            Self::Engine(engine) => engine.acquire().await?.run_all(jobs).await,
            Self::Transaction(transaction) => transaction.run_all(jobs).await,
            Self::Session(session) => session.write_all(jobs, changes).await,
        }
    }

    /// Loads rows by the driver's own way for many of them. In a session it begins the transaction.
    pub(crate) async fn load(&mut self, load: LoadJob<'_>) -> Result<u64> {
        match self {
            Self::Engine(engine) => engine.acquire().await?.load(load).await,
            Self::Transaction(transaction) => transaction.load(load).await,
            Self::Session(session) => session.load(load).await,
        }
    }

    /// Compiles and runs a statement that writes, and answers how many rows it changed.
    pub(crate) async fn execute(&mut self, statement: Statement) -> Result<u64> {
        let (statement, binds) = self.compile(statement)?;
        Ok(self.write(statement, binds, None).await?.affected)
    }

    /// Runs a query whose rows come in batches, with where a session wants to know that one is on its way.
    pub(crate) async fn stream(
        self,
        statement: Arc<Compiled>,
        binds: Vec<Value>,
        batch: usize,
        new_sink: impl FnMut() -> Box<dyn RowSink> + Send + 'static,
    ) -> Result<(RowStream<'s>, Option<&'s mut bool>)> {
        let job = Job { statement, binds, sink: None, timeout: None };
        match self {
            Self::Engine(_) if job.statement.locks => Err(lock_without_transaction()),
            Self::Engine(engine) => Ok((engine.stream_read(job, batch, new_sink).await?, None)),
            Self::Transaction(transaction) => Ok((transaction.stream(job, batch, new_sink), None)),
            Self::Session(session) => session.stream(job, batch, new_sink).await,
        }
    }
}

impl Engine {
    /// Runs SQL text that changes something, in a transaction of its own, and answers how many rows it changed:
    /// `engine.execute("DELETE FROM log")`. Several statements at once are [`run_script`](Engine::run_script).
    ///
    /// # Errors
    /// Of kind [`Statement`](crate::ErrorKind::Statement) if a name in the text has no value; else those of the server.
    pub async fn execute(&self, text: impl Into<TextClause>) -> Result<u64> {
        let text = text.into().into_clause();
        Executor::Engine(self).execute(Statement::Text(text)).await
    }
}

impl Transaction {
    /// Runs SQL text that changes something, and answers how many rows it changed.
    ///
    /// # Errors
    /// As [`Engine::execute`].
    pub async fn execute(&mut self, text: impl Into<TextClause>) -> Result<u64> {
        let text = text.into().into_clause();
        Executor::Transaction(self).execute(Statement::Text(text)).await
    }
}

#[cold]
fn lock_without_transaction() -> Error {
    let message = "a row lock ends with its transaction, and on an engine each statement is one; run the query on a session or a \
                   transaction";
    Error::new(ErrorKind::Statement, message)
}
