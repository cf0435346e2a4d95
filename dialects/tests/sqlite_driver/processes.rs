//! Two processes on one file.

use crate::support::{file, folder, job, one, query, rows};
use aludel_core::{Result, types::Value};
use std::{
    path::Path,
    process::{Child, Command, Stdio},
};

const FOLDER: &str = "ALUDEL_TEST_FOLDER";
const ROUNDS: i64 = 150;

/// Adds to the counter, in autocommit and in transactions that read first.
async fn count_up(folder: &Path, options: &str) -> Result<()> {
    let e = file(folder, options).await?;
    for _ in 0..ROUNDS {
        e.run(job("UPDATE counter SET n = n + 1", vec![])).await?;
        let mut tx = e.begin().await?;
        let n = rows::<i64>(tx.run(query::<i64>("SELECT n FROM counter", vec![])).await?)[0];
        tx.run(job("UPDATE counter SET n = ?", vec![Value::Int(n + 1)])).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Does nothing but in the processes that the test below starts.
#[tokio::test]
async fn child() -> Result<()> {
    let Ok(folder) = std::env::var(FOLDER) else { return Ok(()) };
    let options = std::env::var("ALUDEL_TEST_OPTIONS").unwrap_or_default();
    count_up(Path::new(&folder), &options).await
}

fn start(folder: &Path, options: &str) -> Child {
    Command::new(std::env::current_exe().expect("this test"))
        .args(["processes::child", "--exact", "--nocapture"])
        .env(FOLDER, folder)
        .env("ALUDEL_TEST_OPTIONS", options)
        .stdout(Stdio::null())
        .spawn()
        .expect("a process")
}

#[tokio::test]
async fn both_finish_and_nothing_is_lost() -> Result<()> {
    for options in ["busy_timeout=60s", "busy_timeout=60s&journal_mode=delete&synchronous=off"] {
        let dir = folder();
        let e = file(dir.path(), options).await?;
        e.run_script("CREATE TABLE counter (n INTEGER); INSERT INTO counter VALUES (0)").await?;
        let children = [start(dir.path(), options), start(dir.path(), options)];
        count_up(dir.path(), options).await?;
        for mut child in children {
            let status = tokio::task::spawn_blocking(move || child.wait()).await.expect("no panic").expect("a status");
            assert!(status.success());
        }
        assert_eq!(one::<i64>(&e, "SELECT n FROM counter").await?, 3 * 2 * ROUNDS);
    }
    Ok(())
}
