//! What the errors of MySQL and MariaDB mean.

use super::reader::{Reader, nonsense};
use crate::place::Place;
use aludel_core::{Error, ErrorKind};
use std::{borrow::Cow, error::Error as _, fmt};

/// The cause behind an error of [`aludel_core::Error`]: what the server says of it.
#[derive(Debug, Clone)]
pub struct MysqlError {
    number: u16,
    code: String,
    message: String,
}

impl MysqlError {
    /// The number of [MySQL's](https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html) or
    /// [MariaDB's](https://mariadb.com/kb/en/mariadb-error-code-reference/) error.
    pub fn number(&self) -> u16 {
        self.number
    }

    /// The SQLSTATE.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The server's message, which may hold values of the row concerned.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The number behind an error, if the server reported it.
    pub(crate) fn number_of(error: &Error) -> Option<u16> {
        error.source()?.downcast_ref::<Self>().map(Self::number)
    }
}

impl fmt::Display for MysqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MySQL {}: {}", self.number, without_values(&self.message))
    }
}

impl std::error::Error for MysqlError {}

fn kind(number: u16, code: &str) -> ErrorKind {
    use ErrorKind as Kind;
    match number {
        1022 | 1062 | 1169 | 1586 => Kind::UniqueViolation,
        1216 | 1217 | 1451 | 1452 => Kind::ForeignKeyViolation,
        1048 | 1364 => Kind::NotNullViolation,
        3819 => Kind::CheckViolation,
        // The same number means something else to MySQL.
        4025 if code == "23000" => Kind::CheckViolation,
        1213 => Kind::Deadlock,
        // The row has changed since this transaction's snapshot.
        1020 => Kind::Serialization,
        // A lock, NOWAIT, the server's own limits.
        1205 | 3572 | 3024 | 1969 => Kind::Timeout,
        1317 | 1028 => Kind::Cancelled,
        1051 | 1146 => Kind::UndefinedTable,
        1054 => Kind::UndefinedColumn,
        // Too long, out of range, no such member of an enum, no such character or date, a number too large while
        // computing.
        1264 | 1265 | 1292 | 1366 | 1406 | 1690 => Kind::Encode,
        // A write in a read-only transaction.
        1792 => Kind::State,
        // Too many connections, a shutdown, a packet too large or lost, a connection killed.
        1040 | 1053 | 1153 | 1158..=1161 | 1203 | 1927 | 3169 | 4031 => Kind::Connection,
        _ if code.starts_with("08") => Kind::Connection,
        _ => Kind::Database,
    }
}

/// What the server says against something, without the byte that says what it is.
#[cold]
pub(super) fn refused(packet: &[u8]) -> Error {
    let mut reader = Reader(packet);
    let Some(number) = reader.u16() else { return nonsense() };
    // Before it knows the client there is no state.
    let code = match reader.0 {
        [b'#', ..] => reader.take(6).map(|code| &code[1..]).unwrap_or_default(),
        _ => &[],
    };
    let (code, message) = (String::from_utf8_lossy(code), String::from_utf8_lossy(reader.0));
    let (code, message) = (&*code, &*message);
    let kind = kind(number, code);
    let mut error = Error::new(kind, without_values(message));
    if let Some(cure) = kind.cure() {
        error = error.with_cure(cure);
    }
    place_of(number, message).on(error).with_source(MysqlError {
        number,
        code: code.to_owned(),
        message: message.to_owned(),
    })
}

/// The message without the values in `Duplicate entry 'ann' for key 'users.name'`, which nobody should read in a log.
fn without_values(message: &str) -> Cow<'_, str> {
    match (message.starts_with("Duplicate entry '"), message.rfind(" for key ")) {
        (true, Some(key)) => format!("Duplicate entry{}", &message[key..]).into(),
        _ => message.into(),
    }
}

/// What a message tells of where it happened, in whatever language it is.
fn place_of(number: u16, message: &str) -> Place<&str> {
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match (number, &names[..]) {
        // The key is the last thing quoted: with its table on MySQL, alone on MariaDB.
        (1062 | 1586, _) => {
            let Some(key) = message.strip_suffix('\'').and_then(|rest| rest.rsplit('\'').next()) else {
                return Place::default();
            };
            match key.split_once('.') {
                Some((table, key)) => Place { table: Some(table), constraint: Some(key), column: None },
                None => Place { constraint: Some(key), ..Place::default() },
            }
        }
        // … (`db`.`posts`, CONSTRAINT `fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`))
        (1451 | 1452, [_, table, constraint, column, ..]) => {
            let column = (number == 1452 && message.contains(&format!("(`{column}`)"))).then_some(*column);
            Place { table: Some(table), constraint: Some(constraint), column }
        }
        // CONSTRAINT `ck` failed for `db`.`users`
        (4025, [constraint, _, table]) => Place { table: Some(table), constraint: Some(constraint), column: None },
        (3819, _) => Place { constraint: message.split('\'').nth(1), ..Place::default() },
        (1048 | 1364 | 1264 | 1265 | 1406, _) => Place { column: message.split('\'').nth(1), ..Place::default() },
        _ => Place::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_tell_where() {
        for (number, message, table, column, constraint) in [
            (1062, "Duplicate entry 'a' for key 'users.uq'", Some("users"), None, Some("uq")),
            (1062, "Duplicate entry 'it's' for key 'PRIMARY'", None, None, Some("PRIMARY")),
            (
                1452,
                "Cannot add or update a child row: a foreign key constraint fails (`d`.`posts`, CONSTRAINT `fk` FOREIGN \
                 KEY (`user_id`) REFERENCES `users` (`id`))",
                Some("posts"),
                Some("user_id"),
                Some("fk"),
            ),
            (1048, "Column 'name' cannot be null", None, Some("name"), None),
            (3819, "Check constraint 'ck' is violated.", None, None, Some("ck")),
            (4025, "CONSTRAINT `ck` failed for `d`.`users`", Some("users"), None, Some("ck")),
            (1062, "", None, None, None),
            (1451, "`", None, None, None),
        ] {
            assert_eq!(place_of(number, message), Place { table, column, constraint }, "{message}");
        }
    }

    #[test]
    fn values_stay_out_of_logs() {
        assert_eq!(without_values("Duplicate entry 'secret' for key 'k'"), "Duplicate entry for key 'k'");
        assert_eq!(without_values("Unknown table"), "Unknown table");
    }
}
