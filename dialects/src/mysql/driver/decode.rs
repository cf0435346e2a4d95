//! One value of a row, read from the bytes that came.

use crate::mysql::client::Wire;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;
use std::str::from_utf8;
use uuid::Uuid;

/// A value that is not NULL. Each getter answers `None` if it does not fit.
#[derive(Clone, Copy)]
pub(super) struct Cell<'a> {
    pub(super) wire: Wire,
    pub(super) bytes: &'a [u8],
}

impl<'a> Cell<'a> {
    pub(super) fn bool(self) -> Option<bool> {
        match self.integer()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    pub(super) fn i64(self) -> Option<i64> {
        self.integer()?.try_into().ok()
    }

    pub(super) fn u64(self) -> Option<u64> {
        self.integer()?.try_into().ok()
    }

    #[inline]
    fn integer(self) -> Option<i128> {
        match (self.wire, self.bytes) {
            (Wire::Int, bytes) => match *bytes {
                [a] => Some(i8::from_le_bytes([a]).into()),
                [a, b] => Some(i16::from_le_bytes([a, b]).into()),
                _ => match *bytes {
                    [a, b, c, d] => Some(i32::from_le_bytes([a, b, c, d]).into()),
                    _ => bytes.try_into().ok().map(i64::from_le_bytes).map(i128::from),
                },
            },
            (Wire::Unsigned, bytes) if bytes.len() <= 8 => {
                Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | i128::from(*byte)))
            }
            (Wire::Bit, bytes) if bytes.len() <= 8 => {
                Some(bytes.iter().fold(0, |number, byte| number << 8 | i128::from(*byte)))
            }
            (Wire::Decimal, _) => {
                let value = self.decimal()?.normalize();
                (value.scale() == 0).then(|| value.mantissa())
            }
            _ => None,
        }
    }

    pub(super) fn f32(self) -> Option<f32> {
        match self.wire {
            Wire::Float => self.bytes.try_into().ok().map(f32::from_le_bytes),
            _ => Some(self.f64()? as f32).filter(|nearest| nearest.is_finite()),
        }
    }

    pub(super) fn f64(self) -> Option<f64> {
        match self.wire {
            Wire::Double => self.bytes.try_into().ok().map(f64::from_le_bytes),
            Wire::Float => self.f32().map(f64::from),
            Wire::Int | Wire::Unsigned => {
                let value = self.integer()?;
                (value == (value as f64) as i128).then_some(value as f64)
            }
            _ => None,
        }
    }

    pub(super) fn str(self) -> Option<&'a str> {
        from_utf8(self.of(Wire::Text)?.bytes).ok()
    }

    pub(super) fn bytes(self) -> Option<&'a [u8]> {
        Some(self.of(Wire::Bytes)?.bytes)
    }

    pub(super) fn date(self) -> Option<NaiveDate> {
        match self.of(Wire::Date)?.bytes {
            [_, date @ ..] => read_date(date),
            [] => None,
        }
    }

    /// A time of day; TIME itself is a span of time, which may be longer than a day and less than nothing.
    pub(super) fn time(self) -> Option<NaiveTime> {
        match self.of(Wire::Time)?.bytes {
            [0] => Some(NaiveTime::MIN),
            [_, 0, 0, 0, 0, 0, time @ ..] => read_time(time),
            _ => None,
        }
    }

    pub(super) fn date_time(self) -> Option<NaiveDateTime> {
        let (date, time) = self.of(Wire::DateTime)?.bytes.get(1..)?.split_at_checked(4)?;
        Some(read_date(date)?.and_time(if time.is_empty() { NaiveTime::MIN } else { read_time(time)? }))
    }

    pub(super) fn utc_date_time(self) -> Option<DateTime<Utc>> {
        self.date_time().map(|value| value.and_utc())
    }

    pub(super) fn decimal(self) -> Option<Decimal> {
        match self.wire {
            Wire::Decimal => {
                let text = from_utf8(self.bytes).ok()?;
                Decimal::from_str_exact(text).ok().or_else(|| {
                    // What is too long may be so by its zeros.
                    let (_, fraction) = text.split_once('.')?;
                    let zeros = fraction.len() - fraction.trim_end_matches('0').len();
                    Decimal::from_str_exact(text[..text.len() - zeros].trim_end_matches('.')).ok()
                })
            }
            _ => self.i64().map(Decimal::from),
        }
    }

    pub(super) fn big_decimal(self) -> Option<String> {
        match self.wire {
            Wire::Decimal => from_utf8(self.bytes).ok().map(str::to_owned),
            _ => self.i64().map(|value| value.to_string()),
        }
    }

    pub(super) fn uuid(self) -> Option<Uuid> {
        match self.wire {
            Wire::Text => Uuid::try_parse_ascii(self.bytes).ok(),
            _ => Uuid::from_slice(self.of(Wire::Bytes)?.bytes).ok(),
        }
    }

    pub(super) fn json(self) -> Option<&'a str> {
        self.str()
    }

    fn of(self, wire: Wire) -> Option<Self> {
        (self.wire == wire).then_some(self)
    }

    /// What it is, for a message.
    pub(super) fn shown(self) -> String {
        if let Some(value) = self.integer() {
            return format!("the integer {value}");
        }
        if let Some(value) = self.f64() {
            return format!("the number {value:?}");
        }
        if let (Wire::Text | Wire::Decimal, Ok(text)) = (self.wire, from_utf8(self.bytes)) {
            return format!("the text {:?}", text.chars().take(64).collect::<String>());
        }
        match self.wire {
            Wire::Other => "a value of a type that no Rust type stands for".to_owned(),
            Wire::Bytes => format!("{} bytes", self.bytes.len()),
            wire => format!("a value of the type {wire:?}"),
        }
    }
}

/// `None` is a day that is none: `0000-00-00`, `2024-00-01`.
fn read_date(bytes: &[u8]) -> Option<NaiveDate> {
    let [low, high, month, day] = *bytes else { return None };
    NaiveDate::from_ymd_opt(u16::from_le_bytes([low, high]).into(), month.into(), day.into())
}

fn read_time(bytes: &[u8]) -> Option<NaiveTime> {
    let (micros, [hour, minute, second]) = match *bytes {
        [hour, minute, second] => (0, [hour, minute, second]),
        [hour, minute, second, a, b, c, d] => (u32::from_le_bytes([a, b, c, d]), [hour, minute, second]),
        _ => return None,
    };
    NaiveTime::from_hms_micro_opt(hour.into(), minute.into(), second.into(), micros)
}
