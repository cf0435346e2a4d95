//! A connection, as the engine sees it.

use super::{
    cancel::Canceller,
    cursor::MysqlCursor,
    options::Options,
    run::{Link, Unread},
    script::{effect, statements},
    state::State,
    statement::Statements,
};
use crate::{
    mysql::{
        MysqlDialect,
        client::{Answer, Client},
        dialect::Server,
    },
    network::{GRACE, SOON, within},
    state::TransactionState,
};
use aludel_core::{
    Error, ErrorKind, Result,
    compile::Dialect,
    engine::{BoxFuture, Connection, Cursor, Done, Job, TransactionOptions},
};
use std::{pin::pin, sync::Arc};

/// A connection to a MySQL or MariaDB server.
pub(super) struct MysqlConnection {
    link: Link,
    state: State,
    canceller: Canceller,
    dialect: Arc<MysqlDialect>,
}

impl MysqlConnection {
    pub(super) async fn connect(options: Arc<Options>) -> Result<Self> {
        let mut client = options.connect().await?;
        let Greeted { server, number, lock_timeout_ends } = greet(&mut client, &options.greeting()).await?;
        let statements = Statements::new(options.statement_cache);
        Ok(Self {
            // What JSON_VALID takes, and MySQL's own type.
            link: Link {
                client,
                statements,
                unread: Unread::Nothing,
                json_depth: if server.mariadb { 31 } else { 100 },
            },
            state: State::new(lock_timeout_ends),
            dialect: Arc::new(MysqlDialect::of(server, options.mariadb)),
            canceller: Canceller::new(options, number),
        })
    }

    async fn run_one(&mut self, mut job: Job) -> Result<Done> {
        self.state.check_transaction(|| effect(&job.statement.sql))?;
        self.ready().await?;
        self.state.pending = true;
        let Self { link, state, canceller, .. } = self;
        let outcome = canceller
            .limited(job.timeout, async {
                let prepared = link.prepare(&job.statement).await?;
                Ok((link.execute(&mut job, &prepared, canceller).await?, prepared.effect))
            })
            .await;
        state.pending = false;
        let (done, effect) = state.settled(outcome)?;
        state.apply(effect);
        Ok(done)
    }

    async fn open_cursor(&mut self, job: Job) -> Result<MysqlCursor<'_>> {
        self.state.check_transaction(|| effect(&job.statement.sql))?;
        self.ready().await?;
        self.state.pending = true;
        let Self { link, state, canceller, .. } = self;
        let outcome = canceller.limited(job.timeout, link.prepare(&job.statement)).await;
        state.pending = false;
        let prepared = state.settled(outcome)?;
        link.send(&job.statement, &prepared, &job.binds).await?;
        Ok(MysqlCursor { link, compiled: job.statement, canceller: canceller.clone(), timeout: job.timeout, state })
    }

    /// Sees to it that the server listens.
    async fn ready(&mut self) -> Result<()> {
        self.state.check()?;
        match self.link.unread {
            Unread::Nothing => {}
            Unread::Rows => self.end_unread().await?,
            Unread::Write => self.read_off().await?,
        }
        if self.canceller.has_shot() {
            // A shot that came too late for its statement would hit the next one. Let that be one that does nothing.
            self.state.pending = true;
            let done = self.link.client.rows("DO 0").await.map(drop);
            self.state.pending = false;
            match self.state.settled(Some(done)) {
                Err(error) if error.kind() == ErrorKind::Cancelled => {}
                done => done?,
            }
        }
        Ok(())
    }

    /// Reads what the server still has to say.
    async fn read_off(&mut self) -> Result<()> {
        self.state.pending = true;
        loop {
            let outcome = self.link.client.settle().await;
            match self.state.settled(Some(outcome)) {
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

    /// Runs SQL without values, and answers how many of its statements were done, and what became of the next one.
    async fn run_statements(&mut self, sql: &str) -> (usize, Result<()>) {
        if let Err(error) = self.ready().await {
            return (0, Err(error));
        }
        self.state.pending = true;
        let client = &mut self.link.client;
        let mut count = 0;
        let mut outcome = client.query(sql).await;
        while outcome.is_ok() {
            match client.next().await {
                Ok(Answer::Done(_)) => count += 1,
                Ok(Answer::Row) => {}
                Ok(Answer::Ready) => break,
                Err(error) => outcome = Err(error),
            }
        }
        self.state.pending = false;
        (count, self.state.settled(Some(outcome)))
    }

    async fn run_text(&mut self, sql: &str) -> Result<()> {
        self.run_statements(sql).await.1
    }

    async fn run_all_of(&mut self, script: &str) -> Result<()> {
        self.state.check_transaction(|| effect(script))?;
        let (done, outcome) = self.run_statements(script).await;
        let mut statements = statements(script);
        statements.by_ref().take(done).for_each(|statement| self.state.apply(effect(statement)));
        outcome.map_err(|error| match statements.next() {
            Some(statement) => error.with_sql(statement),
            None => error,
        })
    }

    async fn begin_transaction(&mut self, options: TransactionOptions) -> Result<()> {
        if self.state.transaction != TransactionState::None {
            return Err(Error::new(ErrorKind::State, "a transaction is open already: use a savepoint"));
        }
        let level = options.isolation.map(|level| format!("SET TRANSACTION ISOLATION LEVEL {}; ", level.as_sql()));
        let begin = if options.read_only { "START TRANSACTION READ ONLY" } else { "START TRANSACTION" };
        self.run_text(&format!("{}{begin}", level.unwrap_or_default())).await?;
        self.state.transaction = TransactionState::Open;
        Ok(())
    }

    async fn commit_transaction(&mut self) -> Result<()> {
        self.ready().await?;
        if self.state.transaction == TransactionState::Failed {
            self.end_transaction().await?;
            return Err(Error::new(
                ErrorKind::State,
                "the transaction is over: the server rolled it back, and nothing of it was done; run it again from its beginning",
            ));
        }
        let committed = self.run_text("COMMIT").await;
        self.state.transaction = TransactionState::None;
        committed
    }

    async fn end_transaction(&mut self) -> Result<()> {
        if self.state.pending || self.link.unread != Unread::Nothing {
            return self.start_anew().await;
        }
        let ended = self.run_text("ROLLBACK").await;
        self.state.transaction = TransactionState::None;
        ended
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
            self.state.transaction = TransactionState::None;
        }
        Ok(())
    }
}

/// What the server says of itself and of a connection.
struct Greeted {
    server: Server,
    /// Its number of the connection.
    number: u64,
    lock_timeout_ends: bool,
}

/// Says and asks what a connection begins with.
async fn greet(client: &mut Client, greeting: &str) -> Result<Greeted> {
    let rows = client.rows(greeting).await?;
    let value = |index: usize| rows.first().and_then(|row: &Vec<Option<String>>| row.get(index)?.as_deref());
    let number = |index| value(index).and_then(|value| value.parse::<u64>().ok());
    let version = value(1).unwrap_or_default();
    let mut numbers = version.split(|c: char| !c.is_ascii_digit()).map(|number| number.parse().unwrap_or(0));
    let strange = || Error::new(ErrorKind::Connection, "the server does not say who it is");
    Ok(Greeted {
        server: Server {
            mariadb: version.to_ascii_lowercase().contains("mariadb"),
            version: (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)),
            key_step: number(2).ok_or_else(strange)?,
        },
        number: number(0).ok_or_else(strange)?,
        lock_timeout_ends: number(3).ok_or_else(strange)? != 0,
    })
}

impl Connection for MysqlConnection {
    fn dialect(&self) -> Arc<dyn Dialect> {
        Arc::<MysqlDialect>::clone(&self.dialect)
    }

    fn run(&mut self, job: Job) -> BoxFuture<'_, Result<Done>> {
        Box::pin(self.run_one(job))
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
        Box::pin(self.run_text("DO 0"))
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
