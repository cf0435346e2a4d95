//! Values there and back, and what is refused.

use crate::support::{job, memory, one, query, rows, statement};
use aludel_core::{
    ErrorKind, Result,
    compile::{Compiled, Output, StatementKind},
    engine::{Engine, Job},
    types::{DbType, Field, SqlType, Value},
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use rust_decimal::Decimal;
use std::{fmt::Debug, sync::Arc};
use uuid::Uuid;

/// Through a column of no type, which changes nothing by itself.
async fn round_trip<T: DbType + Debug>(engine: &Engine, value: T) -> Result<()> {
    engine.run(job("DELETE FROM t", vec![])).await?;
    engine.run(job("INSERT INTO t VALUES (?)", vec![DbType::to_value(&value)])).await?;
    let back: T = one(engine, "SELECT v FROM t").await?;
    assert!(DbType::same(&back, &value), "{value:?} came back as {back:?}");
    engine.run(job("UPDATE t SET v = ?", vec![Value::Null(T::SQL_TYPE)])).await?;
    let null: Option<T> = one(engine, "SELECT v FROM t").await?;
    assert!(null.is_none(), "NULL came back as {null:?}");
    Ok(())
}

async fn untyped() -> Result<Engine> {
    let engine = memory().await?;
    engine.run_script("CREATE TABLE t (v)").await?;
    Ok(engine)
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

fn time(hour: u32, minute: u32, second: u32, micro: u32) -> NaiveTime {
    NaiveTime::from_hms_micro_opt(hour, minute, second, micro).expect("a time")
}

#[tokio::test]
async fn every_type_comes_back_as_it_went() -> Result<()> {
    let e = &untyped().await?;
    for value in [true, false] {
        round_trip(e, value).await?;
    }
    for value in [0, 1, -1, i64::MIN, i64::MAX] {
        round_trip(e, value).await?;
    }
    round_trip(e, i8::MIN).await?;
    round_trip(e, u32::MAX).await?;
    for value in [0, i64::MAX.cast_unsigned()] {
        round_trip(e, value).await?;
    }
    for value in [0.0, -0.0, 0.1, f64::MIN_POSITIVE, f64::MAX, f64::MIN, f64::INFINITY, f64::NEG_INFINITY, 5e-324] {
        round_trip(e, value).await?;
    }
    for value in [0.1_f32, f32::MAX, f32::MIN_POSITIVE, f32::NEG_INFINITY] {
        round_trip(e, value).await?;
    }
    for value in ["", "a", "naïve 🦀", "a\0b", &"x".repeat(100_000)] {
        round_trip(e, value.to_owned()).await?;
    }
    for value in [vec![], vec![0], (0..=255).collect()] {
        round_trip::<Vec<u8>>(e, value).await?;
    }
    for value in [date(0, 1, 1), date(1969, 12, 31), date(2024, 2, 29), date(9999, 12, 31)] {
        round_trip(e, value).await?;
        for time in [time(0, 0, 0, 0), time(23, 59, 59, 999_999), time(12, 0, 0, 1)] {
            round_trip(e, time).await?;
            let value: NaiveDateTime = value.and_time(time);
            round_trip(e, value).await?;
            round_trip(e, Utc.from_utc_datetime(&value)).await?;
        }
    }
    for value in ["0", "-0.01", "1.50", "79228162514264337593543950335", "0.0000000000000000000000000001"] {
        round_trip(e, value.parse::<Decimal>().expect("a decimal")).await?;
    }
    for value in [Uuid::nil(), Uuid::max(), Uuid::from_u128(0x1234_5678_9abc_def0_1234_5678_9abc_def0)] {
        round_trip(e, value).await?;
    }
    for text in ["null", "1", "-1.5", "true", "\"text\"", "[1,{\"a\":null}]", "{}"] {
        round_trip(e, serde_json::from_str::<serde_json::Value>(text).expect("JSON")).await?;
    }
    Ok(())
}

#[tokio::test]
async fn json_survives_a_column_of_numeric_affinity() -> Result<()> {
    let e = memory().await?;
    e.run_script("CREATE TABLE j (v JSON)").await?;
    for text in ["1", "-1.5", "1e300", "\"1\"", "[1]"] {
        e.run(job("DELETE FROM j", vec![])).await?;
        e.run(job("INSERT INTO j VALUES (?)", vec![Value::Json(text.into())])).await?;
        let back: serde_json::Value = one(&e, "SELECT v FROM j").await?;
        assert_eq!(back, serde_json::from_str::<serde_json::Value>(text).expect("JSON"));
    }
    Ok(())
}

#[tokio::test]
async fn numbers_survive_a_column_of_real_affinity() -> Result<()> {
    let e = memory().await?;
    e.run_script("CREATE TABLE t (v REAL)").await?;
    for value in [0.0, 1.0, 1e15, -9_007_199_254_740_993.0, 5e-324, f64::MAX, f64::NEG_INFINITY] {
        round_trip(&e, value).await?;
    }
    // SQLite keeps whole numbers in such a column as integers, which have no negative zero.
    e.run(job("INSERT INTO t VALUES (?)", vec![Value::Double(-0.0)])).await?;
    assert!(one::<f64>(&e, "SELECT v FROM t WHERE v IS NOT NULL").await?.is_sign_positive());
    Ok(())
}

#[tokio::test]
async fn what_would_be_changed_is_not_sent() -> Result<()> {
    let e = untyped().await?;
    for value in [
        Value::UInt(u64::MAX),
        Value::UInt(i64::MAX.cast_unsigned() + 1),
        Value::Double(f64::NAN),
        Value::Float(f32::NAN),
        Value::Date(date(10_000, 1, 1)),
        Value::Date(date(-1, 12, 31)),
        Value::List(SqlType::Double, vec![Value::Double(f64::NAN)]),
    ] {
        let error = e.run(job("INSERT INTO t VALUES (?)", vec![value.clone()])).await.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Encode, "{value:?}: {error}");
        assert_eq!(error.sql(), Some("INSERT INTO t VALUES (?)"));
    }
    assert_eq!(one::<i64>(&e, "SELECT count(*) FROM t").await?, 0);
    Ok(())
}

async fn refused<T: Field + Debug>(engine: &Engine, sql: &str) {
    match engine.run(query::<T>(sql, vec![])).await {
        Ok(done) => panic!("{sql} as {} gave {:?}", std::any::type_name::<T>(), rows::<T>(done)),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Decode, "{error}"),
    }
}

#[tokio::test]
async fn what_does_not_fit_is_not_read() -> Result<()> {
    let e = &memory().await?;
    refused::<bool>(e, "SELECT 2").await;
    refused::<bool>(e, "SELECT 'true'").await;
    refused::<i64>(e, "SELECT '1'").await;
    refused::<i64>(e, "SELECT 1.0").await;
    refused::<i8>(e, "SELECT 128").await;
    refused::<u64>(e, "SELECT -1").await;
    refused::<f64>(e, "SELECT '1.5'").await;
    refused::<f64>(e, "SELECT 9007199254740993").await;
    refused::<f32>(e, "SELECT 1e300").await;
    refused::<String>(e, "SELECT 1").await;
    refused::<String>(e, "SELECT x'61'").await;
    refused::<String>(e, "SELECT CAST(x'ff' AS TEXT)").await;
    refused::<Vec<u8>>(e, "SELECT 'a'").await;
    refused::<NaiveDate>(e, "SELECT '2024-02-30'").await;
    refused::<NaiveDate>(e, "SELECT 20240229").await;
    refused::<NaiveDateTime>(e, "SELECT '2024-02-29 00:00:00Z'").await;
    refused::<DateTime<Utc>>(e, "SELECT '2024-02-29'").await;
    refused::<Decimal>(e, "SELECT 1e40").await;
    refused::<Decimal>(e, "SELECT 'ten'").await;
    refused::<Uuid>(e, "SELECT 'abc'").await;
    refused::<serde_json::Value>(e, "SELECT '{'").await;
    refused::<i64>(e, "SELECT NULL").await;
    Ok(())
}

#[tokio::test]
async fn what_others_wrote_is_read() -> Result<()> {
    let e = memory().await?;
    let now: DateTime<Utc> = one(&e, "SELECT CURRENT_TIMESTAMP").await?;
    assert!((Utc::now() - now).num_seconds().abs() < 60);
    let instant: DateTime<Utc> = one(&e, "SELECT '2024-02-29T14:00:00.123456789+01:00'").await?;
    assert_eq!(instant.to_rfc3339(), "2024-02-29T13:00:00.123456789+00:00");
    let id = Uuid::from_u128(0x1234_5678_9abc_def0_1234_5678_9abc_def0);
    for sql in ["SELECT '123456789abcdef0123456789abcdef0'", "SELECT x'123456789abcdef0123456789abcdef0'"] {
        assert_eq!(one::<Uuid>(&e, sql).await?, id, "{sql}");
    }
    assert_eq!(one::<f64>(&e, "SELECT 3").await?, 3.0);
    assert_eq!(one::<f32>(&e, "SELECT 0.1").await?, 0.1);
    assert_eq!(one::<Decimal>(&e, "SELECT 0.1").await?.to_string(), "0.1");
    assert_eq!(one::<Decimal>(&e, "SELECT 7").await?.to_string(), "7");
    Ok(())
}

#[tokio::test]
async fn a_decimal_of_known_scale_is_an_integer() -> Result<()> {
    let e = memory().await?;
    let mut compiled = Compiled::new(StatementKind::Select, "SELECT -12345".into());
    let output = Output {
        table: Some("orders"),
        name: "total".into(),
        sql_type: Some(SqlType::Decimal),
        length: None,
        scale: Some(2),
    };
    compiled.outputs = vec![output];
    let done = e.run(Job { statement: Arc::new(compiled), ..query::<Decimal>("", vec![]) }).await?;
    assert_eq!(rows::<Decimal>(done)[0].to_string(), "-123.45");
    Ok(())
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_named() -> Result<()> {
    let e = memory().await?;
    let error = e.run(query::<i64>("SELECT 'x' AS price", vec![])).await.expect_err("a text");
    assert_eq!(error.column(), Some("price"));
    let mut compiled = Compiled::new(StatementKind::Select, "SELECT 'x'".into());
    compiled.outputs =
        vec![Output { table: Some("users"), name: "age".into(), sql_type: None, length: None, scale: None }];
    let error = e.run(Job { statement: Arc::new(compiled), ..query::<i64>("", vec![]) }).await.expect_err("a text");
    assert_eq!((error.table(), error.column()), (Some("users"), Some("age")));
    assert!(error.message().contains("the text \"x\" is not an integer"), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_list_is_what_its_values_are() -> Result<()> {
    let e = untyped().await?;
    let is_in = statement("SELECT count(*) FROM t WHERE v IN (SELECT value FROM json_each(?))");
    for value in [
        Value::Int(i64::MIN),
        Value::Bool(true),
        Value::Text("it's \"quoted\" \\ \u{1} 🦀".into()),
        Value::Double(0.1),
        Value::Double(f64::INFINITY),
        Value::Double(1e300),
        Value::Date(date(2024, 2, 29)),
        Value::Uuid(Uuid::max()),
    ] {
        e.run(job("DELETE FROM t", vec![])).await?;
        e.run(job("INSERT INTO t VALUES (?)", vec![value.clone()])).await?;
        let list = Value::List(SqlType::Text, vec![Value::Text("other".into()), value.clone(), Value::Int(7)]);
        let done = e.run(Job { statement: is_in.clone(), ..query::<i64>("", vec![list]) }).await?;
        assert_eq!(rows::<i64>(done), [1], "{value:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_number_of_values_is_checked() -> Result<()> {
    let e = memory().await?;
    for values in [vec![], vec![Value::Int(1), Value::Int(2)]] {
        let error = e.run(job("SELECT ?", values)).await.expect_err("one value is wanted");
        assert_eq!(error.kind(), ErrorKind::Statement);
    }
    Ok(())
}

#[tokio::test]
async fn done_tells_what_was_done() -> Result<()> {
    let e = untyped().await?;
    let insert = Arc::new(Compiled::new(StatementKind::Insert, "INSERT INTO t VALUES (1), (2), (3)".into()));
    let done = e.run(Job { statement: insert, binds: vec![], sink: None, timeout: None }).await?;
    assert_eq!((done.affected, done.last_insert_id), (3, Some(1)));
    let mut connection = e.acquire().await?;
    let done = connection.run(job("UPDATE t SET v = 0 WHERE v > 1", vec![])).await?;
    assert_eq!((done.affected, done.last_insert_id), (2, None));
    // SQLite's own counter would repeat the 2.
    assert_eq!(connection.run(job("SELECT * FROM t", vec![])).await?.affected, 0);
    assert_eq!(connection.run(job("CREATE TABLE u (v)", vec![])).await?.affected, 0);
    assert_eq!(connection.run(job("DELETE FROM t WHERE v = 9", vec![])).await?.affected, 0);
    Ok(())
}
