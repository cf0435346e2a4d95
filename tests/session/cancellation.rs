//! Futures that are dropped half-way, at every point where they wait.

use crate::{
    database::waiting,
    models::{Author, author},
};
use aludel::{ErrorKind, prelude::*};
use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

/// Polls a future so often, and drops it then; its output if it was done.
async fn cut<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..polls {
        if let Poll::Ready(output) = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await {
            return Some(output);
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    None
}

/// An engine whose every statement waits for a thread.
async fn threaded() -> Engine {
    waiting("").await
}

async fn names(engine: &Engine) -> aludel::Result<Vec<String>> {
    query(Author.name).order_by(Author.name).on(engine).all().await
}

#[tokio::test]
async fn a_flush_that_is_dropped_is_made_again() -> aludel::Result<()> {
    for polls in 1.. {
        let engine = threaded().await;
        let mut session = engine.session();
        let old = session.add(author("old"));
        let gone = session.add(author("gone"));
        session.commit().await?;
        session[old].name = "new".into();
        session.delete(gone)?;
        let added = session.add(author("added"));
        let done = cut(session.flush(), polls).await.is_some();
        session[added].age = 1;
        session.commit().await?;
        assert_eq!(names(&engine).await?, ["added", "new"], "after {polls} polls");
        assert_eq!(query(Author.age).filter_by(Author.name, "added").on(&engine).one().await?, 1);
        // On a busy machine the thread may answer within the first poll.
        if done && polls > 1 {
            return Ok(());
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_flush_that_is_dropped_can_be_rolled_back() -> aludel::Result<()> {
    for polls in 1.. {
        let engine = threaded().await;
        let mut session = engine.session();
        let old = session.add(author("old"));
        session.commit().await?;
        session[old].name = "new".into();
        session.add(author("added"));
        let done = cut(session.flush(), polls).await.is_some();
        session.rollback().await?;
        assert_eq!(session[old].name, "old");
        session.add(author("after"));
        session.commit().await?;
        assert_eq!(names(&engine).await?, ["after", "old"], "after {polls} polls");
        if done {
            return Ok(());
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_commit_that_is_dropped_was_made_or_can_be_made_again() -> aludel::Result<()> {
    for polls in 1.. {
        let engine = threaded().await;
        let mut session = engine.session();
        session.add(author("Alice"));
        let done = cut(session.commit(), polls).await.is_some();
        // Whether the database had committed is not known here: then that is told, and nothing is written again unasked.
        if let Err(error) = session.commit().await {
            assert_eq!(error.kind(), ErrorKind::State);
            if names(&engine).await?.is_empty() {
                session.commit().await?;
            }
        }
        assert_eq!(names(&engine).await?, ["Alice"], "after {polls} polls");
        if done {
            return Ok(());
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_lost_bulk_statement_is_told() -> aludel::Result<()> {
    for polls in 1.. {
        let engine = threaded().await;
        let mut session = engine.session();
        let alice = session.add(author("Alice"));
        session.commit().await?;
        session.query(Author).all_rows().update(Author.age.set(9)).await?;
        session[alice].email = Some("a@example.org".into());
        if cut(session.query(Author).all(), polls).await.is_some() {
            return Ok(());
        }
        // The update is lost with the transaction, so the commit must not succeed as if nothing were.
        if let Err(error) = session.commit().await {
            assert_eq!(error.kind(), ErrorKind::State);
            assert!(error.message().contains("bulk statements"), "{error}");
            session.query(Author).all_rows().update(Author.age.set(9)).await?;
            session.commit().await?;
        }
        let row = query(Author).on(&engine).one().await?;
        assert_eq!((row.age, row.email.as_deref()), (9, Some("a@example.org")), "after {polls} polls");
    }
    Ok(())
}

#[tokio::test]
async fn a_savepoint_that_is_dropped_half_way() -> aludel::Result<()> {
    for polls in 1.. {
        let engine = threaded().await;
        let mut session = engine.session();
        session.add(author("outer"));
        let work = async {
            let mut nested = session.begin_nested().await?;
            nested.add(author("inner"));
            nested.commit().await
        };
        let done = cut(work, polls).await.is_some();
        session.add(author("after"));
        session.commit().await?;
        let names = names(&engine).await?;
        let expected: &[&str] = if done { &["after", "inner", "outer"] } else { &["after", "outer"] };
        assert_eq!(names, expected, "after {polls} polls");
        if done {
            return Ok(());
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_savepoint_that_is_lost_with_its_transaction_is_told() -> aludel::Result<()> {
    for polls in 1.. {
        let engine = threaded().await;
        let mut session = engine.session();
        session.add(author("outer"));
        let mut nested = session.begin_nested().await?;
        nested.add(author("inner"));
        let done = cut(nested.flush(), polls).await.is_some();
        let committed = nested.commit().await;
        session.commit().await?;
        if done {
            committed?;
            assert_eq!(names(&engine).await?, ["inner", "outer"]);
            return Ok(());
        }
        assert_eq!(committed.unwrap_err().kind(), ErrorKind::State);
        assert_eq!(names(&engine).await?, ["outer"], "after {polls} polls");
    }
    Ok(())
}

#[tokio::test]
async fn what_was_expunged_and_is_lost_is_told() -> aludel::Result<()> {
    for polls in 1.. {
        let engine = threaded().await;
        let mut session = engine.session();
        session.add(author("Alice"));
        session.flush().await?;
        session.expunge_all();
        let done = cut(session.query(Author).all(), polls).await.is_some();
        if done {
            session.commit().await?;
            assert_eq!(names(&engine).await?, ["Alice"]);
            return Ok(());
        }
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::State, "after {polls} polls");
    }
    Ok(())
}

#[tokio::test]
async fn a_stream_that_is_dropped_half_way_is_ended() -> aludel::Result<()> {
    for polls in 1.. {
        let engine = threaded().await;
        let mut session = engine.session();
        session.add_all((0..2_001).map(|number| author(&format!("author {number}"))));
        session.flush().await?;
        let mut read = 0;
        let work = async {
            let mut authors = session.query(Author).stream().await?;
            while let Some(author) = authors.next().await {
                author?;
                read += 1;
            }
            Ok::<(), aludel::Error>(())
        };
        let done = cut(work, polls).await.is_some();
        assert_eq!(session.query(Author).count().await?, 2_001, "after {polls} polls and {read} rows");
        session.add(author("after"));
        session.commit().await?;
        assert_eq!(query(Author).on(&engine).count().await?, 2_002);
        if done {
            return Ok(());
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_stream_goes_on_after_a_wait_that_was_dropped() -> aludel::Result<()> {
    let engine = threaded().await;
    let mut session = engine.session();
    session.add_all((0..2_001).map(|number| author(&format!("author {number}"))));
    session.query(Author).all_rows().update(Author.age.set(9)).await?;
    let mut authors = session.query(Author).stream().await?;
    let mut read = 0;
    loop {
        match cut(authors.next(), 1).await {
            Some(Some(author)) => read += author.map(|_| 1)?,
            Some(None) => break,
            None => {}
        }
    }
    drop(authors);
    assert_eq!(read, 2_001);
    session.commit().await?;
    assert_eq!(query(Author).filter_by(Author.age, 9).on(&engine).count().await?, 2_001);
    Ok(())
}

#[tokio::test]
async fn a_dropped_session_gives_its_connection_back() -> aludel::Result<()> {
    let engine = waiting("pool_size=1&max_overflow=0").await;
    for polls in 1..12 {
        let mut session = engine.session();
        session.add(author("Alice"));
        let _ = cut(session.flush(), polls).await;
        drop(session);
        assert_eq!(query(Author).on(&engine).count().await?, 0);
    }
    Ok(())
}
