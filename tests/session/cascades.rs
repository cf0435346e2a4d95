//! What the server does by itself to rows that refer to others, as the session's objects see it.

use crate::database::Log;
use crate::database::{capabilities, connect, skipped, url};
use aludel::{ErrorKind, compile::KeyActions, prelude::*};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("firms")]
pub struct Firm {
    #[column(primary_key, length = 20)]
    pub code: String,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("teams")]
pub struct Team {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Firm.code, relation = employer, on_delete = "cascade", on_update = "cascade", length = 20)]
    pub firm: String,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("members")]
pub struct Member {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Team.id, relation = team, on_delete = "set null")]
    pub team_id: Option<i64>,
    #[column(foreign_key = Self.id, relation = head, on_delete = "cascade")]
    pub head_id: Option<i64>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("letters")]
pub struct Letter {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Firm.code, relation = employer, length = 20)]
    pub firm: Option<String>,
}

async fn engine() -> aludel::Result<Option<Engine>> {
    let engine = connect(&url("").await).await?;
    if capabilities(&engine).key_actions == KeyActions::OnDelete {
        skipped("no ON UPDATE")?;
        return Ok(None);
    }
    metadata![Firm, Team, Member, Letter].create_all(&engine).await?;
    let mut session = engine.session();
    session.add_all(["a", "b"].map(|code| Firm { code: code.into() }));
    session.add_all([Team { id: 1, firm: "a".into() }, Team { id: 2, firm: "b".into() }]);
    session.add_all([
        Member { id: 1, team_id: Some(1), head_id: None },
        Member { id: 2, team_id: Some(2), head_id: Some(1) },
    ]);
    session.add(Letter { id: 1, firm: Some("b".into()) });
    session.commit().await?;
    Ok(Some(engine))
}

#[tokio::test]
async fn a_deletion_is_seen_in_what_it_deletes_and_sets_null() -> aludel::Result<()> {
    let Some(engine) = engine().await? else { return Ok(()) };
    let mut session = engine.session();
    let teams = session.query(Team).order_by(Team.id).track().await?;
    let members = session.query(Member).order_by(Member.id).track().await?;
    let firms = session.query(Firm).order_by(Firm.code).track().await?;
    session.delete(firms[0])?;
    session.flush().await?;
    assert_eq!(session.get(Team, 1).await?, None, "deleted by the server");
    assert_eq!(session.get(Team, 2).await?, Some(Team { id: 2, firm: "b".into() }));
    assert_eq!(session.get(Member, 1).await?.map(|member| member.team_id), Some(None));
    assert_eq!(session[members[0]].team_id, None);
    assert_eq!(session.refresh(teams[0]).await.unwrap_err().kind(), ErrorKind::Stale);
    session.rollback().await?;
    assert_eq!(session.get(Team, 1).await?, Some(Team { id: 1, firm: "a".into() }));
    assert_eq!(session.get(Member, 1).await?.map(|member| member.team_id), Some(Some(1)));
    Ok(())
}

#[tokio::test]
async fn what_stands_between_need_not_be_tracked() -> aludel::Result<()> {
    let Some(engine) = engine().await? else { return Ok(()) };
    let mut session = engine.session();
    let member = session.query(Member).filter_by(Member.id, 1).track().await?[0];
    let firm = session.query(Firm).filter_by(Firm.code, "a").track().await?[0];
    session.delete(firm)?;
    session.flush().await?;
    assert_eq!(session.query(Member).filter_by(Member.id, 1).track().await?, [member]);
    assert_eq!(session[member].team_id, None);
    Ok(())
}

#[tokio::test]
async fn a_deletion_is_seen_within_its_own_table() -> aludel::Result<()> {
    let Some(engine) = engine().await? else { return Ok(()) };
    let mut session = engine.session();
    let members = session.query(Member).order_by(Member.id).track().await?;
    session.delete(members[0])?;
    session.flush().await?;
    assert_eq!(session.get(Member, 2).await?, None);
    Ok(())
}

#[tokio::test]
async fn a_key_that_changes_is_seen_in_what_refers_to_it() -> aludel::Result<()> {
    let Some(engine) = engine().await? else { return Ok(()) };
    let mut session = engine.session();
    let team = session.query(Team).filter_by(Team.id, 1).track().await?[0];
    session.query(Letter).track().await?;
    let firm = session.query(Firm).filter_by(Firm.code, "a").track().await?[0];
    session[firm].code = "c".into();
    session.flush().await?;
    let log = Log::start();
    session.get(Letter, 1).await?;
    assert!(log.take().is_empty(), "its foreign key does nothing by itself, so it is as it was read");
    drop(log);
    assert_eq!(session.get(Team, 1).await?.map(|team| team.firm).as_deref(), Some("c"));
    assert_eq!(session[team].firm, "c");
    session.commit().await?;
    assert_eq!(query(Team.firm).order_by(Team.id).on(&engine).all().await?, ["c", "b"]);
    Ok(())
}
