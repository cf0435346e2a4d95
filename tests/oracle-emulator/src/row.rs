//! Rows of the emulator's.

use crate::wire::Cell;
use aludel_core::{Error, ErrorKind, Result, types::Row};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;
use std::{borrow::Cow, str::FromStr};
use uuid::Uuid;

pub(crate) struct EmulatorRow<'a> {
    pub(crate) cells: &'a [Cell],
    pub(crate) names: &'a [String],
}

impl EmulatorRow<'_> {
    fn get(&self, index: usize) -> Result<&Cell> {
        self.cells.get(index).ok_or_else(|| {
            Error::new(ErrorKind::Decode, format!("column {index} of a row of {} columns", self.cells.len()))
        })
    }

    fn text(&self, index: usize) -> Result<Option<&str>> {
        match self.get(index)? {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some(text)),
            Cell::Bytes(_) => Err(mismatch("bytes", "text")),
        }
    }

    fn parsed<T: FromStr>(&self, index: usize, wanted: &str) -> Result<Option<T>> {
        self.text(index)?.map(|text| text.parse().map_err(|_| self.unfit(index, text, wanted))).transpose()
    }

    #[cold]
    fn unfit(&self, index: usize, text: &str, wanted: &str) -> Error {
        let error = mismatch(&format!("the text {text:?}"), wanted);
        match self.name(index) {
            Some(name) => error.with_column(name),
            None => error,
        }
    }

    /// A number without a fraction, which a NUMBER may have written out: `5.0000`.
    fn whole<T: FromStr>(&self, index: usize, wanted: &str) -> Result<Option<T>> {
        let Some(text) = self.text(index)? else { return Ok(None) };
        let whole = match text.split_once('.') {
            Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole,
            _ => text,
        };
        whole.parse().map(Some).map_err(|_| self.unfit(index, text, wanted))
    }
}

#[cold]
fn mismatch(value: &str, wanted: &str) -> Error {
    Error::new(ErrorKind::Decode, format!("{value} is not {wanted}"))
}

impl Row for EmulatorRow<'_> {
    fn len(&self) -> usize {
        self.cells.len()
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.names.get(index).map(String::as_str)
    }

    fn is_null(&self, index: usize) -> Result<bool> {
        Ok(matches!(self.get(index)?, Cell::Null))
    }

    fn bool(&self, index: usize) -> Result<Option<bool>> {
        match self.text(index)? {
            None => Ok(None),
            Some("0") => Ok(Some(false)),
            Some("1") => Ok(Some(true)),
            Some(other) => Err(mismatch(other, "a bool")),
        }
    }

    fn i64(&self, index: usize) -> Result<Option<i64>> {
        self.whole(index, "an integer")
    }

    fn u64(&self, index: usize) -> Result<Option<u64>> {
        self.whole(index, "an unsigned integer")
    }

    fn f32(&self, index: usize) -> Result<Option<f32>> {
        self.parsed(index, "an f32")
    }

    fn f64(&self, index: usize) -> Result<Option<f64>> {
        self.parsed(index, "an f64")
    }

    fn str(&self, index: usize) -> Result<Option<&str>> {
        self.text(index)
    }

    fn bytes(&self, index: usize) -> Result<Option<&[u8]>> {
        match self.get(index)? {
            Cell::Null => Ok(None),
            Cell::Bytes(bytes) => Ok(Some(bytes)),
            Cell::Text(text) => Err(mismatch(text, "bytes")),
        }
    }

    fn date(&self, index: usize) -> Result<Option<NaiveDate>> {
        match self.date_time(index)? {
            None => Ok(None),
            Some(moment) if moment.time() == NaiveTime::MIN => Ok(Some(moment.date())),
            Some(moment) => Err(mismatch(&moment.to_string(), "a date")),
        }
    }

    fn time(&self, index: usize) -> Result<Option<NaiveTime>> {
        let parse = |text: &str| {
            let time = NaiveTime::parse_from_str(text, "%H:%M:%S%.f");
            time.or_else(|_| NaiveTime::parse_from_str(text, "%H:%M")).map_err(|_| mismatch(text, "a time"))
        };
        self.text(index)?.map(parse).transpose()
    }

    fn date_time(&self, index: usize) -> Result<Option<NaiveDateTime>> {
        let parse = |text: &str| {
            let text = text.strip_suffix('Z').unwrap_or(text);
            let moment = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f");
            moment
                .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M"))
                .or_else(|_| NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|date| date.and_time(NaiveTime::MIN)))
                .map_err(|_| mismatch(text, "a date and time"))
        };
        self.text(index)?.map(parse).transpose()
    }

    fn utc_date_time(&self, index: usize) -> Result<Option<DateTime<Utc>>> {
        Ok(self.date_time(index)?.map(|moment| moment.and_utc()))
    }

    fn decimal(&self, index: usize) -> Result<Option<Decimal>> {
        self.parsed(index, "a decimal")
    }

    fn big_decimal(&self, index: usize) -> Result<Option<String>> {
        Ok(self.text(index)?.map(str::to_owned))
    }

    fn uuid(&self, index: usize) -> Result<Option<Uuid>> {
        let Some(bytes) = self.bytes(index)? else { return Ok(None) };
        Uuid::from_slice(bytes).map(Some).map_err(|_| mismatch("bytes of another number", "a UUID"))
    }

    fn json(&self, index: usize) -> Result<Option<Cow<'_, str>>> {
        Ok(self.text(index)?.map(Cow::Borrowed))
    }
}
