//! Statements that are given up, or take too long.

use crate::support::{Collect, ENDLESS, NUMBERS, file, folder, job, memory, one, query, rows};
use aludel_core::{
    Error, ErrorKind, Result,
    engine::{Job, create_engine},
    types::{Row, RowSink, Value},
};
use aludel_dialects::BACKENDS;
use std::{
    any::Any,
    ops::ControlFlow,
    time::{Duration, Instant},
};
use tokio::time::timeout;

#[tokio::test]
async fn a_dropped_future_ends_its_statement() -> Result<()> {
    let dir = folder();
    let e = file(dir.path(), "execution=thread&pool_size=1&max_overflow=0&pool_timeout=3s").await?;
    e.run_script("CREATE TABLE t (v)").await?;
    for sql in [ENDLESS.to_owned(), format!("INSERT INTO t {ENDLESS}")] {
        assert!(timeout(Duration::from_millis(30), e.run(job(&sql, vec![]))).await.is_err(), "it is endless");
        // The pool's one connection is back, with no transaction open.
        assert_eq!(one::<i64>(&e, "SELECT count(*) FROM t").await?, 0);
        e.run(job("INSERT INTO t VALUES (1)", vec![])).await?;
        e.run(job("DELETE FROM t", vec![])).await?;
        assert_eq!(e.status().open, 1);
    }
    Ok(())
}

#[tokio::test]
async fn a_connection_left_in_the_middle_says_so() -> Result<()> {
    let dir = folder();
    let e = file(dir.path(), "execution=thread").await?;
    let mut connection = e.acquire().await?;
    assert!(timeout(Duration::from_millis(30), connection.run(job(ENDLESS, vec![]))).await.is_err());
    let error = connection.run(job("SELECT 1", vec![])).await.expect_err("it is dirty");
    assert_eq!(error.kind(), ErrorKind::State);
    drop(connection);
    assert_eq!(one::<i64>(&e, "SELECT 1").await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_statement_obeys_its_timeout_wherever_it_runs() -> Result<()> {
    let dir = folder();
    for execution in ["inline", "thread", "auto"] {
        let e = file(dir.path(), &format!("execution={execution}")).await?;
        let started = Instant::now();
        let limited = Job { timeout: Some(Duration::from_millis(50)), ..job(ENDLESS, vec![]) };
        let error = e.run(limited).await.expect_err("too long");
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        assert!(error.message().contains("its timeout"), "{error}");
        assert!(started.elapsed() < Duration::from_secs(3), "{execution}: {:?}", started.elapsed());
        // The limit was that statement's alone.
        let counted = rows::<i64>(e.run(query::<i64>(NUMBERS, vec![Value::Int(200_000)])).await?);
        assert_eq!(counted.len(), 200_000);
    }
    Ok(())
}

#[tokio::test]
async fn the_engine_has_a_timeout_for_all() -> Result<()> {
    let e = create_engine("sqlite://?statement_timeout=40ms", BACKENDS)?.connect().await?;
    assert_eq!(e.run(job(ENDLESS, vec![])).await.expect_err("too long").kind(), ErrorKind::Timeout);
    let longer = Job { timeout: Some(Duration::from_secs(60)), ..query::<i64>(NUMBERS, vec![Value::Int(300_000)]) };
    assert_eq!(rows::<i64>(e.run(longer).await?).len(), 300_000, "a job's own timeout wins");
    let mut tx = e.begin().await?;
    let mut stream = tx.stream(job(ENDLESS, vec![]), 10, Collect::<i64>::boxed);
    assert_eq!(stream.next().await.expect("an error").err().map(|e| e.kind()), Some(ErrorKind::Timeout));
    Ok(())
}

#[tokio::test]
async fn the_wait_for_a_lock_counts() -> Result<()> {
    let dir = folder();
    let e = file(dir.path(), "busy_timeout=30s").await?;
    let tx = e.begin().await?;
    let started = Instant::now();
    let limited = Job { timeout: Some(Duration::from_millis(50)), ..job("CREATE TABLE t (v)", vec![]) };
    let error = e.run(limited).await.expect_err("locked");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().contains("statement's timeout") && started.elapsed() < Duration::from_secs(3), "{error}");
    tx.rollback().await
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
    let e = memory().await?;
    e.run_script("CREATE TABLE t (v)").await?;
    for sql in [ENDLESS.replace("max(n)", "n"), format!("INSERT INTO t {} RETURNING v", NUMBERS.replace('?', "10"))] {
        let done = e.run(Job { sink: Some(Box::new(Three(0))), ..job(&sql, vec![]) }).await?;
        let three = done.sink.and_then(|sink| sink.into_any().downcast::<Three>().ok()).expect("the sink");
        assert_eq!(three.0, 3, "{sql}");
    }
    assert_eq!(one::<i64>(&e, "SELECT count(*) FROM t").await?, 10);
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
    let dir = folder();
    for execution in ["inline", "thread"] {
        let e = file(dir.path(), &format!("execution={execution}")).await?;
        let fails = |panics| Job { sink: Some(Box::new(Fails(0, panics))), ..job(NUMBERS, vec![Value::Int(9)]) };
        assert_eq!(e.run(fails(false)).await.expect_err("it failed").message(), "the second row");
        // A panic costs the connection, and nothing else.
        let outcome = tokio::spawn({
            let (e, job) = (e.clone(), fails(true));
            async move { e.run(job).await }
        })
        .await;
        match outcome {
            Ok(result) => assert_eq!(result.expect_err("it panicked").kind(), ErrorKind::Connection),
            Err(panic) => assert!(panic.is_panic()),
        }
        assert_eq!(e.status().open, 0);
        assert_eq!(one::<i64>(&e, "SELECT 1").await?, 1);
    }
    Ok(())
}

#[tokio::test]
async fn a_statement_that_was_slow_moves_to_the_worker_and_back() -> Result<()> {
    let e = memory().await?;
    let mut connection = e.acquire().await?;
    let numbers = crate::support::statement(NUMBERS);
    let thread = |n| {
        let sink = Box::new(WhichThread(None));
        Job { statement: numbers.clone(), binds: vec![Value::Int(n)], sink: Some(sink), timeout: None }
    };
    let mut seen = Vec::new();
    // Long ones until it is noticed, then short ones.
    for n in [300_000, 300_000, 1, 1] {
        let done = connection.run(thread(n)).await?;
        let sink = done.sink.and_then(|sink| sink.into_any().downcast::<WhichThread>().ok()).expect("the sink");
        seen.push(sink.0 == Some(std::thread::current().id()));
    }
    assert_eq!(seen, [true, false, false, true], "whether it ran on the task");
    Ok(())
}

struct WhichThread(Option<std::thread::ThreadId>);

impl RowSink for WhichThread {
    fn row(&mut self, _: &dyn Row) -> Result<ControlFlow<()>> {
        self.0 = Some(std::thread::current().id());
        Ok(ControlFlow::Continue(()))
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}
