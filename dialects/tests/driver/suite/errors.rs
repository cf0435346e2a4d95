//! Errors tell what, where and in which statement.

use super::{COLUMNS, Place, job, one, query, sql};
use crate::jobs::{NUMBERS, rows, statement};
use aludel_core::{
    ErrorKind, Result,
    engine::Job,
    types::{Row, RowSink, Value},
};
use std::{any::Any, ops::ControlFlow};

const SCHEMA: &str = "
    CREATE TABLE clusters (id BIGINT PRIMARY KEY);
    CREATE TABLE users (
        id BIGINT PRIMARY KEY, name VARCHAR(50) NOT NULL UNIQUE, age INTEGER, cluster_id BIGINT,
        CONSTRAINT ck_age CHECK (age >= 0), FOREIGN KEY (cluster_id) REFERENCES clusters (id) ON DELETE RESTRICT);
    INSERT INTO clusters VALUES (1); -- a comment at the end; with a semicolon
    INSERT INTO users VALUES (1, 'ann', 1, 1);
    -- and one after it";

#[tokio::test]
async fn violations_have_kinds_and_places() -> Result<()> {
    let Some(place) = Place::new().await else { return Ok(()) };
    let e = &place.engine;
    place.script(SCHEMA).await?;
    let unique = ErrorKind::UniqueViolation;
    for (text, kind, table, column) in [
        ("INSERT INTO users VALUES (1, 'bob', 1, 1)", unique, Some("users"), Some("id")),
        ("INSERT INTO users VALUES (2, 'ann', 1, 1)", unique, Some("users"), Some("name")),
        ("INSERT INTO users VALUES (2, NULL, 1, 1)", ErrorKind::NotNullViolation, Some("users"), Some("name")),
        ("INSERT INTO users VALUES (2, 'bob', -1, 1)", ErrorKind::CheckViolation, None, None),
        ("INSERT INTO users VALUES (2, 'bob', 1, 9)", ErrorKind::ForeignKeyViolation, None, None),
        ("DELETE FROM clusters", ErrorKind::ForeignKeyViolation, None, None),
        ("SELECT missing FROM users", ErrorKind::UndefinedColumn, None, None),
        ("SELECT * FROM nowhere", ErrorKind::UndefinedTable, None, None),
        ("SELEKT", ErrorKind::Database, None, None),
    ] {
        let error = e.run(job(e, text, vec![])).await.expect_err(text);
        assert_eq!(error.kind(), kind, "{error}");
        if let (Some(table), true) = (table, place.capabilities().names_columns) {
            assert_eq!((error.table(), error.column()), (Some(table), column), "{error}");
        }
        if kind == ErrorKind::CheckViolation {
            assert_eq!(error.constraint(), Some("ck_age"), "{error}");
        }
        if place.capabilities().names_constraints
            && matches!(kind, ErrorKind::UniqueViolation | ErrorKind::ForeignKeyViolation)
            && !(column == Some("id") && super::cannot(super::EMULATOR, "it does not name a primary key"))
        {
            assert!(error.constraint().is_some(), "{error}");
        }
        assert_eq!(error.sql(), Some(sql(e, text).as_str()));
    }
    assert_eq!(one::<i64>(e, "SELECT count(*) FROM users").await?, 1);
    Ok(())
}

#[tokio::test]
async fn the_statement_that_failed_in_a_batch_is_named() -> Result<()> {
    let Some(place) = Place::new().await else { return Ok(()) };
    let e = &place.engine;
    place.table("v BIGINT NOT NULL").await?;
    let mut connection = e.acquire().await?;
    let insert = |value| job(e, "INSERT INTO t VALUES (?)", vec![Value::Int(value)]);
    let done = connection.run_all(vec![insert(1), job(e, "UPDATE t SET v = 2", vec![])]).await?;
    assert_eq!(done.iter().map(|done| done.affected).collect::<Vec<_>>(), [1, 1]);
    let jobs = vec![insert(1), job(e, "DELETE FROM u", vec![]), insert(2)];
    assert_eq!(connection.run_all(jobs).await.expect_err("no u").sql(), Some("DELETE FROM u"));
    drop(connection);
    assert_eq!(place.count().await?, 2);
    Ok(())
}

#[tokio::test]
async fn the_number_of_values_is_checked() -> Result<()> {
    let Some(place) = Place::new().await else { return Ok(()) };
    let e = &place.engine;
    for values in [vec![], vec![Value::Int(1), Value::Int(2)]] {
        let error = e.run(job(e, "SELECT abs(?)", values)).await.expect_err("one value is wanted");
        assert!(matches!(error.kind(), ErrorKind::Statement | ErrorKind::Database), "{error}");
    }
    Ok(())
}

#[tokio::test]
async fn done_tells_what_was_done() -> Result<()> {
    let Some(place) = Place::new().await else { return Ok(()) };
    let e = &place.engine;
    place.table(COLUMNS).await?;
    let mut connection = e.acquire().await?;
    for (text, affected) in [
        (format!("INSERT INTO t (v) {}", NUMBERS.replace('?', "3")).as_str(), 3),
        ("UPDATE t SET v = 0 WHERE v > 1", 2),
        ("SELECT * FROM t", 0),
        ("DELETE FROM t WHERE v = 9", 0),
        ("DELETE FROM t", 3),
    ] {
        assert_eq!(connection.run(job(e, text, vec![])).await?.affected, affected, "{text}");
    }
    Ok(())
}

#[tokio::test]
async fn a_statement_goes_on_when_its_table_has_changed() -> Result<()> {
    let Some(place) = Place::new().await else { return Ok(()) };
    let e = &place.engine;
    place.script("CREATE TABLE t (v BIGINT); INSERT INTO t VALUES (1)").await?;
    let all = statement("SELECT * FROM t");
    for columns in 1..4 {
        let sink = Box::new(Width(0));
        let done = e.run(Job { statement: all.clone(), binds: vec![], sink: Some(sink), timeout: None });
        let width = done.await?.sink.and_then(|sink| sink.into_any().downcast::<Width>().ok()).expect("the sink");
        assert_eq!(width.0, columns);
        place.script(&format!("ALTER TABLE t ADD COLUMN v{columns} BIGINT")).await?;
    }
    Ok(())
}

struct Width(usize);

impl RowSink for Width {
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        self.0 = row.len();
        assert!(row.is_null(row.len()).is_err(), "a column too far");
        assert_eq!(row.name(0), Some("v"));
        Ok(ControlFlow::Continue(()))
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_named() -> Result<()> {
    let Some(place) = Place::new().await else { return Ok(()) };
    let e = &place.engine;
    let error = e.run(query::<i64>(e, "SELECT 'x' AS price", vec![])).await.expect_err("a text");
    assert_eq!((error.kind(), error.column()), (ErrorKind::Decode, Some("price")));
    assert!(error.message().contains("the text \"x\" is not an integer"), "{error}");
    let error = e.run(query::<i8>(e, "SELECT 128", vec![])).await.expect_err("too large");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(rows::<Option<i64>>(e.run(query::<Option<i64>>(e, "SELECT NULL", vec![])).await?), [None]);
    Ok(())
}

#[tokio::test]
async fn nothing_shows_a_password() {
    if super::cannot(super::EMULATOR, "it asks for none") {
        return;
    }
    let database = crate::servers::Database::of(super::dialect()).await;
    let Some(url) = database.filter(|_| super::dialect() != "sqlite").map(|d| d.url().replacen('@', "wrong@", 1))
    else {
        return;
    };
    let error = crate::connect(&url).await.expect_err("a wrong password");
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(!format!("{error:?}").contains("wrong"), "{error:?}");
}
