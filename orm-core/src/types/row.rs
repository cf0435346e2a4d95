//! A row where the driver holds it, and whoever takes rows from a driver.

use crate::error::{Error, ErrorKind, Result};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;
use std::{any::Any, borrow::Cow, ops::ControlFlow};
use uuid::Uuid;

/// One row, read in place by position: no copy besides what the caller keeps.
///
/// The getters are a closed set, since each driver implements them all. `Ok(None)` is SQL `NULL`; a value that does not fit
/// the type asked for is an error of kind [`Decode`](crate::ErrorKind::Decode), never a changed value. Columns are counted from 0.
pub trait Row {
    /// How many columns the row has.
    fn len(&self) -> usize;
    /// Whether the row has no columns.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The name of the column, where the driver knows it. What the query language asks for is read by position and needs no names.
    fn name(&self, index: usize) -> Option<&str> {
        let _ = index;
        None
    }
    /// Whether the column is `NULL`.
    fn is_null(&self, index: usize) -> Result<bool>;
    /// A boolean.
    fn bool(&self, index: usize) -> Result<Option<bool>>;
    /// A signed integer.
    fn i64(&self, index: usize) -> Result<Option<i64>>;
    /// An unsigned integer.
    fn u64(&self, index: usize) -> Result<Option<u64>>;
    /// A single-precision number.
    fn f32(&self, index: usize) -> Result<Option<f32>>;
    /// A double-precision number.
    fn f64(&self, index: usize) -> Result<Option<f64>>;
    /// Text.
    fn str(&self, index: usize) -> Result<Option<&str>>;
    /// Bytes.
    fn bytes(&self, index: usize) -> Result<Option<&[u8]>>;
    /// A date.
    fn date(&self, index: usize) -> Result<Option<NaiveDate>>;
    /// A time of day.
    fn time(&self, index: usize) -> Result<Option<NaiveTime>>;
    /// A date and time of no time zone.
    fn date_time(&self, index: usize) -> Result<Option<NaiveDateTime>>;
    /// An instant.
    fn utc_date_time(&self, index: usize) -> Result<Option<DateTime<Utc>>>;
    /// A decimal number.
    fn decimal(&self, index: usize) -> Result<Option<Decimal>>;
    /// A decimal of any length, as its digits with a point and a sign, and without an exponent.
    fn big_decimal(&self, index: usize) -> Result<Option<String>> {
        Ok(self.decimal(index)?.map(|value| value.to_string()))
    }
    /// A UUID.
    fn uuid(&self, index: usize) -> Result<Option<Uuid>>;
    /// JSON, as its text.
    fn json(&self, index: usize) -> Result<Option<Cow<'_, str>>>;
    /// An array: a row whose columns are its elements. Drivers of databases without arrays leave it out.
    fn list(&self, index: usize) -> Result<Option<Box<dyn Row + '_>>> {
        Err(Error::new(ErrorKind::Decode, format!("column {index} is not an array")))
    }
}

/// Whoever takes rows from a driver.
///
/// It is handed to the driver and handed back, so that a driver may run elsewhere (on a worker thread) without copying rows.
pub trait RowSink: Send + 'static {
    /// Takes one row; `Break` asks the driver to stop without an error.
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>>;
    /// Gives the sink back as what it was.
    fn into_any(self: Box<Self>) -> Box<dyn Any + Send>;
}
