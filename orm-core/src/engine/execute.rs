//! The one way by which statements reach a connection: time limit, log, and the SQL on errors.
//!
//! What is logged is described in the module `engine`.

use super::{BoxFuture, Connection, Done, Job, LoadJob, builder::RunSettings};
use crate::{
    error::{Error, Result},
    types::{Row, RowSink, Value},
};
use std::{
    any::Any,
    ops::ControlFlow,
    sync::Arc,
    time::{Duration, Instant},
};
use tracing::Level;

/// The target of the log.
macro_rules! target {
    () => {
        "aludel::sql"
    };
}

pub(super) fn run<'a>(
    connection: &'a mut dyn Connection,
    settings: RunSettings,
    mut job: Job,
) -> impl Future<Output = Result<Done>> + Send + 'a {
    job.timeout = job.timeout.or(settings.timeout);
    let statement = Arc::clone(&job.statement);
    let work =
        if is_observed(settings) { Box::pin(run_observed(connection, settings, job)) } else { connection.run(job) };
    async move { work.await.map_err(|error| error.with_sql(statement.sql.as_str())) }
}

pub(super) async fn run_all(
    connection: &mut dyn Connection,
    settings: RunSettings,
    mut jobs: Vec<Job>,
) -> Result<Vec<Done>> {
    if is_observed(settings) {
        // One by one, so that the log tells how long each took.
        let mut done = Vec::with_capacity(jobs.len());
        for job in jobs {
            done.push(run(connection, settings, job).await?);
        }
        return Ok(done);
    }
    for job in &mut jobs {
        job.timeout = job.timeout.or(settings.timeout);
    }
    connection.run_all(jobs).await
}

pub(super) async fn load(connection: &mut dyn Connection, settings: RunSettings, load: LoadJob<'_>) -> Result<u64> {
    let sql = format!("COPY {}", load.table.def.full_name());
    let started = is_observed(settings).then(Instant::now);
    let result = connection.load(load).await;
    if let Some(started) = started {
        let (affected, error) = (result.as_ref().map_or(0, |rows| *rows), result.as_ref().err());
        Outcome { sql: &sql, binds: None, elapsed: started.elapsed(), rows: 0, affected, error }.log(settings);
    }
    result
}

pub(super) async fn run_script(connection: &mut dyn Connection, settings: RunSettings, sql: &str) -> Result<()> {
    observe(settings, sql, connection.run_script(sql)).await
}

/// Does what `sql` says by other means than a job: `COMMIT`, a script.
pub(super) async fn observe(settings: RunSettings, sql: &str, work: BoxFuture<'_, Result<()>>) -> Result<()> {
    let started = is_observed(settings).then(Instant::now);
    let result = work.await.map_err(|error| error.with_sql(sql));
    if let Some(started) = started {
        let error = result.as_ref().err();
        Outcome { sql, binds: None, elapsed: started.elapsed(), rows: 0, affected: 0, error }.log(settings);
    }
    result
}

/// Whether anybody reads the log.
pub(super) fn is_observed(settings: RunSettings) -> bool {
    settings.echo || tracing::enabled!(target: target!(), Level::DEBUG)
}

async fn run_observed(connection: &mut dyn Connection, settings: RunSettings, mut job: Job) -> Result<Done> {
    let statement = Arc::clone(&job.statement);
    let binds = shown(settings, &job.binds);
    job.sink = job.sink.map(|sink| Box::new(CountRows { sink, rows: 0 }) as Box<dyn RowSink>);
    let started = Instant::now();
    let mut result = connection.run(job).await;
    let elapsed = started.elapsed();
    let (mut rows, mut affected) = (0, 0);
    if let Ok(done) = &mut result {
        affected = done.affected;
        if let Some(counted) = done.sink.take().and_then(|sink| sink.into_any().downcast::<CountRows>().ok()) {
            rows = counted.rows;
            done.sink = Some(counted.sink);
        }
    }
    Outcome { sql: &statement.sql, binds, elapsed, rows, affected, error: result.as_ref().err() }.log(settings);
    result
}

/// What became of a statement.
pub(super) struct Outcome<'a> {
    pub(super) sql: &'a str,
    pub(super) binds: Option<String>,
    pub(super) elapsed: Duration,
    pub(super) rows: u64,
    pub(super) affected: u64,
    pub(super) error: Option<&'a Error>,
}

impl Outcome<'_> {
    pub(super) fn log(&self, settings: RunSettings) {
        let Self { sql, binds, elapsed, rows, affected, error } = self;
        let error = error.map(Error::message);
        if !settings.echo {
            tracing::debug!(target: target!(), sql, ?elapsed, rows, affected, error);
        } else if tracing::dispatcher::has_been_set() {
            tracing::info!(target: target!(), sql, binds, ?elapsed, rows, affected, error);
        } else {
            // Who asks for an echo in a small program has no subscriber, and wants to see something.
            let binds = binds.as_deref().unwrap_or("[]");
            match error {
                None => eprintln!("{}: {sql} {binds} -- {elapsed:?}, {rows} rows, {affected} affected", target!()),
                Some(error) => eprintln!("{}: {sql} {binds} -- {elapsed:?}, {error}", target!()),
            }
        }
    }
}

/// Counts the rows on their way to a sink.
pub(super) struct CountRows {
    pub(super) sink: Box<dyn RowSink>,
    pub(super) rows: u64,
}

impl RowSink for CountRows {
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        self.rows += 1;
        self.sink.row(row)
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

/// The values as the log shows them.
pub(super) fn shown(settings: RunSettings, binds: &[Value]) -> Option<String> {
    settings.echo.then(|| format!("{binds:?}"))
}
