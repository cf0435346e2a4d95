//! Rows in a cache that dies, stands still and forgets: they are old between a commit and its release at the most.

use crate::{
    history::{History, Promise},
    private::{Program, Server},
    seconds,
};
use aludel_cache::{Entries, connect};
use aludel_core::Result;
use std::time::Duration;
use tokio::time::sleep;

/// What happens to the cache, over and over, and for how long it then has peace.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Killed,
    StandsStill,
    Forgets,
}

async fn with_fault(program: Program, fault: Fault) -> Result<()> {
    let mut server = Server::start(program);
    let cache = connect(&format!("{}?timeout=200ms", server.url())).await?;
    let entries = Entries::new(cache.clone());
    let time = Duration::from_secs(seconds(4));
    let history = tokio::spawn(async move { History::run(&entries, time, Promise::Released).await });
    let mut faults = 0;
    while !history.is_finished() {
        sleep(Duration::from_millis(300)).await;
        match fault {
            Fault::Killed => {
                server.kill();
                sleep(Duration::from_millis(50)).await;
                server.again();
            }
            Fault::StandsStill => {
                server.signal("-STOP");
                sleep(Duration::from_millis(350)).await;
                server.signal("-CONT");
            }
            Fault::Forgets => cache.flush().await?,
        }
        faults += 1;
    }
    let history = history.await.expect("no panic")?;
    eprintln!("{fault:?} {faults} times: {history:?}");
    assert!(history.commits > 50 && history.hits > 50 && faults > 3, "{history:?}");
    Ok(())
}

macro_rules! faults {
    ($($name:ident: $program:ident $fault:ident;)*) => { $(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() -> Result<()> {
            with_fault(Program::$program, Fault::$fault).await
        }
    )* };
}

faults! {
    a_memcached_that_is_killed: Memcached Killed;
    a_memcached_that_stands_still: Memcached StandsStill;
    a_memcached_that_forgets: Memcached Forgets;
    a_redis_that_is_killed: Redis Killed;
    a_redis_that_stands_still: Redis StandsStill;
    a_redis_that_forgets: Redis Forgets;
}
