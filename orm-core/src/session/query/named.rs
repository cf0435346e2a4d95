//! Rows whose columns are found by their names.

use crate::{
    compile::Output,
    error::{Error, ErrorKind, Result},
    types::Row,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;
use std::borrow::Cow;
use uuid::Uuid;

/// Where a wanted column is in a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    index: usize,
    /// Digits after the point, where the column keeps a decimal as an integer.
    scale: Option<u8>,
}

/// Where the wanted columns are: by name, and the second of a name is the second in the row. Where the driver tells no names, by position.
///
/// # Errors
/// Of kind [`Decode`](ErrorKind::Decode) if one is not there.
pub(super) fn places(row: &dyn Row, wanted: &[Output]) -> Result<Vec<Place>> {
    let names: Vec<Option<&str>> = (0..row.len()).map(|index| row.name(index)).collect();
    let named = names.iter().any(Option::is_some);
    let mut taken = vec![false; names.len()];
    let mut places = Vec::with_capacity(wanted.len());
    for (position, output) in wanted.iter().enumerate() {
        let find = |same: fn(&str, &str) -> bool| {
            (0..names.len()).find(|&index| !taken[index] && names[index].is_some_and(|name| same(name, &output.name)))
        };
        let found = match named {
            true => find(|a, b| a == b).or_else(|| find(|a, b| a.eq_ignore_ascii_case(b))),
            false => (position < names.len()).then_some(position),
        };
        let Some(index) = found else { return Err(missing(output, &names)) };
        taken[index] = true;
        places.push(Place { index, scale: output.scale });
    }
    Ok(places)
}

#[cold]
fn missing(output: &Output, names: &[Option<&str>]) -> Error {
    if output.name.is_empty() {
        let message = "an expression without a name cannot be found in the rows of a text: give it a .label(\"…\")";
        return Error::new(ErrorKind::Decode, message);
    }
    let names: Vec<&str> = names.iter().map(|name| name.unwrap_or("?")).collect();
    let message = format!("the text yields no column {}; it yields {}", output.name, names.join(", "));
    let error = Error::new(ErrorKind::Decode, message).with_column(&output.name);
    match output.table {
        Some(table) => error.with_table(table),
        None => error,
    }
}

/// A row with its columns where they are wanted.
pub(super) struct NamedRow<'a> {
    row: &'a dyn Row,
    places: &'a [Place],
}

impl<'a> NamedRow<'a> {
    pub(super) fn new(row: &'a dyn Row, places: &'a [Place]) -> Self {
        Self { row, places }
    }

    fn place(&self, index: usize) -> Result<Place> {
        self.places.get(index).copied().ok_or_else(|| {
            Error::new(ErrorKind::Decode, format!("column {index} of a row of {} columns", self.places.len()))
        })
    }
}

macro_rules! getters {
    ($($name:ident -> $type:ty;)*) => { $(
        fn $name(&self, index: usize) -> Result<$type> {
            self.row.$name(self.place(index)?.index)
        }
    )* };
}

impl Row for NamedRow<'_> {
    fn len(&self) -> usize {
        self.places.len()
    }

    fn big_decimal(&self, index: usize) -> Result<Option<String>> {
        self.row.big_decimal(self.place(index)?.index)
    }

    fn decimal(&self, index: usize) -> Result<Option<Decimal>> {
        let Place { index, scale } = self.place(index)?;
        // What the column keeps is an integer; what was computed of it may be anything else.
        if let (Some(scale), Ok(Some(value))) = (scale, self.row.i64(index))
            && let Ok(decimal) = Decimal::try_from_i128_with_scale(value.into(), scale.into())
        {
            return Ok(Some(decimal));
        }
        self.row.decimal(index)
    }

    getters! {
        is_null -> bool;
        bool -> Option<bool>;
        i64 -> Option<i64>;
        u64 -> Option<u64>;
        f32 -> Option<f32>;
        f64 -> Option<f64>;
        str -> Option<&str>;
        bytes -> Option<&[u8]>;
        date -> Option<NaiveDate>;
        time -> Option<NaiveTime>;
        date_time -> Option<NaiveDateTime>;
        utc_date_time -> Option<DateTime<Utc>>;
        uuid -> Option<Uuid>;
        json -> Option<Cow<'_, str>>;
    }
}
