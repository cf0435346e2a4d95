//! Copies of a database that reads go to. Here they are databases of their own, so that it shows which one answered.

use crate::{
    database::{builder, connect, made, tables},
    models::{Author, author},
};
use aludel::{engine::TransactionOptions, prelude::*};

/// A primary, and two replicas of it, each with an author that has its name.
async fn engines() -> aludel::Result<Engine> {
    let urls = [made("").await, made("").await, made("").await];
    for (url, name) in urls.iter().zip(["primary", "first", "second"]) {
        let engine = connect(url).await?;
        tables().create_all(&engine).await?;
        let mut session = engine.session();
        session.add(author(name));
        session.commit().await?;
        engine.dispose().await?;
    }
    builder(&urls[0])?.replica(builder(&urls[1])?).replica(builder(&urls[2])?).connect().await
}

#[tokio::test]
async fn reads_go_to_a_replica_until_the_session_writes() -> aludel::Result<()> {
    let engine = engines().await?;
    assert_eq!(engine.replicas().len(), 2);
    let names = || query(Author.name).on(&engine).all();
    assert_eq!([names().await?, names().await?].concat(), ["first", "second"], "in turn");

    let mut session = engine.session();
    assert_ne!(session.query(Author.name).one().await?, "primary");
    session.begin_with(TransactionOptions { read_only: true, ..Default::default() }).await?;
    assert_ne!(session.query(Author.name).one().await?, "primary");
    session.rollback().await?;
    session.begin().await?;
    assert_eq!(session.query(Author.name).one().await?, "primary", "a transaction that may write");
    session.rollback().await?;

    let mut session = engine.session();
    session.add(author("new"));
    assert_eq!(session.query(Author.name).order_by(Author.id).all().await?, ["primary", "new"]);
    session.commit().await?;
    assert_eq!(session.query(Author).count().await?, 2, "it reads what it wrote");
    assert_eq!(query(Author).on(&engine).count().await?, 1, "others read the copy, which is late");
    assert_eq!(query(Author).filter_by(Author.name, "primary").on(&engine).update(Author.age.set(1)).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_stream_reads_from_a_replica_too() -> aludel::Result<()> {
    let engine = engines().await?;
    let mut rows = query(Author.name).on(&engine).stream().await?;
    let name = rows.next().await.transpose()?;
    assert!(name.is_some_and(|name| name != "primary"));
    Ok(())
}

#[tokio::test]
async fn a_replica_is_of_the_same_kind() -> aludel::Result<()> {
    let other = if crate::DIALECT == "oracle" { "sqlite://" } else { "oracle+h2://u@127.0.0.1:1/x" };
    let error = builder(&made("").await)?.replica(builder(other)?).connect().await.unwrap_err();
    assert_eq!(error.kind(), aludel::ErrorKind::Configuration);
    Ok(())
}
