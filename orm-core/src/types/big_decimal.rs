//! Decimals of any length: the crate `bigdecimal`.

use super::{DbType, Numeric, Row, SqlType, Sum, Value};
use crate::error::{Error, ErrorKind, Result};
use bigdecimal::BigDecimal;

impl DbType for BigDecimal {
    const SQL_TYPE: SqlType = SqlType::BigDecimal;

    fn decode(row: &dyn Row, index: usize) -> Result<Option<Self>> {
        let Some(text) = row.big_decimal(index)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| Error::new(ErrorKind::Decode, format!("{text:?} is no decimal")))
    }

    fn to_value(&self) -> Value {
        Value::BigDecimal(self.to_plain_string())
    }

    /// Whether they are the same number, however many zeros end them.
    fn same(&self, other: &Self) -> bool {
        self == other
    }
}

impl Numeric for BigDecimal {}

impl Sum for BigDecimal {
    type Sum = Self;
    type Average = Self;
}
