//! Locks: who waits for whom, for how long, and that nobody keeps one by forgetting it.

use crate::support::{ENDLESS, NUMBERS, file, folder, job, memory, one, query, rows, stranger};
use aludel_core::{ErrorKind, Result, types::Value};
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::time::{sleep, timeout};

#[tokio::test]
async fn a_dropped_transaction_frees_its_lock_though_nobody_borrows_again() -> Result<()> {
    let dir = folder();
    let (a, b) = (file(dir.path(), "").await?, file(dir.path(), "busy_timeout=0").await?);
    a.run_script("CREATE TABLE t (v)").await?;
    let mut tx = a.begin().await?;
    tx.run(job("INSERT INTO t VALUES (1)", vec![])).await?;
    assert_eq!(b.begin().await.expect_err("locked").kind(), ErrorKind::Timeout, "the lock is real");
    drop(tx);
    // At once: `b` waits for nothing.
    b.begin().await?.commit().await?;
    assert_eq!(one::<i64>(&a, "SELECT count(*) FROM t").await?, 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_future_dropped_in_a_statement_frees_its_lock() -> Result<()> {
    let dir = folder();
    let (a, b) = (file(dir.path(), "execution=thread&pool_size=1&max_overflow=0").await?, file(dir.path(), "").await?);
    a.run_script("CREATE TABLE t (v)").await?;
    let mut tx = a.begin().await?;
    tx.run(job("INSERT INTO t VALUES (1)", vec![])).await?;
    let endless = format!("INSERT INTO t {ENDLESS}");
    assert!(timeout(Duration::from_millis(50), tx.run(job(&endless, vec![]))).await.is_err(), "it is endless");
    let started = Instant::now();
    drop(tx);
    b.begin().await?.commit().await?;
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!(one::<i64>(&a, "SELECT count(*) FROM t").await?, 0);
    assert_eq!(a.status().open, 1, "the connection was repaired, not replaced");
    Ok(())
}

#[tokio::test]
async fn a_wait_that_is_given_up_keeps_nothing() -> Result<()> {
    let dir = folder();
    let e = file(dir.path(), "").await?;
    let tx = e.begin().await?;
    assert!(timeout(Duration::from_millis(30), e.begin()).await.is_err(), "it waits");
    tx.commit().await?;
    timeout(Duration::from_secs(1), e.begin()).await.expect("the queue is empty")?.commit().await
}

#[tokio::test]
async fn writers_of_one_process_queue_and_are_served_in_order() -> Result<()> {
    let dir = folder();
    let e = file(dir.path(), "busy_timeout=20s&pool_size=12").await?;
    e.run_script("CREATE TABLE t (v)").await?;
    let first = e.begin().await?;
    let served = Arc::new(Mutex::new(Vec::new()));
    let mut writers = Vec::new();
    for number in 0..10 {
        let (e, served) = (e.clone(), Arc::clone(&served));
        writers.push(tokio::spawn(async move {
            let mut tx = e.begin().await?;
            served.lock().expect("no panic").push(number);
            tx.run(job("INSERT INTO t VALUES (?)", vec![Value::Int(number)])).await?;
            sleep(Duration::from_millis(2)).await;
            tx.commit().await
        }));
        // So that they come one after the other.
        sleep(Duration::from_millis(5)).await;
    }
    first.commit().await?;
    for writer in writers {
        writer.await.expect("no panic")?;
    }
    assert_eq!(*served.lock().expect("no panic"), (0..10).collect::<Vec<_>>());
    Ok(())
}

#[tokio::test]
async fn the_deadline_of_the_queue_is_the_busy_timeout() -> Result<()> {
    let dir = folder();
    let (a, b) = (file(dir.path(), "").await?, file(dir.path(), "busy_timeout=150ms").await?);
    a.run_script("CREATE TABLE t (v)").await?;
    let tx = a.begin().await?;
    for write in ["INSERT INTO t VALUES (1)", "BEGIN IMMEDIATE"] {
        let started = Instant::now();
        let error = b.run(job(write, vec![])).await.expect_err("locked");
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.message().contains("of this process"), "{error}");
        let waited = started.elapsed();
        assert!(waited >= Duration::from_millis(150) && waited < Duration::from_secs(3), "{waited:?}");
    }
    // Who only reads waits for nobody.
    assert_eq!(one::<i64>(&b, "SELECT count(*) FROM t").await?, 0);
    tx.rollback().await
}

#[tokio::test]
async fn a_lock_of_another_process_is_polled_for() -> Result<()> {
    let dir = folder();
    let e = file(dir.path(), "busy_timeout=200ms").await?;
    e.run_script("CREATE TABLE t (v)").await?;
    let other = stranger(dir.path());
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let started = Instant::now();
    let error = e.run(job("INSERT INTO t VALUES (1)", vec![])).await.expect_err("locked");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().contains("another process"), "{error}");
    let waited = started.elapsed();
    assert!(waited >= Duration::from_millis(200) && waited < Duration::from_secs(3), "{waited:?}");

    let write = tokio::spawn({
        let e = e.clone();
        async move { e.run(job("INSERT INTO t VALUES (2)", vec![])).await }
    });
    sleep(Duration::from_millis(50)).await;
    assert!(!write.is_finished(), "it waits, and the task with it: the runtime goes on");
    other.execute_batch("COMMIT").expect("a commit");
    write.await.expect("no panic")?;
    assert_eq!(one::<i64>(&e, "SELECT v FROM t").await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_batch_waits_in_its_middle_and_does_nothing_twice() -> Result<()> {
    let dir = folder();
    let e = file(dir.path(), "execution=thread").await?;
    e.run_script("CREATE TABLE t (v)").await?;
    let writer = e.begin().await?;
    let batch = tokio::spawn({
        let e = e.clone();
        async move {
            let jobs = vec![query::<i64>("SELECT 1", vec![]), job("INSERT INTO t VALUES (1)", vec![])];
            e.acquire().await?.run_all(jobs).await
        }
    });
    sleep(Duration::from_millis(30)).await;
    assert!(!batch.is_finished());
    writer.commit().await?;
    let mut done = batch.await.expect("no panic")?;
    assert_eq!((done.len(), rows::<i64>(done.remove(0))), (2, vec![1]));
    assert_eq!(one::<i64>(&e, "SELECT count(*) FROM t").await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_snapshot_that_is_too_old_is_a_serialization_failure_at_once() -> Result<()> {
    let dir = folder();
    let e = file(dir.path(), "").await?;
    e.run_script("CREATE TABLE t (v)").await?;
    let mut connection = e.acquire().await?;
    connection.run(job("BEGIN", vec![])).await?;
    connection.run(job("SELECT * FROM t", vec![])).await?;
    e.run(job("INSERT INTO t VALUES (1)", vec![])).await?;
    let started = Instant::now();
    let error = connection.run(job("INSERT INTO t VALUES (2)", vec![])).await.expect_err("too old");
    assert_eq!(error.kind(), ErrorKind::Serialization);
    assert!(error.is_retryable() && started.elapsed() < Duration::from_secs(1));
    Ok(())
}

/// Outside of WAL mode a statement that writes and returns rows has handed them out when its commit finds the file locked.
#[tokio::test]
async fn rows_are_returned_once_though_the_commit_had_to_wait() -> Result<()> {
    let dir = folder();
    for execution in ["inline", "thread"] {
        let e = file(dir.path(), &format!("journal_mode=delete&execution={execution}")).await?;
        e.run_script("DROP TABLE IF EXISTS t; CREATE TABLE t (v)").await?;
        let other = stranger(dir.path());
        other.execute_batch("BEGIN; SELECT * FROM t").expect("a reader");
        let write = tokio::spawn({
            let e = e.clone();
            async move { e.run(query::<i64>("INSERT INTO t VALUES (7), (8) RETURNING v", vec![])).await }
        });
        sleep(Duration::from_millis(60)).await;
        assert!(!write.is_finished(), "the reader holds up the commit");
        other.execute_batch("COMMIT").expect("a commit");
        assert_eq!(rows::<i64>(write.await.expect("no panic")?), [7, 8]);
        assert_eq!(one::<i64>(&e, "SELECT count(*) FROM t").await?, 2);
    }
    Ok(())
}

#[tokio::test]
async fn a_commit_that_never_gets_through_is_rolled_back() -> Result<()> {
    let dir = folder();
    let e = file(dir.path(), "journal_mode=delete&busy_timeout=50ms").await?;
    e.run_script("CREATE TABLE t (v)").await?;
    let other = stranger(dir.path());
    other.execute_batch("BEGIN; SELECT * FROM t").expect("a reader");
    for sql in ["INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1) RETURNING v"] {
        assert_eq!(e.run(query::<i64>(sql, vec![])).await.err().map(|e| e.kind()), Some(ErrorKind::Timeout), "{sql}");
    }
    let mut tx = e.begin().await?;
    tx.run(job("INSERT INTO t VALUES (1)", vec![])).await?;
    assert_eq!(tx.commit().await.expect_err("locked").kind(), ErrorKind::Timeout);
    other.execute_batch("COMMIT").expect("a commit");
    assert_eq!(one::<i64>(&e, "SELECT count(*) FROM t").await?, 0);
    other.execute_batch("INSERT INTO t VALUES (2)").expect("no lock is left");
    Ok(())
}

#[tokio::test]
async fn in_memory_readers_wait_for_the_writer() -> Result<()> {
    let e = memory().await?;
    e.run_script("CREATE TABLE t (v)").await?;
    let mut tx = e.begin().await?;
    tx.run(job("INSERT INTO t VALUES (1)", vec![])).await?;
    let read = tokio::spawn({
        let e = e.clone();
        async move { one::<i64>(&e, "SELECT count(*) FROM t").await }
    });
    sleep(Duration::from_millis(20)).await;
    assert!(!read.is_finished());
    tx.commit().await?;
    assert_eq!(read.await.expect("no panic")?, 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_tasks_share_a_database() -> Result<()> {
    let dir = folder();
    for e in [memory().await?, file(dir.path(), "busy_timeout=60s").await?] {
        e.run_script("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (0)").await?;
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let e = e.clone();
                tokio::spawn(async move {
                    for _ in 0..25 {
                        e.run(job("UPDATE t SET n = n + 1", vec![])).await?;
                        let mut tx = e.begin().await?;
                        let n = rows::<i64>(tx.run(query::<i64>("SELECT n FROM t", vec![])).await?)[0];
                        tx.run(job("UPDATE t SET n = ?", vec![Value::Int(n + 1)])).await?;
                        tx.commit().await?;
                        let numbers = rows::<i64>(e.run(query::<i64>(NUMBERS, vec![Value::Int(100)])).await?);
                        assert_eq!(numbers.len(), 100);
                    }
                    Ok::<_, aludel_core::Error>(())
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("no panic")?;
        }
        assert_eq!(one::<i64>(&e, "SELECT n FROM t").await?, 400);
    }
    Ok(())
}
