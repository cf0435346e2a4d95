//! Streams: constant batches, and nothing ahead of the reader.

use crate::support::{Collect, NUMBERS, collected, file, folder, job, memory, one};
use aludel_core::{
    ErrorKind, Result,
    engine::{Job, create_engine},
    types::{Row, RowSink, Value},
};
use aludel_dialects::BACKENDS;
use std::{
    any::Any,
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

fn numbers(n: i64) -> Job {
    job(NUMBERS, vec![Value::Int(n)])
}

#[tokio::test]
async fn batches_are_of_the_size_asked_for() -> Result<()> {
    let dir = folder();
    for e in [memory().await?, file(dir.path(), "execution=inline").await?] {
        for (rows, batch, expected) in [
            (0, 10, vec![]),
            (9, 10, vec![9]),
            (10, 10, vec![10]),
            (25, 10, vec![10, 10, 5]),
            (3, 1, vec![1, 1, 1]),
            (2, 0, vec![1, 1]),
        ] {
            let sql = NUMBERS.replace("SELECT n FROM c", "SELECT n FROM c WHERE ? > 0");
            let query = job(&sql, vec![Value::Int(rows), Value::Int(rows)]);
            let mut stream = e.stream(query, batch, Collect::<i64>::boxed).await?;
            let (mut sizes, mut all) = (Vec::new(), Vec::new());
            while let Some(batch) = stream.next().await {
                let numbers = collected::<i64>(batch?);
                sizes.push(numbers.len());
                all.extend(numbers);
            }
            assert_eq!(sizes, expected);
            assert_eq!(all, (1..=rows).collect::<Vec<_>>());
            assert!(stream.next().await.is_none(), "ended is ended");
        }
        assert_eq!((e.status().open, e.status().idle), (1, 1), "the connection went back");
    }
    Ok(())
}

/// Counts the rows of all batches together.
struct Pulled(Arc<AtomicUsize>);

impl RowSink for Pulled {
    fn row(&mut self, _: &dyn Row) -> Result<ControlFlow<()>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(ControlFlow::Continue(()))
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

#[tokio::test]
async fn nothing_is_read_ahead_of_the_reader() -> Result<()> {
    let e = memory().await?;
    let pulled = Arc::new(AtomicUsize::new(0));
    let sink = {
        let pulled = Arc::clone(&pulled);
        move || Box::new(Pulled(Arc::clone(&pulled))) as Box<dyn RowSink>
    };
    let mut stream = e.stream(numbers(1_000_000), 100, sink).await?;
    assert_eq!(pulled.load(Ordering::SeqCst), 0, "nothing before the first is asked for");
    for batches in 1..=20 {
        stream.next().await.expect("a batch")?;
        tokio::task::yield_now().await;
        assert_eq!(pulled.load(Ordering::SeqCst), batches * 100);
    }
    // Dropped early, the query ends and the connection is free.
    drop(stream);
    assert_eq!((e.status().open, e.status().idle), (1, 1));
    assert_eq!(one::<i64>(&e, "SELECT 1").await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_stream_dropped_in_a_fetch_is_repaired() -> Result<()> {
    let dir = folder();
    let e = file(dir.path(), "pool_size=1&max_overflow=0&pool_timeout=3s").await?;
    let mut stream = e.stream(numbers(1_000_000_000), 1_000_000_000, || Box::new(Pulled(Arc::default()))).await?;
    assert!(tokio::time::timeout(std::time::Duration::from_millis(30), stream.next()).await.is_err());
    drop(stream);
    assert_eq!(one::<i64>(&e, "SELECT 1").await?, 1);
    Ok(())
}

#[tokio::test]
async fn an_error_ends_the_stream() -> Result<()> {
    let e = memory().await?;
    let sql = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT CASE WHEN n = 15 THEN 'x' ELSE n END FROM c";
    let mut stream = e.stream(job(sql, vec![]), 10, Collect::<i64>::boxed).await?;
    assert_eq!(collected::<i64>(stream.next().await.expect("a batch")?).len(), 10);
    let error = stream.next().await.expect("an error").err().expect("an error");
    assert_eq!((error.kind(), error.sql()), (ErrorKind::Decode, Some(sql)));
    assert!(stream.next().await.is_none());
    drop(stream);
    assert_eq!(e.status().idle, 1);
    let mut stream = e.stream(job("SELECT nothing", vec![]), 10, Collect::<i64>::boxed).await?;
    assert!(stream.next().await.expect("an error").is_err());
    Ok(())
}

#[tokio::test]
async fn a_stream_in_a_transaction_sees_it_and_leaves_it_open() -> Result<()> {
    let e = create_engine("sqlite://?execution=thread", BACKENDS)?.connect().await?;
    e.run_script("CREATE TABLE t (v)").await?;
    let mut tx = e.begin().await?;
    tx.run(job(&format!("INSERT INTO t {}", NUMBERS.replace('?', "30")), vec![])).await?;
    let mut stream = tx.stream(job("SELECT v FROM t ORDER BY v", vec![]), 20, Collect::<i64>::boxed);
    assert_eq!(collected::<i64>(stream.next().await.expect("a batch")?).len(), 20);
    drop(stream);
    tx.run(job("DELETE FROM t WHERE v > 1", vec![])).await?;
    tx.commit().await?;
    assert_eq!(one::<i64>(&e, "SELECT count(*) FROM t").await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_reader_of_a_file_does_not_hold_up_a_writer() -> Result<()> {
    let dir = folder();
    let e = file(dir.path(), "busy_timeout=0").await?;
    e.run_script(&format!("CREATE TABLE t AS {}", NUMBERS.replace('?', "100"))).await?;
    let mut stream = e.stream(job("SELECT n FROM t", vec![]), 10, Collect::<i64>::boxed).await?;
    stream.next().await.expect("a batch")?;
    e.run(job("DELETE FROM t", vec![])).await?;
    let mut rest = 0;
    while let Some(batch) = stream.next().await {
        rest += collected::<i64>(batch?).len();
    }
    assert_eq!(rest, 90, "the stream reads on in its snapshot");
    Ok(())
}
