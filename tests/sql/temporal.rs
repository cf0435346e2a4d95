//! Dates and times: their parts, and what lies so much later.

use crate::{fixture::User, sheet::Sheet};
use aludel::{expr::tree::TimeUnit, prelude::*};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

#[derive(Model, Debug, Clone, PartialEq)]
#[table("events")]
struct Event {
    #[column(primary_key)]
    id: i64,
    day: NaiveDate,
    hour: NaiveTime,
    planned: NaiveDateTime,
    seen: Option<DateTime<Utc>>,
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn at(text: &str) -> NaiveDateTime {
    text.parse().expect("a date and time")
}

fn seen(text: &str) -> DateTime<Utc> {
    at(text).and_utc()
}

async fn sheet() -> Sheet {
    let sheet = Sheet::new().await;
    for engine in sheet.engines() {
        metadata![Event].create_all(engine).await.expect("a table");
        let event = |id, date: &str, hour: &str, planned: &str, instant: Option<&str>| Event {
            id,
            day: day(date),
            hour: hour.parse().expect("a time"),
            planned: at(planned),
            seen: instant.map(seen),
        };
        let events = [
            event(1, "2024-01-31", "13:05:59.250", "2024-02-29T23:59:58.750001", Some("2023-12-31T23:00:00")),
            event(2, "2023-12-31", "00:00:00", "1999-12-31T00:00:00", None),
        ];
        insert(Event).values(events).on(engine).execute().await.expect("events");
    }
    sheet
}

#[tokio::test]
async fn parts() {
    let mut sheet = sheet().await;
    let of = |a, b, c| query((a, b, c)).order_by(Event.id);
    sheet.rows(of(Event.day.year(), Event.day.month(), Event.day.day()), [(2024, 1, 31), (2023, 12, 31)]).await;
    sheet
        .rows(of(Event.day.weekday(), Event.day.day_of_year(), Event.planned.year()), [(3, 31, 2024), (7, 365, 1999)])
        .await;
    sheet.rows(of(Event.hour.hour(), Event.hour.minute(), Event.hour.second()), [(13, 5, 59), (0, 0, 0)]).await;
    sheet
        .rows(of(Event.planned.hour(), Event.planned.minute(), Event.planned.second()), [(23, 59, 58), (0, 0, 0)])
        .await;
    let instants = query((Event.seen.year(), Event.seen.hour(), Event.seen.date())).order_by(Event.id);
    sheet.rows(instants, [(Some(2023), Some(23), Some(day("2023-12-31"))), (None, None, None)]).await;
    sheet.rows(query(Event.planned.date()).order_by(Event.id), [day("2024-02-29"), day("1999-12-31")]).await;
    sheet.finish("parts");
}

#[tokio::test]
async fn truncated() {
    let mut sheet = sheet().await;
    let first = |column| query(column).filter(Event.id.eq(1));
    for (unit, date, time) in [
        (TimeUnit::Year, "2024-01-01", "2024-01-01T00:00:00"),
        (TimeUnit::Month, "2024-01-01", "2024-02-01T00:00:00"),
        (TimeUnit::Week, "2024-01-29", "2024-02-26T00:00:00"),
        (TimeUnit::Day, "2024-01-31", "2024-02-29T00:00:00"),
        (TimeUnit::Hour, "2024-01-31", "2024-02-29T23:00:00"),
        (TimeUnit::Minute, "2024-01-31", "2024-02-29T23:59:00"),
        (TimeUnit::Second, "2024-01-31", "2024-02-29T23:59:58"),
    ] {
        sheet.rows(query(Event.day.truncated(unit)).filter(Event.id.eq(1)), [day(date)]).await;
        sheet.rows(first(Event.planned.truncated(unit)), [at(time)]).await;
    }
    let years = query(Event.seen.truncated(TimeUnit::Year)).order_by(Event.id);
    sheet.rows(years, [Some(seen("2023-01-01T00:00:00")), None]).await;
    let whole = query(Event.id).filter(Event.seen.truncated(TimeUnit::Day).eq(Some(seen("2023-12-31T00:00:00"))));
    sheet.rows(whole, [1]).await;
    sheet.finish("truncated");
}

#[tokio::test]
async fn later_and_earlier() {
    let mut sheet = sheet().await;
    let days = |expression| query(expression).order_by(Event.id);
    sheet.rows(days(Event.day.plus_days(30)), [day("2024-03-01"), day("2024-01-30")]).await;
    sheet.rows(days(Event.day.plus_days(-31)), [day("2023-12-31"), day("2023-11-30")]).await;
    sheet.rows(days(Event.day.plus_months(1)), [day("2024-02-29"), day("2024-01-31")]).await;
    sheet.rows(days(Event.day.plus_months(-3)), [day("2023-10-31"), day("2023-09-30")]).await;
    let times = |expression| query(expression).order_by(Event.id);
    sheet
        .rows(
            times(Event.planned.plus(TimeDelta::seconds(3_661))),
            [at("2024-03-01T01:00:59.750001"), at("1999-12-31T01:01:01")],
        )
        .await;
    sheet.rows(times(Event.planned.plus_days(-1)), [at("2024-02-28T23:59:58.750001"), at("1999-12-30T00:00:00")]).await;
    sheet
        .rows(times(Event.planned.plus_months(12)), [at("2025-02-28T23:59:58.750001"), at("2000-12-31T00:00:00")])
        .await;
    let micros = times(Event.planned.plus(TimeDelta::microseconds(249_999)));
    sheet.lacking(&["sqlite"]).rows(micros, [at("2024-02-29T23:59:59"), at("1999-12-31T00:00:00.249999")]).await;
    let instants = query(Event.seen.plus(-TimeDelta::hours(1))).order_by(Event.id);
    sheet.rows(instants, [Some(seen("2023-12-31T22:00:00")), None]).await;
    let recent = query(Event.id).filter(Event.planned.plus_days(1).gt(at("2024-03-01T12:00:00")));
    sheet.rows(recent, [1]).await;
    let by_column = query(User.id).filter(literal(day("2024-01-01")).plus_days(User.age).eq(day("2024-02-06")));
    sheet.rows(by_column, [1]).await;
    let apart = query(Event.planned.seconds_since(at("1999-12-31T00:00:00"))).filter(Event.id.eq(2));
    sheet.rows(apart, [0.0]).await;
    let apart = query(Event.seen.seconds_since(seen("2023-12-31T22:59:58.500"))).order_by(Event.id);
    sheet.rows(apart, [Some(1.5), None]).await;
    sheet.finish("later_and_earlier");
}
