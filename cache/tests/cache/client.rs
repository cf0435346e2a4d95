//! What every cache does alike.

use crate::{caches, server};
use aludel_cache::{Client, Expiry, Swap, connect};
use aludel_core::{ErrorKind, Result};
use std::{collections::HashMap, time::Duration};

const MINUTE: Duration = Duration::from_secs(60);

/// The values of keys as texts.
async fn texts(cache: &Client, keys: &[&str]) -> Result<Vec<Option<String>>> {
    let values = cache.get_multi(keys).await?;
    Ok(values.into_iter().map(|value| Some(String::from_utf8_lossy(&value?).into_owned())).collect())
}

fn some(texts: &[Option<&str>]) -> Vec<Option<String>> {
    texts.iter().map(|text| text.map(str::to_owned)).collect()
}

#[tokio::test]
async fn values_come_back_as_they_were() -> Result<()> {
    for cache in caches().await? {
        assert_eq!(cache.get("a").await?, None);
        let bytes: Vec<u8> = (0..=255).collect();
        cache.set("a", bytes.clone(), MINUTE).await?;
        cache.set("empty", "", Expiry::NEVER).await?;
        assert_eq!(cache.get("a").await?.as_deref(), Some(&bytes[..]));
        assert_eq!(cache.get("empty").await?.as_deref(), Some(&b""[..]), "an empty value is one");
        let large = vec![7_u8; 900_000];
        cache.set("large", large.clone(), MINUTE).await?;
        assert_eq!(cache.get("large").await?.as_deref(), Some(&large[..]));

        cache.set_multi((0..100).map(|n| (format!("n{n}"), n.to_string())), MINUTE).await?;
        assert_eq!(texts(&cache, &["n99", "x", "n0", "n99"]).await?, some(&[Some("99"), None, Some("0"), Some("99")]));
        assert_eq!(cache.delete_multi(["n0", "n1", "x"]).await?, 2);
        assert_eq!((cache.delete("n2").await?, cache.delete("n2").await?), (true, false));
        assert_eq!(texts(&cache, &["n0", "n1", "n2", "n3"]).await?, some(&[None, None, None, Some("3")]));

        let none: [&str; 0] = [];
        assert_eq!((cache.get_multi(none).await?, cache.delete_multi(none).await?), (vec![], 0));
        cache.set_multi(HashMap::<String, String>::new(), MINUTE).await?;
    }
    Ok(())
}

#[tokio::test]
async fn some_writes_want_a_value_there_or_none() -> Result<()> {
    for cache in caches().await? {
        assert!(!cache.replace("a", "0", MINUTE).await?);
        assert!(!cache.append("a", "0").await? && !cache.prepend("a", "0").await?);
        assert!(!cache.touch("a", MINUTE).await?);
        assert!(cache.add("a", "1", MINUTE).await? && !cache.add("a", "2", MINUTE).await?);
        assert_eq!(texts(&cache, &["a"]).await?, some(&[Some("1")]));
        assert!(cache.replace("a", "3", MINUTE).await?);
        assert!(cache.append("a", "4").await? && cache.prepend("a", "2").await?);
        assert_eq!(texts(&cache, &["a"]).await?, some(&[Some("234")]));
    }
    Ok(())
}

#[tokio::test]
async fn numbers_are_counted() -> Result<()> {
    for cache in caches().await? {
        assert_eq!((cache.incr("a", 1).await?, cache.decr("a", 1).await?), (None, None));
        cache.set("a", "10", MINUTE).await?;
        assert_eq!((cache.incr("a", 5).await?, cache.decr("a", 8).await?), (Some(15), Some(7)));
        assert_eq!((cache.decr("a", 8).await?, cache.incr("a", 1).await?), (Some(0), Some(1)), "not below 0");
        cache.set("a", "9007199254740993", MINUTE).await?;
        assert_eq!(cache.incr("a", 0).await?, Some(9_007_199_254_740_993), "a number that a double cannot hold");
        assert_eq!(cache.decr("a", 1).await?, Some(9_007_199_254_740_992));
        for wrong in ["x", "", "-1", "1.5"] {
            cache.set("a", wrong, MINUTE).await?;
            assert_eq!(cache.incr("a", 1).await.map_err(|error| error.kind()), Err(ErrorKind::Cache), "{wrong:?}");
            assert_eq!(texts(&cache, &["a"]).await?, some(&[Some(wrong)]));
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_swap_finds_what_was_read_or_does_nothing() -> Result<()> {
    for cache in caches().await? {
        assert_eq!(cache.gets("a").await?, None);
        cache.set("a", "1", MINUTE).await?;
        let Some((value, first)) = cache.gets("a").await? else { panic!("it was stored") };
        assert_eq!(&*value, b"1");
        assert_eq!(cache.cas("a", "2", MINUTE, first).await?, Swap::Stored);
        assert_eq!(cache.cas("a", "3", MINUTE, first).await?, Swap::Changed);
        assert_eq!(texts(&cache, &["a"]).await?, some(&[Some("2")]));
        cache.delete("a").await?;
        assert_eq!(cache.cas("a", "3", MINUTE, first).await?, Swap::Missing);
        assert_eq!(cache.get("a").await?, None);
    }
    Ok(())
}

/// Eight tasks add to one number by `gets` and `cas`: none of their additions is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn swaps_of_many_tasks_lose_nothing() -> Result<()> {
    for cache in caches().await? {
        cache.set("sum", "0", Expiry::NEVER).await?;
        let adding = |cache: Client| async move {
            let mut added = 0;
            while added < 50 {
                let Some((value, cas)) = cache.gets("sum").await? else { panic!("it was stored") };
                let sum: u64 = String::from_utf8_lossy(&value).parse().expect("a number");
                if cache.cas("sum", (sum + 1).to_string(), Expiry::NEVER, cas).await? == Swap::Stored {
                    added += 1;
                }
                cache.incr("count", 1).await?;
            }
            Result::Ok(())
        };
        cache.set("count", "0", Expiry::NEVER).await?;
        let tasks: Vec<_> = (0..8).map(|_| tokio::spawn(adding(cache.clone()))).collect();
        for task in tasks {
            task.await.expect("no panic")?;
        }
        assert_eq!(cache.incr("sum", 0).await?, Some(400));
        assert!(cache.incr("count", 0).await? >= Some(400));
    }
    Ok(())
}

#[tokio::test]
async fn entries_end() -> Result<()> {
    let tasks: Vec<_> = caches().await?.into_iter().map(|cache| tokio::spawn(entries_of_a_cache_end(cache))).collect();
    for task in tasks {
        task.await.expect("no panic")?;
    }
    Ok(())
}

async fn entries_of_a_cache_end(cache: Client) -> Result<()> {
    // memcached counts seconds, and may be late by one.
    let short = Duration::from_millis(900);
    let after = || tokio::time::sleep(Duration::from_millis(2_100));
    for key in ["a", "b", "c", "d", "e"] {
        cache.set(key, "1", short).await?;
    }
    assert!(cache.touch("b", MINUTE).await?);
    assert!(cache.touch("c", Expiry::NEVER).await?);
    cache.set("d", "2", MINUTE).await?;
    // What is added to a value, or counted, ends with it.
    cache.append("e", "2").await?;
    cache.prepend("e", "3").await?;
    cache.incr("e", 1).await?;
    after().await;
    assert_eq!(texts(&cache, &["a", "b", "c", "d", "e"]).await?, some(&[None, Some("1"), Some("1"), Some("2"), None]));
    assert!(cache.add("a", "2", MINUTE).await?, "what is over is not there");
    let cas = cache.gets("a").await?.map(|(_, cas)| cas).expect("it was added");
    assert_eq!(cache.cas("a", "3", short, cas).await?, Swap::Stored);
    after().await;
    assert_eq!((cache.get("a").await?, cache.delete("a").await?), (None, false));

    // No time at all.
    cache.set("b", "1", Duration::ZERO).await?;
    assert!(cache.touch("c", Duration::ZERO).await?);
    assert!(cache.replace("d", "1", Duration::ZERO).await? && !cache.replace("a", "1", Duration::ZERO).await?);
    assert!(cache.add("f", "1", Duration::ZERO).await?);
    assert_eq!(texts(&cache, &["b", "c", "d", "f"]).await?, some(&[None; 4]));
    cache.set("g", "1", Duration::MAX).await?;
    assert_eq!(texts(&cache, &["g"]).await?, some(&[Some("1")]));
    Ok(())
}

#[tokio::test]
async fn keys_are_the_same_everywhere() -> Result<()> {
    for cache in caches().await? {
        for wrong in ["", "a b", "a\r\nflush_all", &"k".repeat(251)] {
            let kind = cache.get(wrong).await.map_err(|error| error.kind());
            assert_eq!(kind, Err(ErrorKind::Encode), "{wrong:?}");
        }
        cache.set("größe", "1", MINUTE).await?;
        assert_eq!(texts(&cache, &["größe", "GRÖSSE"]).await?, some(&[Some("1"), None]));
    }
    Ok(())
}

#[tokio::test]
async fn everything_is_forgotten() -> Result<()> {
    let mut caches = vec![connect("memory://").await?];
    // In a database that no other test uses.
    caches.extend(match server("REDIS") {
        Some(url) => Some(connect(&format!("{}/5", url.trim_end_matches("/0"))).await?),
        None => None,
    });
    for cache in caches {
        cache.set_multi([("a", "1"), ("b", "2")], MINUTE).await?;
        cache.flush().await?;
        assert_eq!(texts(&cache, &["a", "b"]).await?, some(&[None, None]));
        cache.set("a", "3", MINUTE).await?;
        assert_eq!(texts(&cache, &["a"]).await?, some(&[Some("3")]), "what comes after it stays");
        let stats = cache.stats().await?;
        let values = &stats[0].values;
        assert!(values.contains_key("redis_version") || values["entries"] == "1", "{stats:?}");
    }
    Ok(())
}

#[tokio::test]
async fn one_client_does_not_see_the_keys_of_another() -> Result<()> {
    let caches = [caches().await?, caches().await?];
    for (one, other) in caches[0].iter().zip(&caches[1]) {
        one.set("a", "1", MINUTE).await?;
        assert_eq!(other.get("a").await?, None);
    }
    let small = connect("memory://?size=1kB").await?;
    for n in 0..1_000 {
        small.set(n.to_string(), "x".repeat(97), MINUTE).await?;
    }
    let bytes: u64 = small.stats().await?[0].values["bytes"].parse().expect("a number");
    assert!(bytes <= 1_000, "{bytes}");
    Ok(())
}

#[tokio::test]
async fn what_is_wrong_with_a_url_is_told() {
    let failure = async |url: &str| connect(url).await.expect_err("it is wrong");
    for (url, part) in [
        ("hello", "the URL of a cache is scheme://…"),
        ("redis://[", "the URL of the cache cannot be read"),
        ("memory://here", "memory:// takes nothing behind it"),
        ("memcached://a,b?weight=1", "2 servers have 1 weights"),
        ("ftp://x", "there is no cache ftp here"),
        ("memory://?size=1", "a number and a unit, as 64MB or 500ms"),
        ("memory://?sice=1MB", "the cache has no option sice"),
        ("redis://:secret@127.0.0.1/0?timeout=soon", "\"soon\" is no timeout"),
    ] {
        let error = failure(url).await;
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
        assert!(error.message().contains(part) && !format!("{error:?}").contains("secret"), "{error:?}");
    }
    let error = failure("redis://:secret@127.0.0.1:1/0").await;
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    assert!(error.message().contains("127.0.0.1:1") && !format!("{error:?}").contains("secret"), "{error:?}");
    if let Some(url) = server("REDIS") {
        let error = failure(&url.replace("p%40ss", "wrong")).await;
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error:?}");
    }
}
