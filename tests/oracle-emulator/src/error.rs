//! H2's errors as ours, by <https://h2database.com/javadoc/org/h2/api/ErrorCode.html>.

use aludel_core::{Error, ErrorKind};

pub(crate) fn of(state: &str, message: String) -> Error {
    let kind = match state {
        "23505" => ErrorKind::UniqueViolation,
        "23503" | "23506" => ErrorKind::ForeignKeyViolation,
        "23502" => ErrorKind::NotNullViolation,
        "23513" | "23514" => ErrorKind::CheckViolation,
        "40001" => ErrorKind::Deadlock,
        "HYT00" | "57014" => ErrorKind::Timeout,
        "42S02" | "42S03" | "42S04" => ErrorKind::UndefinedTable,
        "42S22" => ErrorKind::UndefinedColumn,
        _ => ErrorKind::Database,
    };
    let constraint = constraint(kind, &message).map(str::to_lowercase);
    let column = match kind {
        ErrorKind::NotNullViolation => message.split('"').nth(1).map(str::to_lowercase),
        _ => None,
    };
    let mut error = Error::new(kind, message);
    if let Some(column) = column {
        error = error.with_column(column);
    }
    match constraint {
        Some(name) => error.with_constraint(name),
        None => error,
    }
}

/// The name in `… violation: "PUBLIC.UQ_USERS_NAME ON …` or `… violation: "CK_USERS_AGE: …`.
fn constraint(kind: ErrorKind, message: &str) -> Option<&str> {
    if !matches!(kind, ErrorKind::UniqueViolation | ErrorKind::ForeignKeyViolation | ErrorKind::CheckViolation) {
        return None;
    }
    let (_, quoted) = message.split_once(": \"")?;
    let name = quoted.split([' ', ':', '(']).next()?;
    let name = name.rsplit('.').next()?.trim_matches('"');
    // The index of a unique constraint has its name and a letter or two of H2's.
    // H2 tells the index of a primary key, and not its name.
    Some(name.rsplit_once("_INDEX_").map_or(name, |(name, _)| name)).filter(|name| !name.starts_with("PRIMARY_KEY"))
}
