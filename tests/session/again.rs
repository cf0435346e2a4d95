//! What a failed flush made pending again, and how it is flushed anew.

use crate::{
    database::{capabilities, file, keys_follow_rows, memory, skipped},
    models::{Author, Folder, Post, Setting, author, post},
};
use aludel::{
    ErrorKind,
    prelude::*,
    session::{Session, State},
};

fn setting(name: &str, value: &str) -> Setting {
    Setting { name: name.into(), value: value.into() }
}

/// Makes a flush fail, and mends it.
async fn fail(session: &mut Session) -> aludel::Result<()> {
    let twins = session.add_all([author("twin"), author("twin")]);
    assert_eq!(session.flush().await.unwrap_err().kind(), ErrorKind::UniqueViolation);
    assert!(!session.in_transaction());
    twins.into_iter().try_for_each(|twin| session.delete(twin))
}

#[tokio::test]
async fn what_refers_to_a_generated_key_refers_to_the_same_row() -> aludel::Result<()> {
    let engine = memory().await;
    if capabilities(&engine).empty_is_null {
        return skipped("an empty name is NULL");
    }
    let mut session = engine.session();
    let (alice, bob) = (session.add(author("Alice")), session.add(author("Bob")));
    let root = session.add(Folder::default());
    session.flush().await?;
    let bobs = session.add(post(session[bob].id, "Bob's"));
    let leaf = session.add(Folder { parent_id: Some(session[root].id), ..Default::default() });
    session.flush().await?;
    fail(&mut session).await?;
    // Without Alice, a key generated anew would be hers for Bob, and Bob's for Carol.
    session.delete(alice)?;
    session.add(author("Carol"));
    session.commit().await?;
    let rows = query((Post.title, Author.name)).join(Post.author).on(&engine).all().await?;
    assert_eq!(rows, [("Bob's".into(), "Bob".into())]);
    assert_eq!(session[bobs].author_id, session[bob].id);
    assert_eq!(session[leaf].parent_id, Some(session[root].id));
    Ok(())
}

#[tokio::test]
async fn a_generated_key_that_another_took_meanwhile_is_told() -> aludel::Result<()> {
    let engine = file().await;
    if !keys_follow_rows(&engine) {
        return skipped("a counter never gives a key twice");
    }
    let mut session = engine.session();
    let alice = session.add(author("Alice"));
    session.flush().await?;
    session.add(post(session[alice].id, "Alice's"));
    fail(&mut session).await?;
    let mut other = engine.session();
    other.add(author("Zoe"));
    other.commit().await?;
    let error = session.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.column()), (ErrorKind::UniqueViolation, Some("id")));
    session.rollback().await?;
    assert_eq!(session.state(alice), State::Detached);
    assert_eq!(query(Post).on(&engine).count().await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_key_that_was_changed_is_known_by_what_the_row_has() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let theme = session.add(setting("theme", "dark"));
    session.commit().await?;
    session[theme].name = "colours".into();
    session.flush().await?;
    fail(&mut session).await?;
    // The change is pending again, and a read flushes it.
    assert_eq!(session.get(Setting, "theme").await?, None);
    assert_eq!(session.get(Setting, "colours").await?, Some(setting("colours", "dark")));
    assert_eq!(session.track(setting("colours", "dark")), theme);
    session.rollback().await?;
    assert_eq!(session.get(Setting, "colours").await?, None);
    assert_eq!(session.get(Setting, "theme").await?, Some(setting("theme", "dark")));
    assert_eq!(session.track(setting("theme", "dark")), theme);

    session[theme].name = "colours".into();
    assert_eq!(session.get(Setting, "theme").await?, None, "not by the key it is about to lose");
    assert_eq!(session.get(Setting, "colours").await?, Some(setting("colours", "dark")));
    Ok(())
}

#[tokio::test]
async fn a_key_that_was_changed_inside_a_savepoint() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let theme = session.add(setting("theme", "dark"));
    let mut nested = session.begin_nested().await?;
    nested[theme].name = "colours".into();
    nested.flush().await?;
    nested.add_all([author("twin"), author("twin")]);
    nested.flush().await.unwrap_err();
    nested.rollback().await?;
    assert_eq!(session.get(Setting, "colours").await?, None);
    assert_eq!(session.get(Setting, "theme").await?, Some(setting("theme", "dark")));
    session.commit().await?;
    assert_eq!(query(Setting.name).on(&engine).all().await?, ["theme"]);
    Ok(())
}

#[tokio::test]
async fn a_key_that_was_freed_and_taken_is_so_again() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let (a, b) = (session.add(setting("a", "1")), session.add(setting("b", "2")));
    let gone = session.add(setting("c", "3"));
    session.commit().await?;
    session.delete(gone)?;
    session.flush().await?;
    for (row, name) in [(b, "c"), (a, "b")] {
        session[row].name = name.into();
        session.flush().await?;
    }
    session.add(setting("a", "4"));
    session.flush().await?;
    fail(&mut session).await?;
    session.commit().await?;
    let rows = query((Setting.name, Setting.value)).order_by(Setting.name).on(&engine).all().await?;
    assert_eq!(rows, [("a", "4"), ("b", "1"), ("c", "2")].map(|(name, value)| (name.into(), value.into())));
    Ok(())
}
