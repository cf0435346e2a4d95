//! What a program is told when it makes one of the usual mistakes: what is wrong, and the way out.

use crate::models::{Author, Post, author, post};
use aludel::{ErrorKind, prelude::*, types::Value};
use chrono::{DateTime, Utc};

async fn empty() -> Engine {
    create_engine("sqlite://?busy_timeout=50ms").unwrap().connect().await.unwrap()
}

#[tokio::test]
async fn a_table_or_a_column_that_is_not_there() -> aludel::Result<()> {
    let engine = empty().await;
    let error = query(Author).on(&engine).all().await.unwrap_err();
    assert_eq!((error.kind(), error.table()), (ErrorKind::UndefinedTable, Some("authors")));
    assert!(
        error.message().starts_with("no such table: authors; create it, metadata![…].create_all(&engine)"),
        "{error}"
    );
    engine.execute("CREATE TABLE authors (id INTEGER PRIMARY KEY)").await?;
    let error = query(Author).on(&engine).all().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndefinedColumn);
    assert!(error.message().contains("the table is older: migrate it"), "{error}");
    let mut session = engine.session();
    session.add(author("Alice"));
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::UndefinedColumn);
    Ok(())
}

#[tokio::test]
async fn a_file_that_cannot_be_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let opened = async |name: &str, options: &str| {
        let error = create_engine(&format!("sqlite:///{}{options}", path(name))).unwrap().connect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
        assert_eq!(error.message().matches(&path(name)).count(), 1, "{error}");
        error.message().to_owned()
    };
    assert!(
        opened("gone/app.db", "").await.ends_with(&format!("cannot be opened: there is no folder {}", path("gone")))
    );
    assert!(opened("app.db", "?mode=rw").await.contains("there is no such file; without mode=rw"));
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    assert!(opened("folder", "").await.ends_with("it is a folder, and a file is wanted"));
    std::fs::write(
        folder.path().join("app.txt"),
        "not a database, and longer than a header of one hundred bytes".repeat(9),
    )
    .unwrap();
    assert!(opened("app.txt", "").await.ends_with("the file is no SQLite database, or an encrypted one"));
}

#[tokio::test]
async fn a_key_that_was_copied_before_the_flush() {
    let engine = crate::database::memory().await;
    let mut session = engine.session();
    let alice = session.add(author("Alice"));
    session.add(Post { author_id: session[alice].id, ..post(0, "early") });
    let error = session.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.column()), (ErrorKind::ForeignKeyViolation, Some("author_id")));
    assert!(
        error.message().ends_with(
            "author_id is 0: flush the row of authors that it refers to first, and then take its \
                                       key, session[handle].id"
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_task_that_waits_for_itself() -> aludel::Result<()> {
    let engine = empty().await;
    metadata![Author].create_all(&engine).await?;
    let mut session = engine.session();
    session.add(author("Alice"));
    session.flush().await?;
    for error in
        [query(Author).on(&engine).count().await.unwrap_err(), engine.execute("DELETE FROM authors").await.unwrap_err()]
    {
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(
            error.message().contains("of this process") && error.message().contains(".on(&mut session)"),
            "{error}"
        );
    }
    session.commit().await
}

#[tokio::test]
async fn placeholders_of_the_server() {
    let engine = empty().await;
    for sql in ["SELECT ?", "SELECT ?1", "SELECT $1"] {
        let error = text(sql).bind("n", 1).rows::<i64>().on(&engine).all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Statement);
        assert!(error.message().starts_with("values in a text have names: write :name for"), "{error}");
    }
    let quoted = text("SELECT '?' || :n -- ?").bind("n", "$1").rows::<String>().on(&engine).one().await.unwrap();
    assert_eq!(quoted, "?$1");
}

#[tokio::test]
#[should_panic(expected = "session.try_get(handle) answers None instead of this panic")]
async fn a_stale_handle() {
    let engine = empty().await;
    let mut session = engine.session();
    let alice = session.add(author("Alice"));
    session.expunge_all();
    println!("{}", session[alice].name);
}

/// What the database cannot keep of a time is cut before it is compared or sent.
#[test]
fn times_are_cut_to_the_microsecond() {
    use aludel::types::{DbType, Field};
    let fine: DateTime<Utc> = "2024-02-29T13:05:00.123456789Z".parse().unwrap();
    let kept: DateTime<Utc> = "2024-02-29T13:05:00.123456Z".parse().unwrap();
    assert_eq!(DbType::to_value(&fine), Value::UtcDateTime(kept));
    assert!(Field::same(&fine, &kept) && Field::same(&Some(fine.naive_utc()), &Some(kept.naive_utc())));
    assert!(Field::same(&fine.time(), &kept.time()));
}
