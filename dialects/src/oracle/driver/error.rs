//! What the errors of Oracle mean.

use crate::place::Place;
use aludel_core::{Error, ErrorKind};
use std::fmt;

/// The cause behind an error of [`aludel_core::Error`]: what the server, or oracledb, says of it.
#[derive(Debug, Clone)]
pub struct OracleError {
    code: Option<usize>,
    message: String,
}

impl OracleError {
    /// The number of [Oracle's error](https://docs.oracle.com/en/error-help/db/): 1 of ORA-00001. An error of oracledb's own has none.
    pub fn code(&self) -> Option<usize> {
        self.code
    }

    /// The message, which may hold values of the row concerned.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What oracledb says by itself.
    pub(super) fn own(error: &oracledb::Error) -> Self {
        Self { code: None, message: error.to_string() }
    }
}

impl fmt::Display for OracleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(first_line(&self.message))
    }
}

impl std::error::Error for OracleError {}

/// A connection whose thread is no more.
#[cold]
pub(super) fn broken() -> Error {
    Error::new(ErrorKind::Connection, "the thread of the connection has ended: something panicked in it")
}

#[cold]
pub(super) fn timed_out() -> Error {
    Error::new(ErrorKind::Timeout, "the statement ran for longer than its timeout")
}

/// What the server, or the way to it, says to a statement.
#[cold]
pub(super) fn failed(error: oracledb::Error) -> Error {
    use oracledb::ErrorKind as Cause;
    let kind = match error.kind() {
        Cause::DbError(cause) => return refused(cause.code(), cause.message()),
        Cause::CallTimeoutExceeded => return timed_out(),
        Cause::DeadConnection
        | Cause::NotConnected
        | Cause::UnableToRecover
        | Cause::LockPoisoned
        | Cause::StreamOperation
        | Cause::TlsOperation
        // The answer is not what oracledb knows: what follows it cannot be told apart.
        | Cause::OutOfData
        | Cause::UnexpectedError
        | Cause::UnexpectedResult
        | Cause::UnknownServerSidePiggyback(_)
        | Cause::UnknownTtcMessageType(..) => ErrorKind::Connection,
        Cause::NotImplemented(_) | Cause::ServerVersionNotSupported | Cause::UnsupportedDbType(_) => {
            ErrorKind::NotSupported
        }
        Cause::ColumnTruncated(..) | Cause::UnsupportedConversion(..) | Cause::InvalidEncodedString => ErrorKind::Decode,
        Cause::InvalidOracleNumber(_) | Cause::OutOfRange(_) | Cause::DifferentTypes(..) => ErrorKind::Encode,
        Cause::ParseError(..)
        | Cause::InvalidBindName(_)
        | Cause::MissingBindValue(_)
        | Cause::WrongNumPositionalBinds(..) => ErrorKind::Statement,
        _ => ErrorKind::Database,
    };
    Error::new(kind, error.to_string()).with_source(OracleError::own(&error))
}

/// Why there is no connection.
#[cold]
pub(super) fn unreachable(error: oracledb::Error) -> Error {
    use oracledb::ErrorKind as Cause;
    match error.kind() {
        Cause::InvalidConnectString(..)
        | Cause::NoConnectString
        | Cause::NoCredentials
        | Cause::InvalidNetworkName(_) => Error::new(ErrorKind::Configuration, error.to_string()),
        Cause::WalletPasswordMissingOrInvalid(..) | Cause::WalletPrivateKeyInvalid(_) | Cause::WalletUnreadable(_) => {
            Error::new(ErrorKind::Configuration, error.to_string())
        }
        Cause::DbError(_) => {
            let refused = failed(error);
            Error::new(ErrorKind::Connection, format!("the server refused the connection: {}", refused.message()))
                .with_source(refused)
        }
        _ => Error::new(ErrorKind::Connection, format!("the server cannot be reached: {error}"))
            .with_source(OracleError::own(&error)),
    }
}

fn kind(code: usize) -> ErrorKind {
    use ErrorKind as Kind;
    match code {
        1 => Kind::UniqueViolation,
        2291 | 2292 => Kind::ForeignKeyViolation,
        1400 | 1407 => Kind::NotNullViolation,
        2290 => Kind::CheckViolation,
        60 | 4020 => Kind::Deadlock,
        8176 | 8177 => Kind::Serialization,
        // A lock: NOWAIT, WAIT, that of DDL; a limit of the server's.
        54 | 30006 | 4021 | 40 | 2049 => Kind::Timeout,
        1013 => Kind::Cancelled,
        942 => Kind::UndefinedTable,
        904 => Kind::UndefinedColumn,
        // Too long, out of range, no number, no date, no text of a date.
        12899 | 1438 | 1426 | 1722 | 1839..=1863 | 932 | 22835 => Kind::Encode,
        // A write in a read-only transaction, and a SET TRANSACTION after the first statement.
        1456 | 1453 => Kind::State,
        // A text of over 4,000 bytes in a place that takes no LONG.
        1460..=1461 | 3146 => Kind::NotSupported,
        // Killed, a shutdown, no server, a connection that was lost, a listener's words.
        28 | 1012 | 1033..=1035 | 1089..=1092 | 2396..=2399 | 3113..=3114 | 3135 | 12150..=12571 => Kind::Connection,
        _ => Kind::Database,
    }
}

fn refused(code: usize, message: &str) -> Error {
    let kind = kind(code);
    // What follows tells the row's values (ORA-03301) and an address of the manual.
    let mut error = Error::new(kind, first_line(message));
    let cure = match kind {
        ErrorKind::NotSupported => Some(
            "oracledb binds no CLOB and no BLOB: more than 4,000 bytes can be inserted and set, not merged or compared",
        ),
        kind => kind.cure(),
    };
    if let Some(cure) = cure {
        error = error.with_cure(cure);
    }
    place_of(code, first_line(message))
        .on(error)
        .with_source(OracleError { code: Some(code), message: message.to_owned() })
}

fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

/// What a message tells of where it happened, by the names in the models.
fn place_of(code: usize, message: &str) -> Place<String> {
    let quoted: Vec<_> = message.split('"').skip(1).step_by(2).collect();
    match (code, &quoted[..]) {
        // unique constraint (SCOTT.UQ_USERS_NAME) violated
        (1 | 2290..=2292, _) => {
            let within = message.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
            let name = within.and_then(|(name, _)| name.rsplit('.').next());
            Place { constraint: name.map(model_name), ..Place::default() }
        }
        // cannot insert NULL into ("SCOTT"."USERS"."NAME"); value too large for column "SCOTT"."USERS"."NAME"
        (1400 | 1407 | 12899, [_, table, column]) => {
            Place { table: Some(model_name(table)), column: Some(model_name(column)), constraint: None }
        }
        // "U"."NAME": invalid identifier
        (904, [.., column]) => Place { column: Some(model_name(column)), ..Place::default() },
        // table or view "SCOTT"."USERS" does not exist: of 23ai
        (942, [.., table]) => Place { table: Some(model_name(table)), ..Place::default() },
        _ => Place::default(),
    }
}

/// The name in the model: one in capitals was written without quotes, in lower case.
pub(super) fn model_name(name: &str) -> String {
    if name.chars().any(char::is_lowercase) { name.to_owned() } else { name.to_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error as _;

    #[test]
    fn messages_tell_where() {
        for (code, message, table, column, constraint) in [
            (1, "ORA-00001: unique constraint (SCOTT.UQ_USERS_NAME) violated", None, None, Some("uq_users_name")),
            (2291, "ORA-02291: integrity constraint (A.FK) violated - parent key not found", None, None, Some("fk")),
            (1400, "ORA-01400: cannot insert NULL into (\"A\".\"USERS\".\"Name\")", Some("users"), Some("Name"), None),
            (1407, "ORA-01407: cannot update (\"A\".\"B\".\"C\") to NULL", Some("b"), Some("c"), None),
            (904, "ORA-00904: \"U\".\"AGE\": invalid identifier", None, Some("age"), None),
            (942, "ORA-00942: table or view \"A\".\"USERS\" does not exist", Some("users"), None, None),
            (942, "ORA-00942: table or view does not exist", None, None, None),
            (1, "", None, None, None),
            (1400, "\"", None, None, None),
        ] {
            let [table, column, constraint] = [table, column, constraint].map(|name| name.map(str::to_owned));
            assert_eq!(place_of(code, message), Place { table, column, constraint }, "{message}");
        }
    }

    #[test]
    fn values_stay_out_of_logs() {
        let message = "ORA-00001: unique constraint (A.UQ) violated on table A.USERS columns (NAME)\n\
            ORA-03301: (ORA-00001 details) row with column values (NAME:'secret') already exists\n";
        let error = refused(1, message);
        assert_eq!((error.kind(), error.constraint()), (ErrorKind::UniqueViolation, Some("uq")));
        let source = error.source().expect("a cause");
        assert!(!format!("{error} {source}").contains("secret"));
        assert!(source.downcast_ref::<OracleError>().expect("ours").message().contains("secret"));
    }
}
