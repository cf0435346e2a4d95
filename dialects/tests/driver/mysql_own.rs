//! What only MySQL and MariaDB have: their URLs, their modes, and a server that is killed.

use crate::{
    connect,
    jobs::{job, one, query, rows},
    servers::{Database, server},
    strangers::{self, FirstWord},
};
use aludel_core::{
    ErrorKind, Result,
    compile::LastInsertId,
    engine::Engine,
    types::{SqlType, Value},
};
use aludel_dialects::mysql::driver::MysqlError;
use std::{error::Error as _, path::Path, process::Command};

async fn engines() -> Vec<(Engine, Database)> {
    let mut engines = Vec::new();
    for dialect in ["mariadb", "mysql"] {
        if let Some(database) = Database::of(dialect).await {
            engines.push((connect(database.url()).await.expect("an engine"), database));
        }
    }
    engines
}

#[tokio::test]
async fn the_url_says_which_sql_is_spoken() -> Result<()> {
    for (e, database) in engines().await {
        let capabilities = e.dialect().capabilities();
        let is_mariadb = e.dialect().name() == "mariadb";
        assert!(database.url().starts_with(e.dialect().name()));
        assert_eq!(capabilities.returning, is_mariadb);
        assert_eq!(capabilities.last_insert_id == LastInsertId::FirstRow, !is_mariadb);
        let e = connect(&database.with("lock_timeout=1500ms&charset=utf8mb4")).await?;
        assert_eq!(one::<i64>(&e, "SELECT @@innodb_lock_wait_timeout").await?, 2);
        assert_eq!(one::<String>(&e, "SELECT @@time_zone").await?, "+00:00");
        assert_eq!(one::<String>(&e, "SELECT @@character_set_client").await?, "utf8mb4");
    }
    for options in ["sslmode=sometimes", "sslmod=disable", "charset=latin1"] {
        let url = format!("mysql://x@127.0.0.1/x?{options}");
        assert_eq!(connect(&url).await.expect_err(options).kind(), ErrorKind::Configuration);
    }
    let nobody = connect("mariadb+native://x@127.0.0.1:1/x").await.expect_err("nobody is there");
    assert_eq!(nobody.kind(), ErrorKind::Connection);
    Ok(())
}

/// What other databases have no words for, and this one would do in silence.
#[tokio::test]
async fn nothing_is_changed_in_silence() -> Result<()> {
    for (e, _database) in engines().await {
        e.run_script("CREATE TABLE t (v TINYINT UNSIGNED, w VARCHAR(3), e ENUM('a', 'b'), d DATE)").await?;
        for (text, value) in [
            ("INSERT INTO t (v) VALUES (?)", Value::Int(256)),
            ("INSERT INTO t (v) VALUES (?)", Value::Int(-1)),
            ("INSERT INTO t (w) VALUES (?)", Value::Text("four".into())),
            ("INSERT INTO t (e) VALUES (?)", Value::Text("c".into())),
            ("INSERT INTO t (d) VALUES (?)", Value::Text("2024-02-30".into())),
            ("INSERT INTO t (d) VALUES (?)", Value::Text("0000-00-00".into())),
        ] {
            let error = e.run(job(text, vec![value])).await.expect_err(text);
            assert_eq!(error.kind(), ErrorKind::Encode, "{error}");
        }
        let equal =
            |a: &str, b: &str| query::<bool>("SELECT ? = ?", vec![Value::Text(a.into()), Value::Text(b.into())]);
        for (a, b) in [("a", "A"), ("a", "a "), ("e", "é"), ("🦀", "🐍")] {
            assert_eq!(rows::<bool>(e.run(equal(a, b)).await?), [false], "{a:?} = {b:?}");
        }
        assert_eq!(one::<String>(&e, "SELECT 'a' || 'b'").await?, "ab");
        assert_eq!(one::<i64>(&e, "SELECT CAST(1 AS UNSIGNED) - CAST(2 AS UNSIGNED)").await?, -1);
        let null = e.run(query::<Option<i64>>("SELECT ?", vec![Value::Null(SqlType::BigInt)])).await?;
        assert_eq!(rows::<Option<i64>>(null), [None]);
        // Dates that are none can be there still, written under other modes.
        e.run_script("SET sql_mode = ''; INSERT INTO t (d) VALUES ('0000-00-00')").await?;
        let error = e.run(query::<chrono::NaiveDate>("SELECT d FROM t", vec![])).await.expect_err("no date");
        assert_eq!((error.kind(), error.column()), (ErrorKind::Decode, Some("d")));
    }
    Ok(())
}

#[tokio::test]
async fn the_servers_own_words_are_kept() -> Result<()> {
    for (e, _database) in engines().await {
        e.run_script("CREATE TABLE t (v BIGINT PRIMARY KEY); INSERT INTO t VALUES (1)").await?;
        let error = e.run(job("INSERT INTO t VALUES (1)", vec![])).await.expect_err("twice");
        assert!(!error.to_string().contains("'1'"), "values are not shown: {error}");
        let cause = error.source().and_then(|cause| cause.downcast_ref::<MysqlError>()).expect("the server's error");
        assert_eq!((cause.number(), cause.code()), (1062, "23000"));
        let script = "INSERT INTO t VALUES (2); -- é; é\nINSERT INTO t VALUES (nothing); INSERT INTO t VALUES (3)";
        let error = e.run_script(script).await.expect_err("no such column");
        assert!(error.sql().is_some_and(|sql| sql.ends_with("INSERT INTO t VALUES (nothing)")), "{error}");
        assert_eq!(one::<i64>(&e, "SELECT count(*) FROM t").await?, 2, "what stands before it is done");
    }
    Ok(())
}

/// The server rolls back all of a transaction that a deadlock ended, and would keep each statement after it.
#[tokio::test]
async fn a_deadlock_is_the_end() -> Result<()> {
    for (e, _database) in engines().await {
        e.run_script("CREATE TABLE t (v BIGINT PRIMARY KEY, w INT); INSERT INTO t VALUES (1, 0), (2, 0)").await?;
        let update = |v| job("UPDATE t SET w = w + 1 WHERE v = ?", vec![Value::Int(v)]);
        let (mut a, mut b) = (e.begin().await?, e.begin().await?);
        a.run(update(1)).await?;
        b.run(update(2)).await?;
        let (first, second) = tokio::join!(
            async {
                let done = a.run(update(2)).await.map(drop);
                let after = a.run(update(1)).await.map(drop);
                let ended = if done.is_ok() { a.rollback().await } else { a.commit().await };
                (done, after, ended)
            },
            async {
                let done = b.run(update(1)).await.map(drop);
                let after = b.run(update(2)).await.map(drop);
                let ended = if done.is_ok() { b.rollback().await } else { b.commit().await };
                (done, after, ended)
            }
        );
        let (lost, kept) = if first.0.is_err() { (first, second) } else { (second, first) };
        assert_eq!(lost.0.expect_err("a deadlock").kind(), ErrorKind::Deadlock);
        assert_eq!(lost.1.expect_err("it is over").kind(), ErrorKind::State);
        assert_eq!(lost.2.expect_err("nothing to commit").kind(), ErrorKind::State);
        assert!(kept.0.is_ok() && kept.1.is_ok() && kept.2.is_ok());
        assert_eq!(one::<i64>(&e, "SELECT sum(w) FROM t").await?, 0);
        // And a lock that is not waited for.
        let mut a = e.begin().await?;
        a.run(update(1)).await?;
        let error = e.run(job("SELECT v FROM t FOR UPDATE NOWAIT", vec![])).await.expect_err("locked");
        assert_eq!(error.kind(), ErrorKind::Timeout);
        a.rollback().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_connection_that_is_killed_takes_its_transaction_with_it() -> Result<()> {
    for (e, _database) in engines().await {
        e.run_script("CREATE TABLE t (v BIGINT)").await?;
        let mut tx = e.begin().await?;
        tx.run(job("INSERT INTO t VALUES (1)", vec![])).await?;
        let number = rows::<i64>(tx.run(query::<i64>("SELECT connection_id()", vec![])).await?)[0];
        e.run_script(&format!("KILL {number}")).await?;
        let error = tx.run(job("INSERT INTO t VALUES (2)", vec![])).await.expect_err("it is gone");
        assert!(error.kind() == ErrorKind::Connection && error.is_retryable(), "{error}");
        assert_eq!(tx.commit().await.expect_err("it is gone").kind(), ErrorKind::Connection);
        assert_eq!(one::<i64>(&e, "SELECT count(*) FROM t").await?, 0, "nothing is half done");
    }
    Ok(())
}

/// A server of the test's own: what it is asked to trust, and what those see who talk to it when it is killed.
#[tokio::test]
async fn a_server_of_its_own() -> Result<()> {
    if server("mariadb").is_none() {
        return Ok(());
    }
    let folder = tempfile::Builder::new().prefix("aludel").tempdir().expect("a folder");
    Command::new("chmod").arg("755").arg(folder.path()).status().expect("chmod");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/servers/mariadb.sh");
    let started = Command::new(script).arg(folder.path()).status().expect("a script");
    assert!(started.success(), "the server does not start");
    let outcome = tokio::spawn({
        let folder = folder.path().to_owned();
        async move {
            trusted(&folder).await?;
            known(&folder).await?;
            large(&folder).await?;
            killed(&folder).await
        }
    })
    .await;
    // Where the test failed before it came to that.
    Command::new("kill").args(["-KILL", &read(folder.path(), "pid")]).status().expect("kill");
    outcome.expect("no panic")
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).expect(name).trim().to_owned()
}

/// The URL of the server without options: over TCP.
fn address(folder: &Path) -> String {
    let url = read(folder, "url");
    url.split_once('?').map_or(url.clone(), |(address, _)| address.to_owned())
}

async fn trusted(folder: &Path) -> Result<()> {
    let url = address(folder);
    let by_name = url.replace("127.0.0.1", "localhost");
    let tls = |name: &str| folder.join("tls").join(name).display().to_string();
    let (ca, stranger) = (format!("ssl_ca={}", tls("ca.pem")), format!("ssl_ca={}", tls("stranger.pem")));
    let cipher = "SELECT variable_value FROM information_schema.session_status WHERE variable_name = 'Ssl_cipher'";
    for (options, expected) in [
        ("sslmode=disable".to_owned(), false),
        ("sslmode=require".to_owned(), true),
        (String::new(), true),
        (ca.clone(), true),
        (format!("sslmode=verify_identity&{ca}"), true),
    ] {
        let e = connect(&format!("{by_name}?{options}")).await?;
        assert_eq!(!one::<String>(&e, cipher).await?.is_empty(), expected, "{options}");
    }
    // A wrong name, a wrong authority.
    connect(&format!("{url}?sslmode=verify-ca&{ca}")).await?;
    for wrong in
        [format!("{url}?{ca}"), format!("{by_name}?{stranger}"), format!("{by_name}?sslmode=verify-ca&{stranger}")]
    {
        let error = connect(&wrong).await.expect_err("not to be trusted");
        assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    }
    // A client's certificate instead of a password.
    let certified = by_name.replace("aludel:p%40ss%2Fword", "certified").replace("/aludel", "/");
    let certificate = format!("ssl_cert={}&ssl_key={}", tls("client.pem"), tls("client.key"));
    let e = connect(&format!("{certified}?{ca}&{certificate}")).await?;
    assert!(one::<String>(&e, "SELECT user()").await?.starts_with("certified@"));
    assert_eq!(connect(&format!("{certified}?{ca}")).await.expect_err("no certificate").kind(), ErrorKind::Connection);
    let socket = folder.join("socket");
    let e = connect(&format!("mysql://aludel:p%40ss%2Fword@localhost/aludel?socket={}", socket.display())).await?;
    assert_eq!(one::<String>(&e, "SELECT user()").await?, "aludel@localhost");
    Ok(())
}

/// Who is let in.
async fn known(folder: &Path) -> Result<()> {
    let url = address(folder);
    for wrong in ["wrong", "p%40ss%2Fword%20"] {
        let url = url.replace("p%40ss%2Fword", wrong);
        for url in [url.clone(), format!("{url}?sslmode=disable")] {
            let error = connect(&url).await.expect_err("wrong");
            assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
            assert!(error.message().contains("Access denied") && !error.to_string().contains(wrong), "{error}");
        }
    }
    let e = connect(&url).await?;
    e.run_script("CREATE USER nobody@'%'").await?;
    let e = connect(&url.replace("aludel:p%40ss%2Fword", "nobody").replace("/aludel", "/information_schema")).await?;
    assert!(one::<String>(&e, "SELECT user()").await?.starts_with("nobody@"));
    let missing = connect(&url.replace("/aludel", "/missing")).await.expect_err("no such database");
    assert!(missing.message().contains("missing"), "{missing}");
    Ok(())
}

/// Rows and statements that need more than one packet, of 16 MB each.
async fn large(folder: &Path) -> Result<()> {
    connect(&address(folder)).await?.run_script("SET GLOBAL max_allowed_packet = 134217728").await?;
    let e = connect(&format!("{}?sslmode=disable&pool_size=1&max_overflow=0", address(folder))).await?;
    let whole = "x".repeat(40_000_000);
    for size in (16_777_195..16_777_220).chain([33_554_420, 40_000_000, 5, 16_777_216]) {
        let text = &whole[..size];
        let back = rows::<String>(e.run(query::<String>("SELECT ?", vec![Value::Text(text.into())])).await?);
        assert!(back == [text], "{size}");
    }
    // Both ends of a packet, and a row of texts.
    for size in [16_777_200, 16_777_211, 16_777_212, 16_777_213, 16_777_214, 16_777_215, 16_777_216] {
        e.run_script(&format!("SET @a = '{}'; SELECT @a", &whole[..size])).await?;
        assert_eq!(one::<i64>(&e, "SELECT length(@a)").await?, size as i64);
    }
    let long = e.run(query::<String>("SELECT ?", vec![Value::Text("x".repeat(140_000_000))])).await;
    assert_eq!(long.expect_err("too large for the server").kind(), ErrorKind::Connection);
    Ok(())
}

async fn killed(folder: &Path) -> Result<()> {
    let e = connect(&format!("{}?sslmode=disable", address(folder))).await?;
    e.run_script("CREATE TABLE t (v BIGINT)").await?;
    let mut tx = e.begin().await?;
    tx.run(job("INSERT INTO t VALUES (1)", vec![])).await?;
    Command::new("kill").args(["-KILL", &read(folder, "pid")]).status().expect("kill");
    let error = tx.run(job("INSERT INTO t VALUES (2)", vec![])).await.expect_err("it is gone");
    assert!(error.kind() == ErrorKind::Connection && error.is_retryable(), "{error}");
    drop(tx);
    assert_eq!(e.run(job("SELECT 1", vec![])).await.expect_err("nobody is there").kind(), ErrorKind::Connection);
    Ok(())
}

/// Servers of another kind.
#[tokio::test]
async fn who_does_not_speak_the_protocol() {
    let answers: [&'static [u8]; 6] = [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"",
        b"\x01\0\0\0\x09",
        b"\x03\0\0\0\xff\x10\x04",
        b"\xff\xff\xff\0",
        b"\0\0\0\0",
    ];
    strangers::are_told("mysql", FirstWord::Servers, &answers).await;
}
