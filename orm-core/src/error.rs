//! The one error type: a kind to match on, a message to read, and where it happened.

use std::{error::Error as StdError, fmt};

/// How many characters of the SQL the text of an error shows; [`Error::sql`] has all of it.
const SHOWN_SQL: usize = 1_000;

/// The result of everything in Aludel that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, as far as a program can act on it.
///
/// Match on it through [`Error::kind`]; more kinds may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A row with this unique or primary key exists already.
    UniqueViolation,
    /// A row refers to a row that does not exist, or is still referred to.
    ForeignKeyViolation,
    /// A column that is `NOT NULL` was given `NULL`.
    NotNullViolation,
    /// A `CHECK` constraint refused the row.
    CheckViolation,
    /// The transaction ran into another one (a snapshot too old, a serialization failure):
    /// run it again from its beginning.
    Serialization,
    /// The server ended this transaction to resolve a deadlock: run it again from its beginning.
    Deadlock,
    /// A time limit passed: of a statement, of a lock, or of the wait for a pooled connection.
    Timeout,
    /// The statement was cancelled.
    Cancelled,
    /// The server cannot be reached, or the connection to it was lost.
    Connection,
    /// The dialect cannot do what was asked; the message names the way round where there is one.
    NotSupported,
    /// A value read from the database does not fit the Rust type, with its table and column.
    Decode,
    /// A value cannot be stored in its column without being changed, so it is not sent.
    Encode,
    /// The URL or an option of the engine is wrong.
    Configuration,
    /// The statement cannot be compiled: a table that is not in `FROM`, a missing filter.
    Statement,
    /// The database has no such table.
    UndefinedTable,
    /// The table in the database has no such column.
    UndefinedColumn,
    /// The tables contradict each other or cannot be created as described.
    Schema,
    /// Exactly one row was asked for and there was none.
    NotFound,
    /// At most one row was asked for and there were several.
    MultipleRows,
    /// The row to change or to delete is not there any more.
    Stale,
    /// A handle or an object is not in the state that the call needs.
    State,
    /// The server refused the statement for another reason; its own message is kept.
    Database,
    /// The server of the cache refused the command; its own message is kept.
    Cache,
}

impl ErrorKind {
    /// Whether the transaction may succeed when it is run again from its beginning: the server gave it up for the sake of another one, or
    /// another one has changed a row since it was read.
    /// [`Session::retry`](crate::session::Session::retry) does that.
    pub fn is_retryable(self) -> bool {
        matches!(self, Self::Serialization | Self::Deadlock | Self::Stale)
    }

    /// What most often helps against an error of the server's of this kind, in the words of every driver.
    pub fn cure(self) -> Option<&'static str> {
        Some(match self {
            Self::UndefinedTable => {
                "create it, metadata![…].create_all(&engine).await or a migration, or look whether this is the right database"
            }
            Self::UndefinedColumn => {
                "if it is new in the model, the table is older: migrate it, since create_all leaves a table as it is"
            }
            _ => return None,
        })
    }

    fn title(self) -> &'static str {
        match self {
            Self::UniqueViolation => "unique violation",
            Self::ForeignKeyViolation => "foreign key violation",
            Self::NotNullViolation => "not-null violation",
            Self::CheckViolation => "check violation",
            Self::Serialization => "serialization failure",
            Self::Deadlock => "deadlock",
            Self::Timeout => "timeout",
            Self::Cancelled => "cancelled",
            Self::Connection => "connection error",
            Self::NotSupported => "not supported",
            Self::Decode => "decode error",
            Self::Encode => "encode error",
            Self::Configuration => "configuration error",
            Self::Statement => "statement error",
            Self::UndefinedTable => "undefined table",
            Self::UndefinedColumn => "undefined column",
            Self::Schema => "schema error",
            Self::NotFound => "not found",
            Self::MultipleRows => "multiple rows",
            Self::Stale => "stale",
            Self::State => "state error",
            Self::Database => "database error",
            Self::Cache => "cache error",
        }
    }
}

/// An error of Aludel: one pointer wide, so that the happy path stays cheap.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    table: Option<String>,
    column: Option<String>,
    constraint: Option<String>,
    row: Option<String>,
    refused: Option<RefusedRow>,
    sql: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What a server tells of a row that it refused, in its own words for names and values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    /// The columns that it tells the values of, separated by `, `; `None` for all of them, in the order of the table.
    pub columns: Option<String>,
    /// Their values, separated by `, `.
    pub values: String,
}

impl Error {
    /// An error of `kind` with a message for a person.
    #[cold]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            table: None,
            column: None,
            constraint: None,
            row: None,
            refused: None,
            sql: None,
            source: None,
        }))
    }

    /// The kind, to match on.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The message without kind, place or SQL.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The table concerned, where it is known.
    pub fn table(&self) -> Option<&str> {
        self.0.table.as_deref()
    }

    /// The column concerned, where it is known.
    pub fn column(&self) -> Option<&str> {
        self.0.column.as_deref()
    }

    /// The violated constraint, where the server names it.
    pub fn constraint(&self) -> Option<&str> {
        self.0.constraint.as_deref()
    }

    /// Which row of the table it was, where a flush knows: its primary key, as in `7` or `(1, "b")`; or, of rows whose keys the database
    /// generates, which of those that were inserted together, as in `3 of 5 new`.
    pub fn row(&self) -> Option<&str> {
        self.0.row.as_deref()
    }

    /// What the server tells of the row that it refused. It is no part of the text of the error, for it may hold what nobody should read in a
    /// log.
    pub fn refused(&self) -> Option<&RefusedRow> {
        self.0.refused.as_ref()
    }

    /// The statement that failed, with placeholders and without its values.
    pub fn sql(&self) -> Option<&str> {
        self.0.sql.as_deref()
    }

    /// Whether running the whole transaction again can succeed.
    pub fn is_retryable(&self) -> bool {
        self.0.kind.is_retryable() || self.0.kind == ErrorKind::Connection
    }

    /// Adds the way out to the message.
    #[must_use]
    pub fn with_cure(mut self, cure: &str) -> Self {
        self.0.message.push_str("; ");
        self.0.message.push_str(cure);
        self
    }

    /// Adds the table, unless one is known already.
    #[must_use]
    pub fn with_table(mut self, table: impl Into<String>) -> Self {
        self.0.table.get_or_insert_with(|| table.into());
        self
    }

    /// Adds the column, unless one is known already.
    #[must_use]
    pub fn with_column(mut self, column: impl Into<String>) -> Self {
        self.0.column.get_or_insert_with(|| column.into());
        self
    }

    /// Adds the constraint, unless one is known already.
    #[must_use]
    pub fn with_constraint(mut self, constraint: impl Into<String>) -> Self {
        self.0.constraint.get_or_insert_with(|| constraint.into());
        self
    }

    /// Adds which row it was, unless it is known already.
    #[must_use]
    pub fn with_row(mut self, row: impl Into<String>) -> Self {
        self.0.row.get_or_insert_with(|| row.into());
        self
    }

    /// Adds what the server tells of the row that it refused.
    #[must_use]
    pub fn with_refused(mut self, refused: RefusedRow) -> Self {
        self.0.refused = Some(refused);
        self
    }

    /// Adds the statement, unless one is known already.
    #[must_use]
    pub fn with_sql(mut self, sql: impl Into<String>) -> Self {
        self.0.sql.get_or_insert_with(|| sql.into());
        self
    }

    /// Keeps the error that caused this one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, message, table, column, constraint, row, sql, .. } = &*self.0;
        write!(f, "{}: {message}", kind.title())?;
        match (table, column) {
            (Some(table), Some(column)) => write!(f, " (column {table}.{column})")?,
            (Some(table), None) => write!(f, " (table {table})")?,
            (None, Some(column)) => write!(f, " (column {column})")?,
            (None, None) => {}
        }
        if let Some(constraint) = constraint {
            write!(f, " (constraint {constraint})")?;
        }
        if let Some(row) = row {
            write!(f, " (row {row})")?;
        }
        if let Some(sql) = sql {
            // An INSERT of many rows says nothing more at its thousandth placeholder.
            match sql.char_indices().nth(SHOWN_SQL) {
                Some((end, _)) => write!(f, "\n  in: {}… ({} characters)", &sql[..end], sql.chars().count())?,
                None => write!(f, "\n  in: {sql}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `fn main() -> Result<()>` prints errors with Debug: it is written for a person.
        write!(f, "{self}")?;
        let mut source = self.source();
        while let Some(cause) = source {
            write!(f, "\n  caused by: {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
