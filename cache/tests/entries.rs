//! Rows in a cache while they change: what is read is what was committed. `tests/run` starts the servers.

use aludel_cache::{Client, Entries, Expiry, connect};
use aludel_core::{ErrorKind, Result};
use bytes::Bytes;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{task::yield_now, time::sleep};

/// The URL of a server; `None` if none is named, which is a failure with `CI=1`.
fn server(name: &str) -> Option<String> {
    let variable = format!("ALUDEL_TEST_{name}_URL");
    let url = std::env::var(&variable).ok();
    if url.is_none() {
        assert!(std::env::var_os("CI").is_none(), "{variable} is not set: run tests/run");
        eprintln!("SKIPPED {name}: {variable} is not set");
    }
    url
}

async fn caches(name: &str) -> Result<Vec<Client>> {
    let prefix = format!("?prefix=entries:{}:{name}:", std::process::id());
    let mut caches = vec![connect(&format!("memory://{prefix}")).await?];
    for server in ["MEMCACHED", "REDIS"].into_iter().filter_map(server) {
        caches.push(connect(&format!("{server}{prefix}")).await?);
    }
    Ok(caches)
}

/// A database of a few rows, each of which counts its commits.
#[derive(Default)]
struct Rows {
    versions: [AtomicU64; 8],
    loads: AtomicU64,
}

impl Rows {
    fn committed(&self, row: usize) -> u64 {
        self.versions[row].load(Ordering::SeqCst)
    }

    async fn load(&self, row: usize) -> Result<Bytes> {
        self.loads.fetch_add(1, Ordering::Relaxed);
        yield_now().await;
        let version = self.committed(row);
        yield_now().await;
        Ok(version.to_string().into())
    }
}

/// Numbers that look random and come again with their seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    /// Lets others come in between, mostly.
    async fn pause(&mut self) {
        for _ in 0..self.below(4) {
            yield_now().await;
        }
        if self.below(20) == 0 {
            sleep(Duration::from_millis(1)).await;
        }
    }
}

async fn write(rows: Arc<Rows>, entries: Entries, mut dice: Dice, end: Instant) -> Result<u64> {
    let mut commits = 0;
    while Instant::now() < end {
        let first = dice.below(8) as usize;
        let changed: Vec<usize> = (first..8).take(1 + dice.below(3) as usize).collect();
        let locks = entries.lock(changed.iter().map(|row| format!("row{row}"))).await?;
        assert!(locks.is_fresh());
        dice.pause().await;
        if dice.below(3) > 0 {
            changed.iter().for_each(|&row| {
                rows.versions[row].fetch_add(1, Ordering::SeqCst);
            });
            commits += 1;
        }
        dice.pause().await;
        locks.release().await?;
        sleep(Duration::from_millis(dice.below(5))).await;
    }
    Ok(commits)
}

/// Answers how many reads there were.
async fn read(rows: Arc<Rows>, entries: Entries, mut dice: Dice, end: Instant) -> Result<u64> {
    let mut reads = 0;
    while Instant::now() < end {
        let row = dice.below(8) as usize;
        let before = rows.committed(row);
        let value = entries.read(format!("row{row}"), rows.load(row)).await?;
        let after = rows.committed(row);
        let value: u64 = String::from_utf8_lossy(&value).parse().expect("a version");
        assert!((before..=after).contains(&value), "row {row} is {value}, and was committed as {before} to {after}");
        reads += 1;
        dice.pause().await;
    }
    Ok(reads)
}

/// Eight writers and eight readers; `ALUDEL_TEST_SECONDS` is for how long, on each cache.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_read_was_committed() -> Result<()> {
    let seconds = std::env::var("ALUDEL_TEST_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(2);
    for cache in caches("history").await? {
        let (rows, entries) = (Arc::<Rows>::default(), Entries::new(cache.clone()));
        let end = Instant::now() + Duration::from_secs(seconds);
        let dice = |number: u64| Dice(0x9E37_79B9_7F4A_7C15 ^ (number + 1));
        let writers: Vec<_> =
            (0..8).map(|n| tokio::spawn(write(Arc::clone(&rows), entries.clone(), dice(n), end))).collect();
        let readers: Vec<_> =
            (8..16).map(|n| tokio::spawn(read(Arc::clone(&rows), entries.clone(), dice(n), end))).collect();
        let (mut commits, mut reads) = (0, 0);
        for writer in writers {
            commits += writer.await.expect("no panic")?;
        }
        for reader in readers {
            reads += reader.await.expect("no panic")?;
        }
        let hits = reads - rows.loads.load(Ordering::Relaxed);
        eprintln!("{commits} commits, {reads} reads, {hits} of them hits");
        assert!(commits > 100 && hits > 100, "{commits} commits, {hits} hits of {reads}");
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
    for cache in caches("lock").await? {
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
