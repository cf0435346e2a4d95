//! Versions that keep one session from writing over what another has written, and times that are kept by themselves.

use crate::{
    database::file,
    models::{Account, author},
};
use aludel::{ErrorKind, prelude::*};
use chrono::{DateTime, Utc};

fn account(balance: i64) -> Account {
    Account { balance, ..Default::default() }
}

#[tokio::test]
async fn a_version_counts_changes() -> aludel::Result<()> {
    let engine = file().await;
    let mut session = engine.session();
    let own = session.add(account(10));
    session.commit().await?;
    assert_eq!(session[own].version, 1);
    session[own].balance = 20;
    session.commit().await?;
    session[own].balance = 20;
    session.commit().await?;
    assert_eq!(session[own].version, 2, "what is as it was is no change");
    let row = query(Account).on(&engine).one().await?;
    assert_eq!(row, session[own]);
    Ok(())
}

#[tokio::test]
async fn what_another_has_changed_is_stale() -> aludel::Result<()> {
    let engine = file().await;
    let mut first = engine.session();
    let mine = first.add_all((0..5).map(account));
    first.commit().await?;
    let ids: Vec<i64> = mine.iter().map(|&mine| first[mine].id).collect();
    let mut second = engine.session();
    let theirs = second.query(Account).order_by(Account.id).track().await?;
    second[theirs[3]].balance = 100;
    second.commit().await?;

    for &mine in &mine {
        first[mine].balance += 1;
    }
    let error = first.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stale);
    assert_eq!((error.table(), error.row()), (Some("accounts"), Some(&*ids[3].to_string())));
    assert!(error.message().contains("was changed by another"), "{error}");
    assert!(error.is_retryable());
    let balances = query(Account.balance).order_by(Account.id).on(&engine).all().await?;
    assert_eq!(balances, [0, 1, 2, 100, 4], "nothing of it was written");
    assert_eq!((first[mine[0]].version, first[mine[0]].balance), (1, 1), "the objects are as they were");

    first.refresh(mine[3]).await.unwrap_err();
    first.rollback().await?;
    first.refresh(mine[3]).await?;
    first[mine[3]].balance += 1;
    first.commit().await?;
    assert_eq!(query(Account.balance).filter_by(Account.id, ids[3]).on(&engine).one().await?, 101);

    second[theirs[3]].balance = 0;
    second.delete(theirs[3])?;
    let error = second.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.row()), (ErrorKind::Stale, Some(&*ids[3].to_string())), "a deletion too");
    Ok(())
}

#[tokio::test]
async fn retry_reads_again_what_was_stale() -> aludel::Result<()> {
    let engine = file().await;
    let mut session = engine.session();
    session.add(account(10));
    session.commit().await?;
    session.expunge_all();
    let other = engine.clone();
    let attempts = std::sync::atomic::AtomicI64::new(0);
    session
        .retry(3, async |session| {
            let own = session.query(Account).track().await?[0];
            if attempts.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0 {
                let mut second = other.session();
                let theirs = second.query(Account).track().await?[0];
                second[theirs].balance += 5;
                second.commit().await?;
            }
            session[own].balance += 1;
            Ok(())
        })
        .await?;
    let row = query(Account).on(&engine).one().await?;
    assert_eq!((row.balance, row.version, attempts.into_inner()), (16, 3, 2));
    Ok(())
}

#[tokio::test]
async fn bulk_updates_count_too() -> aludel::Result<()> {
    let engine = file().await;
    let mut session = engine.session();
    let own = session.add(account(10));
    session.commit().await?;
    let before = session[own].updated_at;
    let changed = query(Account).all_rows().on(&engine).update(Account.balance.set(11)).await?;
    assert_eq!(changed, 1);
    let row = query(Account).on(&engine).one().await?;
    assert_eq!((row.balance, row.version), (11, 2));
    assert!(row.updated_at >= before);
    session[own].balance = 12;
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::Stale);
    Ok(())
}

#[tokio::test]
async fn times_are_kept() -> aludel::Result<()> {
    let engine = file().await;
    let mut session = engine.session();
    let start = Utc::now();
    let own = session.add(account(10));
    let given = session.add(Account { created_at: DateTime::UNIX_EPOCH + chrono::TimeDelta::days(1), ..account(1) });
    session.commit().await?;
    let created = session[own].created_at;
    assert!(created >= start - chrono::TimeDelta::milliseconds(1) && created <= Utc::now());
    assert_eq!(session[given].created_at.timestamp(), 86_400, "what the program says counts");
    let first = session[own].updated_at.unwrap();
    session[own].balance += 1;
    session.add(author("another"));
    session.commit().await?;
    let second = session[own].updated_at.unwrap();
    assert!(second > first);
    let row = query(Account).filter_by(Account.id, session[own].id).on(&engine).one().await?;
    assert_eq!((row.created_at, row.updated_at), (created, Some(second)), "to the microsecond");
    session[own].balance += 1;
    session[own].updated_at = Some(first);
    session.commit().await?;
    assert_eq!(session[own].updated_at, Some(first));
    Ok(())
}
