//! A connection, as the engine sees it.

use super::{
    cancel::Canceller,
    copy::{Outcome, copy},
    cursor::PostgresqlCursor,
    options::Options,
    pipeline::can_be_queued,
    run::{Link, Unread},
    script::statements,
    state::State,
    statement::Statements,
};
use crate::{
    network::{GRACE, SOON, within},
    postgresql::{PostgresqlDialect, client::PostgresqlError},
    state::TransactionState,
};
use aludel_core::{
    Error, ErrorKind, Result,
    compile::Dialect,
    engine::{BoxFuture, Connection, Cursor, Done, Job, LoadJob, TransactionOptions},
};
use std::{
    error::Error as _,
    pin::pin,
    sync::{Arc, LazyLock},
};

/// Has the server look after its client each second, where it can: a statement whose client is gone is ended.
const GREETING: &str = "SELECT CASE WHEN version() LIKE '%linux%' AND \
    current_setting('client_connection_check_interval', true) = '0' \
    THEN set_config('client_connection_check_interval', '1s', false) END";

/// A connection to a PostgreSQL server.
pub(super) struct PostgresqlConnection {
    link: Link,
    state: State,
    canceller: Canceller,
}

impl PostgresqlConnection {
    pub(super) async fn connect(options: Arc<Options>) -> Result<Self> {
        let mut client = options.connect().await?;
        client.rows(GREETING).await?;
        let key = client.key();
        let statements = Statements::new(options.statement_cache);
        Ok(Self {
            link: Link { client, statements, unread: Unread::Nothing },
            state: State::new(),
            canceller: Canceller { options, key },
        })
    }

    async fn run_one(&mut self, mut job: Job) -> Result<Done> {
        self.ready().await?;
        self.state.pending = true;
        let Self { link, state, canceller } = self;
        // In a transaction the end of one statement is the end of all.
        let stopper = (state.transaction == TransactionState::None).then_some(&*canceller);
        let outcome = canceller
            .limited(job.timeout, async {
                let prepared = link.prepare(&job.statement, &job.binds).await?;
                match link.execute(&mut job, &prepared, stopper).await {
                    Err(error) if is_stale(&error) => {
                        link.statements.forget_all(&mut link.client)?;
                        if stopper.is_none() {
                            return Err(error);
                        }
                        let prepared = link.prepare(&job.statement, &job.binds).await?;
                        link.execute(&mut job, &prepared, stopper).await
                    }
                    done => done,
                }
            })
            .await;
        state.pending = false;
        state.settled(outcome, link.client.transaction())
    }

    async fn run_each(&mut self, jobs: Vec<Job>) -> Result<Vec<Done>> {
        if self.state.transaction != TransactionState::Open || !can_be_queued(&jobs) {
            let mut done = Vec::with_capacity(jobs.len());
            for job in jobs {
                let statement = Arc::clone(&job.statement);
                done.push(self.run_one(job).await.map_err(|error| error.with_sql(statement.sql.as_str()))?);
            }
            return Ok(done);
        }
        self.ready().await?;
        self.state.pending = true;
        let outcome = self.link.pipeline(jobs).await;
        self.state.pending = false;
        if outcome.as_ref().is_err_and(is_stale) {
            self.link.statements.forget_all(&mut self.link.client)?;
        }
        self.settled(outcome)
    }

    async fn load_rows(&mut self, load: LoadJob<'_>) -> Result<u64> {
        self.ready().await?;
        // A COPY that is left in the middle cannot be taken up again.
        self.state.broken = true;
        match copy(&mut self.link, load).await {
            Outcome::Lost(error) => Err(error),
            Outcome::Done(done) => {
                self.state.broken = false;
                self.settled(done)
            }
        }
    }

    async fn open_cursor(&mut self, job: Job) -> Result<PostgresqlCursor<'_>> {
        self.ready().await?;
        self.state.pending = true;
        let Self { link, state, canceller } = self;
        let outcome = canceller.limited(job.timeout, link.prepare(&job.statement, &job.binds)).await;
        state.pending = false;
        let prepared = state.settled(outcome, link.client.transaction())?;
        link.send(&prepared, &job.binds).await?;
        Ok(PostgresqlCursor {
            link,
            compiled: job.statement,
            prepared,
            canceller: canceller.clone(),
            timeout: job.timeout,
            state,
        })
    }

    /// Notes what an outcome means for the connection.
    fn settled<T>(&mut self, outcome: Result<T>) -> Result<T> {
        self.state.settled(Some(outcome), self.link.client.transaction())
    }

    /// Sees to it that the server listens.
    async fn ready(&mut self) -> Result<()> {
        self.state.check()?;
        match (self.link.unread, self.state.transaction) {
            (Unread::Nothing, _) => Ok(()),
            (Unread::Rows, TransactionState::None) => self.end_unread().await,
            _ => self.read_off().await,
        }
    }

    /// Reads what the server still has to say.
    async fn read_off(&mut self) -> Result<()> {
        self.state.pending = true;
        loop {
            let outcome = self.link.client.settle().await;
            match self.settled(outcome) {
                Ok(()) => break,
                Err(error) if State::is_servers(&error) && !self.state.broken => {}
                Err(error) => return Err(error),
            }
        }
        self.state.pending = false;
        self.link.unread = Unread::Nothing;
        Ok(())
    }

    /// Ends what the server still does, unless it is about to.
    async fn end_unread(&mut self) -> Result<()> {
        if let Some(done) = within(SOON, pin!(self.read_off())).await {
            return done;
        }
        let canceller = self.canceller.clone();
        let ended = match canceller.cancel().await {
            Ok(()) => within(GRACE, pin!(self.read_off())).await,
            Err(error) => Some(Err(error)),
        };
        ended.unwrap_or_else(|| Err(Error::new(ErrorKind::Connection, "the server does not answer"))).inspect_err(
            |_| {
                self.state.broken = true;
            },
        )
    }

    /// Runs SQL without values.
    async fn run_text(&mut self, sql: &str) -> Result<()> {
        self.ready().await?;
        self.state.pending = true;
        let done = match self.link.client.query(sql).await {
            Ok(()) => self.link.client.settle().await,
            Err(error) => Err(error),
        };
        self.state.pending = false;
        self.settled(done)
    }

    async fn run_all_of(&mut self, script: &str) -> Result<()> {
        self.run_text(script).await.map_err(|error| {
            match position(&error).and_then(|position| statement_at(script, position)) {
                Some(statement) => error.with_sql(statement),
                None => error,
            }
        })
    }

    async fn begin_transaction(&mut self, options: TransactionOptions) -> Result<()> {
        if self.state.transaction != TransactionState::None {
            return Err(Error::new(ErrorKind::State, "a transaction is open already: use a savepoint"));
        }
        let mut sql = "BEGIN".to_owned();
        if let Some(isolation) = options.isolation {
            sql = format!("{sql} ISOLATION LEVEL {}", isolation.as_sql());
        }
        sql.push_str(if options.read_only { " READ ONLY" } else { "" });
        self.run_text(&sql).await
    }

    async fn commit_transaction(&mut self) -> Result<()> {
        self.ready().await?;
        if self.state.transaction == TransactionState::Failed {
            // The server would answer a COMMIT with a rollback and no error.
            self.end_transaction().await?;
            return Err(Error::new(
                ErrorKind::State,
                "the transaction is over: an earlier error ended it, and nothing of it was done; run it again from its beginning",
            ));
        }
        self.run_text("COMMIT").await
    }

    async fn end_transaction(&mut self) -> Result<()> {
        if self.state.pending || self.link.unread != Unread::Nothing {
            return self.start_anew().await;
        }
        self.run_text("ROLLBACK").await
    }

    async fn start_anew(&mut self) -> Result<()> {
        if self.state.broken {
            return self.state.check();
        }
        let was_pending = self.state.pending;
        if was_pending || self.link.unread != Unread::Nothing {
            self.end_unread().await?;
        }
        // What was given up may have begun a transaction.
        if was_pending || self.state.transaction != TransactionState::None {
            self.run_text("ROLLBACK").await.inspect_err(|_| self.state.broken = true)?;
        }
        Ok(())
    }
}

/// Whether a prepared statement no longer fits its tables, or is gone.
fn is_stale(error: &Error) -> bool {
    let cause = error.source().and_then(|source| source.downcast_ref::<PostgresqlError>());
    cause.is_some_and(|cause| match cause.code() {
        "0A000" => cause.message().contains("cached plan"),
        "26000" => true,
        _ => false,
    })
}

fn position(error: &Error) -> Option<usize> {
    error.source()?.downcast_ref::<PostgresqlError>()?.position()
}

/// The statement of a script that the character at `position`, counted from 1, is in.
fn statement_at(script: &str, position: usize) -> Option<&str> {
    let (offset, _) = script.char_indices().nth(position.checked_sub(1)?)?;
    statements(script).find(|statement| {
        let start = statement.as_ptr() as usize - script.as_ptr() as usize;
        (start..start + statement.len()).contains(&offset)
    })
}

impl Connection for PostgresqlConnection {
    fn dialect(&self) -> Arc<dyn Dialect> {
        static DIALECT: LazyLock<Arc<PostgresqlDialect>> = LazyLock::new(|| Arc::new(PostgresqlDialect));
        Arc::<PostgresqlDialect>::clone(&DIALECT)
    }

    fn run(&mut self, job: Job) -> BoxFuture<'_, Result<Done>> {
        Box::pin(self.run_one(job))
    }

    fn run_all(&mut self, jobs: Vec<Job>) -> BoxFuture<'_, Result<Vec<Done>>> {
        Box::pin(self.run_each(jobs))
    }

    fn load<'a, 'r: 'a>(&'a mut self, load: LoadJob<'r>) -> BoxFuture<'a, Result<u64>> {
        Box::pin(self.load_rows(load))
    }

    fn open<'a>(&'a mut self, job: Job) -> BoxFuture<'a, Result<Box<dyn Cursor + 'a>>> {
        Box::pin(async move { Ok(Box::new(self.open_cursor(job).await?) as Box<dyn Cursor + 'a>) })
    }

    fn run_script<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.run_all_of(sql))
    }

    fn begin(&mut self, options: TransactionOptions) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.begin_transaction(options))
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.commit_transaction())
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.end_transaction())
    }

    fn ping(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async {
            self.state.check()?;
            self.read_off().await?;
            self.state.pending = true;
            let answer = self.link.client.ping().await;
            self.state.pending = false;
            self.settled(answer)
        })
    }

    fn is_dirty(&self) -> bool {
        self.state.pending || self.link.unread != Unread::Nothing || self.state.transaction != TransactionState::None
    }

    fn is_broken(&self) -> bool {
        self.state.broken
    }

    fn reset(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.start_anew())
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(self.link.client.close())
    }
}
