//! Dates and times: microseconds or days since the first of January 2000.

use aludel_core::{Error, ErrorKind, Result};
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};

/// Microseconds from 1970 to 2000.
const EPOCH: i64 = 946_684_800_000_000;
/// The first day, 24 November 4714 BC, in days since 2000.
const FIRST_DAY: i64 = -2_451_545;
const DAY: i64 = 86_400_000_000;

fn epoch() -> NaiveDate {
    const { NaiveDate::from_ymd_opt(2000, 1, 1).expect("a date") }
}

pub(super) fn write_date(date: NaiveDate) -> Result<i32> {
    let days = date.signed_duration_since(epoch()).num_days();
    match i32::try_from(days) {
        Ok(number) if days >= FIRST_DAY => Ok(number),
        _ => Err(out_of_range(date)),
    }
}

pub(super) fn write_time(time: NaiveTime) -> Result<i64> {
    no_leap_second(time)?;
    Ok(i64::from(time.num_seconds_from_midnight()) * 1_000_000 + i64::from(time.nanosecond() / 1_000))
}

pub(super) fn write_date_time(value: NaiveDateTime) -> Result<i64> {
    no_leap_second(value.time())?;
    let micros = value.and_utc().timestamp_micros() - EPOCH;
    if micros < FIRST_DAY * DAY {
        return Err(out_of_range(value));
    }
    Ok(micros)
}

fn no_leap_second(time: NaiveTime) -> Result<()> {
    if time.nanosecond() >= 1_000_000_000 {
        return Err(Error::new(ErrorKind::Encode, format!("the leap second {time} cannot be stored")));
    }
    Ok(())
}

#[cold]
fn out_of_range(value: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Encode, format!("{value} cannot be stored: PostgreSQL's first day is 4714-11-24 BC"))
}

// `None` is infinity, or beyond what the Rust type can hold.

pub(super) fn read_date(days: i32) -> Option<NaiveDate> {
    match u64::try_from(days) {
        Ok(days) => epoch().checked_add_days(Days::new(days)),
        Err(_) => epoch().checked_sub_days(Days::new(u64::from(days.unsigned_abs()))),
    }
}

pub(super) fn read_time(micros: i64) -> Option<NaiveTime> {
    let seconds = u32::try_from(micros / 1_000_000).ok()?;
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, u32::try_from(micros % 1_000_000).ok()? * 1_000)
}

pub(super) fn read_date_time(micros: i64) -> Option<NaiveDateTime> {
    if micros == i64::MAX || micros == i64::MIN {
        return None;
    }
    epoch().and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::microseconds(micros))
}

pub(super) fn read_utc(micros: i64) -> Option<DateTime<Utc>> {
    read_date_time(micros).map(|value| value.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_kept_or_refused() {
        for date in [epoch(), NaiveDate::MAX, epoch() - TimeDelta::days(-FIRST_DAY)] {
            assert_eq!(write_date(date).ok().and_then(read_date), Some(date));
            let value = date.and_hms_micro_opt(23, 59, 59, 999_999).expect("a time");
            assert_eq!(write_date_time(value).ok().and_then(read_date_time), Some(value));
        }
        assert!(write_date(NaiveDate::MIN).is_err() && write_date_time(NaiveDateTime::MIN).is_err());
        assert_eq!((read_date(i32::MAX), read_date(i32::MIN), read_time(DAY)), (None, None, None));
        assert_eq!((read_date_time(i64::MAX), read_date_time(i64::MIN)), (None, None));
        let leap = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000).expect("a leap second");
        assert!(write_time(leap).is_err());
    }
}
