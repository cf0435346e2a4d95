//! What a failed flush made pending again, and how it is flushed anew.

use crate::{
    database::{file, memory},
    models::{Author, Folder, Post, author, post},
};
use aludel::{
    ErrorKind,
    prelude::*,
    session::{Session, State},
};

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
    let (engine, _folder) = file().await;
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
