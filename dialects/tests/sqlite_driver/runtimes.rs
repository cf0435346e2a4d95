//! The engine asks nothing of the runtime but to be tokio's.

use crate::support::{Collect, ENDLESS, NUMBERS, collected, file, folder, job, one};
use aludel_core::{Result, types::Value};
use std::{path::Path, time::Duration};
use tokio::runtime::{Builder, Runtime};

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// A bit of everything.
async fn workout(folder: &Path, options: &str) -> Result<()> {
    let e = file(folder, options).await?;
    e.run_script("DROP TABLE IF EXISTS t; CREATE TABLE t (v)").await?;
    let mut tx = e.begin().await?;
    tx.run(job(&format!("INSERT INTO t {NUMBERS}"), vec![Value::Int(100)])).await?;
    tx.commit().await?;
    drop(e.begin().await?);
    let mut stream = e.stream(job("SELECT v FROM t", vec![]), 30, Collect::<i64>::boxed).await?;
    let mut rows = 0;
    while let Some(batch) = stream.next().await {
        rows += collected::<i64>(batch?).len();
    }
    assert_eq!(rows, 100);
    let _ = tokio::time::timeout(
        Duration::from_millis(10),
        e.run(aludel_core::engine::Job { timeout: Some(Duration::from_millis(200)), ..job(ENDLESS, vec![]) }),
    )
    .await;
    assert_eq!(one::<i64>(&e, "SELECT count(*) FROM t").await?, 100);
    e.dispose().await
}

#[test]
fn it_works_on_every_flavour() {
    let dir = folder();
    for options in ["", "execution=thread"] {
        current_thread().block_on(workout(dir.path(), options)).expect("a current-thread runtime");
        let local = tokio::task::LocalSet::new();
        let path = dir.path().to_owned();
        current_thread()
            .block_on(
                local.run_until(
                    async move { tokio::task::spawn_local(async move { workout(&path, options).await }).await },
                ),
            )
            .expect("no panic")
            .expect("a LocalSet");
        let path = dir.path().to_owned();
        let many = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        many.block_on(async move { tokio::spawn(async move { workout(&path, options).await }).await })
            .expect("no panic")
            .expect("a spawned task");
    }
}

#[test]
fn a_transaction_dropped_without_a_runtime_frees_its_lock() {
    let dir = folder();
    for options in ["", "execution=thread"] {
        let runtime = current_thread();
        let (engine, tx) = runtime
            .block_on(async {
                let e = file(dir.path(), options).await?;
                e.run_script("CREATE TABLE IF NOT EXISTS t (v)").await?;
                let mut tx = e.begin().await?;
                tx.run(job("INSERT INTO t VALUES (1)", vec![])).await?;
                Ok::<_, aludel_core::Error>((e, tx))
            })
            .expect("a transaction");
        drop(runtime);
        drop(tx);
        assert_eq!(engine.status().open, 0, "it was closed");
        current_thread()
            .block_on(async {
                file(dir.path(), "busy_timeout=0").await?.run(job("INSERT INTO t VALUES (2)", vec![])).await
            })
            .expect("no lock is left");
        drop(engine);
    }
    let count =
        current_thread().block_on(async { one::<i64>(&file(dir.path(), "").await?, "SELECT count(*) FROM t").await });
    assert_eq!(count.expect("a count"), 2);
}

#[test]
fn a_runtime_that_ends_in_a_statement_leaves_no_lock() {
    let dir = folder();
    let runtime = current_thread();
    let engine = runtime
        .block_on(async {
            let e = file(dir.path(), "execution=thread").await?;
            e.run_script("CREATE TABLE t (v)").await?;
            let mut tx = e.begin().await?;
            let insert = format!("INSERT INTO t {ENDLESS}");
            // Dropped in the middle, and the task that would reset it has no time to run.
            let _ = tokio::time::timeout(Duration::from_millis(30), tx.run(job(&insert, vec![]))).await;
            drop(tx);
            Ok::<_, aludel_core::Error>(e)
        })
        .expect("an engine");
    drop(runtime);
    assert_eq!(engine.status().open, 0, "it was closed");
    current_thread()
        .block_on(async {
            file(dir.path(), "busy_timeout=5s").await?.run(job("INSERT INTO t VALUES (2)", vec![])).await
        })
        .expect("no lock is left");
}

/// What runs on the task never waits by itself, so the driver must let others in.
#[test]
fn a_busy_task_lets_others_run() {
    let dir = folder();
    current_thread().block_on(async {
        let e = file(dir.path(), "").await.expect("an engine");
        let mut connection = e.acquire().await.expect("a connection");
        let other = tokio::spawn(async {});
        for _ in 0..200 {
            connection.run(job("SELECT 1", vec![])).await.expect("a row");
        }
        assert!(other.is_finished(), "200 statements, and nobody else's turn");
    });
}
