//! What only PostgreSQL has: its URLs, its types, and a server that is killed.

use crate::{
    connect,
    jobs::{Collect, job, one, query, rows},
    servers::{Database, server},
    strangers::{self, FirstWord},
    tables::{column, table},
};
use aludel_core::{
    Error, ErrorKind, Result,
    compile::{Compiled, StatementKind},
    engine::{Job, LoadJob},
    types::{SqlType, Value},
};
use aludel_dialects::postgresql::driver::PostgresqlError;
use rust_decimal::Decimal;
use std::{
    error::Error as _,
    path::Path,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

#[tokio::test]
async fn the_url_says_how_the_session_is() -> Result<()> {
    let Some(database) = Database::of("postgresql").await else { return Ok(()) };
    let e = connect(&database.with("application_name=a b&lock_timeout=2s")).await?;
    assert_eq!(one::<String>(&e, "SHOW application_name").await?, "a b");
    assert_eq!(one::<String>(&e, "SHOW lock_timeout").await?, "2s");
    assert_eq!(one::<String>(&e, "SHOW timezone").await?, "UTC");
    assert!(one::<String>(&e, "SHOW search_path").await?.starts_with("aludel_"));
    assert_eq!(one::<String>(&connect(database.url()).await?, "SHOW application_name").await?, "aludel");
    for (options, kind) in
        [("sslmode=sometimes", ErrorKind::Configuration), ("sslmod=disable", ErrorKind::Configuration)]
    {
        let url = format!("postgresql://x@127.0.0.1/x?{options}");
        assert_eq!(connect(&url).await.expect_err(options).kind(), kind);
    }
    let nobody = connect("postgres://x@127.0.0.1:1/x").await.expect_err("nobody is there");
    assert_eq!(nobody.kind(), ErrorKind::Connection);
    Ok(())
}

#[tokio::test]
async fn a_text_is_what_it_is_compared_with() -> Result<()> {
    let Some(database) = Database::of("postgresql").await else { return Ok(()) };
    let e = connect(database.url()).await?;
    e.run_script(
        "CREATE TYPE mood AS ENUM ('calm', 'it''s fine'); \
         CREATE DOMAIN short AS VARCHAR(9); \
         CREATE TABLE t (v mood, moods mood[], d short, j JSON, b JSONB, n NUMERIC(20), i INET)",
    )
    .await?;
    let fine = || Value::Text("it's fine".into());
    let moods = || Value::List(SqlType::Text, vec![fine(), Value::Text("calm".into())]);
    let json = || Value::Json("{\"a\": 1}".into());
    e.run(job(
        "INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6, CAST($7 AS INET))",
        vec![fine(), moods(), fine(), json(), json(), Value::UInt(u64::MAX), Value::Text("10.0.0.1".into())],
    ))
    .await?;
    for (text, value) in [
        ("SELECT count(*) FROM t WHERE v = $1", fine()),
        ("SELECT count(*) FROM t WHERE v = ANY($1)", moods()),
        ("SELECT count(*) FROM t WHERE moods = $1", moods()),
        ("SELECT count(*) FROM t WHERE d = $1", fine()),
        ("SELECT count(*) FROM t WHERE b = $1", json()),
        ("SELECT count(*) FROM t WHERE n = $1", Value::UInt(u64::MAX)),
        ("SELECT count(*) FROM t WHERE i = CAST($1 AS INET)", Value::Text("10.0.0.1".into())),
        ("SELECT count(*) FROM t WHERE length($1) > 0", fine()),
        ("SELECT count(*) FROM t WHERE $1 > 0", Value::UInt(1)),
    ] {
        assert_eq!(rows::<i64>(e.run(query::<i64>(text, vec![value])).await?), [1], "{text}");
    }
    assert_eq!(one::<String>(&e, "SELECT v FROM t").await?, "it's fine");
    assert_eq!(one::<Vec<String>>(&e, "SELECT moods FROM t").await?, ["it's fine", "calm"]);
    assert_eq!(one::<u64>(&e, "SELECT n FROM t").await?, u64::MAX);
    let refused = e.run(job("SELECT count(*) FROM t WHERE i = $1", vec![fine()])).await.expect_err("no INET");
    assert!(matches!(refused.kind(), ErrorKind::Encode | ErrorKind::Database), "{refused}");
    Ok(())
}

/// A statement's first values may all be NULL, and its next ones not.
#[tokio::test]
async fn types_do_not_depend_on_the_first_values() -> Result<()> {
    let Some(database) = Database::of("postgresql").await else { return Ok(()) };
    let e = connect(database.url()).await?;
    e.run_script("CREATE TABLE t (a SMALLINT, b TEXT, c NUMERIC, d JSONB)").await?;
    let insert = job("INSERT INTO t VALUES ($1, $2, $3, $4)", vec![]).statement;
    let values = vec![Value::Int(7), Value::Text("x".into()), Value::Decimal(Decimal::ONE), Value::Json("[]".into())];
    let types = [SqlType::SmallInt, SqlType::Text, SqlType::Decimal, SqlType::Json];
    for binds in [types.map(Value::Null).to_vec(), values] {
        e.run(Job { statement: insert.clone(), binds, sink: None, timeout: None }).await?;
    }
    assert_eq!(one::<i64>(&e, "SELECT count(*) FROM t WHERE a = 7 AND b = 'x' AND c = 1 AND d = '[]'").await?, 1);
    let large =
        vec![Value::Int(70_000), Value::Null(SqlType::Text), Value::Null(SqlType::Text), Value::Null(SqlType::Json)];
    let error = e.run(job("INSERT INTO t VALUES ($1, $2, $3, $4)", large)).await.expect_err("too large");
    assert_eq!(error.kind(), ErrorKind::Encode, "{error}");
    Ok(())
}

/// A statement that made room for another one is prepared again, with the types that it had.
#[tokio::test]
async fn few_statements_are_kept() -> Result<()> {
    let Some(database) = Database::of("postgresql").await else { return Ok(()) };
    let e = connect(&database.with("statement_cache=2&pool_size=1&max_overflow=0")).await?;
    e.run_script("CREATE TYPE mood AS ENUM ('calm', 'fine'); CREATE TABLE t (v BIGINT, m mood)").await?;
    let insert = query::<i64>("INSERT INTO t VALUES ($1, $2) RETURNING v", vec![]).statement;
    let forced = query::<String>("SELECT $1 || CAST($2 AS TEXT)", vec![]).statement;
    let read = job("SELECT v FROM t ORDER BY v", vec![]).statement;
    let run = |statement: &Arc<_>, binds, sink| Job { statement: Arc::clone(statement), binds, sink, timeout: None };
    for number in 0..20_i64 {
        let binds = vec![Value::Int(number), Value::Text("fine".into())];
        let done = e.run(run(&insert, binds.clone(), Some(Collect::<i64>::boxed()))).await?;
        assert_eq!(rows::<i64>(done), [number]);
        let mut stream = e.stream(run(&read, vec![], None), 3, Collect::<i64>::boxed).await?;
        stream.next().await.expect("a batch")?;
        drop(stream);
        let binds = vec![Value::Text("a".into()), Value::UInt(7)];
        let done = e.run(run(&forced, binds, Some(Collect::<String>::boxed()))).await?;
        assert_eq!(rows::<String>(done), ["a7"]);
    }
    let kept: i64 = one(&e, "SELECT count(*) FROM pg_prepared_statements").await?;
    assert!(kept <= 3, "{kept} are kept");
    Ok(())
}

#[tokio::test]
async fn decimals_of_28_digits() -> Result<()> {
    let Some(database) = Database::of("postgresql").await else { return Ok(()) };
    let e = connect(database.url()).await?;
    for text in
        ["79228162514264337593543950335", "-0.0000000000000000000000000001", "1.50", "0", "100000000000000000000"]
    {
        let value: Decimal = text.parse().expect("a decimal");
        let back = rows::<Decimal>(e.run(query::<Decimal>("SELECT $1", vec![Value::Decimal(value)])).await?);
        assert_eq!(back[0].to_string(), text);
    }
    for text in ["'NaN'", "'Infinity'", "1e29", "1e-29"] {
        let error = e.run(query::<Decimal>(&format!("SELECT CAST({text} AS NUMERIC)"), vec![])).await.expect_err(text);
        assert_eq!(error.kind(), ErrorKind::Decode);
    }
    for text in ["CAST('infinity' AS TIMESTAMP)", "CAST('294276-01-01' AS TIMESTAMP)"] {
        let error = e.run(query::<chrono::NaiveDateTime>(&format!("SELECT {text}"), vec![])).await.expect_err(text);
        assert_eq!(error.kind(), ErrorKind::Decode);
    }
    Ok(())
}

#[tokio::test]
async fn the_servers_own_words_are_kept() -> Result<()> {
    let Some(database) = Database::of("postgresql").await else { return Ok(()) };
    let e = connect(database.url()).await?;
    e.run_script("CREATE TABLE t (v BIGINT PRIMARY KEY); INSERT INTO t VALUES (1)").await?;
    let error = e.run(job("INSERT INTO t VALUES (1)", vec![])).await.expect_err("twice");
    let cause = error.source().and_then(|cause| cause.downcast_ref::<PostgresqlError>()).expect("PostgreSQL's error");
    assert_eq!((cause.code(), cause.detail()), ("23505", Some("Key (v)=(1) already exists.")));
    let script = "INSERT INTO t VALUES (2); -- é; é\nINSERT INTO t VALUES (nothing); INSERT INTO t VALUES (3)";
    let error = e.run_script(script).await.expect_err("no such column");
    assert!(error.sql().is_some_and(|sql| sql.ends_with("INSERT INTO t VALUES (nothing)")), "{error}");
    assert_eq!(one::<i64>(&e, "SELECT count(*) FROM t").await?, 1, "a script is one transaction");
    Ok(())
}

#[tokio::test]
async fn a_deadlock_is_one() -> Result<()> {
    let Some(database) = Database::of("postgresql").await else { return Ok(()) };
    let e = connect(database.url()).await?;
    e.run_script("CREATE TABLE t (v BIGINT); INSERT INTO t VALUES (1), (2)").await?;
    let update = |v| job("UPDATE t SET v = v WHERE v = $1", vec![Value::Int(v)]);
    let (mut a, mut b) = (e.begin().await?, e.begin().await?);
    a.run(update(1)).await?;
    b.run(update(2)).await?;
    let (first, second) = tokio::join!(
        async {
            let done = a.run(update(2)).await.map(drop);
            a.rollback().await.and(done)
        },
        async {
            let done = b.run(update(1)).await.map(drop);
            b.rollback().await.and(done)
        }
    );
    let kinds: Vec<_> = [first, second].into_iter().filter_map(Result::err).map(|error| error.kind()).collect();
    assert_eq!(kinds, [ErrorKind::Deadlock]);
    // And a lock that is not waited for.
    let mut a = e.begin().await?;
    a.run(update(1)).await?;
    let error = e.run(job("SELECT v FROM t FOR UPDATE NOWAIT", vec![])).await.expect_err("locked");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    a.rollback().await
}

/// A server of the test's own: what it is asked to trust, and what becomes of those who talk to it when it is killed.
#[tokio::test]
async fn a_server_of_its_own() -> Result<()> {
    if server("postgresql").is_none() {
        return Ok(());
    }
    let folder = tempfile::Builder::new().prefix("aludel").tempdir().expect("a folder");
    std::process::Command::new("chmod").arg("755").arg(folder.path()).status().expect("chmod");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/servers/postgresql.sh");
    let started = Command::new(script).arg(folder.path()).status().expect("a script");
    if !started.success() {
        assert!(std::env::var("CI").as_deref() != Ok("1"), "the server does not start");
        println!("skipped: no server of its own starts here");
        return Ok(());
    }
    let outcome = tokio::spawn({
        let folder = folder.path().to_owned();
        async move {
            trusted(&folder).await?;
            known(&folder).await?;
            killed(&folder).await
        }
    })
    .await;
    let pid = read(folder.path(), "pid");
    Command::new("kill").args(["-INT", &pid]).status().expect("kill");
    outcome.expect("no panic")
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).expect(name).trim().to_owned()
}

async fn trusted(folder: &Path) -> Result<()> {
    let url = read(folder, "url");
    let by_name = url.replace("127.0.0.1", "localhost");
    let tls = |name: &str| folder.join("tls").join(name).display().to_string();
    let (ca, stranger) = (format!("ssl_ca={}", tls("ca.pem")), format!("ssl_ca={}", tls("stranger.pem")));
    let encrypted = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    for (options, expected) in [
        ("sslmode=disable".to_owned(), false),
        ("sslmode=require".to_owned(), true),
        (String::new(), true),
        (ca.clone(), true),
        (format!("sslmode=verify-full&{ca}"), true),
    ] {
        let e = connect(&format!("{by_name}?{options}")).await?;
        assert_eq!(one::<bool>(&e, encrypted).await?, expected, "{options}");
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
    let certified = by_name.replace("p%40ss%2Fword", "none").replace("/postgres", "/certified");
    let certificate = format!("ssl_cert={}&ssl_key={}", tls("client.pem"), tls("client.key"));
    let e = connect(&format!("{certified}?{ca}&{certificate}")).await?;
    assert_eq!(one::<String>(&e, "SELECT current_database()").await?, "certified");
    assert_eq!(connect(&format!("{certified}?{ca}")).await.expect_err("no certificate").kind(), ErrorKind::Connection);
    // A socket, as an option and as a host.
    let port = url.rsplit_once(':').and_then(|(_, rest)| rest.split_once('/')).expect("a port").0.to_owned();
    let path = folder.display().to_string();
    for url in [
        format!("postgresql://aludel@:{port}/postgres?host={path}").replace("@:", "@localhost:"),
        format!("postgres://aludel@{}:{port}/postgres", path.replace('/', "%2F")),
    ] {
        let e = connect(&url).await?;
        assert!(one::<Option<String>>(&e, "SELECT CAST(inet_client_addr() AS TEXT)").await?.is_none(), "{url}");
    }
    Ok(())
}

/// The ways in which a password is asked for.
async fn known(folder: &Path) -> Result<()> {
    let url = read(folder, "url");
    let e = connect(&url).await?;
    e.run_script(
        "SET password_encryption = 'md5'; CREATE ROLE hashed LOGIN PASSWORD 'it''s'; CREATE ROLE plain LOGIN PASSWORD 'it''s'",
    )
    .await?;
    for (user, other) in
        [("aludel:p%40ss%2Fword", None), ("hashed:it's", Some("hashed")), ("plain:it's", Some("plain"))]
    {
        let right = url.replace("aludel:p%40ss%2Fword", user);
        let e = connect(&right).await?;
        assert_eq!(one::<String>(&e, "SELECT CAST(current_user AS TEXT)").await?, other.unwrap_or("aludel"));
        for wrong in ["wrong", "p%40ss%2Fword%20"] {
            let name = other.unwrap_or("aludel");
            let error =
                connect(&url.replace("aludel:p%40ss%2Fword", &format!("{name}:{wrong}"))).await.expect_err("wrong");
            assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
            assert!(error.message().contains("password") && !error.to_string().contains(wrong), "{error}");
        }
    }
    let error = connect(&url.replace(":p%40ss%2Fword", "")).await.expect_err("no password");
    assert!(error.message().contains("the server wants a password"), "{error}");
    Ok(())
}

async fn killed(folder: &Path) -> Result<()> {
    let e = connect(&format!("{}?sslmode=disable", read(folder, "url"))).await?;
    e.run_script("CREATE TABLE t (v BIGINT)").await?;
    e.run_script("CHECKPOINT").await?; // for speed the server says "done" before it is
    let mut tx = e.begin().await?;
    tx.run(job("INSERT INTO t VALUES (1)", vec![])).await?;
    let process = rows::<i32>(tx.run(query::<i32>("SELECT pg_backend_pid()", vec![])).await?)[0];
    let idle = e.acquire().await?;
    drop(idle);
    // One process that dies so takes all others with it.
    Command::new("kill").args(["-KILL", &process.to_string()]).status().expect("kill");
    let error = tx.run(job("INSERT INTO t VALUES (2)", vec![])).await.expect_err("it is gone");
    assert!(error.kind() == ErrorKind::Connection && error.is_retryable(), "{error}");
    assert_eq!(tx.commit().await.expect_err("it is gone").kind(), ErrorKind::Connection);
    let started = Instant::now();
    let count = loop {
        let count: Result<i64, Error> = one(&e, "SELECT count(*) FROM t").await;
        match count {
            Ok(count) => break count,
            Err(error) => assert_eq!(error.kind(), ErrorKind::Connection, "{error}"),
        }
        assert!(started.elapsed() < Duration::from_secs(30), "the pool does not heal");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(count, 0, "nothing is half done");
    e.run(job("INSERT INTO t VALUES (3)", vec![])).await?;
    Ok(())
}

/// What a model takes for a text may be more to the table.
#[tokio::test]
async fn rows_are_loaded_into_columns_of_other_types() -> Result<()> {
    let Some(database) = Database::of("postgresql").await else { return Ok(()) };
    let engine = &connect(database.url()).await?;
    engine
        .run_script(
            "CREATE TYPE mood AS ENUM ('calm', 'it''s');
             CREATE TABLE t (a mood, b jsonb, c smallint, d double precision, e numeric(20), f uuid, g text[])",
        )
        .await?;
    let columns = ["a", "b", "c", "d", "e", "f", "g"];
    let table = table(columns.map(|name| column(name, SqlType::Text)).to_vec());
    let load = async |columns: &[u16], rows: Vec<Vec<Value>>| -> Result<u64> {
        let mut transaction = engine.begin().await?;
        let mut rows = rows.into_iter().map(Ok);
        let count = transaction.load(LoadJob { table, columns, rows: &mut rows }).await?;
        transaction.commit().await?;
        Ok(count)
    };
    let text = |text: &str| Value::Text(text.into());
    let list = Value::List(SqlType::Text, vec![text("x"), Value::Null(SqlType::Text)]);
    let row = vec![text("it's"), text("{\"a\": [1]}"), Value::Int(7), Value::Float(0.5), Value::UInt(u64::MAX)];
    let row = row.into_iter().chain([Value::Null(SqlType::Uuid), list]).collect();
    assert_eq!(load(&[0, 1, 2, 3, 4, 5, 6], vec![row]).await?, 1);
    let told = one::<String>(engine, "SELECT t::text FROM t").await?;
    assert_eq!(told, r#"(it's,"{""a"": [1]}",7,0.5,18446744073709551615,,"{x,NULL}")"#);
    for (column, value) in [(5, text("no")), (2, Value::Int(40_000)), (0, Value::Int(1)), (1, Value::Int(1))] {
        let error = load(&[column], vec![vec![value]]).await.expect_err("another type");
        assert_eq!((error.kind(), error.column()), (ErrorKind::Encode, Some(columns[usize::from(column)])), "{error}");
    }
    let unknown = load(&[0], vec![vec![text("glad")]]).await.expect_err("no such label");
    let inserted =
        engine.run(job("INSERT INTO t (a) VALUES ($1)", vec![text("glad")])).await.expect_err("no such label");
    assert_eq!(unknown.kind(), inserted.kind(), "{unknown}");
    // A transaction whose load was given up is over, and says so.
    let mut transaction = engine.begin().await?;
    let mut rows = [Ok(vec![text("calm")]), Err(Error::new(ErrorKind::Encode, "no more"))].into_iter();
    let error = transaction.load(LoadJob { table, columns: &[0], rows: &mut rows }).await.expect_err("no more");
    assert_eq!(error.message(), "no more");
    let error = transaction.run_script("SELECT 1").await.expect_err("a transaction that is over");
    assert_eq!(error.kind(), ErrorKind::State, "{error}");
    transaction.rollback().await?;
    assert_eq!(one::<i64>(engine, "SELECT count(*) FROM t").await?, 1);
    Ok(())
}

/// Rows of a COPY that a program has sent as text come from nowhere.
#[tokio::test]
async fn a_copy_by_hand_is_refused() -> Result<()> {
    let Some(database) = Database::of("postgresql").await else { return Ok(()) };
    let e = connect(&database.with("pool_size=1&max_overflow=0")).await?;
    e.run_script("CREATE TABLE t (v BIGINT); INSERT INTO t VALUES (7)").await?;
    for _ in 0..2 {
        let error = e.run_script("COPY t FROM STDIN").await.expect_err("no rows");
        assert!(error.message().contains("COPY"), "{error}");
        let error = e.run(job("COPY t FROM STDIN", vec![])).await.expect_err("no rows");
        assert!(error.message().contains("COPY"), "{error}");
        e.run_script("COPY t TO STDOUT; SELECT 1").await?;
        assert_eq!(one::<i64>(&e, "SELECT v FROM t").await?, 7);
    }
    Ok(())
}

#[tokio::test]
async fn a_server_that_hangs_up_says_why() -> Result<()> {
    let Some(database) = Database::of("postgresql").await else { return Ok(()) };
    let e = connect(&database.with("pool_size=1&max_overflow=0")).await?;
    let error = e.run(job("SELECT pg_terminate_backend(pg_backend_pid())", vec![])).await.expect_err("it is gone");
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(error.message().contains("administrator"), "{error}");
    assert_eq!(one::<i64>(&e, "SELECT CAST(1 AS BIGINT)").await?, 1, "another one takes its place");
    Ok(())
}

/// Values larger than any buffer.
#[tokio::test]
async fn large_values() -> Result<()> {
    let Some(database) = Database::of("postgresql").await else { return Ok(()) };
    let e = connect(&database.with("pool_size=1&max_overflow=0")).await?;
    for size in [30_000_000, 1, 65_530, 100] {
        let text = "é".repeat(size / 2);
        let back =
            rows::<String>(e.run(query::<String>("SELECT CAST($1 AS TEXT)", vec![Value::Text(text.clone())])).await?);
        assert!(back == [text], "{size}");
    }
    let error = e.run(query::<String>("SELECT $1", vec![Value::Text("\0".into())])).await.expect_err("no NUL");
    assert_eq!(error.kind(), ErrorKind::Encode);
    let error = e.run_script("SELECT '\0'").await.expect_err("no NUL");
    assert_eq!(error.kind(), ErrorKind::Statement);
    assert_eq!(one::<i64>(&e, "SELECT CAST(1 AS BIGINT)").await?, 1);
    Ok(())
}

/// Servers of another kind.
#[tokio::test]
async fn who_does_not_speak_the_protocol() {
    let answers: [&'static [u8]; 6] = [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"",
        b"N",
        b"NR\0\0\0\x08\0\0\0\x09",
        b"NR\x7f\xff\xff\xff",
        b"NZ\0\0\0\x03",
    ];
    strangers::are_told("postgresql", FirstWord::Clients, &answers).await;
}

fn write(sql: &str) -> Arc<Compiled> {
    Arc::new(Compiled::new(StatementKind::Insert, sql.to_owned()))
}

/// Statements of a transaction are sent ahead of each other's answers.
#[tokio::test]
async fn batches_are_sent_ahead() -> Result<()> {
    let Some(database) = Database::of("postgresql").await else { return Ok(()) };
    let e = connect(&database.with("pool_size=1&max_overflow=0")).await?;
    e.run_script("CREATE TABLE t (v BIGINT PRIMARY KEY, x TEXT)").await?;
    let insert = write("INSERT INTO t VALUES ($1, $2) RETURNING x");
    let other = write("INSERT INTO t VALUES ($2, $1) RETURNING x");
    let with = |statement: &Arc<Compiled>, binds| Job {
        statement: Arc::clone(statement),
        binds,
        sink: Some(Collect::<String>::boxed()),
        timeout: None,
    };
    let row = |number, text: &str| with(&insert, vec![Value::Int(number), Value::Text(text.into())]);
    let turned = |number, text: &str| with(&other, vec![Value::Text(text.into()), Value::Int(number)]);
    // More than both sockets hold, each way.
    let large = "x".repeat(12_000_000);
    let mut tx = e.begin().await?;
    let mut jobs: Vec<Job> = (0..6).map(|number| row(number, &large)).collect();
    jobs.extend([turned(6, "six"), row(7, "seven"), turned(8, "eight")]);
    let done = tx.run_all(jobs).await?;
    let texts: Vec<usize> = done.into_iter().map(|done| rows::<String>(done)[0].len()).collect();
    assert_eq!(texts, [12_000_000, 12_000_000, 12_000_000, 12_000_000, 12_000_000, 12_000_000, 3, 5, 5]);
    tx.commit().await?;
    assert_eq!(one::<i64>(&e, "SELECT count(*) FROM t").await?, 9);

    // One that the server refuses, and one that cannot be sent.
    let mut tx = e.begin().await?;
    let error = tx.run_all(vec![row(10, "a"), turned(10, "b"), row(11, "c"), row(12, "d")]).await.expect_err("twice");
    assert_eq!((error.kind(), error.sql()), (ErrorKind::UniqueViolation, Some(other.sql.as_str())));
    let error = tx.commit().await.expect_err("over");
    assert_eq!(error.kind(), ErrorKind::State, "{error}");
    let mut tx = e.begin().await?;
    let unfit = with(&insert, vec![Value::Text("no".into()), Value::Bool(true)]);
    let error = tx.run_all(vec![row(10, "a"), row(11, "b"), unfit]).await.expect_err("unfit");
    assert!(error.kind() != ErrorKind::UniqueViolation && error.sql().is_some(), "{error}");
    drop(tx);
    let mut tx = e.begin().await?;
    let unfit = with(&insert, vec![Value::Int(20), Value::Text("\0".into())]);
    let error = tx.run_all(vec![row(10, "a"), row(10, "b"), unfit]).await.expect_err("twice, and unfit");
    assert_eq!(error.kind(), ErrorKind::UniqueViolation, "the first is told");
    assert_eq!(tx.commit().await.expect_err("over").kind(), ErrorKind::State);
    let mut tx = e.begin().await?;
    let unfit = with(&insert, vec![Value::Int(20), Value::Text("\0".into())]);
    let error = tx.run_all(vec![row(10, "a"), unfit]).await.expect_err("unfit");
    assert_eq!(error.kind(), ErrorKind::Encode);
    tx.run_all(vec![row(11, "a"), row(12, "b")]).await?;
    tx.commit().await?;
    assert_eq!(one::<i64>(&e, "SELECT count(*) FROM t").await?, 12);

    // One that is given up half-way.
    for micros in [0, 50, 200, 1_000, 5_000, 20_000] {
        let mut tx = e.begin().await?;
        let jobs = (100..108).map(|number| row(number, &large[..1_000_000])).collect();
        let _ = tokio::time::timeout(Duration::from_micros(micros), tx.run_all(jobs)).await;
        drop(tx);
        assert_eq!(one::<i64>(&e, "SELECT count(*) FROM t").await?, 12, "{micros}");
    }
    Ok(())
}
