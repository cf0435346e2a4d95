//! What the URL says is what the connection does.

use crate::support::{file, folder, job, one, stranger};
use aludel_core::{
    ErrorKind, Result,
    engine::{Engine, create_engine},
};
use aludel_dialects::BACKENDS;

async fn pragma(engine: &Engine, name: &str) -> Result<i64> {
    one(engine, &format!("PRAGMA {name}")).await
}

#[tokio::test]
async fn the_defaults_are_safe() -> Result<()> {
    let dir = folder();
    let e = file(dir.path(), "").await?;
    assert_eq!(one::<String>(&e, "SELECT * FROM pragma_journal_mode").await?, "wal");
    assert_eq!((pragma(&e, "synchronous").await?, pragma(&e, "foreign_keys").await?), (1, 1));
    assert_eq!(pragma(&e, "busy_timeout").await?, 0, "the queue waits, not SQLite");
    assert!(!one::<bool>(&e, "SELECT 'A' LIKE 'a'").await?, "LIKE means what it means on PostgreSQL");
    assert_eq!(e.dialect().name(), "sqlite");
    Ok(())
}

#[tokio::test]
async fn options_are_applied_to_each_connection() -> Result<()> {
    let dir = folder();
    let options = "journal_mode=truncate&synchronous=extra&foreign_keys=off&case_sensitive_like=off&cache_size=-512\
                   &mmap_size=1048576&temp_store=memory&statement_cache=3&execution=thread&busy_timeout=1m";
    let e = file(dir.path(), options).await?;
    let _first = e.acquire().await?;
    assert_eq!(one::<String>(&e, "SELECT * FROM pragma_journal_mode").await?, "truncate");
    for (name, value) in
        [("synchronous", 3), ("foreign_keys", 0), ("cache_size", -512), ("mmap_size", 1_048_576), ("temp_store", 2)]
    {
        assert_eq!(pragma(&e, name).await?, value, "{name}");
    }
    assert!(one::<bool>(&e, "SELECT 'A' LIKE 'a'").await?);
    // More statements than are kept.
    for round in 0..2 {
        for n in 0..10 {
            assert_eq!(one::<i64>(&e, &format!("SELECT {n}")).await?, n, "round {round}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_file_can_be_opened_for_reading_alone() -> Result<()> {
    let dir = folder();
    assert_eq!(file(dir.path(), "mode=rw").await.expect_err("no file").kind(), ErrorKind::Connection);
    file(dir.path(), "").await?.run_script("CREATE TABLE t (v); INSERT INTO t VALUES (1)").await?;
    for mode in ["mode=ro", "immutable=on", "mode=ro&immutable=on"] {
        let e = file(dir.path(), mode).await?;
        assert_eq!(one::<i64>(&e, "SELECT v FROM t").await?, 1, "{mode}");
        assert!(e.run(job("DELETE FROM t", vec![])).await.is_err(), "{mode}");
        let mut tx = e.begin().await?;
        assert!(tx.run(job("DELETE FROM t", vec![])).await.is_err(), "{mode}");
        tx.commit().await?;
    }
    file(dir.path(), "mode=rw").await?.run(job("DELETE FROM t", vec![])).await?;
    Ok(())
}

#[tokio::test]
async fn names_of_files_are_taken_as_they_are() -> Result<()> {
    let dir = folder();
    for (name, encoded) in
        [("a b?c#d%.db", "a%20b%3Fc%23d%25.db"), ("file:x.db", "file:x.db"), ("naïve🦀.db", "naïve🦀.db")]
    {
        let url = format!("sqlite:///{}/{encoded}", dir.path().display());
        create_engine(&url, BACKENDS)?.connect().await?.run_script("CREATE TABLE t (v)").await?;
        assert!(dir.path().join(name).exists(), "{name}");
        create_engine(&format!("{url}?immutable=on"), BACKENDS)?.connect().await?;
    }
    Ok(())
}

#[tokio::test]
async fn mistakes_in_the_url_are_explained() -> Result<()> {
    for (url, hints) in [
        ("sqlite:///a.db?jurnal_mode=wal", &["did you mean journal_mode?", "busy_timeout", "pool_size"][..]),
        ("sqlite:///a.db?journal_mode=wall", &["wal, delete"]),
        ("sqlite:///a.db?busy_timeout=soon", &["500ms"]),
        ("sqlite:///a.db?statement_cache=0", &["whole number"]),
        ("sqlite://app.db", &["sqlite:///app.db", "sqlite:////path"]),
        ("sqlite::memory:", &["sqlite:///:memory:"]),
        ("sqlite+sqlx:///a.db", &["sqlite+rusqlite"]),
        ("sqlite+aiosqlite:///a.db", &["sqlite+rusqlite"]),
        ("postgres+psycopg2://u:secret@h/d", &["postgresql+native"]),
        ("oracle+cx_oracle://u:secret@h/d", &["oracle+oracledb"]),
        ("sqlite:///a.db?mode=ro&pool_size=many", &["pool_size"]),
    ] {
        let error = create_engine(url, BACKENDS).expect_err(url);
        assert_eq!(error.kind(), ErrorKind::Configuration, "{url}");
        for hint in hints {
            assert!(error.message().contains(hint), "{url}: {error}");
        }
        assert!(!format!("{error:?}").contains("secret"), "{error}");
    }
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_opened_says_why() -> Result<()> {
    let dir = folder();
    let error = file(&dir.path().join("missing"), "").await.expect_err("no folder");
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(error.message().contains("there is no folder") && error.message().contains("missing/test.db"), "{error}");
    std::fs::write(dir.path().join("test.db"), "this is no database, though long enough to be looked at".repeat(100))
        .expect("a file");
    let error = file(dir.path(), "").await.expect_err("no database");
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(error.message().contains("the file is no SQLite database"), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_journal_mode_that_is_not_had_is_an_error() -> Result<()> {
    let error = create_engine("sqlite://?journal_mode=wal", BACKENDS)?.connect().await.expect_err("no WAL in memory");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.message().contains("journal_mode=memory"), "{error}");
    Ok(())
}

#[tokio::test]
async fn the_first_to_open_waits_for_who_has_the_file() -> Result<()> {
    let dir = folder();
    let other = stranger(dir.path());
    other.execute_batch("BEGIN EXCLUSIVE; CREATE TABLE t (v)").expect("a lock");
    let error = file(dir.path(), "busy_timeout=50ms").await.expect_err("locked");
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    let path = dir.path().to_owned();
    let opening = tokio::spawn(async move { file(&path, "").await });
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert!(!opening.is_finished());
    other.execute_batch("COMMIT").expect("a commit");
    assert_eq!(one::<i64>(&opening.await.expect("no panic")?, "SELECT count(*) FROM t").await?, 0);
    Ok(())
}
