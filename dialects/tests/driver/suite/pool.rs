//! The pool over the driver: how many, and what becomes of the lost.

use super::{Place, job, one};
use aludel_core::{ErrorKind, Result};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

#[tokio::test]
async fn connections_beyond_the_size_are_closed_on_return() -> Result<()> {
    let Some(place) = Place::with("pool_size=2&max_overflow=2&pool_timeout=80ms").await else { return Ok(()) };
    let e = &place.engine;
    let mut loans = Vec::new();
    for _ in 0..4 {
        loans.push(e.acquire().await?);
    }
    assert_eq!((e.status().open, e.status().idle, e.status().limit), (4, 0, 4));
    let started = Instant::now();
    let error = e.acquire().await.expect_err("all are in use");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(started.elapsed() >= Duration::from_millis(80));
    drop(loans);
    assert_eq!((e.status().open, e.status().idle), (2, 2));
    e.dispose().await?;
    assert_eq!(e.status().open, 0);
    assert_eq!(one::<i64>(e, "SELECT 1").await?, 1, "the engine goes on");
    Ok(())
}

#[tokio::test]
async fn many_tasks_share_a_few_connections() -> Result<()> {
    let Some(place) = Place::waiting("30s", "pool_size=3&max_overflow=0").await else { return Ok(()) };
    let e = Arc::new(place.engine.clone());
    place.table("v BIGINT").await?;
    let tasks: Vec<_> = (0..40)
        .map(|_| {
            let e = Arc::clone(&e);
            tokio::spawn(async move {
                for _ in 0..5 {
                    let mut tx = e.begin().await?;
                    tx.run(job(&e, "INSERT INTO t VALUES (1)", vec![])).await?;
                    tx.commit().await?;
                }
                Result::Ok(())
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic")?;
    }
    assert_eq!(place.count().await?, 200);
    assert!(e.status().open <= 3);
    assert_eq!(one::<i64>(&place.another().await, "SELECT count(*) FROM t").await?, 200);
    Ok(())
}
