//! A session with the server, on the connection's thread.

use super::{
    bind::Bound,
    cell::cells,
    error::{failed, timed_out},
    options::Options,
    row::{OracleRow, names},
    script,
    statement::Places,
};
use crate::oracle::Version;
use aludel_core::{
    Error, ErrorKind, Result,
    compile::{Compiled, Output, StatementKind},
    engine::{Done, IsolationLevel, Job, TransactionOptions},
    types::{RowSink, Value},
};
use oracledb::{BindParameters, ToDbValue};
use std::{
    ops::ControlFlow,
    sync::Arc,
    time::{Duration, Instant},
};

/// Rows that come with the answer to a query: a short one takes one round trip.
const FIRST_ROWS: u32 = 128;
/// Rows that each further round trip brings.
const MORE_ROWS: u32 = 1_024;

/// What texts are compared and written by, whatever the machine's language.
const GREETING: &str = "ALTER SESSION SET TIME_ZONE = '+00:00' NLS_COMP = BINARY NLS_SORT = BINARY NLS_NUMERIC_CHARACTERS = '.,' \
    NLS_DATE_FORMAT = 'YYYY-MM-DD HH24:MI:SS' NLS_TIMESTAMP_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF' \
    NLS_TIMESTAMP_TZ_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF TZH:TZM'";

/// A session; it rolls back and says goodbye when it is dropped.
pub(super) struct Session {
    connection: oracledb::Connection,
    version: Version,
    in_transaction: bool,
    /// The query whose rows are fetched.
    cursor: Option<Open>,
    /// The limit that the connection has for an answer.
    limit: Option<Duration>,
}

struct Open {
    statement: Arc<Compiled>,
    cursor: oracledb::Cursor,
    names: Vec<String>,
}

/// When something should be done.
#[derive(Clone, Copy)]
struct Deadline(Option<Instant>);

impl Deadline {
    fn after(timeout: Option<Duration>) -> Self {
        Self(timeout.and_then(|timeout| Instant::now().checked_add(timeout)))
    }

    /// # Errors
    /// Of kind [`Timeout`](ErrorKind::Timeout) if it has passed. The connection's own limit is one for each answer.
    fn check(self) -> Result<()> {
        match self.0 {
            Some(end) if end < Instant::now() => Err(timed_out()),
            _ => Ok(()),
        }
    }

    /// What is left; a socket takes no limit of nothing.
    fn left(self) -> Option<Duration> {
        Some(self.0?.saturating_duration_since(Instant::now()).max(Duration::from_millis(1)))
    }
}

impl Session {
    pub(super) fn connect(options: &Options) -> Result<Self> {
        let connection = options.connect()?;
        connection.set_call_timeout(Some(options.connect_timeout)).map_err(failed)?;
        connection.execute(GREETING, &[]).map_err(failed)?;
        let oracledb::OracleVersion(major, minor, ..) = connection.version().map_err(failed)?;
        let [major, minor] = [major, minor].map(|number| u8::try_from(number).unwrap_or(u8::MAX));
        let limit = Some(options.connect_timeout);
        Ok(Self { connection, version: Version(major, minor), in_transaction: false, cursor: None, limit })
    }

    pub(super) fn version(&self) -> Version {
        self.version
    }

    fn booleans(&self) -> bool {
        self.version >= Version::V23
    }

    /// Gives the server as long as is left for its next answer.
    fn allow(&mut self, deadline: Deadline) -> Result<()> {
        let limit = deadline.left();
        if limit != self.limit {
            self.connection.set_call_timeout(limit).map_err(failed)?;
            self.limit = limit;
        }
        Ok(())
    }

    pub(super) fn run(&mut self, job: Job) -> Result<Done> {
        let deadline = Deadline::after(job.timeout);
        let statement = Arc::clone(&job.statement);
        let done = self.run_statement(job, deadline);
        if self.in_transaction || !leaves_something(&statement) {
            return done;
        }
        match done {
            Ok(done) => {
                self.allow(deadline)?;
                self.connection.commit().map_err(failed)?;
                Ok(done)
            }
            Err(error) => {
                if error.kind() != ErrorKind::Connection {
                    // Of many rows, those before the one that failed are in.
                    self.rollback()?;
                }
                Err(error)
            }
        }
    }

    fn run_statement(&mut self, job: Job, deadline: Deadline) -> Result<Done> {
        let Job { statement, binds, mut sink, timeout: _ } = job;
        self.allow(deadline)?;
        let places = Places::of(&statement.sql);
        let width = places.last.saturating_sub(answered(&statement).len());
        // Only an INSERT or an UPDATE of ours has an array of values for each placeholder.
        let rows = match statement.kind {
            StatementKind::Insert | StatementKind::Update if width > 0 => binds.chunks(width).collect(),
            _ => vec![&binds[..]],
        };
        let rows = rows.into_iter().map(|row| self.row(row, &statement)).collect::<Result<Vec<_>>>()?;
        let rows = rows.iter().map(|row| parameters(row, &places)).collect::<Result<Vec<_>>>()?;
        let mut prepared = self.prepare(&statement.sql)?;
        let affected = match &rows[..] {
            [row] if prepared.is_query() => {
                let mut cursor = prepared.query(row).map_err(failed)?;
                if let Some(sink) = &mut sink {
                    let names = names(&cursor);
                    hand(&mut cursor, &names, &statement, usize::MAX, &mut **sink, deadline)?;
                }
                0
            }
            [row] => {
                let mut result = prepared.execute(row).map_err(failed)?;
                answer(result.returned_data(), &statement, &mut sink)?;
                result.rows_affected()
            }
            rows => self.run_many(&mut prepared, rows, &statement, &mut sink)?,
        };
        Ok(Done { affected, last_insert_id: None, sink })
    }

    /// Runs a statement once for each row of values; all of it or nothing.
    fn run_many(
        &mut self,
        prepared: &mut oracledb::Statement,
        rows: &[Vec<&dyn ToDbValue>],
        statement: &Compiled,
        sink: &mut Option<Box<dyn RowSink>>,
    ) -> Result<u64> {
        if self.in_transaction {
            self.tell("SAVEPOINT aludel_rows")?;
        }
        let slices: Vec<_> = rows.iter().map(Vec::as_slice).collect();
        let result = prepared.execute_batch(BindParameters::Slice(&slices));
        if result.is_err() && self.in_transaction {
            self.tell("ROLLBACK TO SAVEPOINT aludel_rows")?;
        }
        let mut result = result.map_err(failed)?;
        answer(result.returned_data().into_iter().flatten().collect(), statement, sink)?;
        Ok(result.rows_affected())
    }

    /// The values of a row, and the places for what it answers.
    fn row<'a>(&self, values: &'a [Value], statement: &Compiled) -> Result<Vec<Bound<'a>>> {
        let booleans = self.booleans();
        let mut row = values.iter().map(|value| Bound::of(value, booleans)).collect::<Result<Vec<_>>>()?;
        row.extend(answered(statement).iter().map(|output| Bound::answer(output, booleans)));
        Ok(row)
    }

    fn prepare(&self, sql: &str) -> Result<oracledb::Statement> {
        let statement = self.connection.statement(sql).map_err(failed)?;
        statement.prefetch_rows(FIRST_ROWS).fetch_array_size(MORE_ROWS).build().map_err(failed)
    }

    /// Runs SQL that has no values.
    fn tell(&self, sql: &str) -> Result<()> {
        self.connection.execute(sql, &[]).map(drop).map_err(failed)
    }

    pub(super) fn open(&mut self, job: Job) -> Result<()> {
        let Job { statement, binds, sink: _, timeout } = job;
        self.cursor = None;
        self.allow(Deadline::after(timeout))?;
        let row = self.row(&binds, &statement)?;
        let prepared = self.prepare(&statement.sql)?;
        if !prepared.is_query() {
            return Err(Error::new(
                ErrorKind::Statement,
                "only a query has rows that can be fetched one after the other",
            ));
        }
        let cursor = prepared.query(&parameters(&row, &Places::of(&statement.sql))?).map_err(failed)?;
        let names = names(&cursor);
        self.cursor = Some(Open { statement, cursor, names });
        Ok(())
    }

    /// Hands up to `count` rows to the sink; `false` if there are no more.
    pub(super) fn fetch(&mut self, count: usize, sink: &mut dyn RowSink, timeout: Option<Duration>) -> Result<bool> {
        let Some(mut open) = self.cursor.take() else { return Ok(false) };
        let deadline = Deadline::after(timeout);
        self.allow(deadline)?;
        let Open { statement, cursor, names } = &mut open;
        let more = hand(cursor, names, statement, count, sink, deadline)?;
        if more {
            self.cursor = Some(open);
        } else if !self.in_transaction && statement.locks {
            self.connection.commit().map_err(failed)?;
        }
        Ok(more)
    }

    pub(super) fn close_cursor(&mut self) {
        self.cursor = None;
    }

    pub(super) fn run_script(&mut self, script: &str) -> Result<()> {
        self.allow(Deadline(None))?;
        for statement in script::statements(script) {
            let done = self.tell(statement).map_err(|error| error.with_sql(statement));
            if done.is_err() && !self.in_transaction {
                self.rollback()?;
            }
            done?;
        }
        if self.in_transaction { Ok(()) } else { self.connection.commit().map_err(failed) }
    }

    /// Begins a transaction. Oracle has two of the standard's levels: a weaker one is as the stronger of them, as the standard allows.
    pub(super) fn begin(&mut self, options: TransactionOptions) -> Result<()> {
        self.allow(Deadline(None))?;
        let serializable =
            matches!(options.isolation, Some(IsolationLevel::RepeatableRead | IsolationLevel::Serializable));
        if options.read_only {
            // It sees what was committed before it began, as one that is serializable does.
            self.tell("SET TRANSACTION READ ONLY")?;
        } else if serializable {
            self.tell("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")?;
        } else if options.isolation.is_some() {
            self.tell("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")?;
        }
        self.in_transaction = true;
        Ok(())
    }

    pub(super) fn commit(&mut self) -> Result<()> {
        self.cursor = None;
        self.allow(Deadline(None))?;
        self.in_transaction = false;
        self.connection.commit().map_err(failed)
    }

    pub(super) fn rollback(&mut self) -> Result<()> {
        self.cursor = None;
        self.allow(Deadline(None))?;
        self.in_transaction = false;
        self.connection.rollback().map_err(failed)
    }

    /// Rolls back and says goodbye.
    pub(super) fn close(&mut self) -> Result<()> {
        self.cursor = None;
        self.allow(Deadline(None))?;
        self.connection.close().map_err(failed)
    }

    pub(super) fn ping(&mut self) -> Result<()> {
        self.allow(Deadline(None))?;
        self.connection.ping().map_err(failed)
    }
}

/// What a RETURNING answers, each into a placeholder of its own.
fn answered(statement: &Compiled) -> &[Output] {
    if statement.kind == StatementKind::Select { &[] } else { &statement.outputs }
}

/// Whether a statement leaves a change or a lock that a commit ends. What a query of the user's own does is not known.
fn leaves_something(statement: &Compiled) -> bool {
    match statement.kind {
        StatementKind::Select => statement.locks,
        // It commits by itself.
        StatementKind::Ddl => false,
        _ => true,
    }
}

/// A value for each placeholder, and a placeholder for each value.
fn parameters<'a>(row: &'a [Bound<'_>], places: &Places) -> Result<Vec<&'a dyn ToDbValue>> {
    let value = |place: &usize| Some(row.get(place.checked_sub(1)?)?.as_parameter());
    let values = if places.last == row.len() { places.order.iter().map(value).collect() } else { None };
    values.ok_or_else(|| {
        let (last, given) = (places.last, row.len());
        Error::new(
            ErrorKind::Statement,
            format!("the SQL has placeholders from :1 to :{last}, and there are {given} values"),
        )
    })
}

/// Hands rows to the sink, and answers whether there may be more.
fn hand(
    cursor: &mut oracledb::Cursor,
    names: &[String],
    statement: &Compiled,
    most: usize,
    sink: &mut dyn RowSink,
    deadline: Deadline,
) -> Result<bool> {
    for _ in 0..most {
        deadline.check()?;
        let Some(row) = cursor.next() else { return Ok(false) };
        let mut row = row.map_err(failed)?;
        let cells = cells(&mut row)?;
        if let ControlFlow::Break(()) = sink.row(&OracleRow { cells: &cells, names, outputs: &statement.outputs })? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Hands the rows that a RETURNING has answered to the sink.
fn answer(rows: Vec<oracledb::Row>, statement: &Compiled, sink: &mut Option<Box<dyn RowSink>>) -> Result<()> {
    let Some(sink) = sink else { return Ok(()) };
    let names: Vec<_> = statement.outputs.iter().map(|output| output.name.clone()).collect();
    for mut row in rows {
        let cells = cells(&mut row)?;
        let row = OracleRow { cells: &cells, names: &names, outputs: &statement.outputs };
        if let ControlFlow::Break(()) = sink.row(&row)? {
            break;
        }
    }
    Ok(())
}
