//! What PostgreSQL's errors mean.

use super::reply::Reader;
use crate::place::Place;
use aludel_core::{Error, ErrorKind, RefusedRow};
use std::fmt;

/// The cause behind an error of [`aludel_core::Error`]: what PostgreSQL says of it.
#[derive(Debug, Clone)]
pub struct PostgresqlError {
    code: String,
    message: String,
    detail: Option<String>,
    hint: Option<String>,
    position: Option<usize>,
}

impl PostgresqlError {
    /// The [SQLSTATE](https://www.postgresql.org/docs/current/errcodes-appendix.html).
    pub fn code(&self) -> &str {
        &self.code
    }

    /// PostgreSQL's message.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// More about it, with values of the row concerned.
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// What PostgreSQL proposes.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Where in the SQL it is, in characters from 1.
    pub fn position(&self) -> Option<usize> {
        self.position
    }
}

impl fmt::Display for PostgresqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the detail, which may hold what nobody should read in a log.
        write!(f, "PostgreSQL {}: {}", self.code, self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, " ({hint})"))
    }
}

impl std::error::Error for PostgresqlError {}

/// What the server says against something.
#[cold]
pub(super) fn refused(body: &[u8]) -> Error {
    use ErrorKind as Kind;
    let fields = Fields::read(body);
    let code = fields.code.as_str();
    let kind = match code {
        // The end of the connection, whatever it was.
        _ if fields.is_fatal => Kind::Connection,
        "23505" => Kind::UniqueViolation,
        "23503" | "23001" => Kind::ForeignKeyViolation,
        "23502" => Kind::NotNullViolation,
        "23514" => Kind::CheckViolation,
        "42P01" => Kind::UndefinedTable,
        "42703" => Kind::UndefinedColumn,
        "40001" => Kind::Serialization,
        "40P01" => Kind::Deadlock,
        "57014" if fields.message.contains("timeout") => Kind::Timeout,
        "57014" => Kind::Cancelled,
        "55P03" => Kind::Timeout,
        // Too long, out of range, a character that it cannot keep.
        "22001" | "22003" | "22021" | "22P05" => Kind::Encode,
        // An aborted transaction, a write in a read-only one.
        "25P02" | "25006" => Kind::State,
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "53300" => Kind::Connection,
        _ if code.starts_with("08") => Kind::Connection,
        _ => Kind::Database,
    };
    let text = match code {
        "25P02" => {
            "the transaction is over: an earlier error ended it; roll it back, and run it again from its beginning"
        }
        _ => &fields.message,
    };
    let mut error = Error::new(kind, text);
    if let Some(cure) = kind.cure() {
        error = error.with_cure(cure);
    }
    let (table, detail) = (fields.table.as_deref(), fields.detail.as_deref());
    let column = fields.column.as_deref().or_else(|| only_column(detail?, table?));
    error = Place { table, column, constraint: fields.constraint.as_deref() }.on(error);
    if let Some(refused) = detail.and_then(refused_row) {
        error = error.with_refused(refused);
    }
    let Fields { code, message, detail, hint, position, .. } = fields;
    error.with_source(PostgresqlError { code, message, detail, hint, position })
}

/// [What an error tells](https://www.postgresql.org/docs/current/protocol-error-fields.html), of what is told to others.
#[derive(Default)]
struct Fields {
    is_fatal: bool,
    code: String,
    message: String,
    detail: Option<String>,
    hint: Option<String>,
    position: Option<usize>,
    table: Option<String>,
    column: Option<String>,
    constraint: Option<String>,
}

impl Fields {
    fn read(body: &[u8]) -> Self {
        let mut reader = Reader(body);
        let mut fields = Self::default();
        while let Some(kind) = reader.byte().filter(|kind| *kind != 0) {
            let Some(text) = reader.text() else { break };
            let text = String::from_utf8_lossy(text).into_owned();
            match kind {
                // The severity in English, whatever the server speaks.
                b'V' => fields.is_fatal = matches!(text.as_str(), "FATAL" | "PANIC"),
                b'C' => fields.code = text,
                b'M' => fields.message = text,
                b'D' => fields.detail = Some(text),
                b'H' => fields.hint = Some(text),
                b'P' => fields.position = text.parse().ok(),
                b't' => fields.table = Some(text),
                b'c' => fields.column = Some(text),
                b'n' => fields.constraint = Some(text),
                _ => {}
            }
        }
        fields
    }
}

/// The column of `table` in a detail such as `Key (name)=(ann) already exists.`, whatever language it is in. A detail that names the table
/// itself, as in `Key (id)=(1) is still referenced from table "posts".`, tells of a column of another one.
fn only_column<'a>(detail: &'a str, table: &str) -> Option<&'a str> {
    let (before, after) = detail.split_once(")=(")?;
    if after.contains(&format!("\"{table}\"")) {
        return None;
    }
    let (_, column) = before.split_once('(')?;
    column.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_').then_some(column)
}

/// The row of a detail such as `Key (name)=(ann) already exists.` or `Failing row contains (1, null).`, whatever language it is in.
fn refused_row(detail: &str) -> Option<RefusedRow> {
    let (_, after) = detail.split_once('(')?;
    let (before, _) = after.rsplit_once(')')?;
    let (columns, values) = match before.split_once(")=(") {
        // The name of a table may follow, but no parenthesis after the values.
        Some((columns, values)) => (Some(columns.to_owned()), values),
        None => (None, before),
    };
    Some(RefusedRow { columns, values: values.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{only_column, refused_row};

    #[test]
    fn the_row_is_told() {
        let row = |detail| refused_row(detail).map(|row| (row.columns, row.values));
        assert_eq!(
            row("Key (hall, number)=(a, 1) already exists."),
            Some((Some("hall, number".into()), "a, 1".into()))
        );
        assert_eq!(row("Failing row contains (1, null)."), Some((None, "1, null".into())));
        assert_eq!(row("It cannot be."), None);
    }

    #[test]
    fn one_column_is_told() {
        let column = |detail| only_column(detail, "posts");
        assert_eq!(column("Key (name)=(a)=(b) already exists."), Some("name"));
        assert_eq!(column("Key (author_id)=(7) is not present in table \"authors\"."), Some("author_id"));
        assert_eq!(column("Key (id)=(1) is still referenced from table \"posts\"."), None);
        assert_eq!(column("Key (hall, number)=(a, 1) already exists."), None);
        assert_eq!(column("Key (lower(email))=(a) already exists."), None);
        assert_eq!(column("Failing row contains (1, null)."), None);
    }
}
