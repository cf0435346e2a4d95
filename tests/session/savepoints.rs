//! Savepoints: parts of a transaction that can be undone without the rest.

use crate::{
    DIALECT,
    database::{file, memory, skipped},
    models::{Author, Folder, Setting, author},
};
use aludel::{
    ErrorKind,
    prelude::*,
    session::{Session, State},
};

async fn names(engine: &Engine) -> aludel::Result<Vec<String>> {
    query(Author.name).order_by(Author.name).on(engine).all().await
}

#[tokio::test]
async fn a_savepoint_is_kept_rolled_back_or_dropped() -> aludel::Result<()> {
    let engine = file().await;
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
    let engine = file().await;
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
    Session::commit(&mut nested).await?;
    nested.add(author("Bob"));
    drop(nested);
    session.commit().await?;
    assert_eq!(names(&engine).await?, ["Alice", "Bob"], "there was no savepoint any more to go back to");

    let mut nested = session.begin_nested().await?;
    nested.add(author("Carol"));
    Session::rollback(&mut nested).await?;
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

#[tokio::test]
async fn a_guard_whose_transaction_is_over_touches_no_savepoint_of_the_next() -> aludel::Result<()> {
    for commit in [false, true] {
        let engine = memory().await;
        let mut session = engine.session();
        let mut outer = session.begin_nested().await?;
        Session::commit(&mut outer).await?;
        let mut inner = outer.begin_nested().await?;
        inner.add(author("Alice"));
        inner.flush().await?;
        std::mem::forget(inner);
        // Both are the first of their transaction, but not the same.
        if commit {
            assert_eq!(outer.commit().await.unwrap_err().kind(), ErrorKind::State);
        } else {
            outer.rollback().await?;
        }
        session.commit().await?;
        assert_eq!(names(&engine).await?, ["Alice"]);
    }
    Ok(())
}

/// An engine where a setting whose name is taken ends the transaction.
async fn rolling_back() -> aludel::Result<Engine> {
    let engine = memory().await;
    let table = "CREATE TABLE settings (name TEXT PRIMARY KEY ON CONFLICT ROLLBACK, value TEXT)";
    engine.run_script(&format!("DROP TABLE settings; {table}; INSERT INTO settings VALUES ('theme', '')")).await?;
    Ok(engine)
}

#[tokio::test]
async fn a_failure_inside_that_ends_the_transaction() -> aludel::Result<()> {
    if DIALECT != "sqlite" {
        return skipped("a failure ends no more than the savepoint");
    }
    let engine = rolling_back().await?;
    for bulk in [false, true] {
        let mut session = engine.session();
        let outer = session.add(author(if bulk { "bulk" } else { "outer" }));
        if bulk {
            session.query(Author).all_rows().update(Author.age.set(9)).await?;
        }
        let mut nested = session.begin_nested().await?;
        let inner = nested.add(author("inner"));
        nested.add(Setting { name: "theme".into(), value: "dark".into() });
        nested.flush().await.unwrap_err();
        drop(nested);
        assert_eq!(session.state(inner), State::Detached, "never committed, and so never to be written");
        if bulk {
            let error = session.commit().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::State, "the bulk statement is lost, and that is told: {error}");
        }
        session.commit().await?;
        assert_eq!(session.state(outer), State::Persistent);
    }
    assert_eq!(names(&engine).await?, ["bulk", "outer"]);
    assert_eq!(query(Author).filter(Author.age.ne(0)).on(&engine).count().await?, 0);
    Ok(())
}

#[tokio::test]
async fn what_is_expunged_inside_is_left_alone() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    session.add_all(["Alice", "Bob", "Carol"].map(author));
    let mut nested = session.begin_nested().await?;
    nested.add(author("expunged"));
    nested.flush().await?;
    nested.expunge_all();
    let inner = nested.add(author("inner"));
    nested.flush().await?;
    nested.rollback().await?;
    assert_eq!(session.state(inner), State::Detached);
    let after = session.add(author("after"));
    session.commit().await?;
    assert_eq!(names(&engine).await?, ["Alice", "Bob", "Carol", "after"]);

    let mut nested = session.begin_nested().await?;
    nested[after].age = 1;
    nested.flush().await?;
    nested.expunge_all();
    let same = nested.add(author("in its slot"));
    Session::rollback(&mut nested).await?;
    assert_eq!((nested.state(after), nested.state(same)), (State::Detached, State::Detached));
    Ok(())
}
