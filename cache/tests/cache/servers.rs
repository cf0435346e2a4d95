//! Servers that stop and come back. Each test starts its own.

use crate::private::{Program, Server};
use aludel_cache::{Client, Expiry, connect};
use aludel_core::{ErrorKind, Result};
use std::{
    process::Command,
    time::{Duration, Instant},
};

async fn client(servers: &[Server], options: &str) -> Result<Client> {
    let addresses: Vec<String> = servers.iter().map(|server| format!("127.0.0.1:{}", server.port)).collect();
    connect(&format!("memcached://{}?{options}", addresses.join(","))).await
}

#[tokio::test]
async fn a_server_that_is_gone_keeps_its_keys() -> Result<()> {
    let mut servers =
        [Server::start(Program::Memcached), Server::start(Program::Memcached), Server::start(Program::Memcached)];
    let cache = client(&servers, "weight=1,2,1&timeout=500ms").await?;
    let keys: Vec<String> = (0..400).map(|n| format!("key{n}")).collect();
    cache.set_multi(keys.iter().map(|key| (key, key.clone())), Expiry::NEVER).await?;
    let found = cache.get_multi(&keys).await?;
    assert!(found.iter().zip(&keys).all(|(value, key)| value.as_deref() == Some(key.as_bytes())));
    let items = |stats: &[aludel_cache::ServerStats]| -> Vec<u64> {
        stats.iter().map(|server| server.values["curr_items"].parse().expect("a number")).collect()
    };
    let stats = items(&cache.stats().await?);
    assert_eq!(stats.iter().sum::<u64>(), 400);
    assert!(stats[1] > stats[0] && stats[1] > stats[2], "the second weighs as much as the others together: {stats:?}");

    servers[1].kill();
    let mut gone = Vec::new();
    for key in &keys {
        match cache.get(key).await {
            Ok(value) => assert_eq!(value.as_deref(), Some(key.as_bytes()), "the others go on"),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
                gone.push(key);
            }
        }
    }
    assert_eq!(gone.len() as u64, stats[1], "nobody took its keys over");
    assert_eq!(cache.get_multi(&keys).await.map_err(|error| error.kind()), Err(ErrorKind::Connection));

    servers[1].again();
    let found = cache.get_multi(&keys).await?;
    assert_eq!(found.iter().filter(|value| value.is_none()).count(), gone.len(), "it has forgotten its own alone");
    cache.flush().await?;
    assert!(cache.get_multi(&keys).await?.iter().all(Option::is_none));
    Ok(())
}

#[tokio::test]
async fn what_a_server_refuses_is_told() -> Result<()> {
    let servers = [Server::start(Program::Memcached)];
    let cache = client(&servers, "").await?;
    let error = cache.set("large", vec![0_u8; 2_000_000], Expiry::NEVER).await.expect_err("a megabyte is the limit");
    assert_eq!(error.kind(), ErrorKind::Cache, "{error}");
    cache.set("small", "1", Expiry::NEVER).await?;
    assert_eq!(cache.get("small").await?.as_deref(), Some(&b"1"[..]), "the connection is in order");
    Ok(())
}

#[tokio::test]
async fn a_redis_that_comes_back_is_used_again() -> Result<()> {
    let mut server = Server::start(Program::Redis);
    let cache = connect(&format!("{}?timeout=300ms", server.url())).await?;
    cache.set("a", "1", Expiry::NEVER).await?;
    for round in 0..3 {
        server.kill();
        for _ in 0..3 {
            let start = Instant::now();
            let kind = cache.get("a").await.map_err(|error| error.kind());
            assert!(matches!(kind, Err(ErrorKind::Connection | ErrorKind::Timeout)), "{kind:?}");
            assert!(start.elapsed() < Duration::from_secs(3), "it waited for {:?}", start.elapsed());
        }
        server.again();
        let start = Instant::now();
        while let Err(error) = cache.set("a", round.to_string(), Expiry::NEVER).await {
            assert!(start.elapsed() < Duration::from_secs(10), "{error}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(cache.get("a").await?.as_deref(), Some(round.to_string().as_bytes()));
    }
    Ok(())
}

/// python-memcached reads what we wrote on three servers, and we what it wrote: a key has the same server for both.
#[tokio::test]
async fn programs_in_python_share_the_entries() -> Result<()> {
    let Some(python) = std::env::var_os("ALUDEL_TEST_PYTHON") else {
        assert!(std::env::var_os("CI").is_none(), "ALUDEL_TEST_PYTHON is not set: run tests/run");
        eprintln!("SKIPPED: ALUDEL_TEST_PYTHON names no Python with the packages of tests/python.txt");
        return Ok(());
    };
    let servers = [Program::Memcached; 3].map(Server::start);
    let cache = client(&servers, "weight=2,1,3").await?;
    let keys = |language: &str| (0..400).map(|n| format!("{language}{n}")).collect::<Vec<_>>();
    let ours = keys("rust");
    cache.set_multi(ours.iter().map(|key| (key, key.clone())), Expiry::NEVER).await?;
    let weighed = servers.iter().zip([2, 1, 3]).map(|(server, weight)| format!("127.0.0.1:{}={weight}", server.port));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cache/outside/python_memcached.py");
    let ran = Command::new(python).arg(script).args(weighed).output().expect("Python runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let theirs = keys("python");
    let found = cache.get_multi(&theirs).await?;
    assert!(found.iter().zip(&theirs).all(|(value, key)| value.as_deref() == Some(key.as_bytes())), "{found:?}");
    Ok(())
}
