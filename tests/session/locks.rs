//! Row locks, and transactions that are run again.

use crate::{
    DIALECT,
    database::{capabilities, file, skipped},
    models::{Author, author},
};
use aludel::{ErrorKind, engine::TransactionOptions, prelude::*, session::State};
use std::sync::atomic::{AtomicU32, Ordering};

#[tokio::test]
async fn a_lock_begins_the_transaction_and_keeps_others_out() -> aludel::Result<()> {
    let engine = file().await;
    insert(Author).values(["Alice", "Bob"].map(author)).on(&engine).execute().await?;
    let mut session = engine.session();
    let alice = session.query(Author).filter_by(Author.name, "Alice").for_update().track().await?[0];
    assert!(session.in_transaction());
    let mut other = engine.session();
    if capabilities(&engine).row_locks.is_some() {
        let taken = other.query(Author).filter_by(Author.name, "Alice").for_update().nowait().one().await;
        assert_eq!(taken.unwrap_err().kind(), ErrorKind::Timeout);
        other.rollback().await?;
        if DIALECT == "oracle" {
            println!("H2 has no SKIP LOCKED");
        } else {
            let free = other.query(Author.name).order_by(Author.id).for_update().skip_locked().all().await?;
            assert_eq!(free, ["Bob"]);
            other.rollback().await?;
        }
    }
    session[alice].age = 40;
    session.commit().await?;
    assert_eq!(other.query(Author.age).filter_by(Author.name, "Alice").for_update().one().await?, 40);
    Ok(())
}

#[tokio::test]
async fn a_shared_lock_keeps_out_changes_alone() -> aludel::Result<()> {
    let engine = file().await;
    if capabilities(&engine).row_locks.is_none() {
        return skipped("no row locks: a transaction that writes locks the whole database");
    }
    if capabilities(&engine).row_locks.is_some_and(|locks| locks.share == " FOR UPDATE") {
        return skipped("no locks but those of one transaction");
    }
    insert(Author).values([author("Alice")]).on(&engine).execute().await?;
    let (mut one, mut two) = (engine.session(), engine.session());
    one.query(Author).for_share().all().await?;
    two.query(Author).for_share().nowait().all().await?;
    let error = two.query(Author).for_update().nowait().all().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    Ok(())
}

#[tokio::test]
async fn locks_are_refused_where_they_mean_nothing() -> aludel::Result<()> {
    let engine = file().await;
    let error = query(Author).for_update().on(&engine).all().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Statement);
    assert!(error.message().contains("on a session or a transaction"), "{error}");
    let error = engine.session().query(Author).skip_locked().all().await.unwrap_err();
    assert!(error.message().contains("add .for_update()"), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_transaction_that_was_given_up_is_run_again() -> aludel::Result<()> {
    let engine = file().await;
    insert(Author).values([author("Alice"), author("Bob")]).on(&engine).execute().await?;
    // Each takes one row and then the other's, in the other order.
    let work = |first: &'static str, second: &'static str| {
        let engine = engine.clone();
        async move {
            let runs = AtomicU32::new(0);
            let mut session = engine.session();
            let grow = async |session: &mut Session| {
                runs.fetch_add(1, Ordering::Relaxed);
                session.begin_with(TransactionOptions::default()).await?;
                for name in [first, second] {
                    let one = session.query(Author).filter_by(Author.name, name).track().await?[0];
                    session.refresh(one).await?;
                    session.query(Author).filter_by(Author.name, name).update(Author.age.set(Author.age + 1)).await?;
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                }
                Ok(())
            };
            session.retry(20, grow).await?;
            aludel::Result::Ok(runs.into_inner())
        }
    };
    let (one, two) = tokio::join!(work("Alice", "Bob"), work("Bob", "Alice"));
    assert!(one? + two? >= 2);
    assert_eq!(query(Author.age).order_by(Author.id).on(&engine).all().await?, [2, 2]);
    Ok(())
}

#[tokio::test]
async fn a_retry_gives_up_after_its_attempts_and_forgets_what_was_added() -> aludel::Result<()> {
    let engine = file().await;
    let mut session = engine.session();
    let attempts = AtomicU32::new(0);
    let work = async |session: &mut Session| -> aludel::Result<()> {
        attempts.fetch_add(1, Ordering::Relaxed);
        session.add(author("Alice"));
        session.flush().await?;
        Err(aludel::Error::new(ErrorKind::Deadlock, "made up"))
    };
    assert_eq!(session.retry(3, work).await.unwrap_err().kind(), ErrorKind::Deadlock);
    assert_eq!((attempts.into_inner(), query(Author).on(&engine).count().await?), (3, 0));

    let alice = session.add(author("Alice"));
    let error = session.retry(3, async |_: &mut Session| Ok(())).await.unwrap_err();
    assert_eq!((error.kind(), session.state(alice)), (ErrorKind::State, State::Pending));
    session.rollback().await?;

    // In a task of its own, as in a web service.
    let task = tokio::spawn(async move {
        let add = async |session: &mut Session| {
            session.add(author("Carol"));
            Ok(())
        };
        session.retry(2, add).await
    });
    task.await.expect("no panic")?;
    assert_eq!(query(Author.name).on(&engine).all().await?, ["Carol"]);
    Ok(())
}
