//! Transactions and savepoints.

use crate::support::{ENDLESS, file, folder, job, memory, one, query, rows};
use aludel_core::{
    ErrorKind, Result,
    engine::{Engine, Job, TransactionOptions},
};
use std::time::Duration;

const READ_ONLY: TransactionOptions = TransactionOptions { isolation: None, read_only: true };

async fn table(engine: &Engine) -> Result<()> {
    engine.run_script("CREATE TABLE t (v)").await
}

async fn count(engine: &Engine) -> Result<i64> {
    one(engine, "SELECT count(*) FROM t").await
}

#[tokio::test]
async fn commit_keeps_and_rollback_forgets() -> Result<()> {
    let dir = folder();
    for e in [memory().await?, file(dir.path(), "").await?, file(dir.path(), "execution=thread").await?] {
        e.run_script("DROP TABLE IF EXISTS t").await?;
        table(&e).await?;
        let mut tx = e.begin().await?;
        tx.run(job("INSERT INTO t VALUES (1)", vec![])).await?;
        tx.commit().await?;
        let mut tx = e.begin().await?;
        tx.run(job("INSERT INTO t VALUES (2)", vec![])).await?;
        tx.rollback().await?;
        assert_eq!(count(&e).await?, 1);
        assert_eq!(e.status().idle, 1, "the connection went back");
    }
    Ok(())
}

#[tokio::test]
async fn a_read_only_transaction_sees_one_state_and_writes_nothing() -> Result<()> {
    let dir = folder();
    let e = file(dir.path(), "").await?;
    table(&e).await?;
    let mut reader = e.begin_with(READ_ONLY).await?;
    let read = || query::<i64>("SELECT count(*) FROM t", vec![]);
    assert_eq!(rows::<i64>(reader.run(read()).await?), [0]);
    e.run(job("INSERT INTO t VALUES (1)", vec![])).await?;
    assert_eq!(rows::<i64>(reader.run(read()).await?), [0], "a snapshot");
    assert_eq!(
        reader.run(job("INSERT INTO t VALUES (2)", vec![])).await.expect_err("a write").kind(),
        ErrorKind::State
    );
    assert_eq!(reader.run_script("DELETE FROM t").await.expect_err("a write").kind(), ErrorKind::State);
    reader.commit().await?;
    assert_eq!(count(&e).await?, 1);
    // The next transaction on the same connection may write again.
    let mut tx = e.begin().await?;
    tx.run(job("INSERT INTO t VALUES (3)", vec![])).await?;
    tx.commit().await
}

/// SQLite rolls a writing transaction back when a statement of it is interrupted. What follows must not be committed by itself.
#[tokio::test]
async fn a_transaction_that_sqlite_ended_does_nothing_more() -> Result<()> {
    for execution in ["inline", "thread"] {
        let dir = folder();
        let e = file(dir.path(), &format!("execution={execution}")).await?;
        table(&e).await?;
        let mut tx = e.begin().await?;
        tx.run(job("INSERT INTO t VALUES (1)", vec![])).await?;
        let endless =
            Job { timeout: Some(Duration::from_millis(30)), ..job(&format!("INSERT INTO t {ENDLESS}"), vec![]) };
        assert_eq!(tx.run(endless).await.expect_err("too long").kind(), ErrorKind::Timeout);
        let error = tx.run(job("INSERT INTO t VALUES (2)", vec![])).await.expect_err("it is over");
        assert_eq!(error.kind(), ErrorKind::State, "{error}");
        assert_eq!(tx.commit().await.expect_err("nothing to commit").kind(), ErrorKind::State);
        assert_eq!(count(&e).await?, 0);
        e.run(job("INSERT INTO t VALUES (3)", vec![])).await?;
        assert_eq!(count(&e).await?, 1, "the connection is as good as new");
    }
    Ok(())
}

#[tokio::test]
async fn an_error_leaves_the_transaction_open() -> Result<()> {
    let e = memory().await?;
    e.run_script("CREATE TABLE t (v UNIQUE)").await?;
    let mut tx = e.begin().await?;
    tx.run(job("INSERT INTO t VALUES (1)", vec![])).await?;
    assert!(tx.run(job("INSERT INTO t VALUES (1)", vec![])).await.is_err());
    tx.run(job("INSERT INTO t VALUES (2)", vec![])).await?;
    tx.commit().await?;
    assert_eq!(count(&e).await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_commit_that_fails_leaves_nothing_behind() -> Result<()> {
    let dir = folder();
    let e = file(dir.path(), "busy_timeout=0").await?;
    e.run_script(
        "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (p REFERENCES p DEFERRABLE INITIALLY DEFERRED)",
    )
    .await?;
    let mut tx = e.begin().await?;
    tx.run(job("INSERT INTO t VALUES (7)", vec![])).await?;
    let error = tx.commit().await.expect_err("no such parent");
    assert_eq!((error.kind(), error.sql()), (ErrorKind::ForeignKeyViolation, Some("COMMIT")));
    assert_eq!(count(&e).await?, 0);
    file(dir.path(), "busy_timeout=0").await?.begin().await?.commit().await
}

#[tokio::test]
async fn a_transaction_begun_by_text_ends_with_the_loan() -> Result<()> {
    let dir = folder();
    let e = file(dir.path(), "busy_timeout=0").await?;
    table(&e).await?;
    let mut connection = e.acquire().await?;
    connection.run(job("BEGIN", vec![])).await?;
    connection.run(job("INSERT INTO t VALUES (1)", vec![])).await?;
    assert_eq!(e.begin().await.expect_err("taken").kind(), ErrorKind::Timeout);
    drop(connection);
    e.begin().await?.rollback().await?;
    assert_eq!(count(&e).await?, 0);
    Ok(())
}
