//! Checks in SQL of the program's own, over decimals that are kept as scaled integers.

use super::Dialect;
use crate::{
    error::{Error, ErrorKind, Result},
    schema::TableDef,
    types::SqlType,
};

/// Refuses a check that would see another number than the program: one that does more with a scaled column than compare it with 0
/// and with columns of the same scale.
///
/// # Errors
/// Of kind [`NotSupported`](ErrorKind::NotSupported), with the column.
pub(super) fn sees_decimals(sql: &str, table: &TableDef, dialect: &dyn Dialect) -> Result<()> {
    // Every second part is within quotes.
    let unquoted: String = sql.split('\'').step_by(2).collect::<Vec<_>>().join(" ");
    let mut scaled = None;
    let mut exact = !unquoted.contains(['*', '/', '%']);
    for word in unquoted.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).filter(|word| !word.is_empty())
    {
        if word.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            exact &= word.chars().all(|c| matches!(c, '0' | '.'));
            continue;
        }
        let name = word.rsplit('.').next().unwrap_or(word);
        let Some(column) = table.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name)) else { continue };
        let number = column.sql_type.is_integer()
            || matches!(column.sql_type, SqlType::Real | SqlType::Double | SqlType::Decimal | SqlType::BigDecimal);
        match (dialect.scaled_decimal(column).filter(|&scale| scale > 0), scaled) {
            (Some(scale), None) => scaled = Some((column, scale)),
            (Some(scale), Some((_, other))) => exact &= scale == other,
            (None, _) => exact &= !number,
        }
    }
    match scaled {
        Some((column, scale)) if !exact => Err(Error::new(
            ErrorKind::NotSupported,
            format!(
                "{} keeps {} as an integer of {scale} digits after the point, and that is what the check {sql:?} would see; there a \
                 check can compare it with 0 and with decimals of the same scale, so write its other conditions as a check of \
                 their own, or test them in the program",
                dialect.name(),
                column.name,
            ),
        )
        .with_column(column.name.to_string())),
        _ => Ok(()),
    }
}
