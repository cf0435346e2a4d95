//! Queries: built free, run on anything.

use crate::{
    database::{Log, all_idle, memory, widen_age, with_options},
    models::{Author, Post, Setting, author, post},
};
use aludel::{ErrorKind, prelude::*};

async fn with_authors(count: usize) -> Engine {
    let engine = with_options("?pool_size=1&max_overflow=0&pool_timeout=2").await;
    let mut session = engine.session();
    session.add_all((0..count).map(|n| Author { age: (n % 3) as i32, ..author(&format!("author {n:05}")) }));
    session.commit().await.unwrap();
    engine
}

#[tokio::test]
async fn one_query_runs_on_an_engine_a_transaction_and_a_session() -> aludel::Result<()> {
    let engine = memory().await;
    let names = query(Author.name).filter(Author.age.ge(0)).order_by(Author.name);
    let mut session = engine.session();
    session.add(author("Alice"));
    assert_eq!(names.clone().on(&mut session).all().await?, ["Alice"]);
    session.commit().await?;
    let mut transaction = engine.begin().await?;
    query(Author).all_rows().on(&mut transaction).update(Author.name.set("Anna")).await?;
    assert_eq!(names.clone().on(&mut transaction).all().await?, ["Anna"]);
    transaction.rollback().await?;
    assert_eq!(names.on(&engine).all().await?, ["Alice"]);
    Ok(())
}

#[tokio::test]
async fn a_filter_can_use_an_object_of_the_session() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let alice = session.add(author("Alice"));
    session.flush().await?;
    session.add(post(session[alice].id, "Hello"));
    let posts = query(Post).filter(Post.author_id.eq(session[alice].id)).on(&mut session).all().await?;
    assert_eq!(posts.len(), 1);
    Ok(())
}

#[tokio::test]
async fn one_row_many_rows_no_row() -> aludel::Result<()> {
    let engine = with_authors(3).await;
    let named = |name: &str| query(Author.name).filter_by(Author.name, name);
    let all = || query(Author.name).order_by(Author.id);
    assert_eq!(all().on(&engine).first().await?.as_deref(), Some("author 00000"));
    assert_eq!(all().offset(1).on(&engine).first().await?.as_deref(), Some("author 00001"));
    assert_eq!(named("?").on(&engine).first().await?, None);
    assert_eq!(named("author 00002").on(&engine).one().await?, "author 00002");
    assert_eq!(named("?").on(&engine).one().await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(all().on(&engine).one().await.unwrap_err().kind(), ErrorKind::MultipleRows);
    assert_eq!(all().limit(1).on(&engine).one().await?, "author 00000");
    assert_eq!(named("?").on(&engine).one_or_none().await?, None);
    assert_eq!(named("author 00000").on(&engine).one_or_none().await?.as_deref(), Some("author 00000"));
    assert_eq!(all().on(&engine).one_or_none().await.unwrap_err().kind(), ErrorKind::MultipleRows);
    assert_eq!(query(func::max(Author.age)).on(&engine).scalar().await?, Some(2));
    assert_eq!(query(func::max(Author.age)).filter(Author.id.eq(0)).on(&engine).scalar().await?, None);
    assert_eq!(query(func::count(Author.id)).on(&engine).scalar().await?, 3);
    Ok(())
}

#[tokio::test]
async fn rows_are_counted_by_the_server() -> aludel::Result<()> {
    let engine = with_authors(10).await;
    let log = Log::start();
    assert_eq!(query(Author).on(&engine).count().await?, 10);
    assert_eq!(query(Author).order_by(Author.id).filter(Author.age.eq(0)).on(&engine).count().await?, 4);
    assert_eq!(query(Author.age).distinct().on(&engine).count().await?, 3);
    assert_eq!(query((Author.age, func::count_all())).group_by(Author.age).on(&engine).count().await?, 3);
    let big = query(Author.age).group_by(Author.age).having(func::count_all().gt(3));
    assert_eq!(big.on(&engine).count().await?, 1);
    assert_eq!(query(Author).limit(4).on(&engine).count().await?, 4);
    assert_eq!(query(Author).offset(8).limit(4).on(&engine).count().await?, 2);
    assert_eq!(query((Author, Post)).left_join(Author.posts).distinct().on(&engine).count().await?, 10);
    assert_eq!(log.take().len(), 8, "one statement each");
    Ok(())
}

#[tokio::test]
async fn whether_there_are_rows() -> aludel::Result<()> {
    let engine = with_authors(3).await;
    assert!(query(Author).on(&engine).exists().await?);
    assert!(query(Author).filter(Author.age.gt(1)).order_by(Author.id).on(&engine).exists().await?);
    assert!(!query(Author).filter(Author.age.gt(9)).on(&engine).exists().await?);
    assert!(!query(Setting).on(&engine).exists().await?);
    assert!(!query(Author).limit(0).on(&engine).exists().await?);
    assert!(!query(Author).offset(3).on(&engine).exists().await?);
    Ok(())
}

#[tokio::test]
async fn streams_fetch_batch_by_batch() -> aludel::Result<()> {
    let engine = with_authors(2_500).await;
    let mut stream = query(Author.id).order_by(Author.id).on(&engine).stream().await?;
    let mut ids = Vec::new();
    while let Some(id) = stream.next().await {
        ids.push(id?);
    }
    assert_eq!(ids, (1..=2_500).collect::<Vec<i64>>());
    drop(stream);
    assert_eq!(engine.status().idle, 1);

    let mut session = engine.session();
    session.add(author("pending"));
    let mut stream = session.query(Author).stream().await?;
    let first = stream.next().await.unwrap()?;
    assert_eq!(first.id, 1);
    drop(stream);
    assert_eq!(session.query(Author).count().await?, 2_501, "dropped early, it leaves the transaction as it was");
    session.rollback().await?;

    let mut stream = engine.session();
    let mut stream = stream.query(Author).stream().await?;
    stream.next().await.unwrap()?;
    drop(stream);
    all_idle(&engine).await;
    assert_eq!(engine.status().idle, 1, "and gives the connection back");

    let refused = query(Author).with(Author.posts).on(&engine).stream().await.err().unwrap();
    assert_eq!(refused.kind(), ErrorKind::NotSupported);
    Ok(())
}

#[tokio::test]
async fn a_stream_ends_with_its_error() -> aludel::Result<()> {
    let engine = with_authors(1_500).await;
    query(Author).filter_by(Author.id, 1_200).on(&engine).update(Author.age.set(7)).await?;
    widen_age(&engine).await?;
    engine.run_script("UPDATE authors SET age = 5000000000 WHERE id = 1200").await?;
    let mut stream = query(Author).order_by(Author.id).on(&engine).stream().await?;
    let mut good = 0;
    let error = loop {
        match stream.next().await {
            Some(Ok(_)) => good += 1,
            Some(Err(error)) => break error,
            None => panic!("no error"),
        }
    };
    assert_eq!((error.kind(), error.column(), good), (ErrorKind::Decode, Some("age"), 1_000));
    assert!(stream.next().await.is_none());
    Ok(())
}

#[tokio::test]
async fn a_subquery_is_a_table() -> aludel::Result<()> {
    let engine = with_authors(9).await;
    let young = query(Author).filter(Author.age.lt(2)).order_by(Author.id).limit(4).subquery("young");
    let names = query(young.name).from(&young).order_by(young.id.desc()).on(&engine).all().await?;
    assert_eq!(names, ["author 00004", "author 00003", "author 00001", "author 00000"]);
    Ok(())
}
