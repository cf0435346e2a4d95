//! When a transaction begins and how it ends.

use crate::{
    DIALECT,
    database::{Log, capabilities, file, memory, skipped, with_options},
    models::{Author, Setting, author},
};
use aludel::{
    ErrorKind,
    engine::{IsolationLevel, TransactionOptions},
    prelude::*,
    session::State,
};

#[tokio::test]
async fn reads_run_in_autocommit_and_give_the_connection_back() -> aludel::Result<()> {
    let engine = with_options("?pool_size=1&max_overflow=0&pool_timeout=1").await;
    let mut session = engine.session();
    session.query(Author).all().await?;
    session.get(Author, 1).await?;
    session.query(Author).track().await?;
    assert!(!session.in_transaction());
    assert_eq!((engine.status().open, engine.status().idle), (1, 1));
    assert_eq!(query(Author).on(&engine).count().await?, 0);

    let alice = session.add(author("Alice"));
    assert!(!session.in_transaction(), "adding alone asks nothing of the database");
    session.flush().await?;
    assert!(session.in_transaction());
    assert_eq!(engine.status().idle, 0);
    let busy = query(Author).on(&engine).count().await.unwrap_err();
    assert_eq!(busy.kind(), ErrorKind::Timeout);
    session.commit().await?;
    assert_eq!((engine.status().idle, session.in_transaction()), (1, false));

    session[alice].age = 3;
    session.flush().await?;
    session.rollback().await?;
    assert_eq!(engine.status().idle, 1);

    session.query(Author).filter_by(Author.id, 7).delete().await?;
    assert!(session.in_transaction(), "a bulk write begins it too");
    drop(session);
    // Rolled back at once, if not by the task itself: where a statement ran on a thread, that one does it.
    let waiting = std::time::Instant::now();
    while engine.status().idle == 0 && waiting.elapsed().as_secs() < 5 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    assert_eq!(engine.status().idle, 1);
    Ok(())
}

#[tokio::test]
async fn statements_of_a_transaction() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let log = Log::start();
    session.commit().await?;
    session.rollback().await?;
    assert_eq!(log.take(), Vec::<String>::new(), "nothing to do, nothing said");
    session.query(Author).count().await?;
    assert_eq!(log.take(), ["SELECT count(*) FROM authors"]);
    session.begin().await?;
    session.query(Author).count().await?;
    session.rollback().await?;
    assert_eq!(log.take(), ["BEGIN", "SELECT count(*) FROM authors", "ROLLBACK"]);
    Ok(())
}

#[tokio::test]
async fn a_rollback_restores_the_objects() -> aludel::Result<()> {
    let engine = file().await;
    let mut session = engine.session();
    let (kept, gone) = (session.add(author("kept")), session.add(author("gone")));
    session.commit().await?;

    let (flushed, pending) = (session.add(author("flushed")), session.add(author("pending")));
    session[kept].age = 1;
    session.flush().await?;
    session[kept].age = 2;
    session.flush().await?;
    session[kept].age = 3;
    session.delete(gone)?;
    session.flush().await?;
    session.delete(kept)?;
    let late = session.add(author("late"));
    session.rollback().await?;

    for forgotten in [flushed, pending, late] {
        assert_eq!(session.state(forgotten), State::Detached);
    }
    assert_eq!((session.state(kept), session.state(gone)), (State::Persistent, State::Persistent));
    assert_eq!((session[kept].age, session[gone].name.as_str()), (0, "gone"));
    assert!(!session.is_dirty() && !session.in_transaction());
    assert_eq!(session.get(Author, session[kept].id).await?, Some(session[kept].clone()));

    session[kept].age = 9;
    session.delete(gone)?;
    session.commit().await?;
    assert_eq!(query((Author.name, Author.age)).on(&engine).all().await?, [("kept".into(), 9)]);
    Ok(())
}

#[tokio::test]
async fn inserted_changed_and_deleted_in_one_transaction() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let alice = session.add(author("Alice"));
    session.flush().await?;
    session[alice].name = "Anna".into();
    session.flush().await?;
    session.delete(alice)?;
    session.flush().await?;
    session.rollback().await?;
    assert_eq!(session.state(alice), State::Detached);
    let again = session.add(author("Alice"));
    session.flush().await?;
    session.delete(again)?;
    session.commit().await?;
    assert_eq!(query(Author).on(&engine).count().await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_read_only_transaction_refuses_writes() -> aludel::Result<()> {
    if DIALECT == "oracle" {
        return skipped("H2's transactions all write");
    }
    let engine = file().await;
    let mut session = engine.session();
    let options = TransactionOptions { isolation: Some(IsolationLevel::RepeatableRead), read_only: true };
    session.begin_with(options).await?;
    assert_eq!(session.begin().await.unwrap_err().kind(), ErrorKind::State, "it was begun already");
    assert_eq!(session.query(Author).count().await?, 0);

    let mut writer = engine.session();
    writer.add(author("Alice"));
    writer.commit().await?;
    assert_eq!(session.query(Author).count().await?, 0, "it sees what it saw");

    let refused = session.query(Author).all_rows().delete().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::State);
    session.add(author("Bob"));
    assert_eq!(session.flush().await.unwrap_err().kind(), ErrorKind::State);
    session.rollback().await?;
    assert_eq!(session.query(Author).count().await?, 1);
    Ok(())
}

#[tokio::test]
async fn two_sessions_see_each_others_commits() -> aludel::Result<()> {
    let engine = file().await;
    let (mut one, mut two) = (engine.session(), engine.session());
    let alice = one.add(author("Alice"));
    one.flush().await?;
    assert_eq!(two.query(Author).count().await?, 0);
    one.commit().await?;
    let same = two.query(Author).track().await?[0];
    two[same].age = 1;
    two.commit().await?;
    one[alice].email = Some("a@example.org".into());
    one.commit().await?;
    let row = query(Author).on(&engine).one().await?;
    assert_eq!((row.age, row.email.as_deref()), (1, Some("a@example.org")), "each wrote its own column");
    two.delete(same)?;
    two.commit().await?;
    one[alice].age = 5;
    assert_eq!(one.commit().await.unwrap_err().kind(), ErrorKind::Stale);
    Ok(())
}

#[tokio::test]
async fn a_commit_that_fails_leaves_everything_pending() -> aludel::Result<()> {
    let engine = memory().await;
    if !capabilities(&engine).deferrable_keys {
        return skipped("nothing is left to be checked at the commit");
    }
    engine
        .run_script(
            "CREATE TABLE guard (id INTEGER PRIMARY KEY, name TEXT REFERENCES settings (name) DEFERRABLE INITIALLY DEFERRED)",
        )
        .await?;
    let mut session = engine.session();
    let theme = session.add(Setting { name: "theme".into(), value: "dark".into() });
    session.execute(text("INSERT INTO guard VALUES (1, 'size')")).await?;
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::ForeignKeyViolation);
    assert_eq!((session.state(theme), session.in_transaction()), (State::Pending, false));
    session.commit().await?;
    assert_eq!(query(Setting).on(&engine).count().await?, 1);
    Ok(())
}
