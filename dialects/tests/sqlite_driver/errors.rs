//! Errors tell what, where and in which statement.

use crate::support::{file, folder, job, memory, one};
use aludel_core::{ErrorKind, Result, types::Value};

const SCHEMA: &str = "
    CREATE TABLE clusters (id INTEGER PRIMARY KEY);
    CREATE TABLE users (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, age INTEGER CONSTRAINT ck_age CHECK (age >= 0),
        cluster_id INTEGER REFERENCES clusters ON DELETE RESTRICT, email TEXT);
    CREATE UNIQUE INDEX ux_email ON users (lower(email));
    INSERT INTO clusters VALUES (1); -- a comment at the end; with a semicolon
    INSERT INTO users VALUES (1, 'ann', 1, 1, 'a@x');
    -- and one after it";

#[tokio::test]
async fn violations_have_kinds_and_places() -> Result<()> {
    let e = memory().await?;
    e.run_script(SCHEMA).await?;
    for (sql, kind, table, column, constraint) in [
        ("INSERT INTO users VALUES (1, 'bob', 1, 1, '')", ErrorKind::UniqueViolation, Some("users"), Some("id"), None),
        (
            "INSERT INTO users VALUES (2, 'ann', 1, 1, '')",
            ErrorKind::UniqueViolation,
            Some("users"),
            Some("name"),
            None,
        ),
        ("INSERT INTO users VALUES (2, 'b', 1, 1, 'A@X')", ErrorKind::UniqueViolation, None, None, Some("ux_email")),
        (
            "INSERT INTO users VALUES (2, NULL, 1, 1, '')",
            ErrorKind::NotNullViolation,
            Some("users"),
            Some("name"),
            None,
        ),
        ("INSERT INTO users VALUES (2, 'bob', -1, 1, '')", ErrorKind::CheckViolation, None, None, Some("ck_age")),
        ("INSERT INTO users VALUES (2, 'bob', 1, 9, '')", ErrorKind::ForeignKeyViolation, None, None, None),
        ("DELETE FROM clusters", ErrorKind::ForeignKeyViolation, None, None, None),
        ("SELECT nothing FROM users", ErrorKind::Database, None, None, None),
        ("INSERT INTO users (id, name) VALUES ('x', 'bob')", ErrorKind::Encode, None, None, None),
    ] {
        let error = e.run(job(sql, vec![])).await.expect_err(sql);
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!((error.table(), error.column(), error.constraint()), (table, column, constraint), "{error}");
        assert_eq!(error.sql(), Some(sql));
    }
    assert_eq!(one::<i64>(&e, "SELECT count(*) FROM users").await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_script_names_the_statement_that_failed_and_keeps_the_others() -> Result<()> {
    let e = memory().await?;
    let error = e.run_script("CREATE TABLE a (v); INSERT INTO b VALUES (1); CREATE TABLE c (v)").await.expect_err("b");
    assert_eq!(error.sql(), Some("INSERT INTO b VALUES (1);"));
    assert_eq!(one::<i64>(&e, "SELECT count(*) FROM sqlite_schema").await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_statement_is_one_statement() -> Result<()> {
    let e = memory().await?;
    for (sql, hint) in [("SELECT 1; SELECT 2", "script"), ("  -- nothing", "no SQL"), ("SELECT 1\0, 2", "NUL")] {
        let error = e.run(job(sql, vec![])).await.expect_err(sql);
        assert!(error.message().contains(hint), "{error}");
    }
    e.run(job("SELECT 1; -- that is all", vec![])).await?;
    e.run(job("SELECT ?; ", vec![Value::Int(1)])).await?;
    Ok(())
}

#[tokio::test]
async fn the_statement_that_failed_in_a_batch_is_named() -> Result<()> {
    let dir = folder();
    for execution in ["inline", "thread"] {
        let e = file(dir.path(), &format!("execution={execution}")).await?;
        e.run_script("DROP TABLE IF EXISTS t; CREATE TABLE t (v NOT NULL)").await?;
        let mut connection = e.acquire().await?;
        let insert = |value| job("INSERT INTO t VALUES (?)", vec![Value::Int(value)]);
        let done = connection.run_all(vec![insert(1), job("UPDATE t SET v = 2", vec![])]).await?;
        assert_eq!(done.iter().map(|done| done.affected).collect::<Vec<_>>(), [1, 1]);
        let jobs = vec![insert(1), job("DELETE FROM u", vec![]), insert(2)];
        assert_eq!(connection.run_all(jobs).await.expect_err("no u").sql(), Some("DELETE FROM u"));
        drop(connection);
        assert_eq!(one::<i64>(&e, "SELECT count(*) FROM t").await?, 2);
    }
    Ok(())
}

#[tokio::test]
async fn a_statement_goes_on_when_its_table_has_changed() -> Result<()> {
    let e = memory().await?;
    e.run_script("CREATE TABLE t (v); INSERT INTO t VALUES (1)").await?;
    let all = crate::support::statement("SELECT * FROM t");
    for columns in 1..4 {
        let sink = Box::new(Width(0));
        let done =
            e.run(aludel_core::engine::Job { statement: all.clone(), binds: vec![], sink: Some(sink), timeout: None });
        let width = done.await?.sink.and_then(|sink| sink.into_any().downcast::<Width>().ok()).expect("the sink");
        assert_eq!(width.0, columns);
        e.run_script(&format!("ALTER TABLE t ADD COLUMN v{columns}")).await?;
    }
    Ok(())
}

struct Width(usize);

impl aludel_core::types::RowSink for Width {
    fn row(&mut self, row: &dyn aludel_core::types::Row) -> Result<std::ops::ControlFlow<()>> {
        self.0 = row.len();
        assert!(row.is_null(row.len()).is_err(), "a column too far");
        Ok(std::ops::ControlFlow::Continue(()))
    }

    fn into_any(self: Box<Self>) -> Box<dyn std::any::Any + Send> {
        self
    }
}
