//! Values of each type, changed in many rows by few statements.

use crate::database::{connect, made};
use aludel::prelude::*;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
enum Mood {
    Good,
    Bad,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[table("sheets")]
struct Sheet {
    #[column(primary_key)]
    id: i64,
    flag: bool,
    small: i16,
    whole: i32,
    long: i64,
    unsigned: u32,
    huge: u64,
    single: f32,
    double: f64,
    #[column(precision = 12, scale = 3)]
    price: Decimal,
    #[column(length = 20)]
    name: String,
    #[column(length = 20)]
    note: Option<String>,
    bytes: Vec<u8>,
    day: NaiveDate,
    time: NaiveTime,
    moment: NaiveDateTime,
    instant: Option<DateTime<Utc>>,
    uuid: Uuid,
    data: serde_json::Value,
    mood: Mood,
}

fn sheet(id: i64, n: u32) -> Sheet {
    let day = NaiveDate::from_ymd_opt(2020, 1, 1 + n % 28).unwrap();
    let time = NaiveTime::from_hms_micro_opt(n % 24, 5, 9, n).unwrap();
    let whole = i32::try_from(n).unwrap();
    Sheet {
        id,
        flag: n.is_multiple_of(2),
        small: -(whole as i16),
        whole,
        long: i64::MAX - i64::from(n),
        unsigned: u32::MAX - n,
        huge: i64::MAX.unsigned_abs() - u64::from(n),
        single: n as f32 / 8.0,
        double: f64::from(n) / 3.0,
        price: Decimal::new(i64::from(n) * 1_001, 3),
        name: format!("it's {n}"),
        note: (!n.is_multiple_of(3)).then(|| "noted".into()),
        bytes: vec![n as u8, 0, 255],
        day,
        time,
        moment: day.and_time(time),
        instant: (!n.is_multiple_of(5)).then(|| day.and_time(time).and_utc() + TimeDelta::days(1)),
        uuid: Uuid::from_u128(u128::from(n) << 64 | 7),
        data: serde_json::json!({ "n": n, "list": [1, "two"] }),
        mood: if n.is_multiple_of(2) { Mood::Good } else { Mood::Bad },
    }
}

#[tokio::test]
async fn of_each_type_in_many_rows() -> aludel::Result<()> {
    let engine = connect(&made("").await).await?;
    metadata![Sheet].create_all(&engine).await?;
    let mut session = engine.session();
    let sheets = session.add_all((1..=11).map(|n| sheet(0, n)));
    session.commit().await?;
    for (n, &own) in sheets.iter().enumerate() {
        session[own] = sheet(session[own].id, 100 + n as u32);
    }
    session.commit().await?;
    let rows = query(Sheet).order_by(Sheet.id).on(&engine).all().await?;
    let here: Vec<Sheet> = sheets.iter().map(|&own| session[own].clone()).collect();
    assert_eq!(rows, here);
    for &own in &sheets {
        session.delete(own)?;
    }
    session.commit().await
}
