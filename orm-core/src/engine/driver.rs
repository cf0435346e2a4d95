//! What a driver implements: connections that run compiled statements.

use crate::{
    compile::{Compiled, Dialect},
    error::{Error, ErrorKind, Result},
    schema::TableRef,
    types::{RowSink, Value},
};
use std::{
    fmt::{self, Debug},
    future::Future,
    pin::Pin,
    sync::Arc,
    time::Duration,
};

/// A future that can move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A way to a database: made from a URL, opens connections.
pub trait Driver: Debug + Send + Sync + 'static {
    /// Opens a connection that is ready for statements.
    ///
    /// # Errors
    /// Of kind [`Connection`](crate::ErrorKind::Connection) if the server cannot be reached or refuses us.
    fn connect(&self) -> BoxFuture<'_, Result<Box<dyn Connection>>>;

    /// How many connections may be open at once at the most, where the database says so (a private in-memory database: one).
    fn max_connections(&self) -> Option<usize> {
        None
    }
}

/// One statement to run, with its values.
pub struct Job {
    /// The statement.
    pub statement: Arc<Compiled>,
    /// The values, in the order of the statement's placeholders.
    pub binds: Vec<Value>,
    /// Who takes the rows; without one, rows are dropped.
    pub sink: Option<Box<dyn RowSink>>,
    /// How long the statement may run; `None` for as long as it likes.
    pub timeout: Option<Duration>,
}

/// What a statement did.
pub struct Done {
    /// Rows inserted, changed or deleted, as the server counts them.
    pub affected: u64,
    /// The key generated for an INSERT of one row, or for the first of many, where the capabilities say that the driver tells it.
    pub last_insert_id: Option<i64>,
    /// The sink that was handed in.
    pub sink: Option<Box<dyn RowSink>>,
}

impl fmt::Debug for Job {
    /// Without the values, which may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { statement, timeout, .. } = self;
        f.debug_struct("Job").field("sql", &statement.sql).field("timeout", timeout).finish_non_exhaustive()
    }
}

impl fmt::Debug for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { affected, last_insert_id, .. } = self;
        f.debug_struct("Done")
            .field("affected", affected)
            .field("last_insert_id", last_insert_id)
            .finish_non_exhaustive()
    }
}

/// Rows to load into a table.
pub struct LoadJob<'a> {
    /// The table.
    pub table: TableRef,
    /// The columns that get a value, by position.
    pub columns: &'a [u16],
    /// The values of the columns, row after row. An error ends the load, and nothing of it is done.
    pub rows: &'a mut (dyn Iterator<Item = Result<Vec<Value>>> + Send),
}

impl fmt::Debug for LoadJob<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, columns, .. } = self;
        f.debug_struct("LoadJob").field("table", table).field("columns", columns).finish_non_exhaustive()
    }
}

/// How a transaction runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TransactionOptions {
    /// The isolation level; the server's default without one.
    pub isolation: Option<IsolationLevel>,
    /// Whether it only reads.
    pub read_only: bool,
}

/// How far a transaction is kept apart from others; the names of the SQL standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IsolationLevel {
    /// Sees what others have not committed.
    ReadUncommitted,
    /// Each statement sees what was committed before it began.
    ReadCommitted,
    /// Each read sees what was committed before the first one.
    RepeatableRead,
    /// As if transactions ran one after the other.
    Serializable,
}

impl IsolationLevel {
    /// The level in SQL.
    pub fn as_sql(self) -> &'static str {
        match self {
            Self::ReadUncommitted => "READ UNCOMMITTED",
            Self::ReadCommitted => "READ COMMITTED",
            Self::RepeatableRead => "REPEATABLE READ",
            Self::Serializable => "SERIALIZABLE",
        }
    }
}

/// An open connection.
///
/// **Cancellation.** Any future may be dropped before it is done. The connection then knows that it is
/// [`dirty`](Connection::is_dirty), and whoever owns it calls [`reset`](Connection::reset) or drops it; both end what still runs
/// and roll back.
pub trait Connection: Send {
    /// The SQL this server understands, by its version.
    fn dialect(&self) -> Arc<dyn Dialect>;

    /// Runs one statement to its end, handing its rows to the sink.
    ///
    /// The statement's SQL is attached to an error by the caller.
    fn run(&mut self, job: Job) -> BoxFuture<'_, Result<Done>>;

    /// Runs statements in order and stops at the first error, which carries the SQL of the statement that failed;
    /// drivers that can pipeline do.
    fn run_all(&mut self, jobs: Vec<Job>) -> BoxFuture<'_, Result<Vec<Done>>> {
        Box::pin(async move {
            let mut done = Vec::with_capacity(jobs.len());
            for job in jobs {
                let statement = Arc::clone(&job.statement);
                done.push(self.run(job).await.map_err(|error| error.with_sql(statement.sql.as_str()))?);
            }
            Ok(done)
        })
    }

    /// Loads rows by the server's own way for many of them, all or none, and answers how many they were. It is asked for only where the
    /// capabilities say that there is one.
    ///
    /// A future that is dropped leaves the connection broken.
    fn load<'a, 'r: 'a>(&'a mut self, load: LoadJob<'r>) -> BoxFuture<'a, Result<u64>> {
        let table = load.table;
        Box::pin(async move {
            let message = format!("{} loads no rows but by INSERT", self.dialect().name());
            Err(Error::new(ErrorKind::NotSupported, message).with_table(table.def.full_name()))
        })
    }

    /// Runs a query whose rows are fetched in batches, as the caller asks for them.
    fn open<'a>(&'a mut self, job: Job) -> BoxFuture<'a, Result<Box<dyn Cursor + 'a>>>;

    /// Runs SQL text that has no values and no rows: DDL, a script of several statements.
    fn run_script<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<()>>;

    /// Begins a transaction.
    fn begin(&mut self, options: TransactionOptions) -> BoxFuture<'_, Result<()>>;

    /// Commits the transaction.
    fn commit(&mut self) -> BoxFuture<'_, Result<()>>;

    /// Rolls the transaction back.
    fn rollback(&mut self) -> BoxFuture<'_, Result<()>>;

    /// Asks the server whether it is still there.
    fn ping(&mut self) -> BoxFuture<'_, Result<()>>;

    /// Whether a future was dropped before it was done, or a transaction is open.
    fn is_dirty(&self) -> bool;

    /// Whether the connection can be used no more.
    fn is_broken(&self) -> bool;

    /// Ends what still runs and rolls back, so that the connection is as good as new.
    fn reset(&mut self) -> BoxFuture<'_, Result<()>>;

    /// Says goodbye to the server. Dropping a connection closes it too, less politely.
    fn close(self: Box<Self>) -> BoxFuture<'static, Result<()>>;
}

/// A running query.
pub trait Cursor: Send {
    /// Hands up to `count` rows to the sink and gives it back; `false` when there are no more.
    fn fetch(&mut self, count: usize, sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<(Box<dyn RowSink>, bool)>>;
}
