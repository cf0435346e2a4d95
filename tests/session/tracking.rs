//! What a session holds, and how objects come and go.

use crate::{
    database::{Log, file, memory},
    models::{Account, Author, Post, Setting, author, post},
};
use aludel::{ErrorKind, prelude::*, session::State};

#[tokio::test]
async fn what_is_new_changed_and_deleted() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let authors = session.add_all(["a", "b", "c"].map(author));
    assert_eq!(session.new().filter_map(|object| object.handle::<Author>()).collect::<Vec<_>>(), authors);
    assert_eq!((session.dirty().count(), session.deleted().count()), (0, 0));
    session.commit().await?;
    session[authors[0]].age = 5;
    session[authors[0]].email = Some("a@b.c".into());
    session[authors[1]].age = 0;
    session.delete(authors[2])?;
    let dirty: Vec<_> = session.dirty().collect();
    assert_eq!(dirty.len(), 1, "what was set to what it is has not changed");
    assert_eq!(dirty[0].changed_columns(), ["email", "age"]);
    assert_eq!((dirty[0].table().name.as_ref(), dirty[0].state()), ("authors", State::Persistent));
    assert_eq!(dirty[0].value::<Author>().map(|author| author.age), Some(5));
    assert_eq!(dirty[0].stored::<Author>().map(|author| author.age), Some(0));
    assert!(dirty[0].value::<Post>().is_none() && dirty[0].handle::<Post>().is_none());
    assert_eq!(session.deleted().filter_map(|object| object.handle::<Author>()).collect::<Vec<_>>(), [authors[2]]);
    assert_eq!(session.new().count(), 0);
    session.commit().await?;
    assert_eq!((session.dirty().count(), session.deleted().count()), (0, 0));
    Ok(())
}

#[tokio::test]
async fn expired_objects_are_read_anew() -> aludel::Result<()> {
    let engine = file().await;
    let mut session = engine.session();
    let alice = session.add(author("Alice"));
    session.commit().await?;
    let id = session[alice].id;
    session.refresh(alice).await?;
    query(Author).all_rows().on(&engine).update(Author.age.set(7)).await?;
    assert_eq!(
        session.get(Author, id).await?.map(|author| author.age),
        Some(0),
        "the session goes on with what it knows"
    );
    session[alice].name = "Alicia".into();
    session.expire(alice)?;
    assert_eq!((&*session[alice].name, session.is_dirty()), ("Alice", false), "changes are forgotten");
    assert_eq!(session.get(Author, id).await?.map(|author| author.age), Some(7));
    assert_eq!(session[alice].age, 7);
    Ok(())
}

#[tokio::test]
async fn a_session_that_expires_nothing() -> aludel::Result<()> {
    let engine = file().await;
    let mut session = engine.session().expire_on_commit(false);
    let alice = session.add(author("Alice"));
    session.commit().await?;
    let (log, id) = (Log::start(), session[alice].id);
    assert!(session.get(Author, id).await?.is_some());
    assert_eq!(log.take(), Vec::<String>::new());

    let mut session = engine.session().autoflush(false);
    session.add(author("Bob"));
    assert_eq!(session.query(Author).count().await?, 1, "what is pending is not flushed by a query");
    session.commit().await?;
    assert_eq!(session.query(Author).count().await?, 2);
    Ok(())
}

#[tokio::test]
async fn an_object_that_is_expunged_is_the_programs_again() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let (alice, bob) = (session.add(author("Alice")), session.add(author("Bob")));
    session.commit().await?;
    session[alice].age = 5;
    let value = session.expunge(alice)?;
    assert_eq!((value.age, session.state(alice), session.is_dirty()), (5, State::Detached, false));
    assert_eq!(session.expunge(alice).unwrap_err().kind(), ErrorKind::State);
    session[bob].age = 6;
    session.commit().await?;
    let ages = query(Author.age).order_by(Author.id).on(&engine).all().await?;
    assert_eq!(ages, [0, 6]);

    // What was flushed of it is rolled back with the transaction, and no other object takes its place in that.
    let carol = session.add(author("Carol"));
    session[bob].age = 7;
    session.flush().await?;
    session.expunge(carol)?;
    let dave = session.add(author("Dave"));
    session.rollback().await?;
    assert_eq!((session[bob].age, session.state(dave)), (6, State::Detached));
    assert_eq!(query(Author).on(&engine).count().await?, 2);
    Ok(())
}

#[tokio::test]
async fn expunged_inside_a_savepoint() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let (alice, bob) = (session.add(author("Alice")), session.add(author("Bob")));
    session.flush().await?;
    let mut nested = session.begin_nested().await?;
    nested[bob].age = 9;
    nested.flush().await?;
    nested.expunge(alice)?;
    nested.rollback().await?;
    assert_eq!((session[bob].age, session.state(bob)), (0, State::Persistent), "the savepoint took back its own alone");
    session.commit().await?;
    assert_eq!(query(Author).on(&engine).count().await?, 2);
    Ok(())
}

#[tokio::test]
async fn rows_from_elsewhere_are_merged() -> aludel::Result<()> {
    let engine = file().await;
    let mut session = engine.session();
    let alice = session.add(Author { age: 30, ..author("Alice") });
    session.commit().await?;
    let detached = Author { age: 31, ..session[alice].clone() };
    assert_eq!(session.merge(detached.clone()).await?, alice, "the session has it");
    assert_eq!(session.dirty().flat_map(|object| object.changed_columns()).collect::<Vec<_>>(), ["age"]);
    session.commit().await?;

    let mut other = engine.session();
    let log = Log::start();
    let merged = other.merge(Author { email: Some("a@b.c".into()), ..detached.clone() }).await?;
    assert_eq!(log.take().len(), 1, "read by its key");
    other.commit().await?;
    assert_eq!(log.take()[1], "UPDATE authors SET email = ? WHERE authors.id = ?");
    assert_eq!(other[merged].age, 31);

    let new = other.merge(author("Bob")).await?;
    assert_eq!(other.state(new), State::Pending, "there is no key to look for");
    let given = other.merge(Author { id: 77, ..author("Given") }).await?;
    other.merge(Setting { name: "k".into(), value: "v".into() }).await?;
    assert_eq!(other.state(new), State::Persistent, "a query flushes first");
    let post = other.merge(post(detached.id, "one")).await?;
    other.commit().await?;
    assert_eq!((query(Author).on(&engine).count().await?, other[post].author_id), (3, detached.id));
    other.delete(given)?;
    assert_eq!(other.merge(Author { id: 77, ..author("Given") }).await?, given);
    assert_eq!(other.state(given), State::Persistent, "what is merged is not to be deleted");
    Ok(())
}

#[tokio::test]
async fn an_outdated_row_is_not_merged() -> aludel::Result<()> {
    let engine = file().await;
    let mut session = engine.session();
    let own = session.add(Account { balance: 1, ..Default::default() });
    session.commit().await?;
    let outdated = session[own].clone();
    session[own].balance = 2;
    session.commit().await?;
    let mut other = engine.session();
    let error = other.merge(Account { balance: 3, ..outdated }).await.unwrap_err();
    assert_eq!((error.kind(), error.table()), (ErrorKind::Stale, Some("accounts")));
    Ok(())
}
