//! Dates and times as SQLite stores them: ISO-8601 text that sorts as time does.
//!
//! `2024-02-29`, `13:05:00`, `13:05:00.250000`, `2024-02-29 13:05:00` and, for an instant, `2024-02-29 13:05:00+00:00`. The
//! fraction has six digits, and is left out if it is zero; `+` sorts before `.`, which `Z` does not, so instants sort too.
//! Reading accepts also a `T` between date and time, one to nine digits of fraction, `Z`, other offsets, and no offset: what `CURRENT_TIMESTAMP` yields.

use aludel_core::{Error, ErrorKind, Result};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use std::fmt::Write;

pub(super) fn write_date(date: NaiveDate) -> Result<String> {
    let mut text = String::with_capacity(32);
    push_date(&mut text, date)?;
    Ok(text)
}

pub(super) fn write_time(time: NaiveTime) -> Result<String> {
    let mut text = String::with_capacity(16);
    push_time(&mut text, time)?;
    Ok(text)
}

pub(super) fn write_date_time(value: NaiveDateTime) -> Result<String> {
    let mut text = write_date(value.date())?;
    text.push(' ');
    push_time(&mut text, value.time())?;
    Ok(text)
}

pub(super) fn write_utc(value: DateTime<Utc>) -> Result<String> {
    let mut text = write_date_time(value.naive_utc())?;
    text.push_str("+00:00");
    Ok(text)
}

fn push_date(text: &mut String, date: NaiveDate) -> Result<()> {
    let year = date.year();
    if !(0..=9999).contains(&year) {
        let message =
            format!("{date} cannot be stored: SQLite sorts dates as text, which needs a year from 0000 to 9999");
        return Err(Error::new(ErrorKind::Encode, message));
    }
    // Writing to a String cannot fail.
    let _ = write!(text, "{year:04}-{:02}-{:02}", date.month(), date.day());
    Ok(())
}

fn push_time(text: &mut String, time: NaiveTime) -> Result<()> {
    let micros = time.nanosecond() / 1_000;
    if micros >= 1_000_000 {
        return Err(Error::new(ErrorKind::Encode, format!("the leap second {time} cannot be stored")));
    }
    let _ = write!(text, "{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second());
    if micros != 0 {
        let _ = write!(text, ".{micros:06}");
    }
    Ok(())
}

pub(super) fn read_date(text: &str) -> Option<NaiveDate> {
    let mut rest = Digits(text.as_bytes());
    let date = rest.date()?;
    rest.0.is_empty().then_some(date)
}

pub(super) fn read_time(text: &str) -> Option<NaiveTime> {
    let mut rest = Digits(text.as_bytes());
    let time = rest.time()?;
    rest.0.is_empty().then_some(time)
}

pub(super) fn read_date_time(text: &str) -> Option<NaiveDateTime> {
    let mut rest = Digits(text.as_bytes());
    let value = rest.date_time()?;
    rest.0.is_empty().then_some(value)
}

pub(super) fn read_utc(text: &str) -> Option<DateTime<Utc>> {
    let mut rest = Digits(text.as_bytes());
    let local = rest.date_time()?;
    let offset = rest.offset()?;
    local.checked_sub_signed(TimeDelta::seconds(offset.local_minus_utc().into())).map(|value| value.and_utc())
}

/// Text that is left to be read.
struct Digits<'a>(&'a [u8]);

impl Digits<'_> {
    /// The number made of exactly `count` digits.
    fn number(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        let mut number = 0;
        for digit in digits {
            number = number * 10 + u32::from(digit.is_ascii_digit().then(|| digit - b'0')?);
        }
        self.0 = rest;
        Some(number)
    }

    fn skip(&mut self, bytes: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        bytes.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }

    fn date(&mut self) -> Option<NaiveDate> {
        let year = self.number(4)?;
        self.skip(b"-")?;
        let month = self.number(2)?;
        self.skip(b"-")?;
        NaiveDate::from_ymd_opt(year.cast_signed(), month, self.number(2)?)
    }

    fn time(&mut self) -> Option<NaiveTime> {
        let hour = self.number(2)?;
        self.skip(b":")?;
        let minute = self.number(2)?;
        if self.skip(b":").is_none() {
            return NaiveTime::from_hms_opt(hour, minute, 0);
        }
        let second = self.number(2)?;
        let nanos = if self.skip(b".").is_some() { self.fraction()? } else { 0 };
        NaiveTime::from_hms_nano_opt(hour, minute, second, nanos)
    }

    /// One to nine digits after the point, as nanoseconds.
    fn fraction(&mut self) -> Option<u32> {
        let count = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !(1..=9).contains(&count) {
            return None;
        }
        Some(self.number(count)? * 10_u32.pow(9 - u32::try_from(count).ok()?))
    }

    fn date_time(&mut self) -> Option<NaiveDateTime> {
        let date = self.date()?;
        self.skip(b" T")?;
        Some(date.and_time(self.time()?))
    }

    fn offset(&mut self) -> Option<FixedOffset> {
        match self.0 {
            b"" | b"Z" => FixedOffset::east_opt(0),
            _ => {
                let sign = if self.skip(b"+-")? == b'+' { 1 } else { -1 };
                let hours = self.number(2)?;
                self.skip(b":")?;
                let minutes = self.number(2)?;
                let whole = self.0.is_empty() && minutes < 60;
                whole.then(|| FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60).cast_signed()))?
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        read_utc(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn instants_are_canonical_and_sort_as_text() -> Result<()> {
        let texts = [
            "2024-02-29 13:05:00+00:00",
            "2024-02-29 13:05:00.000001+00:00",
            "2024-02-29 13:05:00.500000+00:00",
            "2024-02-29 13:05:01+00:00",
        ];
        for pair in texts.windows(2) {
            assert!(pair[0] < pair[1] && at(pair[0]) < at(pair[1]));
        }
        for text in texts {
            assert_eq!(write_utc(at(text))?, text);
        }
        for same in
            ["2024-02-29T13:05:00Z", "2024-02-29 13:05", "2024-02-29 14:05:00.0+01:00", "2024-02-29 07:35:00-05:30"]
        {
            assert_eq!(write_utc(at(same))?, texts[0], "{same}");
        }
        Ok(())
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["", "2024-2-29", "2023-02-29", "2024-02-29 ", "+024-02-29", "20240229"] {
            assert_eq!(read_date(text), None, "{text}");
        }
        for text in ["24:00:00", "12:60", "12:00:60", "12:00:00.", "12:00:00.1234567890", "1:00"] {
            assert_eq!(read_time(text), None, "{text}");
        }
        for text in ["2024-02-29", "2024-02-29 12:00:00Z", "2024-02-29_12:00:00"] {
            assert_eq!(read_date_time(text), None, "{text}");
        }
        for text in [
            "2024-02-29 12:00:00+1:00",
            "2024-02-29 12:00:00+01:60",
            "2024-02-29 12:00:00ZZ",
            "2024-02-29 12:00:00+25:00",
        ] {
            assert_eq!(read_utc(text), None, "{text}");
        }
    }

    #[test]
    fn what_would_not_come_back_is_refused() {
        let far = NaiveDate::from_ymd_opt(10_000, 1, 1).expect("a date");
        assert_eq!(write_date(far).expect_err("far").kind(), ErrorKind::Encode);
        let leap = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000).expect("a leap second");
        assert_eq!(write_time(leap).expect_err("leap").kind(), ErrorKind::Encode);
    }
}
