//! Streams: constant batches, and nothing far ahead of the reader.

use super::{COLUMNS, Place, job, one, sql};
use crate::jobs::{Collect, NUMBERS, collected};
use aludel_core::{
    ErrorKind, Result,
    engine::{Engine, Job},
    types::Value,
};

fn numbers(engine: &Engine, n: i64) -> Job {
    job(engine, NUMBERS, vec![Value::Int(n)])
}

#[tokio::test]
async fn batches_are_of_the_size_asked_for() -> Result<()> {
    let Some(place) = Place::new().await else { return Ok(()) };
    let e = &place.engine;
    for (rows, batch, expected) in
        [(9, 10, vec![9]), (10, 10, vec![10]), (25, 10, vec![10, 10, 5]), (3, 1, vec![1, 1, 1]), (2, 0, vec![1, 1])]
    {
        let mut stream = e.stream(numbers(e, rows), batch, Collect::<i64>::boxed).await?;
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
    place.all_idle().await;
    assert_eq!(e.status().open, 1, "the connection went back");
    Ok(())
}

#[tokio::test]
async fn a_stream_that_is_dropped_frees_its_connection() -> Result<()> {
    if super::cannot(super::EMULATOR, "it answers all rows at once") {
        return Ok(());
    }
    let Some(place) = Place::with("pool_size=1&max_overflow=0&pool_timeout=5s").await else { return Ok(()) };
    let e = &place.engine;
    let mut stream = e.stream(numbers(e, 1_000_000_000), 100, Collect::<i64>::boxed).await?;
    for _ in 0..20 {
        assert_eq!(collected::<i64>(stream.next().await.expect("a batch")?).len(), 100);
    }
    drop(stream);
    assert_eq!(one::<i64>(e, "SELECT 1").await?, 1);
    // In the middle of a fetch, which would take for ever.
    let mut stream = e.stream(numbers(e, 1_000_000_000), 1_000_000_000, Collect::<i64>::boxed).await?;
    assert!(tokio::time::timeout(std::time::Duration::from_millis(30), stream.next()).await.is_err());
    drop(stream);
    assert_eq!(one::<i64>(e, "SELECT 1").await?, 1);
    place.all_idle().await;
    assert_eq!(e.status().open, 1, "and it is the same one");
    Ok(())
}

#[tokio::test]
async fn an_error_ends_the_stream() -> Result<()> {
    let Some(place) = Place::new().await else { return Ok(()) };
    let e = &place.engine;
    let text = sql(
        e,
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100000) SELECT CASE WHEN n = 15 THEN NULL ELSE n END AS n FROM c",
    );
    let mut stream = e.stream(crate::jobs::job(&text, vec![]), 10, Collect::<i64>::boxed).await?;
    assert_eq!(collected::<i64>(stream.next().await.expect("a batch")?).len(), 10);
    let error = stream.next().await.expect("an error").err().expect("an error");
    assert_eq!((error.kind(), error.sql()), (ErrorKind::Decode, Some(text.as_str())));
    assert!(stream.next().await.is_none());
    drop(stream);
    place.all_idle().await;
    let mut stream = e.stream(job(e, "SELECT nothing", vec![]), 10, Collect::<i64>::boxed).await?;
    assert!(stream.next().await.expect("an error").is_err());
    Ok(())
}

#[tokio::test]
async fn a_stream_in_a_transaction_sees_it_and_leaves_it_open() -> Result<()> {
    let Some(place) = Place::new().await else { return Ok(()) };
    let e = &place.engine;
    place.table(COLUMNS).await?;
    let mut tx = e.begin().await?;
    tx.run(job(e, &format!("INSERT INTO t (v) {NUMBERS}"), vec![Value::Int(30)])).await?;
    let mut stream = tx.stream(job(e, "SELECT v FROM t ORDER BY v", vec![]), 20, Collect::<i64>::boxed);
    assert_eq!(collected::<i64>(stream.next().await.expect("a batch")?).len(), 20);
    drop(stream);
    tx.run(job(e, "DELETE FROM t WHERE v > 1", vec![])).await?;
    tx.commit().await?;
    assert_eq!(place.count().await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_reader_does_not_hold_up_a_writer() -> Result<()> {
    let Some(place) = Place::new().await else { return Ok(()) };
    let e = &place.engine;
    place.table(COLUMNS).await?;
    e.run(job(e, &format!("INSERT INTO t (v) {NUMBERS}"), vec![Value::Int(1_000)])).await?;
    let mut stream = e.stream(job(e, "SELECT v FROM t", vec![]), 10, Collect::<i64>::boxed).await?;
    stream.next().await.expect("a batch")?;
    e.run(job(e, "DELETE FROM t", vec![])).await?;
    let mut rest = 0;
    while let Some(batch) = stream.next().await {
        rest += collected::<i64>(batch?).len();
    }
    assert_eq!(rest, 990, "the stream reads on in its snapshot");
    Ok(())
}

/// Memory holds a batch, whatever the query yields.
#[tokio::test]
async fn many_rows_take_little_memory() -> Result<()> {
    if super::cannot(super::EMULATOR, "it answers all rows at once") {
        return Ok(());
    }
    let Some(place) = Place::new().await else { return Ok(()) };
    let e = &place.engine;
    let text = NUMBERS.replace(
        "SELECT n FROM c",
        "SELECT n, 'a text of some length, so that a million of them are many megabytes' FROM c",
    );
    let mut stream = e.stream(job(e, &text, vec![Value::Int(1_000_000)]), 1_000, Collect::<i64>::boxed).await?;
    let (mut rows, mut start) = (0, 0);
    while let Some(batch) = stream.next().await {
        rows += collected::<i64>(batch?).len();
        if rows == 10_000 {
            start = resident();
        }
    }
    assert_eq!(rows, 1_000_000);
    // Other tests run beside this one, and take some of their own.
    assert!(resident() < start + 100_000, "from {start} kB to {} kB", resident());
    Ok(())
}

/// The memory of this process, in kB; 0 where the system does not tell.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0");
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}
