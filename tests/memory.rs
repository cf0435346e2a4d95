//! A million rows in and out, and the memory of this process beside them: it holds a batch of rows, not all of them.
//!
//! ALUDEL_TEST_ROWS says how many rows; a program of its own, since other tests would be measured too.

#![cfg(target_os = "linux")]
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

#[path = "servers/mod.rs"]
mod servers;

use aludel::prelude::*;
use servers::Database;
use std::time::{Duration, Instant};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("measures")]
struct Measure {
    #[column(primary_key)]
    id: i64,
    name: String,
    value: f64,
}

/// How much more memory there may be than before, however many rows there are.
const ALLOWED_KIB: u64 = 24 * 1_024;

async fn connect(url: &str) -> aludel::Result<Engine> {
    create_engine(url)?.connect().await
}

/// The memory of this process that is in use now, in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn memory_does_not_grow_with_the_rows() -> aludel::Result<()> {
    let rows: i64 = std::env::var("ALUDEL_TEST_ROWS").map_or(100_000, |rows| rows.parse().unwrap());
    for dialect in ["sqlite", "postgresql", "mariadb", "mysql"] {
        let Some(database) = Database::of(dialect).await else { continue };
        let engine = connect(database.url()).await?;
        metadata![Measure].create_all(&engine).await?;
        let mut most = resident();
        let before = most;
        let started = Instant::now();
        let measures = (1..=rows).map(|id| {
            if id % 5_000 == 0 {
                most = most.max(resident());
            }
            Measure { id, name: format!("measure {id:090}"), value: id as f64 }
        });
        assert_eq!(bulk_load(measures).on(&engine).execute().await?, rows as u64);
        let (loaded, load_grew) = (started.elapsed(), most - before);

        let before = resident();
        let mut most = before;
        let started = Instant::now();
        let mut stream = query(Measure).order_by(Measure.id).on(&engine).stream().await?;
        let mut expected = 0;
        while let Some(measure) = stream.next().await {
            let measure = measure?;
            expected += 1;
            assert_eq!(measure.id, expected);
            if expected % 5_000 == 0 {
                // What a server sends meanwhile is not to be gathered here.
                if expected % 50_000 == 0 {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                most = most.max(resident());
            }
        }
        assert_eq!(expected, rows);
        let stream_grew = most - before;
        println!(
            "{dialect}: {rows} rows loaded in {loaded:?} with {load_grew} KiB more, read in {:?} with {stream_grew} KiB more",
            started.elapsed()
        );
        assert!(load_grew < ALLOWED_KIB, "{dialect}: {load_grew} KiB more for {rows} rows that were loaded");
        assert!(stream_grew < ALLOWED_KIB, "{dialect}: {stream_grew} KiB more for {rows} rows that were read");
        drop(stream);
        engine.dispose().await?;
    }
    Ok(())
}
