//! Values there and back through columns of their types: they come back as they went, or are refused.

use super::{Place, job, query};
use crate::{
    jobs::{Collect, rows},
    tables::{column, table},
};
use aludel_core::{
    ErrorKind, Result,
    compile::{StatementCache, create_table},
    engine::{Job, LoadJob},
    expr::Node,
    schema::NamingConvention,
    statement::{Insert, InsertSource, Select},
    types::{DbType, Value},
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use rust_decimal::Decimal;
use std::{fmt::Debug, num::NonZeroUsize};
use uuid::Uuid;

/// Sends values of a strategy, and a few by hand, to a column of their type and reads them back.
async fn round_trips<T: DbType + Debug>(strategy: impl Strategy<Value = T>, by_hand: Vec<T>) -> Result<()> {
    let Some(place) = Place::new().await else { return Ok(()) };
    let e = &place.engine;
    let table = table(vec![column("v", T::SQL_TYPE)]);
    for sql in create_table(table.def, &[], &NamingConvention::default(), e.dialect())? {
        e.run_script(&sql).await?;
    }
    let mut runner = TestRunner::new(Config::default());
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(200);
    let mut values = by_hand;
    for _ in 0..cases {
        values.push(strategy.new_tree(&mut runner).expect("a value").current());
    }
    let insert = |value| Insert {
        table,
        columns: vec![0],
        source: InsertSource::Values { rows: 1, values: vec![value] },
        conflict: None,
        returning: vec![],
    };
    let select = || Select { columns: vec![Node::Table(table)], ..Select::default() };
    let statements = StatementCache::new(NonZeroUsize::MIN.saturating_add(9));
    let mut tx = e.begin().await?;
    let mut kept = Vec::new();
    for value in values {
        let sent = match statements.compile(insert(value.to_value()).into(), e.dialect()) {
            Ok((statement, binds)) => tx.run(Job { statement, binds, sink: None, timeout: None }).await.map(drop),
            Err(error) => Err(error),
        };
        match sent {
            Ok(()) => {
                let (statement, binds) = statements.compile(select().into(), e.dialect())?;
                let sink = Some(Collect::<T>::boxed());
                let back = rows::<T>(tx.run(Job { statement, binds, sink, timeout: None }).await?);
                assert_eq!(back.len(), 1);
                assert!(is_same(&back[0], &value), "{value:?} came back as {:?}", back[0]);
                kept.push(value);
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::Encode, "{value:?}: {error}"),
        }
        tx.run(job(e, "DELETE FROM t", vec![])).await?;
    }
    assert!(kept.len() * 3 > cases, "most are refused");
    if place.capabilities().bulk_load {
        let mut values = kept.iter().map(|value| Ok(vec![value.to_value()]));
        let load = LoadJob { table, columns: &[0], rows: &mut values };
        assert_eq!(tx.load(load).await?, kept.len() as u64);
        let mut back = rows::<T>(tx.run(query::<T>(e, "SELECT v FROM t", vec![])).await?);
        // They may come in any order, and most come in this one.
        for value in &kept {
            let at = back.iter().position(|back| is_same(back, value));
            back.remove(at.unwrap_or_else(|| panic!("{value:?} was loaded, and did not come back")));
        }
        assert!(back.is_empty(), "{back:?}");
        tx.run(job(e, "DELETE FROM t", vec![])).await?;
    }
    tx.run(job(e, "INSERT INTO t (v) VALUES (?)", vec![Value::Null(T::SQL_TYPE)])).await?;
    assert!(rows::<Option<T>>(tx.run(query::<Option<T>>(e, "SELECT v FROM t", vec![])).await?)[0].is_none());
    tx.rollback().await
}

/// The same, but for the sign of zero, which a number of the server's need not have.
fn is_same<T: DbType>(a: &T, b: &T) -> bool {
    let zero = |value: &T| matches!(value.to_value(), Value::Double(0.0) | Value::Float(0.0));
    a.same(b) || (zero(a) && zero(b))
}

#[tokio::test]
async fn integers() -> Result<()> {
    round_trips(any::<bool>(), vec![]).await?;
    round_trips(any::<i8>(), vec![i8::MIN, i8::MAX]).await?;
    round_trips(any::<i16>(), vec![i16::MIN, i16::MAX]).await?;
    round_trips(any::<i32>(), vec![i32::MIN, i32::MAX]).await?;
    round_trips(any::<i64>(), vec![i64::MIN, i64::MAX]).await?;
    round_trips(any::<u8>(), vec![u8::MAX]).await?;
    round_trips(any::<u16>(), vec![u16::MAX]).await?;
    round_trips(any::<u32>(), vec![u32::MAX]).await?;
    round_trips(any::<u64>(), vec![0, i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX]).await
}

#[tokio::test]
async fn floats() -> Result<()> {
    let odd = vec![0.0, -0.0, f64::MIN_POSITIVE, 5e-324, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    round_trips(any::<f64>(), odd).await?;
    round_trips(any::<f32>(), vec![0.1, f32::MAX, f32::MIN_POSITIVE, f32::NEG_INFINITY, f32::NAN]).await
}

#[tokio::test]
async fn decimals() -> Result<()> {
    let within = (-999_999_999_999_999_999_i64..=999_999_999_999_999_999, 0..=6_u32)
        .prop_map(|(mantissa, scale)| Decimal::new(mantissa / 10_i64.pow(6 - scale), scale));
    round_trips(within, vec![Decimal::ZERO, Decimal::new(1, 7), Decimal::MAX]).await
}

#[tokio::test]
async fn texts_and_bytes() -> Result<()> {
    let odd = ["", "naïve 🦀 👩‍👩‍👧", "a\0b", "'\"\\%_", "\u{10ffff}", &"x".repeat(1 << 20)].map(str::to_owned).to_vec();
    round_trips(any::<String>(), odd).await?;
    round_trips(any::<Vec<u8>>(), vec![vec![], vec![0], (0..=255).collect(), vec![7; 1 << 20]]).await
}

fn date() -> impl Strategy<Value = NaiveDate> {
    let days = NaiveDate::MAX.signed_duration_since(NaiveDate::MIN).num_days();
    let from = |start: NaiveDate, days: i64| (0..days).prop_map(move |day| start + TimeDelta::days(day));
    let year = |year| NaiveDate::from_ymd_opt(year, 1, 1).expect("a date");
    prop_oneof![1 => from(NaiveDate::MIN, days), 3 => from(year(0), 3_652_000)]
}

fn time() -> impl Strategy<Value = NaiveTime> {
    (0..86_400_u32, 0..1_000_000_u32).prop_map(|(seconds, micros)| {
        NaiveTime::from_num_seconds_from_midnight_opt(seconds, micros * 1_000).expect("a time")
    })
}

#[tokio::test]
async fn dates_and_times() -> Result<()> {
    let last = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).expect("a time");
    let leap = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_000_000_000).expect("a leap second");
    let days = vec![NaiveDate::MIN, NaiveDate::MAX, NaiveDate::default()];
    let moment = || (date(), time()).prop_map(|(date, time)| date.and_time(time));
    let moments: Vec<NaiveDateTime> = days.iter().map(|day| day.and_time(last)).collect();
    round_trips(date(), days).await?;
    round_trips(time(), vec![NaiveTime::MIN, last, leap]).await?;
    round_trips(moment(), moments.clone()).await?;
    let instants: Vec<DateTime<Utc>> = moments.iter().map(NaiveDateTime::and_utc).collect();
    round_trips(moment().prop_map(|moment| moment.and_utc()), instants).await
}

#[tokio::test]
async fn uuids() -> Result<()> {
    round_trips(any::<u128>().prop_map(Uuid::from_u128), vec![Uuid::nil(), Uuid::max()]).await
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<i32>().prop_map(|n| (f64::from(n) / 1024.0).into()),
        "[^\0]{0,8}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            prop::collection::hash_map("[^\0]{0,4}", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

#[tokio::test]
async fn json_of_every_kind() -> Result<()> {
    let deep = (0..60).fold(serde_json::Value::Null, |inner, _| serde_json::json!([inner]));
    round_trips(json(), vec![deep, serde_json::json!({"a": {"b": [1, "🦀", null]}})]).await
}

#[tokio::test]
async fn arrays() -> Result<()> {
    let Some(place) = Place::new().await else { return Ok(()) };
    if !place.capabilities().arrays {
        println!("skipped on {}: it has no arrays", super::dialect());
        return Ok(());
    }
    round_trips(any::<Vec<i64>>(), vec![vec![]]).await?;
    round_trips(any::<Vec<i16>>(), vec![]).await?;
    round_trips(any::<Vec<bool>>(), vec![]).await?;
    round_trips(any::<Vec<f64>>(), vec![vec![f64::NAN]]).await?;
    round_trips(prop::collection::vec("[^\0]{0,9}", 0..5), vec![vec!["{}".into(), "NULL".into(), "\"".into()]]).await?;
    round_trips(prop::collection::vec(any::<Vec<u8>>(), 0..5), vec![]).await?;
    round_trips(prop::collection::vec(date(), 0..3), vec![]).await?;
    round_trips(prop::collection::vec(json(), 0..3), vec![]).await?;
    round_trips(prop::collection::vec(any::<u128>().prop_map(Uuid::from_u128), 0..5), vec![]).await
}

/// The server's zone is not UTC, nor need the session's be asked for.
#[tokio::test]
async fn now_is_now() -> Result<()> {
    let Some(place) = Place::new().await else { return Ok(()) };
    let now: DateTime<Utc> = super::one(&place.engine, "SELECT CURRENT_TIMESTAMP").await?;
    assert!((Utc::now() - now).num_seconds().abs() < 60, "{now}");
    Ok(())
}
