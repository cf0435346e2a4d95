//! What a peer must do, and how one call is checked and timed.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use crate::dataset::{Digest, NewUser, ROWS};
use crate::server::Server;
use crate::workload::Call;

/// A library under measurement, connected to a database that `dataset::script` has filled.
///
/// Each method is written as that library's own guide would have it, at its best: statements prepared once where it
/// can, statement logging off.
pub trait Peer: Sized + Send + 'static {
    const NAME: &'static str;
    type User: Send;

    /// What many tasks share; `()` for one without a pool.
    type Pool: Clone + Send + Sync + 'static;

    /// Connects. In SQLite each peer fills a database of its own, on a server the floor fills the one for all.
    fn connect(server: &Server) -> impl Future<Output = Result<Self>> + Send;

    /// The users whose key is at most `last`.
    fn select(&mut self, last: i64) -> impl Future<Output = Result<Vec<Self::User>>> + Send;

    /// The user with this key.
    fn get(&mut self, id: i64) -> impl Future<Output = Result<Option<Self::User>>> + Send;

    /// Inserts `users`, all or none of them, leaving their keys to the database.
    fn insert(&mut self, users: Vec<NewUser>) -> impl Future<Output = Result<()>> + Send;

    /// The same, and answers the keys, in the order of the users.
    fn add(&mut self, users: Vec<NewUser>) -> impl Future<Output = Result<Vec<i64>>> + Send;

    /// Deletes the users whose key is above `last`, after which generated keys begin again; never timed.
    fn delete_above(&mut self, last: i64) -> impl Future<Output = Result<()>> + Send;

    /// The pool, if it has one.
    fn pool(&self) -> Option<Self::Pool> {
        None
    }

    /// As [`get`](Self::get), through the pool, for the task of this number.
    fn get_pooled(pool: &Self::Pool, task: usize, id: i64) -> impl Future<Output = Result<Option<Self::User>>> + Send {
        let _ = (pool, task, id);
        async { bail!("{} has no pool", Self::NAME) }
    }

    fn fields(user: &Self::User) -> (i64, &str, Option<&str>);
}

/// A peer of whatever type, so that peers stand in one list. What is dynamic here is one call a sample, not one a query.
pub trait Lane: Send {
    fn name(&self) -> &'static str;

    /// Whether it can make the call at all.
    fn can(&self, call: Call) -> bool;

    /// Makes the call once and compares what it yields with what it should.
    fn check(&mut self, call: Call) -> BoxFuture<'_, Result<()>>;

    /// Makes the call `times` times, and says how long that took.
    fn time(&mut self, call: Call, times: u32) -> BoxFuture<'_, Result<Duration>>;
}

impl<P: Peer> Lane for P {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn can(&self, call: Call) -> bool {
        !matches!(call, Call::Crowd(_)) || self.pool().is_some()
    }

    fn check(&mut self, call: Call) -> BoxFuture<'_, Result<()>> {
        async move {
            match call {
                Call::Crowd(tasks) => time_crowd(self, tasks, 1).await.map(drop),
                Call::Select(rows) => {
                    // PostgreSQL decides after five runs of a statement whether to plan it each time: here, of a few rows, for every peer.
                    for _ in 0..6 {
                        self.select(1).await?;
                    }
                    check_rows(self, rows, Digest::expected(rows)).await
                }
                Call::Get => check_get(self).await,
                Call::Insert(rows) | Call::Add(rows) => {
                    if matches!(call, Call::Insert(_)) {
                        self.insert(new_users(rows)).await?;
                    } else {
                        let keys = self.add(new_users(rows)).await?;
                        ensure!(keys.into_iter().eq(ROWS + 1..=ROWS + rows), "the keys differ");
                    }
                    check_rows(self, i64::MAX, Digest::expected(ROWS + rows)).await?;
                    self.delete_above(ROWS).await?;
                    check_rows(self, i64::MAX, Digest::expected(ROWS)).await
                }
            }
            .with_context(|| format!("{} gives a wrong result", P::NAME))
        }
        .boxed()
    }

    fn time(&mut self, call: Call, times: u32) -> BoxFuture<'_, Result<Duration>> {
        match call {
            Call::Select(rows) => time_select(self, rows, times).boxed(),
            Call::Get => time_get(self, times).boxed(),
            Call::Crowd(tasks) => time_crowd(self, tasks, times).boxed(),
            Call::Insert(rows) => time_insert(self, rows, times, async |peer, users| peer.insert(users).await).boxed(),
            Call::Add(rows) => time_insert(self, rows, times, async |peer, users| peer.add(users).await).boxed(),
        }
    }
}

fn new_users(count: i64) -> Vec<NewUser> {
    (ROWS + 1..=ROWS + count).map(NewUser::with_id).collect()
}

async fn check_rows<P: Peer>(peer: &mut P, last: i64, expected: Digest) -> Result<()> {
    let users = peer.select(last).await?;
    let found = Digest::of(users.iter().map(P::fields));
    ensure!(found == expected, "found {found:?}, expected {expected:?}");
    Ok(())
}

async fn check_get<P: Peer>(peer: &mut P) -> Result<()> {
    ensure!(peer.get(ROWS + 1).await?.is_none(), "found a user that is not there");
    for id in [1, 4, ROWS] {
        let user = peer.get(id).await?.with_context(|| format!("user {id} is missing"))?;
        let expected = NewUser::with_id(id);
        ensure!(P::fields(&user) == (id, &expected.name, expected.email.as_deref()), "user {id} differs");
    }
    Ok(())
}

async fn time_select<P: Peer>(peer: &mut P, rows: i64, times: u32) -> Result<Duration> {
    let start = Instant::now();
    for _ in 0..times {
        black_box(peer.select(black_box(rows)).await?);
    }
    Ok(start.elapsed())
}

async fn time_get<P: Peer>(peer: &mut P, times: u32) -> Result<Duration> {
    let start = Instant::now();
    for turn in 0..i64::from(times) {
        // A prime stride visits the whole table out of order.
        black_box(peer.get(1 + turn * 7919 % ROWS).await?);
    }
    Ok(start.elapsed())
}

/// Each task makes so many lookups; the time is that of all of them together, for one lookup of each.
async fn time_crowd<P: Peer>(peer: &mut P, tasks: usize, times: u32) -> Result<Duration> {
    let pool = peer.pool().context("there is no pool")?;
    let start = Instant::now();
    let lookups = (0..tasks).map(|task| {
        let pool = pool.clone();
        tokio::spawn(async move {
            for turn in 0..i64::from(times) {
                let id = 1 + (turn * 7919 + task as i64 * 101) % ROWS;
                ensure!(P::get_pooled(&pool, task, id).await?.is_some(), "user {id} is missing");
            }
            Ok(())
        })
    });
    for lookup in lookups.collect::<Vec<_>>() {
        lookup.await??;
    }
    Ok(start.elapsed() / u32::try_from(tasks)?)
}

/// Times the insert alone: neither making the rows nor deleting them again counts.
async fn time_insert<P: Peer, T>(
    peer: &mut P,
    rows: i64,
    times: u32,
    insert: impl AsyncFn(&mut P, Vec<NewUser>) -> Result<T>,
) -> Result<Duration> {
    let users = new_users(rows);
    let mut total = Duration::ZERO;
    for _ in 0..times {
        let users = users.clone();
        let start = Instant::now();
        black_box(insert(peer, users).await?);
        total += start.elapsed();
        peer.delete_above(ROWS).await?;
    }
    Ok(total)
}
