//! Writers and readers of a few rows, each read of which is compared with what was committed.

use aludel_cache::Entries;
use aludel_core::Result;
use bytes::Bytes;
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{task::yield_now, time::sleep};

/// A database of a few rows, each of which counts its commits.
#[derive(Default)]
pub(crate) struct Rows {
    versions: [AtomicU64; 8],
    /// The last version of each whose locks were given back.
    released: [AtomicU64; 8],
    pub(crate) loads: AtomicU64,
}

impl Rows {
    pub(crate) fn committed(&self, row: usize) -> u64 {
        self.versions[row].load(Ordering::SeqCst)
    }

    pub(crate) async fn load(&self, row: usize) -> Result<Bytes> {
        self.loads.fetch_add(1, Ordering::Relaxed);
        yield_now().await;
        let version = self.committed(row);
        yield_now().await;
        Ok(version.to_string().into())
    }
}

/// What a read is held to.
#[derive(Clone, Copy)]
pub(crate) enum Promise {
    /// It was committed at a moment of the call.
    Committed,
    /// It is no older than what was committed and released before the call: while the cache loses locks.
    Released,
}

/// What has happened.
pub(crate) struct History {
    pub(crate) rows: Arc<Rows>,
    pub(crate) commits: u64,
    pub(crate) reads: u64,
    pub(crate) hits: u64,
    /// Writers that could not lock, and so did not commit.
    pub(crate) aborts: u64,
}

impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { commits, reads, hits, aborts, .. } = self;
        write!(f, "{commits} commits, {aborts} aborts, {reads} reads, {hits} of them hits")
    }
}

impl History {
    /// Eight writers and eight readers for so long.
    pub(crate) async fn run(entries: &Entries, time: Duration, promise: Promise) -> Result<Self> {
        let rows = Arc::<Rows>::default();
        let end = Instant::now() + time;
        let dice = |number: u64| Dice(0x9E37_79B9_7F4A_7C15 ^ (number + 1));
        let writers: Vec<_> =
            (0..8).map(|n| tokio::spawn(write(Arc::clone(&rows), entries.clone(), dice(n), end))).collect();
        let readers: Vec<_> =
            (8..16).map(|n| tokio::spawn(read(Arc::clone(&rows), entries.clone(), dice(n), end, promise))).collect();
        let (mut commits, mut aborts, mut reads) = (0, 0, 0);
        for writer in writers {
            let (committed, aborted) = writer.await.expect("no panic");
            (commits, aborts) = (commits + committed, aborts + aborted);
        }
        for reader in readers {
            reads += reader.await.expect("no panic")?;
        }
        let hits = reads - rows.loads.load(Ordering::Relaxed);
        Ok(Self { rows, commits, reads, hits, aborts })
    }
}

/// Answers how often it committed, and how often it could not.
async fn write(rows: Arc<Rows>, entries: Entries, mut dice: Dice, end: Instant) -> (u64, u64) {
    let (mut commits, mut aborts) = (0, 0);
    while Instant::now() < end {
        let first = dice.below(8) as usize;
        let changed: Vec<usize> = (first..8).take(1 + dice.below(3) as usize).collect();
        let Ok(locks) = entries.lock(changed.iter().map(|row| format!("row{row}"))).await else {
            aborts += 1;
            sleep(Duration::from_millis(5)).await;
            continue;
        };
        dice.pause().await;
        let mut versions = Vec::new();
        if dice.below(3) > 0 {
            versions.extend(changed.iter().map(|&row| (row, rows.versions[row].fetch_add(1, Ordering::SeqCst) + 1)));
            commits += 1;
        }
        dice.pause().await;
        if locks.release().await.is_ok() {
            for (row, version) in versions {
                rows.released[row].fetch_max(version, Ordering::SeqCst);
            }
        }
        sleep(Duration::from_millis(dice.below(5))).await;
    }
    (commits, aborts)
}

/// Answers how many reads there were.
async fn read(rows: Arc<Rows>, entries: Entries, mut dice: Dice, end: Instant, promise: Promise) -> Result<u64> {
    let mut reads = 0;
    while Instant::now() < end {
        let row = dice.below(8) as usize;
        let oldest = match promise {
            Promise::Committed => rows.committed(row),
            Promise::Released => rows.released[row].load(Ordering::SeqCst),
        };
        let value = entries.read(format!("row{row}"), rows.load(row)).await?;
        let newest = rows.committed(row);
        let value: u64 = String::from_utf8_lossy(&value).parse().expect("a version");
        assert!((oldest..=newest).contains(&value), "row {row} is {value}, and may be {oldest} to {newest}");
        reads += 1;
        dice.pause().await;
    }
    Ok(reads)
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
