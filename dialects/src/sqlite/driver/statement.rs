//! Prepared statements.
//!
//! Below rusqlite's own: a statement here is kept by the number of the compiled statement, is not tied to a borrow of its connection (so that a
//! cursor can hold one), binds texts without copying them, and its columns are read with one call each. Measured in `docs/engine.md`.

use super::{attempt::Attempt, bind, error::Failure};
use aludel_core::{Error, ErrorKind, Result, compile::Compiled, types::Value};
use lru::LruCache;
use rusqlite::{Connection, ffi};
use std::{
    ffi::{c_char, c_int, c_uint},
    num::NonZeroUsize,
    ptr::{self, NonNull},
    sync::Arc,
    time::Duration,
};

/// A statement that last ran for longer is run on the worker thread.
pub(super) const SLOW: Duration = Duration::from_millis(1);

/// One that gave out more rows is taken for slow without a clock.
pub(super) const MANY_ROWS: usize = 4096;

/// A prepared statement.
pub(super) struct Statement {
    raw: NonNull<ffi::sqlite3_stmt>,
    /// Whether it changes nothing in the database, as SQLite sees it.
    pub(super) readonly: bool,
    /// Whether its last run took long.
    pub(super) slow: bool,
    runs: u8,
}

// SAFETY: SQLite lets any thread use a statement as long as no two use its connection at once. Statements live inside the `Db` of their
// connection, which is reached through a mutex alone.
unsafe impl Send for Statement {}

/// Why a statement could not be prepared.
pub(super) enum Unprepared {
    /// SQLite said so, having read so many bytes.
    Failed(Failure, usize),
    /// The text holds no statement.
    Empty,
}

/// What a step led to.
pub(super) enum Step {
    Row,
    Done,
    Failed(c_int),
}

impl Statement {
    /// Prepares the first statement of `sql`, and tells where the next one begins.
    pub(super) fn prepare(connection: &Connection, sql: &str) -> Result<(Self, usize), Unprepared> {
        if sql.as_bytes().contains(&0) {
            // SQLite would take it for the end.
            return Err(Unprepared::Failed(
                Failure::new(ffi::SQLITE_ERROR, "the SQL holds a NUL character"),
                sql.len(),
            ));
        }
        // SQLite answers "too big" long before this limit.
        let length = c_int::try_from(sql.len()).unwrap_or(c_int::MAX);
        let mut raw = ptr::null_mut();
        let mut tail: *const c_char = ptr::null();
        // SAFETY: the handle is open and used by this thread alone; `sql` is valid for `length` bytes, and SQLite stops there.
        let code = unsafe {
            ffi::sqlite3_prepare_v3(
                connection.handle(),
                sql.as_ptr().cast(),
                length,
                PERSISTENT,
                &raw mut raw,
                &raw mut tail,
            )
        };
        let next = (tail as usize).saturating_sub(sql.as_ptr() as usize).min(sql.len());
        if code != ffi::SQLITE_OK {
            return Err(Unprepared::Failed(Failure::last(connection, code), next));
        }
        let Some(raw) = NonNull::new(raw) else { return Err(Unprepared::Empty) };
        // SAFETY: the statement was just prepared.
        let readonly = unsafe { ffi::sqlite3_stmt_readonly(raw.as_ptr()) } != 0;
        Ok((Self { raw, readonly, slow: false, runs: 0 }, next))
    }

    /// Whether this run is timed: the first is, and then each eighth while it is fast, since reading a clock costs a twentieth of a lookup by key.
    pub(super) fn is_timed(&mut self) -> bool {
        self.runs = self.runs.wrapping_add(1);
        self.slow || self.runs % 8 == 1
    }

    pub(super) fn raw(&self) -> *mut ffi::sqlite3_stmt {
        self.raw.as_ptr()
    }

    /// How many columns its rows have; 0 if it yields none.
    pub(super) fn columns(&self) -> usize {
        // SAFETY: `raw` is valid until `self` is dropped.
        let count = unsafe { ffi::sqlite3_column_count(self.raw()) };
        usize::try_from(count).unwrap_or(0)
    }

    /// Binds values, texts and bytes without copying them.
    ///
    /// # Safety
    /// The values must neither move nor be dropped before [`release`](Self::release) is called.
    pub(super) unsafe fn bind(&mut self, values: &[Value]) -> Result<()> {
        // SAFETY: `raw` is valid until `self` is dropped.
        let wanted = unsafe { ffi::sqlite3_bind_parameter_count(self.raw()) };
        if usize::try_from(wanted) != Ok(values.len()) {
            return Err(Error::new(
                ErrorKind::Statement,
                format!("the statement has {wanted} placeholders and was given {} values", values.len()),
            ));
        }
        for (index, value) in (1..).zip(values) {
            // SAFETY: passed on to our caller.
            unsafe { bind::bind(self.raw(), index, value)? };
        }
        Ok(())
    }

    /// Runs to the next row or the end.
    pub(super) fn step(&mut self) -> Step {
        // SAFETY: `raw` is valid until `self` is dropped; `&mut` proves that no row of it is being read.
        match unsafe { ffi::sqlite3_step(self.raw()) } {
            ffi::SQLITE_ROW => Step::Row,
            ffi::SQLITE_DONE => Step::Done,
            code => Step::Failed(code),
        }
    }

    /// Ends the run and forgets the values.
    pub(super) fn release(&mut self) {
        // SAFETY: as for `step`. The answer of reset repeats that of the last step.
        unsafe {
            ffi::sqlite3_reset(self.raw());
            ffi::sqlite3_clear_bindings(self.raw());
        }
    }
}

#[allow(clippy::cast_sign_loss, reason = "a flag")]
const PERSISTENT: c_uint = ffi::SQLITE_PREPARE_PERSISTENT as c_uint;

impl Drop for Statement {
    fn drop(&mut self) {
        // SAFETY: `raw` is valid and not used again. `Db` drops its statements before its connection.
        unsafe { ffi::sqlite3_finalize(self.raw()) };
    }
}

/// One run of a statement over borrowed values; it ends when this is dropped.
pub(super) struct Run<'a> {
    pub(super) statement: &'a mut Statement,
    /// Borrowed for as long as they are bound.
    _values: &'a [Value],
}

impl<'a> Run<'a> {
    pub(super) fn start(statement: &'a mut Statement, values: &'a [Value]) -> Result<Self> {
        let run = Self { statement, _values: values };
        // SAFETY: `run` borrows the values, and its drop releases the statement; it is never forgotten.
        unsafe { run.statement.bind(values)? };
        Ok(run)
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        self.statement.release();
    }
}

/// The statements that a connection has prepared, those used last.
pub(super) struct Statements(LruCache<u64, Statement>);

impl Statements {
    pub(super) fn new(capacity: NonZeroUsize) -> Self {
        Self(LruCache::new(capacity))
    }

    /// The statement, prepared now if it was not yet.
    pub(super) fn get(&mut self, connection: &Connection, compiled: &Arc<Compiled>) -> Result<&mut Statement, Unfit> {
        self.0.try_get_or_insert_mut(compiled.id, || prepare_only(connection, &compiled.sql))
    }

    /// Takes the statement out, for a cursor.
    pub(super) fn take(&mut self, compiled: &Compiled) -> Option<Statement> {
        self.0.pop(&compiled.id)
    }

    pub(super) fn put_back(&mut self, compiled: &Compiled, statement: Statement) {
        self.0.put(compiled.id, statement);
    }
}

/// Why a compiled statement cannot be run.
pub(super) enum Unfit {
    Failed(Failure),
    Wrong(Error),
}

impl Unfit {
    /// A lock can be waited for; anything else is an error.
    pub(super) fn into_attempt<T>(self) -> Result<Attempt<T>> {
        match self {
            Self::Failed(failure) if failure.is_busy() => Ok(Attempt::Busy(failure)),
            Self::Failed(failure) => Err(failure.into_error(false)),
            Self::Wrong(error) => Err(error),
        }
    }
}

/// Prepares a text that holds one statement and no other.
fn prepare_only(connection: &Connection, sql: &str) -> Result<Statement, Unfit> {
    let (statement, next) = match Statement::prepare(connection, sql) {
        Ok(prepared) => prepared,
        Err(Unprepared::Failed(failure, _)) => return Err(Unfit::Failed(failure)),
        Err(Unprepared::Empty) => {
            return Err(Unfit::Wrong(Error::new(ErrorKind::Statement, "the text holds no SQL statement")));
        }
    };
    let rest = sql.get(next..).unwrap_or_default().trim_matches(|c: char| c.is_whitespace() || c == ';');
    if rest.is_empty() || matches!(Statement::prepare(connection, rest), Err(Unprepared::Empty)) {
        return Ok(statement);
    }
    Err(Unfit::Wrong(Error::new(ErrorKind::Statement, "the text holds several statements: run it as a script")))
}
