//! Versions that keep one session from writing over what another has written, and times that are kept by themselves.

use crate::{
    database::{capabilities, connect, file, made, skipped},
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
    assert_eq!(first, created.naive_utc(), "one time for both");
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

/// A crew has a leader, and each sailor a crew, both with versions.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("crews")]
#[has_many(sailors: Sailor.crew_id, on_delete = "set null")]
pub struct Crew {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Sailor.id, relation = leader)]
    pub leader_id: Option<i64>,
    #[column(length = 20)]
    pub ship: String,
    #[column(version, name = "from")]
    pub version: i64,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("sailors")]
pub struct Sailor {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Crew.id, relation = crew)]
    pub crew_id: Option<i64>,
    #[column(version)]
    pub version: i32,
}

#[tokio::test]
async fn what_a_flush_writes_twice_has_the_version_of_its_row() -> aludel::Result<()> {
    let engine = connect(&made("").await).await?;
    metadata![Crew, Sailor].create_all(&engine).await?;
    let mut session = engine.session();
    let crew = session.add(Crew { ship: "Argo".into(), ..Default::default() });
    let sailors = session.add_all([Sailor::default(), Sailor::default()]);
    session.relate(crew, Crew.leader, sailors[0])?;
    for &sailor in &sailors {
        session.relate(crew, Crew.sailors, sailor)?;
    }
    session.commit().await?;
    assert_eq!(query(Crew).on(&engine).one().await?, session[crew]);
    assert_eq!(query(Sailor).order_by(Sailor.id).on(&engine).all().await?, [0, 1].map(|n| session[sailors[n]].clone()));

    // A relation counts as a change of the row that holds the key, and of no other.
    let before = (session[crew].version, session[sailors[1]].version);
    let other = session.add(Crew { ship: "Rover".into(), ..Default::default() });
    session.relate(other, Crew.sailors, sailors[1])?;
    session.commit().await?;
    assert_eq!(
        (session[crew].version, session[other].version, session[sailors[1]].version),
        (before.0, 1, before.1 + 1)
    );

    // What a deletion sets to None is a change too, of what is tracked and of what is not.
    let theirs = session.add(Sailor { crew_id: Some(session[other].id), ..Default::default() });
    session.commit().await?;
    session.expunge(theirs)?;
    session.delete(other)?;
    session.commit().await?;
    session[sailors[1]].crew_id = Some(session[crew].id);
    session.commit().await?;
    let rows = query(Sailor).order_by(Sailor.id).on(&engine).all().await?;
    assert_eq!((&rows[1], rows[2].crew_id, rows[2].version), (&session[sailors[1]], None, 2));

    // A circle that goes is opened by an UPDATE, which counts.
    session.delete(crew)?;
    sailors.iter().try_for_each(|&sailor| session.delete(sailor))?;
    session.commit().await?;
    assert_eq!((query(Crew).on(&engine).count().await?, query(Sailor).on(&engine).count().await?), (0, 1));
    Ok(())
}

#[tokio::test]
async fn a_version_is_the_sessions_alone() -> aludel::Result<()> {
    let engine = file().await;
    let mut session = engine.session();
    let own = session.add(account(10));
    session.commit().await?;

    // A version that the program sets is the one that is stored, and the one that is looked for stays the known one.
    session[own].version = 7;
    session.commit().await?;
    assert_eq!(query(Account.version).on(&engine).one().await?, session[own].version);
    session[own].balance = 11;
    session[own].version = 1;
    session.commit().await?;
    assert_eq!(query(Account).on(&engine).one().await?, session[own]);
    session[own].version = 100;
    session.delete(own)?;
    session.commit().await?;
    assert_eq!(query(Account).on(&engine).count().await?, 0);

    // Rows that are inserted in bulk begin at 1, and a row that takes the place of another does too.
    insert(Account).values([account(1)]).on(&engine).execute().await?;
    let id = query(Account.id).on(&engine).one().await?;
    let old = session.query(Account).track().await?[0];
    assert_eq!(session[old].version, 1);
    session[old].balance = 2;
    session.flush().await?;
    session.delete(old)?;
    let new = session.add(Account { id, ..account(3) });
    session.commit().await?;
    assert_eq!((session[new].version, query(Account).on(&engine).one().await?), (1, session[new].clone()));
    Ok(())
}

#[tokio::test]
async fn a_locked_read_brings_the_version() -> aludel::Result<()> {
    let engine = file().await;
    if capabilities(&engine).row_locks.is_none() {
        return skipped("no row locks");
    }
    let mut first = engine.session();
    let own = first.add(account(10));
    first.commit().await?;
    let mut second = engine.session();
    let theirs = second.query(Account).track().await?[0];
    second[theirs].balance = 20;
    second.commit().await?;
    first.query(Account).for_update().track().await?;
    assert_eq!((first[own].balance, first[own].version), (20, 2));
    first[own].balance += 1;
    first.commit().await?;
    assert_eq!(query(Account.balance).on(&engine).one().await?, 21);
    Ok(())
}
