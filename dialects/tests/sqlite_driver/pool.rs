//! The pool: how many, how long, how old.

use crate::support::{file, folder, job, memory, one};
use aludel_core::{
    Error, ErrorKind, Result,
    compile::Dialect,
    engine::{
        Backend, BoxFuture, Connection, Cursor, Done, Driver, EngineUrl, Job, TransactionOptions, UrlOptions,
        create_engine,
    },
};
use aludel_dialects::{BACKENDS, sqlite::driver::open};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

#[tokio::test]
async fn connections_beyond_the_size_are_closed_on_return() -> Result<()> {
    let dir = folder();
    let e = file(dir.path(), "pool_size=2&max_overflow=2&pool_timeout=80ms").await?;
    let mut loans = Vec::new();
    for _ in 0..4 {
        loans.push(e.acquire().await?);
    }
    assert_eq!((e.status().open, e.status().idle, e.status().limit), (4, 0, 4));
    let started = Instant::now();
    let error = e.acquire().await.expect_err("all are in use");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().contains("80ms") && error.message().contains("pool_size"), "{error}");
    assert!(started.elapsed() >= Duration::from_millis(80) && started.elapsed() < Duration::from_secs(3));
    drop(loans);
    assert_eq!((e.status().open, e.status().idle), (2, 2));
    Ok(())
}

#[tokio::test]
async fn a_waiter_gets_what_is_given_back() -> Result<()> {
    let e = create_engine("sqlite://?pool_size=1", BACKENDS)?.max_overflow(0).connect().await?;
    let loan = e.acquire().await?;
    let waiter = tokio::spawn({
        let e = e.clone();
        async move { e.acquire().await.map(drop) }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(e.status().waiting, 1);
    drop(loan);
    waiter.await.expect("no panic")
}

#[tokio::test]
async fn dispose_closes_all_and_the_engine_goes_on() -> Result<()> {
    let dir = folder();
    for e in [memory().await?, file(dir.path(), "").await?] {
        e.run_script("CREATE TABLE t (v)").await?;
        let in_use = e.acquire().await?;
        drop(e.acquire().await?);
        assert_eq!((e.status().open, e.status().idle), (2, 1));
        e.dispose().await?;
        assert_eq!((e.status().open, e.status().idle), (1, 0));
        drop(in_use);
        assert_eq!(e.status().open, 0, "it was opened before the dispose");
        assert_eq!(
            one::<i64>(&e, "SELECT count(*) FROM t").await?,
            0,
            "a database in memory lives as long as its engine"
        );
    }
    Ok(())
}

#[tokio::test]
async fn each_engine_in_memory_has_its_own_database_unless_it_is_named() -> Result<()> {
    let (a, b) = (memory().await?, memory().await?);
    a.run_script("CREATE TABLE t (v)").await?;
    b.run_script("CREATE TABLE t (v)").await?;
    let named = || async { create_engine("sqlite:///shared one?mode=memory", BACKENDS)?.connect().await };
    let (a, b) = (named().await?, named().await?);
    a.run_script("CREATE TABLE t (v)").await?;
    b.run(job("INSERT INTO t VALUES (1)", vec![])).await?;
    assert_eq!(one::<i64>(&a, "SELECT count(*) FROM t").await?, 1);
    drop((a, b));
    assert!(one::<i64>(&named().await?, "SELECT count(*) FROM t").await.is_err(), "it went with its last engine");
    Ok(())
}

#[tokio::test]
async fn a_pool_of_nothing_is_refused() -> Result<()> {
    let error =
        create_engine("sqlite://", BACKENDS)?.pool_size(0).max_overflow(0).connect().await.expect_err("no pool");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    // No idle ones, and a few at a time: allowed.
    let e = create_engine("sqlite://", BACKENDS)?.pool_size(0).connect().await?;
    assert_eq!(one::<i64>(&e, "SELECT 1").await?, 1);
    assert_eq!(e.status().open, 0);
    Ok(())
}

static OPENED: AtomicUsize = AtomicUsize::new(0);
static PINGED: AtomicUsize = AtomicUsize::new(0);
/// How many pings fail from now on.
static DEAD: AtomicUsize = AtomicUsize::new(0);

/// SQLite, counted.
#[derive(Debug)]
struct Counting(Arc<dyn Driver>);

struct CountingConnection(Box<dyn Connection>);

impl Driver for Counting {
    fn connect(&self) -> BoxFuture<'_, Result<Box<dyn Connection>>> {
        Box::pin(async {
            OPENED.fetch_add(1, SeqCst);
            Ok(Box::new(CountingConnection(self.0.connect().await?)) as Box<dyn Connection>)
        })
    }

    fn max_connections(&self) -> Option<usize> {
        Some(3)
    }
}

impl Connection for CountingConnection {
    fn dialect(&self) -> Arc<dyn Dialect> {
        self.0.dialect()
    }
    fn run(&mut self, job: Job) -> BoxFuture<'_, Result<Done>> {
        self.0.run(job)
    }
    fn open<'a>(&'a mut self, job: Job) -> BoxFuture<'a, Result<Box<dyn Cursor + 'a>>> {
        self.0.open(job)
    }
    fn run_script<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<()>> {
        self.0.run_script(sql)
    }
    fn begin(&mut self, options: TransactionOptions) -> BoxFuture<'_, Result<()>> {
        self.0.begin(options)
    }
    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        self.0.commit()
    }
    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        self.0.rollback()
    }
    fn ping(&mut self) -> BoxFuture<'_, Result<()>> {
        PINGED.fetch_add(1, SeqCst);
        let dead = DEAD.fetch_update(SeqCst, SeqCst, |dead| dead.checked_sub(1)).is_ok();
        Box::pin(async move { if dead { Err(Error::new(ErrorKind::Connection, "gone")) } else { Ok(()) } })
    }
    fn is_dirty(&self) -> bool {
        self.0.is_dirty()
    }
    fn is_broken(&self) -> bool {
        self.0.is_broken()
    }
    fn reset(&mut self) -> BoxFuture<'_, Result<()>> {
        self.0.reset()
    }
    fn close(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        self.0.close()
    }
}

fn open_counting(url: &EngineUrl, options: &mut UrlOptions<'_>) -> Result<Arc<dyn Driver>> {
    Ok(Arc::new(Counting(open(url, options)?)))
}

/// One test, since the counters are global.
#[tokio::test]
async fn connections_are_tried_out_and_replaced_when_asked_for() -> Result<()> {
    let backends =
        [Backend { dialect: "counted", aliases: &[], driver: "sqlite", feature: "", open: Some(open_counting) }];
    let e = create_engine("counted://", &backends)?.connect().await?;
    assert_eq!(e.status().limit, 3, "no more than the driver allows");
    for _ in 0..3 {
        one::<i64>(&e, "SELECT 1").await?;
    }
    assert_eq!(
        (OPENED.load(SeqCst), PINGED.load(SeqCst)),
        (1, 0),
        "one connection, and no round trip but the statement's"
    );

    let e = create_engine("counted://?pool_pre_ping=on", &backends)?.connect().await?;
    OPENED.store(0, SeqCst);
    one::<i64>(&e, "SELECT 1").await?;
    assert_eq!((OPENED.load(SeqCst), PINGED.swap(0, SeqCst)), (0, 1));
    DEAD.store(1, SeqCst);
    one::<i64>(&e, "SELECT 1").await?;
    assert_eq!((OPENED.load(SeqCst), PINGED.load(SeqCst), e.status().open), (1, 1, 1), "a dead one is replaced");

    let e = create_engine("counted://?pool_recycle=50ms", &backends)?.connect().await?;
    OPENED.store(0, SeqCst);
    one::<i64>(&e, "SELECT 1").await?;
    assert_eq!(OPENED.load(SeqCst), 0);
    tokio::time::sleep(Duration::from_millis(60)).await;
    one::<i64>(&e, "SELECT 1").await?;
    assert_eq!((OPENED.load(SeqCst), e.status().open), (1, 1), "an old one is replaced");

    let e = create_engine("counted://?pool_size=1", &backends)?.connect().await?;
    OPENED.store(0, SeqCst);
    let busy = e.acquire().await?;
    for _ in 0..3 {
        one::<i64>(&e, "SELECT 1").await?;
    }
    assert_eq!(OPENED.load(SeqCst), 1, "a second one that is used again and again stays open");
    drop(busy);
    assert_eq!(e.status().open, 1, "one of two idle ones is closed");
    Ok(())
}
