//! Caches, on real servers: `tests/run` starts those that all tests share.

mod client;
mod entries;
mod faults;
mod history;
mod private;
mod servers;

use aludel_cache::{Client, connect};
use aludel_core::Result;
use std::sync::atomic::{AtomicU64, Ordering};

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

/// Each cache there is, with keys of a test's own.
async fn caches() -> Result<Vec<Client>> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let prefix = format!("?prefix={}:{}:", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let mut caches = vec![connect(&format!("memory://{prefix}")).await?];
    for url in ["MEMCACHED", "REDIS"].into_iter().filter_map(server) {
        caches.push(connect(&format!("{url}{prefix}")).await?);
    }
    Ok(caches)
}

/// For how long a test goes on that can go on for any time: `ALUDEL_TEST_SECONDS`.
fn seconds(otherwise: u64) -> u64 {
    std::env::var("ALUDEL_TEST_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(otherwise)
}
