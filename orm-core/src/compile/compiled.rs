//! A compiled statement.

use crate::{
    error::{Error, ErrorKind, Result},
    schema::ColumnRef,
    types::{SqlType, Value},
};
use rust_decimal::Decimal;
use std::sync::atomic::{AtomicU64, Ordering};

/// A statement as SQL text, compiled once per shape and then shared.
#[derive(Debug)]
pub struct Compiled {
    /// Unique in this process: drivers know their prepared statements by it.
    pub id: u64,
    /// The SQL, with the dialect's placeholders.
    pub sql: String,
    /// What it does.
    pub kind: StatementKind,
    /// Whether it locks the rows that it reads, so that it belongs in a transaction.
    pub locks: bool,
    /// Whether it may touch many rows, so that an embedded database runs it away from the task.
    pub long: bool,
    /// The columns of its rows, where they are known.
    pub outputs: Vec<Output>,
    /// How many values the statement has.
    pub(crate) values: usize,
    /// The places of the values, where the SQL has them in another order than the statement.
    pub(super) order: Option<Vec<u32>>,
    /// Whether the server takes an empty text for NULL.
    pub(super) empty_is_null: bool,
    pub(super) conversions: Vec<Conversion>,
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatementKind {
    /// `SELECT`
    Select,
    /// `INSERT`
    Insert,
    /// `UPDATE`
    Update,
    /// `DELETE`
    Delete,
    /// `MERGE`
    Merge,
    /// `CREATE`, `ALTER`, `DROP`
    Ddl,
    /// SQL text of the user's, which may do anything
    Text,
}

/// A column of a statement's rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// The table, for messages, where the column is one of a table.
    pub table: Option<&'static str>,
    /// Its name.
    pub name: String,
    /// Its type, where it is known.
    pub sql_type: Option<SqlType>,
    /// The most characters or bytes that it keeps, where its column says so.
    pub length: Option<u32>,
    /// Digits after the point of a decimal that is kept as a scaled integer.
    pub scale: Option<u8>,
}

impl Output {
    /// The error with its place: the column, and its table, where they are known, or else the name that the row has for it.
    pub fn locate(column: Option<&Self>, name: Option<&str>, error: Error) -> Error {
        match (column, name) {
            (Some(Self { table: Some(table), name, .. }), _) => error.with_table(*table).with_column(name.as_str()),
            (Some(Self { name, .. }), _) => error.with_column(name.as_str()),
            (None, Some(name)) => error.with_column(name),
            (None, None) => error,
        }
    }
}

/// A decimal that is looked at before it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Conversion {
    /// Which value, in the order of the SQL.
    pub(super) index: u32,
    /// The digits after the point that are kept.
    pub(super) scale: u8,
    /// Whether it is sent as the integer without the point; else it is only refused if it does not fit.
    pub(super) as_integer: bool,
    /// The column that keeps it; none where it is only compared.
    pub(super) column: Option<ColumnRef>,
}

impl Compiled {
    /// A statement of `kind` with the SQL `sql`.
    pub fn new(kind: StatementKind, sql: String) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            sql,
            kind,
            locks: false,
            long: kind == StatementKind::Ddl,
            outputs: Vec::new(),
            values: 0,
            order: None,
            empty_is_null: false,
            conversions: Vec::new(),
        }
    }

    /// The values in the order and the form in which the SQL wants them.
    ///
    /// # Errors
    /// Of kind [`Encode`](ErrorKind::Encode) if a decimal has more digits than its column keeps, or a text is empty where that is NULL.
    pub(crate) fn arrange(&self, values: Vec<Value>) -> Result<Vec<Value>> {
        let mut values = match &self.order {
            None => values,
            Some(order) => order.iter().filter_map(|&place| values.get(place as usize).cloned()).collect(),
        };
        if self.empty_is_null && values.iter().any(is_empty) {
            let message = "an empty text or no bytes are NULL to this database: use an Option and None";
            return Err(Error::new(ErrorKind::Encode, message));
        }
        for Conversion { index, scale, as_integer, column } in &self.conversions {
            let Some(value) = values.get_mut(*index as usize) else { continue };
            if let Value::BigDecimal(number) = value {
                check_number(number, *scale, *column)?;
            }
            let Value::Decimal(decimal) = value else { continue };
            let rescaled = rescaled(decimal, *scale, *column)?;
            if *as_integer {
                *value = integer(decimal, &rescaled, *scale, *column)?;
            }
        }
        Ok(values)
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.is_empty(),
        Value::Bytes(bytes) => bytes.is_empty(),
        _ => false,
    }
}

/// Refuses a decimal that its column would round.
///
/// # Errors
/// As [`Compiled::arrange`].
pub(crate) fn check_digits(value: &Value, column: ColumnRef) -> Result<()> {
    match (value, column.def().precision) {
        (Value::Decimal(decimal), Some((_, scale))) => rescaled(decimal, scale, Some(column)).map(drop),
        (Value::BigDecimal(number), Some((_, scale))) => check_number(number, scale, Some(column)),
        _ => Ok(()),
    }
}

/// Refuses a decimal of any length that would lose digits where `scale` are kept after the point, or has too many before it.
fn check_number(number: &str, scale: u8, column: Option<ColumnRef>) -> Result<()> {
    let (whole, fraction) =
        number.trim_start_matches('-').split_once('.').unwrap_or((number.trim_start_matches('-'), ""));
    if fraction.trim_end_matches('0').len() > scale.into() {
        return Err(does_not_fit(&number, &format!("has more than {scale} digits after the point"), column));
    }
    if let Some((precision, _)) = column.and_then(|column| column.def().precision)
        && whole.trim_start_matches('0').len() > precision.saturating_sub(scale).into()
    {
        let before = precision.saturating_sub(scale);
        return Err(does_not_fit(&number, &format!("has more than {before} digits before the point"), column));
    }
    Ok(())
}

/// A decimal with `scale` digits after the point.
fn rescaled(decimal: &Decimal, scale: u8, column: Option<ColumnRef>) -> Result<Decimal> {
    let mut rescaled = *decimal;
    rescaled.rescale(scale.into());
    if rescaled != *decimal {
        return Err(does_not_fit(decimal, &format!("has more than {scale} digits after the point"), column));
    }
    if let Some((precision, _)) = column.and_then(|column| column.def().precision)
        && rescaled.mantissa().unsigned_abs() >= 10_u128.saturating_pow(precision.into())
    {
        let before = precision.saturating_sub(scale);
        return Err(does_not_fit(decimal, &format!("has more than {before} digits before the point"), column));
    }
    Ok(rescaled)
}

/// The integer that stands for a decimal of `scale` digits after the point.
fn integer(decimal: &Decimal, rescaled: &Decimal, scale: u8, column: Option<ColumnRef>) -> Result<Value> {
    match i64::try_from(rescaled.mantissa()) {
        Ok(integer) if rescaled.scale() == u32::from(scale) => Ok(Value::Int(integer)),
        _ => {
            let what = format!("has too many digits for an integer of 64 bits with {scale} of them after the point");
            Err(does_not_fit(decimal, &what, column))
        }
    }
}

#[cold]
fn does_not_fit(decimal: &dyn std::fmt::Display, what: &str, column: Option<ColumnRef>) -> Error {
    match column {
        Some(column) => Error::new(ErrorKind::Encode, format!("{decimal} {what}, which its column does not keep"))
            .with_table(column.table.def.full_name())
            .with_column(column.name()),
        None => Error::new(ErrorKind::Encode, format!("{decimal} {what}; round it first")),
    }
}
