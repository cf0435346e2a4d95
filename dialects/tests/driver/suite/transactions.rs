//! Transactions and savepoints.

use super::{COLUMNS, Place, job, one, query};
use crate::jobs::rows;
use aludel_core::{
    ErrorKind, Result,
    engine::{IsolationLevel, TransactionOptions},
    types::Value,
};

const READ_ONLY: TransactionOptions = TransactionOptions { isolation: None, read_only: true };

#[tokio::test]
async fn commit_keeps_and_rollback_forgets() -> Result<()> {
    let Some(place) = Place::new().await else { return Ok(()) };
    let e = &place.engine;
    place.table(COLUMNS).await?;
    for (number, kept) in [(1, true), (2, false), (3, true)] {
        let mut tx = e.begin().await?;
        tx.run(job(e, "INSERT INTO t (v) VALUES (?)", vec![Value::Int(number)])).await?;
        if kept { tx.commit().await? } else { tx.rollback().await? }
    }
    assert_eq!(rows::<i64>(e.run(query::<i64>(e, "SELECT v FROM t ORDER BY v", vec![])).await?), [1, 3]);
    assert_eq!(e.status().idle, e.status().open, "the connection went back");
    Ok(())
}

#[tokio::test]
async fn savepoints_nest() -> Result<()> {
    let Some(place) = Place::new().await else { return Ok(()) };
    let e = &place.engine;
    place.table(COLUMNS).await?;
    let insert = |number| job(e, "INSERT INTO t (v) VALUES (?)", vec![Value::Int(number)]);
    let mut tx = e.begin().await?;
    tx.run(insert(1)).await?;
    tx.savepoint("outer_one").await?;
    tx.run(insert(2)).await?;
    tx.savepoint("inner_one").await?;
    tx.run(insert(3)).await?;
    tx.rollback_to("inner_one").await?;
    tx.release("inner_one").await?;
    tx.run(insert(4)).await?;
    tx.release("outer_one").await?;
    assert_eq!(tx.savepoint("a; DROP TABLE t").await.expect_err("no name").kind(), ErrorKind::Statement);
    tx.commit().await?;
    assert_eq!(rows::<i64>(e.run(query::<i64>(e, "SELECT v FROM t ORDER BY v", vec![])).await?), [1, 2, 4]);
    Ok(())
}

/// On some servers an error ends the transaction but for a savepoint; on none is half of it kept.
#[tokio::test]
async fn an_error_inside_a_savepoint_ends_no_more_than_that() -> Result<()> {
    let Some(place) = Place::new().await else { return Ok(()) };
    let e = &place.engine;
    place.table("v BIGINT PRIMARY KEY").await?;
    let insert = |number| job(e, "INSERT INTO t (v) VALUES (?)", vec![Value::Int(number)]);
    let mut tx = e.begin().await?;
    tx.run(insert(1)).await?;
    tx.savepoint("attempt").await?;
    assert_eq!(tx.run(insert(1)).await.expect_err("twice").kind(), ErrorKind::UniqueViolation);
    tx.rollback_to("attempt").await?;
    tx.run(insert(2)).await?;
    tx.commit().await?;
    assert_eq!(place.count().await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_transaction_that_failed_is_kept_whole_or_not_at_all() -> Result<()> {
    let Some(place) = Place::new().await else { return Ok(()) };
    let e = &place.engine;
    place.table("v BIGINT PRIMARY KEY").await?;
    let insert = |number| job(e, "INSERT INTO t (v) VALUES (?)", vec![Value::Int(number)]);
    let mut tx = e.begin().await?;
    tx.run(insert(1)).await?;
    assert!(tx.run(insert(1)).await.is_err());
    let goes_on = tx.run(insert(2)).await;
    let committed = tx.commit().await;
    match goes_on {
        Ok(_) => assert!(committed.is_ok()),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::State, "{error}");
            assert_eq!(committed.expect_err("nothing to commit").kind(), ErrorKind::State);
        }
    }
    assert!(matches!(place.count().await?, 0 | 2));
    e.run(insert(3)).await?;
    Ok(())
}

#[tokio::test]
async fn a_read_only_transaction_writes_nothing() -> Result<()> {
    if super::cannot(super::EMULATOR, "it has no such transactions") {
        return Ok(());
    }
    let Some(place) = Place::new().await else { return Ok(()) };
    let e = &place.engine;
    place.table(COLUMNS).await?;
    let snapshot = TransactionOptions { isolation: Some(IsolationLevel::RepeatableRead), ..READ_ONLY };
    let mut reader = e.begin_with(snapshot).await?;
    let read = || query::<i64>(e, "SELECT count(*) FROM t", vec![]);
    assert_eq!(rows::<i64>(reader.run(read()).await?), [0]);
    e.run(job(e, "INSERT INTO t (v) VALUES (1)", vec![])).await?;
    assert_eq!(rows::<i64>(reader.run(read()).await?), [0], "a snapshot");
    let refused = reader.run(job(e, "INSERT INTO t (v) VALUES (2)", vec![])).await.expect_err("a write");
    assert_eq!(refused.kind(), ErrorKind::State, "{refused}");
    reader.rollback().await?;
    // The next transaction on the same connection may write again.
    let mut tx = e.begin().await?;
    tx.run(job(e, "INSERT INTO t (v) VALUES (3)", vec![])).await?;
    tx.commit().await?;
    assert_eq!(place.count().await?, 2);
    Ok(())
}

#[tokio::test]
async fn every_isolation_level_is_granted() -> Result<()> {
    let Some(place) = Place::new().await else { return Ok(()) };
    use IsolationLevel::*;
    for isolation in [ReadUncommitted, ReadCommitted, RepeatableRead, Serializable] {
        for read_only in [false, true] {
            let options = TransactionOptions { isolation: Some(isolation), read_only };
            place.engine.begin_with(options).await?.commit().await?;
        }
    }
    Ok(())
}

/// Of two transactions that each read what the other writes, one must fail: with an error that says "again", or by waiting for too long.
#[tokio::test]
async fn serializable_transactions_do_not_skew() -> Result<()> {
    if super::cannot(super::ORACLE, "its SERIALIZABLE is a snapshot, in which they may") {
        return Ok(());
    }
    let Some(place) = Place::waiting("0", "").await else { return Ok(()) };
    let e = &place.engine;
    place.table(COLUMNS).await?;
    let options = TransactionOptions { isolation: Some(IsolationLevel::Serializable), read_only: false };
    let count = || query::<i64>(e, "SELECT count(*) FROM t", vec![]);
    let write = || job(e, "INSERT INTO t (v) VALUES (1)", vec![]);
    let mut one_tx = e.begin_with(options).await?;
    rows::<i64>(one_tx.run(count()).await?);
    let other = async {
        let mut tx = e.begin_with(options).await?;
        rows::<i64>(tx.run(count()).await?);
        tx.run(write()).await?;
        tx.commit().await
    }
    .await;
    let first = async {
        one_tx.run(write()).await?;
        one_tx.commit().await
    }
    .await;
    let errors: Vec<_> = [first, other].into_iter().filter_map(Result::err).collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(matches!(errors[0].kind(), ErrorKind::Serialization | ErrorKind::Timeout), "{}", errors[0]);
    assert_eq!(place.count().await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_transaction_that_is_dropped_is_rolled_back_at_once() -> Result<()> {
    let Some(place) = Place::with("pool_size=1&max_overflow=0&pool_timeout=5s").await else { return Ok(()) };
    let e = &place.engine;
    place.table("v BIGINT PRIMARY KEY").await?;
    for _ in 0..3 {
        let mut tx = e.begin().await?;
        tx.run(job(e, "INSERT INTO t (v) VALUES (1)", vec![])).await?;
        drop(tx);
        assert_eq!(place.count().await?, 0);
    }
    place.all_idle().await;
    assert_eq!(e.status().open, 1, "it is the same connection");
    Ok(())
}

#[tokio::test]
async fn a_transaction_begun_by_text_ends_with_the_loan() -> Result<()> {
    if super::cannot(super::ORACLE, "a transaction begins by itself, and there is no text to begin one") {
        return Ok(());
    }
    let Some(place) = Place::new().await else { return Ok(()) };
    let e = &place.engine;
    place.table(COLUMNS).await?;
    for script in [false, true] {
        let mut connection = e.acquire().await?;
        if script {
            connection.run_script("BEGIN; INSERT INTO t (v) VALUES (1)").await?;
        } else {
            connection.run(job(e, "BEGIN", vec![])).await?;
            connection.run(job(e, "INSERT INTO t (v) VALUES (1)", vec![])).await?;
        }
        drop(connection);
        place.all_idle().await;
        assert_eq!(place.count().await?, 0);
    }
    // One that was ended by text leaves nothing to roll back.
    let mut connection = e.acquire().await?;
    connection.run_script("BEGIN; INSERT INTO t (v) VALUES (1); COMMIT").await?;
    drop(connection);
    assert_eq!(e.status().idle, e.status().open);
    assert_eq!(one::<i64>(e, "SELECT count(*) FROM t").await?, 1);
    Ok(())
}
