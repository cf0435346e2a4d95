//! Rows in a cache while they change: what is read is what was committed.

use crate::{
    caches,
    history::{History, Promise},
    seconds,
};
use aludel_cache::{Entries, Expiry, connect};
use aludel_core::{ErrorKind, Result};
use bytes::Bytes;
use std::{sync::atomic::Ordering, time::Duration};
use tokio::time::sleep;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_read_was_committed() -> Result<()> {
    for cache in caches().await? {
        let entries = Entries::new(cache);
        let history = History::run(&entries, Duration::from_secs(seconds(2)), Promise::Committed).await?;
        let History { rows, commits, hits, .. } = &history;
        eprintln!("{history:?}");
        assert!(*commits > 100 && *hits > 100, "{history:?}");
        // Nothing is left locked.
        for row in 0..8 {
            for _ in 0..2 {
                entries.read(format!("row{row}"), rows.load(row)).await?;
            }
        }
        let loads = rows.loads.load(Ordering::Relaxed);
        for row in 0..8 {
            let value = entries.read(format!("row{row}"), rows.load(row)).await?;
            assert_eq!(value, rows.committed(row).to_string().as_bytes());
        }
        assert_eq!(rows.loads.load(Ordering::Relaxed), loads, "all are hits");
    }
    Ok(())
}

#[tokio::test]
async fn while_a_lock_stands_nothing_is_filled() -> Result<()> {
    for cache in caches().await? {
        let entries = Entries::new(cache.clone());
        let load = |value: &'static str| async move { Result::Ok(Bytes::from(value)) };
        assert_eq!(entries.read("a", load("1")).await?, "1");
        assert_eq!(entries.read("a", load("never asked")).await?, "1");
        let (one, other) = (entries.lock(["a", "b", "a"]).await?, entries.lock(["a"]).await?);
        assert_eq!(entries.read("a", load("2")).await?, "2");
        one.release().await?;
        assert_eq!(entries.read("a", load("3")).await?, "3", "the other one holds it still");
        other.release().await?;
        assert_eq!(entries.read("a", load("4")).await?, "4");
        assert_eq!(entries.read("a", load("never asked")).await?, "4");
        assert_eq!(entries.read("b", load("5")).await?, "5");

        // A lock that is lost: what was filled since goes.
        let lost = entries.lock(["a"]).await?;
        cache.delete("a").await?;
        assert_eq!(entries.read("a", load("6")).await?, "6");
        lost.release().await?;
        assert_eq!(entries.read("a", load("7")).await?, "7");

        // One whose writer is gone is over in time, and does not live on with others'.
        let dead = entries.clone().locks_live(Duration::ZERO).lock(["c"]).await?;
        assert!(!dead.is_fresh());
        drop(dead);
        assert_eq!(entries.read("c", load("8")).await?, "8");
        assert_eq!(entries.read("c", load("9")).await?, "9", "until then readers pass by");
        sleep(Duration::from_millis(3_100)).await;
        assert_eq!(entries.read("c", load("10")).await?, "10");
        assert_eq!(entries.read("c", load("never asked")).await?, "10");

        // A load that fails fills nothing, and bytes of others are no value.
        let failed = entries.read("d", async { Err::<Bytes, _>(ErrorKind::NotFound) }).await;
        assert_eq!(failed, Err(ErrorKind::NotFound));
        cache.set("e", "hello", Expiry::NEVER).await?;
        assert_eq!(entries.read("e", load("11")).await?, "11");
        entries.lock(["e"]).await?.release().await?;
        assert_eq!(entries.read("e", load("12")).await?, "12");
        assert_eq!(entries.read("e", load("never asked")).await?, "12");
    }
    Ok(())
}

#[tokio::test]
async fn without_the_cache_everything_is_loaded() -> Result<()> {
    let nobody = connect("memcached://127.0.0.1:1").await?;
    let entries = Entries::new(nobody);
    for value in ["1", "2"] {
        assert_eq!(entries.read("a", async { Result::Ok(Bytes::from(value)) }).await?, value);
    }
    let error = entries.lock(["a"]).await.expect_err("who cannot lock is told");
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    Ok(())
}
