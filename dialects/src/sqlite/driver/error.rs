//! What SQLite's errors mean.

use aludel_core::{Error, ErrorKind};
use rusqlite::ffi;
use std::{
    ffi::{CStr, c_int},
    fmt,
};

/// An answer of SQLite that is not success: its extended code and its words.
#[derive(Debug)]
pub(super) struct Failure {
    code: c_int,
    message: String,
}

impl Failure {
    #[cold]
    pub(super) fn new(code: c_int, message: &str) -> Self {
        Self { code, message: message.to_owned() }
    }

    /// The failure of the call that was made last on the connection.
    #[cold]
    pub(super) fn last(connection: &rusqlite::Connection, code: c_int) -> Self {
        // SAFETY: the handle is that of an open connection, which no other thread uses now, so the message stays until it is copied.
        let message = unsafe {
            let text = ffi::sqlite3_errmsg(connection.handle());
            if text.is_null() { String::new() } else { CStr::from_ptr(text).to_string_lossy().into_owned() }
        };
        Self { code, message }
    }

    /// A failure reported by rusqlite.
    #[cold]
    pub(super) fn of(error: &rusqlite::Error) -> Self {
        let code = error.sqlite_error().map_or(ffi::SQLITE_ERROR, |error| error.extended_code);
        let message = match error {
            rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
            other => other.to_string(),
        };
        Self { code, message }
    }

    /// Whether another connection has a lock that this one needs, and waiting can help.
    pub(super) fn is_busy(&self) -> bool {
        (self.code & 0xff == ffi::SQLITE_BUSY && self.code != ffi::SQLITE_BUSY_SNAPSHOT)
            || self.code == ffi::SQLITE_LOCKED_SHAREDCACHE
    }

    /// SQLite's own part of the error.
    pub(super) fn source(&self) -> SqliteError {
        SqliteError { code: self.code, message: self.message.clone() }
    }

    /// The failure as an error; `timed_out` tells whether an interruption was that of a time limit.
    pub(super) fn into_error(self, timed_out: bool) -> Error {
        use ErrorKind as Kind;
        let Self { code, message } = self;
        let kind = match code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
                Kind::UniqueViolation
            }
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Kind::ForeignKeyViolation,
            // ON DELETE RESTRICT is a trigger inside SQLite.
            ffi::SQLITE_CONSTRAINT_TRIGGER if message == "FOREIGN KEY constraint failed" => Kind::ForeignKeyViolation,
            ffi::SQLITE_CONSTRAINT_NOTNULL => Kind::NotNullViolation,
            ffi::SQLITE_CONSTRAINT_CHECK => Kind::CheckViolation,
            ffi::SQLITE_CONSTRAINT_DATATYPE | ffi::SQLITE_MISMATCH | ffi::SQLITE_TOOBIG => Kind::Encode,
            ffi::SQLITE_BUSY_SNAPSHOT => Kind::Serialization,
            _ => match code & 0xff {
                ffi::SQLITE_BUSY => Kind::Timeout,
                ffi::SQLITE_INTERRUPT if timed_out => Kind::Timeout,
                ffi::SQLITE_INTERRUPT => Kind::Cancelled,
                ffi::SQLITE_CANTOPEN | ffi::SQLITE_NOTADB => Kind::Connection,
                ffi::SQLITE_ERROR => undefined(&message),
                _ => Kind::Database,
            },
        };
        let text = match kind {
            Kind::Serialization => {
                "the database was changed after this transaction had read it; run the transaction again, and as a writing one from its beginning".to_owned()
            }
            Kind::UndefinedTable => format!(
                "{message}; create it, metadata![…].create_all(&engine).await or a migration, or look whether this is the right database"
            ),
            Kind::UndefinedColumn => format!(
                "{message}; if it is new in the model, the table is older: migrate it, since create_all leaves a table as it is"
            ),
            Kind::Timeout if timed_out => "the statement ran for longer than its timeout".to_owned(),
            _ => message.clone(),
        };
        place(Error::new(kind, text), &message).with_source(SqliteError { code, message })
    }
}

/// The cause behind an error of [`aludel_core::Error`]: SQLite's own code and message.
#[derive(Debug, Clone)]
pub struct SqliteError {
    code: c_int,
    message: String,
}

impl SqliteError {
    /// The [extended result code](https://sqlite.org/rescode.html).
    pub fn code(&self) -> i32 {
        self.code
    }

    /// SQLite's message.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for SqliteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SQLite {}: {}", self.code, self.message)
    }
}

impl std::error::Error for SqliteError {}

/// Whether an error of a statement tells that something is not there.
fn undefined(message: &str) -> ErrorKind {
    if message.starts_with("no such table: ") {
        ErrorKind::UndefinedTable
    } else if message.starts_with("no such column: ") || message.contains(" has no column named ") {
        ErrorKind::UndefinedColumn
    } else {
        ErrorKind::Database
    }
}

/// Takes table, column and constraint from a message such as `UNIQUE constraint failed: users.name`.
fn place(error: Error, message: &str) -> Error {
    if let Some(table) = message.strip_prefix("no such table: ") {
        return error.with_table(table);
    }
    let Some((what, subject)) = message.split_once(" constraint failed: ") else { return error };
    match what {
        "CHECK" => error.with_constraint(subject),
        "UNIQUE" | "NOT NULL" => {
            if let Some(index) = subject.strip_prefix("index '").and_then(|rest| rest.strip_suffix('\'')) {
                return error.with_constraint(index);
            }
            let mut columns = subject.split(", ").filter_map(|column| column.rsplit_once('.'));
            match (columns.next(), columns.next()) {
                (Some((table, column)), None) => error.with_table(table).with_column(column),
                // Several columns: the message names them all.
                (Some((table, _)), Some(_)) => error.with_table(table),
                _ => error,
            }
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: c_int, message: &str) -> Error {
        Failure { code, message: message.to_owned() }.into_error(false)
    }

    #[test]
    fn a_message_tells_the_place() {
        let e = error(ffi::SQLITE_CONSTRAINT_UNIQUE, "UNIQUE constraint failed: users.name");
        assert_eq!((e.kind(), e.table(), e.column()), (ErrorKind::UniqueViolation, Some("users"), Some("name")));
        let e = error(ffi::SQLITE_CONSTRAINT_PRIMARYKEY, "UNIQUE constraint failed: m.a, m.b");
        assert_eq!((e.kind(), e.table(), e.column()), (ErrorKind::UniqueViolation, Some("m"), None));
        let e = error(ffi::SQLITE_CONSTRAINT_UNIQUE, "UNIQUE constraint failed: index 'ux_lower'");
        assert_eq!((e.table(), e.constraint()), (None, Some("ux_lower")));
        let e = error(ffi::SQLITE_CONSTRAINT_CHECK, "CHECK constraint failed: ck_age");
        assert_eq!((e.kind(), e.constraint()), (ErrorKind::CheckViolation, Some("ck_age")));
    }

    #[test]
    fn what_is_not_there_is_told_apart() {
        let e = error(ffi::SQLITE_ERROR, "no such table: main.users");
        assert_eq!((e.kind(), e.table()), (ErrorKind::UndefinedTable, Some("main.users")));
        for message in ["no such column: users.nmae", "table users has no column named nmae"] {
            assert_eq!(error(ffi::SQLITE_ERROR, message).kind(), ErrorKind::UndefinedColumn);
        }
        assert_eq!(error(ffi::SQLITE_ERROR, "near \"FORM\": syntax error").kind(), ErrorKind::Database);
    }

    #[test]
    fn only_a_lock_that_may_go_is_waited_for() {
        let busy = |code| Failure { code, message: String::new() }.is_busy();
        assert!(busy(ffi::SQLITE_BUSY) && busy(ffi::SQLITE_BUSY_RECOVERY));
        assert!(!busy(ffi::SQLITE_BUSY_SNAPSHOT) && !busy(ffi::SQLITE_LOCKED));
    }
}
