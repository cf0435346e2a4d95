//! Savepoints: parts of a transaction that can be undone without the rest.

use crate::{
    database::{file, memory},
    models::{Author, Folder, author},
};
use aludel::{ErrorKind, prelude::*, session::State};

async fn names(engine: &Engine) -> aludel::Result<Vec<String>> {
    query(Author.name).order_by(Author.name).on(engine).all().await
}

#[tokio::test]
async fn a_savepoint_is_kept_rolled_back_or_dropped() -> aludel::Result<()> {
    let (engine, _folder) = file().await;
    let mut session = engine.session();
    let alice = session.add(author("Alice"));

    let mut kept = session.begin_nested().await?;
    kept.add(author("Bob"));
    kept[alice].age = 20;
    kept.commit().await?;

    let mut undone = session.begin_nested().await?;
    let carol = undone.add(author("Carol"));
    undone[alice].age = 30;
    undone.flush().await?;
    undone[alice].age = 31;
    undone.rollback().await?;
    assert_eq!((session[alice].age, session.state(carol)), (20, State::Detached));

    let mut dropped = session.begin_nested().await?;
    dropped.add(author("Dave"));
    dropped.delete(alice)?;
    dropped.flush().await?;
    drop(dropped);
    assert_eq!(session.state(alice), State::Persistent);
    assert_eq!(session.query(Author).count().await?, 2);

    session.commit().await?;
    assert_eq!(names(&engine).await?, ["Alice", "Bob"]);
    Ok(())
}

#[tokio::test]
async fn savepoints_nest() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    session.add(author("0"));
    let mut one = session.begin_nested().await?;
    one.add(author("1"));
    let mut two = one.begin_nested().await?;
    two.add(author("2"));
    two.commit().await?;
    let mut two = one.begin_nested().await?;
    two.add(author("2b"));
    let mut three = two.begin_nested().await?;
    three.add(author("3"));
    three.commit().await?;
    two.rollback().await?;
    one.add(author("1b"));
    one.commit().await?;
    session.commit().await?;
    assert_eq!(names(&engine).await?, ["0", "1", "1b", "2"]);

    let mut one = session.begin_nested().await?;
    one.add(author("1c"));
    let mut two = one.begin_nested().await?;
    two.add(author("2c"));
    two.flush().await?;
    drop(two);
    drop(one);
    session.add(author("0c"));
    session.commit().await?;
    assert_eq!(names(&engine).await?, ["0", "0c", "1", "1b", "2"]);
    Ok(())
}

#[tokio::test]
async fn a_failure_inside_undoes_no_more_than_the_savepoint() -> aludel::Result<()> {
    let (engine, _folder) = file().await;
    let mut session = engine.session();
    let alice = session.add(author("Alice"));
    for name in ["Bob", "Alice", "Carol"] {
        let mut attempt = session.begin_nested().await?;
        attempt[alice].age += 1;
        attempt.add(author(name));
        match attempt.flush().await {
            Ok(()) => attempt.commit().await?,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::UniqueViolation);
                attempt.rollback().await?;
            }
        }
    }
    assert_eq!(session[alice].age, 2);
    session.commit().await?;
    assert_eq!(names(&engine).await?, ["Alice", "Bob", "Carol"]);
    assert_eq!(query(Author.age).filter_by(Author.name, "Alice").on(&engine).one().await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_failure_inside_can_be_mended_inside() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    session.add(author("Alice"));
    let mut nested = session.begin_nested().await?;
    let bob = nested.add(author("Bob"));
    nested.flush().await?;
    let twin = nested.add(author("Alice"));
    nested.flush().await.unwrap_err();
    assert_eq!((nested.state(bob), nested.state(twin)), (State::Pending, State::Pending));
    nested[twin].name = "Anna".into();
    nested.commit().await?;
    session.commit().await?;
    assert_eq!(names(&engine).await?, ["Alice", "Anna", "Bob"]);

    let mut nested = session.begin_nested().await?;
    nested.add(author("Alice"));
    assert_eq!(nested.commit().await.unwrap_err().kind(), ErrorKind::UniqueViolation);
    assert!(!session.is_dirty(), "what was added in it is forgotten");
    session.commit().await?;
    assert_eq!(names(&engine).await?.len(), 3);
    Ok(())
}

#[tokio::test]
async fn the_transaction_can_end_inside() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let mut nested = session.begin_nested().await?;
    nested.add(author("Alice"));
    aludel::session::Session::commit(&mut nested).await?;
    nested.add(author("Bob"));
    drop(nested);
    session.commit().await?;
    assert_eq!(names(&engine).await?, ["Alice", "Bob"], "there was no savepoint any more to go back to");

    let mut nested = session.begin_nested().await?;
    nested.add(author("Carol"));
    aludel::session::Session::rollback(&mut nested).await?;
    assert_eq!(nested.commit().await.unwrap_err().kind(), ErrorKind::State);
    assert_eq!(names(&engine).await?.len(), 2);
    Ok(())
}

#[tokio::test]
async fn what_was_read_inside_stays() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    session.add(Folder { id: 1, parent_id: None, name: "root".into() });
    session.commit().await?;
    let mut session = engine.session();
    let nested = session.begin_nested().await?;
    let mut nested = nested;
    let root = nested.query(Folder).track().await?[0];
    nested[root].name = "changed".into();
    nested.rollback().await?;
    assert_eq!((session.state(root), session[root].name.as_str()), (State::Persistent, "root"));
    session[root].name = "kept".into();
    session.commit().await?;
    assert_eq!(query(Folder.name).on(&engine).one().await?, "kept");
    Ok(())
}
