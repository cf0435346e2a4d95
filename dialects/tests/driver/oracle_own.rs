//! What can be known of Oracle's driver without an Oracle: how it fails.

use aludel_core::{Error, ErrorKind, engine::EngineUrl};
use aludel_dialects::oracle::driver::open;
use std::{
    io::Write,
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

async fn failure(url: &str) -> Error {
    match crate::connect(url).await {
        Ok(_) => panic!("{url} was connected to"),
        Err(error) => error,
    }
}

fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    (listener, port)
}

#[tokio::test]
async fn nobody_listens() {
    let (listener, port) = listener();
    drop(listener);
    let error = failure(&format!("oracle+oracledb://app:secret@127.0.0.1:{port}/service")).await;
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    assert!(error.to_string().contains("cannot be reached"), "{error}");
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_is_waited_for_in_vain_for_as_long_as_the_url_says() {
    let (listener, port) = listener();
    let accepted = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&accepted);
    thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming() {
            counter.fetch_add(1, Ordering::Relaxed);
            open.push(stream);
        }
    });
    let url = format!("oracle://app:secret@127.0.0.1:{port}/service?connect_timeout=200ms");
    let start = Instant::now();
    let attempts: Vec<_> = (0..40)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { failure(&url).await })
        })
        .collect();
    for attempt in attempts {
        let error = attempt.await.expect("no panic");
        assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
        assert!(error.to_string().contains("within 200ms; see connect_timeout"), "{error}");
    }
    assert!(start.elapsed() < Duration::from_secs(20));
    let url = EngineUrl::parse(&url).expect("a URL");
    let driver = open(&url, &mut url.options()).expect("a driver");
    // The threads of one engine that wait for an answer which never comes are few, however often it is tried.
    let before = accepted.load(Ordering::Relaxed);
    for _ in 0..20 {
        assert!(driver.connect().await.is_err());
    }
    let more = accepted.load(Ordering::Relaxed) - before;
    assert!(more <= 16, "{more} connections");
}

#[tokio::test]
async fn a_server_of_another_kind_is_refused() {
    let (listener, port) = listener();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.write_all(b"220 mail.example.com ESMTP and much more than a packet's header has\r\n");
        }
    });
    let error = failure(&format!("oracle://app:secret@127.0.0.1:{port}/service?connect_timeout=2s")).await;
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
}

#[tokio::test]
async fn a_url_that_leaves_something_out_says_what() {
    for (url, expected) in [
        ("oracle://app:secret@127.0.0.1", "a user, a password and a service are wanted"),
        ("oracle://127.0.0.1/service", "a user, a password and a service are wanted"),
        ("oracle://app:secret@127.0.0.1/a)(b", "letters, digits"),
        ("oracle://app:secret@127.0.0.1/service?sslmode=require", "verify-full"),
        ("oracle://app:secret@127.0.0.1/service?statement_cache=many", "statement_cache"),
        ("oracle://app:secret@127.0.0.1/service?nonsense=1", "nonsense"),
    ] {
        let error = failure(url).await;
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
        assert!(error.to_string().contains(expected) && !error.to_string().contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn encryption_is_chosen_where_there_are_two_kinds() {
    let (listener, port) = listener();
    drop(listener);
    let error = failure(&format!("oracle://app:secret@127.0.0.1:{port}/service?sslmode=verify-full")).await;
    assert!(error.to_string().contains("cannot be reached"), "{error}");
}
