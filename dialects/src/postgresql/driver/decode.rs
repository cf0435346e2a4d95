//! One value of a row, read from the bytes that came.

use super::{
    numeric,
    temporal::{read_date, read_date_time, read_time, read_utc},
    wire::Wire,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

/// A value that is not NULL. Each getter answers `None` if it does not fit.
#[derive(Clone, Copy)]
pub(super) struct Cell<'a> {
    pub(super) wire: &'a Wire,
    pub(super) bytes: &'a [u8],
}

impl<'a> Cell<'a> {
    fn fixed<const N: usize>(self) -> Option<[u8; N]> {
        self.bytes.try_into().ok()
    }

    pub(super) fn bool(self) -> Option<bool> {
        match (self.wire, self.bytes) {
            (Wire::Bool, [byte]) => Some(*byte != 0),
            _ => None,
        }
    }

    pub(super) fn i64(self) -> Option<i64> {
        match self.wire {
            Wire::Int8 => self.fixed().map(i64::from_be_bytes),
            Wire::Int4 => self.fixed().map(i32::from_be_bytes).map(i64::from),
            Wire::Int2 => self.fixed().map(i16::from_be_bytes).map(i64::from),
            Wire::Numeric => self.whole()?.try_into().ok(),
            _ => None,
        }
    }

    pub(super) fn u64(self) -> Option<u64> {
        match self.wire {
            Wire::Numeric => self.whole()?.try_into().ok(),
            _ => self.i64()?.try_into().ok(),
        }
    }

    /// A `numeric` without digits after the point.
    fn whole(self) -> Option<i128> {
        let value = numeric::read(self.bytes)?.normalize();
        (value.scale() == 0).then(|| value.mantissa())
    }

    pub(super) fn f32(self) -> Option<f32> {
        match self.wire {
            Wire::Float4 => self.fixed().map(f32::from_be_bytes),
            _ => {
                let value = self.f64()?;
                let nearest = value as f32;
                (nearest.is_finite() || !value.is_finite()).then_some(nearest)
            }
        }
    }

    pub(super) fn f64(self) -> Option<f64> {
        match self.wire {
            Wire::Float8 => self.fixed().map(f64::from_be_bytes),
            Wire::Float4 => self.fixed().map(f32::from_be_bytes).map(f64::from),
            Wire::Int2 | Wire::Int4 | Wire::Int8 => {
                let value = self.i64()?;
                (i128::from(value) == (value as f64) as i128).then_some(value as f64)
            }
            _ => None,
        }
    }

    pub(super) fn str(self) -> Option<&'a str> {
        match self.wire {
            Wire::Text => std::str::from_utf8(self.bytes).ok(),
            _ => None,
        }
    }

    pub(super) fn bytes(self) -> Option<&'a [u8]> {
        (*self.wire == Wire::Bytes).then_some(self.bytes)
    }

    pub(super) fn date(self) -> Option<NaiveDate> {
        self.of(&Wire::Date)?.fixed().map(i32::from_be_bytes).and_then(read_date)
    }

    pub(super) fn time(self) -> Option<NaiveTime> {
        self.of(&Wire::Time)?.fixed().map(i64::from_be_bytes).and_then(read_time)
    }

    pub(super) fn date_time(self) -> Option<NaiveDateTime> {
        self.of(&Wire::DateTime)?.fixed().map(i64::from_be_bytes).and_then(read_date_time)
    }

    pub(super) fn utc_date_time(self) -> Option<DateTime<Utc>> {
        self.of(&Wire::UtcDateTime)?.fixed().map(i64::from_be_bytes).and_then(read_utc)
    }

    pub(super) fn decimal(self) -> Option<Decimal> {
        match self.wire {
            Wire::Numeric => numeric::read(self.bytes),
            _ => self.i64().map(Decimal::from),
        }
    }

    pub(super) fn big_decimal(self) -> Option<String> {
        match self.wire {
            Wire::Numeric => numeric::read_text(self.bytes),
            _ => self.i64().map(|value| value.to_string()),
        }
    }

    pub(super) fn uuid(self) -> Option<Uuid> {
        self.of(&Wire::Uuid)?.fixed().map(Uuid::from_bytes)
    }

    pub(super) fn json(self) -> Option<&'a str> {
        match (self.wire, self.bytes) {
            (Wire::Json | Wire::Text, text) | (Wire::Jsonb, [1, text @ ..]) => std::str::from_utf8(text).ok(),
            _ => None,
        }
    }

    /// The elements of an array of one dimension.
    pub(super) fn list(self) -> Option<(&'a Wire, Vec<Option<&'a [u8]>>)> {
        let Wire::Array(item, _) = self.wire else { return None };
        let mut rest = self.bytes;
        let mut number = || {
            let (head, tail) = rest.split_first_chunk()?;
            rest = tail;
            Some(i32::from_be_bytes(*head))
        };
        let (dimensions, _nulls, _type) = (number()?, number()?, number()?);
        let count = match dimensions {
            0 => 0,
            1 => usize::try_from(number()?).ok()?,
            _ => return None,
        };
        if count > 0 {
            number()?; // the first index
        }
        let mut elements = Vec::with_capacity(count.min(rest.len()));
        for _ in 0..count {
            let (head, tail) = rest.split_first_chunk()?;
            (elements, rest) = match usize::try_from(i32::from_be_bytes(*head)) {
                Ok(length) => {
                    let (element, tail) = tail.split_at_checked(length)?;
                    elements.push(Some(element));
                    (elements, tail)
                }
                Err(_) => {
                    elements.push(None);
                    (elements, tail)
                }
            };
        }
        Some((item, elements))
    }

    fn of(self, wire: &Wire) -> Option<Self> {
        (self.wire == wire).then_some(self)
    }

    /// What it is, for a message.
    pub(super) fn shown(self) -> String {
        if let Some(value) = self.i64() {
            return format!("the integer {value}");
        }
        if let Some(value) = self.f64() {
            return format!("the number {value:?}");
        }
        if let Some(text) = self.str() {
            return format!("the text {:?}", text.chars().take(64).collect::<String>());
        }
        match self.wire {
            Wire::Other => "a value of a type that no Rust type stands for".to_owned(),
            Wire::Bytes => format!("{} bytes", self.bytes.len()),
            wire => format!("a value of the type {wire:?}"),
        }
    }
}
