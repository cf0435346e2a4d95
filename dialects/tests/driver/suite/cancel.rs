//! Statements that are given up, or take too long.

use super::{COLUMNS, Place, job, one, query, sql};
use crate::jobs::{Collect, ENDLESS, NUMBERS, rows};
use aludel_core::{
    Error, ErrorKind, Result,
    engine::Job,
    types::{Row, RowSink, Value},
};
use std::{
    any::Any,
    ops::ControlFlow,
    time::{Duration, Instant},
};
use tokio::time::timeout;

const ALONE: &str = "pool_size=1&max_overflow=0&pool_timeout=10s";

#[tokio::test]
async fn a_dropped_future_ends_its_statement() -> Result<()> {
    if super::cannot(super::ORACLE, "oracledb cannot end a statement, and the emulator does not") {
        return Ok(());
    }
    let Some(place) = Place::with(ALONE).await else { return Ok(()) };
    let e = &place.engine;
    place.table(COLUMNS).await?;
    for sql in [ENDLESS.to_owned(), format!("INSERT INTO t (v) {ENDLESS}")] {
        assert!(timeout(Duration::from_millis(50), e.run(job(e, &sql, vec![]))).await.is_err(), "it is endless");
        let started = Instant::now();
        // The pool's one connection is back, with no transaction open.
        assert_eq!(place.count().await?, 0);
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
        e.run(job(e, "INSERT INTO t (v) VALUES (1)", vec![])).await?;
        e.run(job(e, "DELETE FROM t", vec![])).await?;
        assert_eq!(e.status().open, 1, "it is the same one");
    }
    Ok(())
}

/// Whatever a future was doing when it was dropped, the connection is as good as new.
#[tokio::test]
async fn a_future_can_be_dropped_at_any_point() -> Result<()> {
    let Some(place) = Place::with(ALONE).await else { return Ok(()) };
    let e = &place.engine;
    place.table(COLUMNS).await?;
    for micros in (0..4_000).step_by(97) {
        let work = async {
            let mut tx = e.begin().await?;
            // A statement that is new to the connection each time, so that it is prepared.
            let insert = format!("INSERT INTO t (v) {NUMBERS} -- {micros}");
            tx.run(job(e, &insert, vec![Value::Int(50)])).await?;
            tx.run(job(e, "SELECT v FROM t", vec![])).await?;
            tx.rollback().await
        };
        let _ = timeout(Duration::from_micros(micros), work).await;
        assert_eq!(place.count().await?, 0, "after {micros} µs");
    }
    Ok(())
}

#[tokio::test]
async fn a_connection_left_in_the_middle_says_so() -> Result<()> {
    if super::cannot(super::ORACLE, "oracledb cannot end a statement, and the emulator does not") {
        return Ok(());
    }
    let Some(place) = Place::new().await else { return Ok(()) };
    let e = &place.engine;
    let mut connection = e.acquire().await?;
    assert!(timeout(Duration::from_millis(50), connection.run(job(e, ENDLESS, vec![]))).await.is_err());
    let error = connection.run(job(e, "SELECT 1", vec![])).await.expect_err("it is dirty");
    assert_eq!(error.kind(), ErrorKind::State);
    drop(connection);
    assert_eq!(one::<i64>(e, "SELECT 1").await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_statement_obeys_its_timeout() -> Result<()> {
    if super::cannot(super::EMULATOR, "it ends no statement") {
        return Ok(());
    }
    let Some(place) = Place::with("statement_timeout=80ms&pool_size=1&max_overflow=0").await else { return Ok(()) };
    let e = &place.engine;
    let started = Instant::now();
    for job in [job(e, ENDLESS, vec![]), Job { timeout: Some(Duration::from_millis(50)), ..job(e, ENDLESS, vec![]) }] {
        let error = e.run(job).await.expect_err("too long");
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        assert!(error.message().contains("its timeout"), "{error}");
    }
    let mut tx = e.begin().await?;
    let mut stream = tx.stream(job(e, ENDLESS, vec![]), 10, Collect::<i64>::boxed);
    assert_eq!(stream.next().await.expect("an error").err().map(|e| e.kind()), Some(ErrorKind::Timeout));
    drop(stream);
    tx.rollback().await?;
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    // The limit was that statement's alone, and a job's own wins.
    let longer = Job { timeout: Some(Duration::from_secs(60)), ..query::<i64>(e, NUMBERS, vec![Value::Int(300_000)]) };
    assert_eq!(rows::<i64>(e.run(longer).await?).len(), 300_000);
    assert_eq!(e.status().open, 1, "no connection was lost");
    Ok(())
}

/// Stops after three rows.
struct Three(usize);

impl RowSink for Three {
    fn row(&mut self, _: &dyn Row) -> Result<ControlFlow<()>> {
        self.0 += 1;
        Ok(if self.0 == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

#[tokio::test]
async fn a_sink_can_stop_a_query_and_not_half_a_write() -> Result<()> {
    let Some(place) = Place::with(ALONE).await else { return Ok(()) };
    let e = &place.engine;
    place.table(COLUMNS).await?;
    let mut texts = vec![ENDLESS.replace("max(n)", "n")];
    // Oracle returns nothing of an INSERT from a query.
    if place.capabilities().returning && !place.capabilities().returning_into {
        texts.push(format!("INSERT INTO t (v) {} RETURNING v", NUMBERS.replace('?', "1000")));
    }
    for text in texts {
        let done = e.run(Job { sink: Some(Box::new(Three(0))), ..job(e, &text, vec![]) }).await?;
        let three = done.sink.and_then(|sink| sink.into_any().downcast::<Three>().ok()).expect("the sink");
        assert_eq!(three.0, 3, "{text}");
        assert_eq!(place.count().await?, if text.starts_with("INSERT") { 1_000 } else { 0 });
    }
    Ok(())
}

/// Fails at its second row.
struct Fails(usize, bool);

impl RowSink for Fails {
    fn row(&mut self, _: &dyn Row) -> Result<ControlFlow<()>> {
        self.0 += 1;
        match (self.0, self.1) {
            (2, true) => panic!("a sink that panics"),
            (2, false) => Err(Error::new(ErrorKind::Decode, "the second row")),
            _ => Ok(ControlFlow::Continue(())),
        }
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

#[tokio::test]
async fn a_sink_can_fail() -> Result<()> {
    let Some(place) = Place::with(ALONE).await else { return Ok(()) };
    let e = &place.engine;
    for panics in [false, true] {
        let fails = Job { sink: Some(Box::new(Fails(0, panics))), ..job(e, NUMBERS, vec![Value::Int(1_000_000)]) };
        let outcome = tokio::spawn({
            let e = e.clone();
            async move { e.run(fails).await }
        })
        .await;
        match outcome {
            Ok(result) if panics => assert_eq!(result.expect_err("it panicked").kind(), ErrorKind::Connection),
            Ok(result) => assert_eq!(result.expect_err("it failed").message(), "the second row"),
            Err(panic) => assert!(panic.is_panic() && panics),
        }
        assert_eq!(one::<i64>(e, "SELECT 1").await?, 1);
    }
    Ok(())
}

#[tokio::test]
async fn what_ended_early_leaves_nothing_behind() -> Result<()> {
    let Some(place) = Place::with(ALONE).await else { return Ok(()) };
    let e = &place.engine;
    place.table(COLUMNS).await?;
    let mut connection = e.acquire().await?;
    let text = sql(e, NUMBERS);
    for _ in 0..50 {
        let mut stream = connection.stream(crate::jobs::job(&text, vec![Value::Int(5_000)]), 10, Collect::<i64>::boxed);
        stream.next().await.expect("a batch")?;
        drop(stream);
        let done = connection.run(query::<i64>(e, "SELECT count(*) FROM t", vec![])).await?;
        assert_eq!(rows::<i64>(done), [0]);
    }
    Ok(())
}
