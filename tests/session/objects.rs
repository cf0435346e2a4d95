//! Handles, states and the identity map.

use crate::{
    database::{Log, memory},
    models::{Author, Seat, Setting, author, seat},
};
use aludel::{
    ErrorKind,
    prelude::*,
    session::{Session, State},
};
use std::panic::{AssertUnwindSafe, catch_unwind};

fn panic_message(work: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(work)).expect_err("it should panic");
    panic.downcast_ref::<String>().cloned().unwrap_or_default()
}

#[tokio::test]
async fn added_objects_are_rows_after_a_commit() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let alice = session.add(author("Alice"));
    let others = session.add_all([author("Bob"), author("Carol")]);
    assert_eq!(session.state(alice), State::Pending);
    assert!(session.is_dirty());
    session.commit().await?;
    assert_eq!(session.state(alice), State::Persistent);
    assert!(!session.is_dirty());
    assert_eq!((session[alice].id, session[others[0]].id, session[others[1]].id), (1, 2, 3));
    let names = query(Author.name).order_by(Author.id).on(&engine).all().await?;
    assert_eq!(names, ["Alice", "Bob", "Carol"]);
    Ok(())
}

#[tokio::test]
async fn get_takes_keys_of_every_kind() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    session.add(author("Alice"));
    session.add(Setting { name: "theme".into(), value: "dark".into() });
    session.add_all([seat("A", 1), seat("A", 2), seat("B", 1)]);
    session.commit().await?;
    for mut session in [session, engine.session()] {
        assert_eq!(session.get(Author, 1).await?.map(|author| author.name).as_deref(), Some("Alice"));
        assert_eq!(session.get(Author, 2).await?, None);
        assert_eq!(session.get(Setting, "theme").await?.map(|setting| setting.value).as_deref(), Some("dark"));
        assert_eq!(session.get(Setting, String::from("size")).await?, None);
        assert_eq!(session.get(Seat, ("A", 2)).await?, Some(seat("A", 2)));
        assert_eq!(session.get(Seat, ("B", 2)).await?, None);
    }
    Ok(())
}

#[tokio::test]
async fn get_answers_with_the_sessions_own_object_while_it_is_fresh() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let alice = session.add(author("Alice"));
    session.flush().await?;
    session[alice].email = Some("a@example.org".into());
    let log = Log::start();
    let known = session.get(Author, 1).await?;
    assert_eq!(known.and_then(|author| author.email).as_deref(), Some("a@example.org"), "changes included");
    assert_eq!(log.take(), Vec::<String>::new());
    session.delete(alice)?;
    assert_eq!(session.get(Author, 1).await?, None, "deleted, if not flushed yet");
    Ok(())
}

#[tokio::test]
async fn an_expired_object_is_renewed_by_get_track_and_refresh() -> aludel::Result<()> {
    let engine = memory().await;
    let (mut session, mut other) = (engine.session(), engine.session());
    let alice = session.add(author("Alice"));
    session.commit().await?;
    let rename = async |other: &mut Session, name: &str| {
        query(Author).filter_by(Author.id, 1).on(&mut *other).update(Author.name.set(name)).await?;
        other.commit().await
    };
    rename(&mut other, "Anna").await?;
    assert_eq!(session[alice].name, "Alice", "values stay readable");
    assert_eq!(session.get(Author, 1).await?.unwrap().name, "Anna");
    assert_eq!(session[alice].name, "Anna");
    let log = Log::start();
    session.get(Author, 1).await?;
    assert!(log.take().is_empty(), "it is fresh again");
    drop(log);

    session.commit().await?;
    rename(&mut other, "Amy").await?;
    assert_eq!(session.query(Author).track().await?, [alice]);
    assert_eq!(session[alice].name, "Amy");

    rename(&mut other, "Ada").await?;
    session.refresh(alice).await?;
    assert_eq!(session[alice].name, "Ada");
    assert!(!session.is_dirty());

    session.commit().await?;
    rename(&mut other, "Abe").await?;
    session[alice].age = 7;
    assert_eq!(session.track(author("Nobody").with_id(1)), alice);
    assert_eq!(session[alice].name, "Ada", "a changed object keeps the program's values");
    session.commit().await?;
    let row = query(Author).on(&engine).one().await?;
    assert_eq!((row.name.as_str(), row.age), ("Abe", 7), "and writes what it changed, no more");

    query(Author).all_rows().on(&engine).delete().await?;
    assert_eq!(session.refresh(alice).await.unwrap_err().kind(), ErrorKind::Stale);
    Ok(())
}

impl Author {
    fn with_id(self, id: i64) -> Self {
        Self { id, ..self }
    }
}

#[tokio::test]
async fn a_key_that_changes_is_known_by_the_new_one() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let theme = session.add(Setting { name: "theme".into(), value: "dark".into() });
    session.commit().await?;
    session.refresh(theme).await?;
    session[theme].name = "colours".into();
    session.flush().await?;
    assert_eq!(session.get(Setting, "theme").await?, None);
    assert_eq!(session.get(Setting, "colours").await?.unwrap().value, "dark");
    session.rollback().await?;
    assert_eq!(session.get(Setting, "theme").await?.unwrap().value, "dark");
    assert_eq!(session.get(Setting, "colours").await?, None);
    Ok(())
}

#[tokio::test]
async fn a_key_can_be_used_again_after_a_deletion() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let old = session.add(Setting { name: "theme".into(), value: "dark".into() });
    session.commit().await?;
    session.delete(old)?;
    session.flush().await?;
    assert_eq!(session.state(old), State::Deleted);
    let new = session.add(Setting { name: "theme".into(), value: "light".into() });
    session.flush().await?;
    assert_eq!(session.get(Setting, "theme").await?.unwrap().value, "light");
    session.rollback().await?;
    assert_eq!((session.state(old), session.state(new)), (State::Persistent, State::Detached));
    assert_eq!(session.get(Setting, "theme").await?.unwrap().value, "dark");
    Ok(())
}

#[tokio::test]
async fn one_row_has_one_handle() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let alice = session.add(author("Alice"));
    session.commit().await?;
    let row = session.get(Author, 1).await?.unwrap();
    assert_eq!(session.track(row), alice);

    let mut other = engine.session();
    let handles = other.query(Author).track().await?;
    other[handles[0]].name = "Anna".into();
    other.commit().await?;
    assert_eq!(other.query(Author).track().await?, handles);
    assert_eq!(query(Author.name).on(&engine).one().await?, "Anna");

    let refused = query(Author).on(&engine).track().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::State);
    Ok(())
}

#[tokio::test]
async fn stale_and_foreign_handles_say_what_they_are() -> aludel::Result<()> {
    let engine = memory().await;
    let (mut session, mut other) = (engine.session(), engine.session());
    let alice = session.add(author("Alice"));
    let message = panic_message(|| drop(other[alice].clone()));
    assert_eq!(
        message,
        "a handle to authors of another session; session.try_get(handle) answers None instead of this panic"
    );
    assert_eq!((other.try_get(alice), other.state(alice)), (None, State::Detached));
    assert_eq!(other.delete(alice).unwrap_err().kind(), ErrorKind::State);
    assert_eq!(other.refresh(alice).await.unwrap_err().kind(), ErrorKind::State);

    session.delete(alice)?;
    assert_eq!(session.state(alice), State::Detached, "never inserted, so just forgotten");
    let bob = session.add(author("Bob"));
    assert_ne!(alice, bob, "the slot is used again under another generation");
    let message = panic_message(|| session[alice].age = 1);
    assert!(message.starts_with("a stale handle to authors: "), "{message}");
    assert_eq!(session.try_get(alice), None);

    session.commit().await?;
    session.delete(bob)?;
    session.flush().await?;
    assert_eq!(session[bob].name, "Bob", "readable until the commit");
    session.commit().await?;
    assert_eq!((session.state(bob), session.try_get(bob)), (State::Detached, None));
    Ok(())
}

#[tokio::test]
async fn expunge_all_forgets_everything() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let alice = session.add(author("Alice"));
    session.flush().await?;
    session[alice].name = "Anna".into();
    let bob = session.add(author("Bob"));
    session.expunge_all();
    assert_eq!((session.try_get(alice), session.try_get(bob)), (None, None));
    assert!(!session.is_dirty());
    session.commit().await?;
    let names = query(Author.name).on(&engine).all().await?;
    assert_eq!(names, ["Alice"], "what was flushed is the transaction's, what was not is lost");
    Ok(())
}

#[test]
fn a_session_can_be_shared_and_sent() {
    fn check<T: Send + Sync>() {}
    check::<Session>();
    check::<Handle<Author>>();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_works_in_a_spawned_task() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let task = tokio::spawn(async move {
        let alice = session.add(author("Alice"));
        session.commit().await?;
        let tree = session.query(Author).with(Author.posts).all().await?;
        Ok::<_, aludel::Error>((session[alice].id, tree.len()))
    });
    assert_eq!(task.await.unwrap()?, (1, 1));
    Ok(())
}
