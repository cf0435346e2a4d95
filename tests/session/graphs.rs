//! Random graphs of objects against a plain model of them: after each commit the database equals the model, and no order of statements breaks
//! a constraint on the way there.

use crate::{
    DIALECT,
    database::{connect, made, tables},
    models::{Folder, Follow, Person, Player, Team},
};
use aludel::{ErrorKind, engine::Engine, prelude::*, session::Session};
use proptest::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    pin::Pin,
};

/// What is done; numbers choose among what is there.
#[derive(Debug, Clone)]
enum Step {
    AddFolder(Option<u8>),
    Rename(u8),
    /// Puts a folder into another, or into itself.
    Move(u8, u8),
    /// Takes a folder out of the one that it is in.
    Free(u8),
    /// Deletes a folder, after those that are in it were taken out.
    DeleteFolder(u8),
    AddTeam,
    AddPlayer(u8),
    Transfer(u8, u8),
    Captain(u8, u8),
    DeletePlayer(u8),
    /// Deletes a team with its players.
    DeleteTeam(u8),
    AddPerson,
    Follow(u8, u8),
    Unfollow(u8, u8),
    /// Deletes a person; whom he follows and who follows him is forgotten with him.
    DeletePerson(u8),
    Flush,
    /// Flushes with a player of no team, which fails, and without him again, if so.
    Fail(bool),
    Commit,
    Rollback,
    Nested(Vec<Step>, bool),
}

fn steps(depth: u32) -> BoxedStrategy<Vec<Step>> {
    use Step::*;
    let n = any::<u8>;
    let simple = prop_oneof![
        6 => prop::option::of(n()).prop_map(AddFolder),
        2 => n().prop_map(Rename),
        4 => (n(), n()).prop_map(|(child, parent)| Move(child, parent)),
        2 => n().prop_map(Free),
        3 => n().prop_map(DeleteFolder),
        3 => Just(AddTeam),
        5 => n().prop_map(AddPlayer),
        2 => (n(), n()).prop_map(|(player, team)| Transfer(player, team)),
        4 => (n(), n()).prop_map(|(team, player)| Captain(team, player)),
        2 => n().prop_map(DeletePlayer),
        2 => n().prop_map(DeleteTeam),
        4 => Just(AddPerson),
        5 => (n(), n()).prop_map(|(a, b)| Follow(a, b)),
        2 => (n(), n()).prop_map(|(a, b)| Unfollow(a, b)),
        2 => n().prop_map(DeletePerson),
        3 => Just(Flush),
        2 => any::<bool>().prop_map(Fail),
        3 => Just(Commit),
        1 => Just(Rollback),
    ];
    if depth == 0 {
        return prop::collection::vec(simple, 0..15).boxed();
    }
    let nested = (steps(depth - 1), any::<bool>()).prop_map(|(steps, kept)| Nested(steps, kept));
    prop::collection::vec(prop_oneof![30 => simple, 1 => nested], 0..60).boxed()
}

/// What there should be, by numbers of its own.
#[derive(Debug, Clone, Default, PartialEq)]
struct Graph {
    /// The name, and what it is in.
    folders: BTreeMap<u32, (String, Option<u32>)>,
    /// The captain.
    teams: BTreeMap<u32, Option<u32>>,
    /// The team.
    players: BTreeMap<u32, u32>,
    people: BTreeSet<u32>,
    follows: BTreeSet<(u32, u32)>,
}

struct World {
    engine: Engine,
    now: Graph,
    committed: Graph,
    next: u32,
    folders: BTreeMap<u32, Handle<Folder>>,
    teams: BTreeMap<u32, Handle<Team>>,
    players: BTreeMap<u32, Handle<Player>>,
    people: BTreeMap<u32, Handle<Person>>,
}

fn choose<T: Copy>(from: impl ExactSizeIterator<Item = T>, n: u8) -> Option<T> {
    let count = from.len();
    from.into_iter().nth(usize::from(n) % count.max(1))
}

impl World {
    fn folder(&self, n: u8) -> Option<u32> {
        choose(self.now.folders.keys().copied(), n)
    }

    fn team(&self, n: u8) -> Option<u32> {
        choose(self.now.teams.keys().copied(), n)
    }

    fn player(&self, n: u8) -> Option<u32> {
        choose(self.now.players.keys().copied(), n)
    }

    fn person(&self, n: u8) -> Option<u32> {
        choose(self.now.people.iter().copied(), n)
    }

    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    async fn run(&mut self, session: &mut Session, steps: &[Step], nested: bool) -> aludel::Result<()> {
        for step in steps {
            self.step(session, step, nested).await?;
        }
        Ok(())
    }

    async fn step(&mut self, session: &mut Session, step: &Step, nested: bool) -> aludel::Result<()> {
        match step {
            Step::AddFolder(parent) => {
                let number = self.number();
                let parent = parent.and_then(|n| self.folder(n));
                let folder = session.add(Folder { name: format!("{number}"), ..Default::default() });
                self.folders.insert(number, folder);
                self.now.folders.insert(number, (format!("{number}"), parent));
                if let Some(parent) = parent {
                    session.relate(folder, Folder.parent, self.folders[&parent])?;
                }
            }
            Step::Rename(n) => {
                let Some(folder) = self.folder(*n) else { return Ok(()) };
                let name = format!("{folder}-{}", self.number());
                session[self.folders[&folder]].name.clone_from(&name);
                self.now.folders.get_mut(&folder).unwrap().0 = name;
            }
            Step::Move(child, parent) => {
                let (Some(child), Some(parent)) = (self.folder(*child), self.folder(*parent)) else { return Ok(()) };
                session.relate(self.folders[&parent], Folder.children, self.folders[&child])?;
                self.now.folders.get_mut(&child).unwrap().1 = Some(parent);
            }
            Step::Free(n) => {
                let Some(folder) = self.folder(*n) else { return Ok(()) };
                self.free(session, folder).await?;
            }
            Step::DeleteFolder(n) => {
                let Some(folder) = self.folder(*n) else { return Ok(()) };
                let inside: Vec<u32> = self
                    .now
                    .folders
                    .iter()
                    .filter(|(_, (_, parent))| *parent == Some(folder))
                    .map(|(child, _)| *child)
                    .collect();
                for child in inside {
                    self.free(session, child).await?;
                }
                session.delete(self.folders[&folder])?;
                self.now.folders.remove(&folder);
            }
            Step::AddTeam => {
                let number = self.number();
                self.teams.insert(number, session.add(Team { name: number.to_string(), ..Default::default() }));
                self.now.teams.insert(number, None);
            }
            Step::AddPlayer(team) => {
                let Some(team) = self.team(*team) else { return Ok(()) };
                let number = self.number();
                let player = session.add(Player { name: number.to_string(), ..Default::default() });
                session.relate(player, Player.team, self.teams[&team])?;
                self.players.insert(number, player);
                self.now.players.insert(number, team);
            }
            Step::Transfer(player, team) => {
                let (Some(player), Some(team)) = (self.player(*player), self.team(*team)) else { return Ok(()) };
                session.relate(self.teams[&team], Team.players, self.players[&player])?;
                self.now.players.insert(player, team);
            }
            Step::Captain(team, player) => {
                let (Some(team), Some(player)) = (self.team(*team), self.player(*player)) else { return Ok(()) };
                session.relate(self.teams[&team], Team.captain, self.players[&player])?;
                self.now.teams.insert(team, Some(player));
            }
            Step::DeletePlayer(player) => {
                let Some(player) = self.player(*player) else { return Ok(()) };
                self.delete_player(session, player).await?;
            }
            Step::DeleteTeam(team) => {
                let Some(team) = self.team(*team) else { return Ok(()) };
                let players: Vec<u32> =
                    self.now.players.iter().filter(|(_, of)| **of == team).map(|(player, _)| *player).collect();
                for player in players {
                    self.delete_player(session, player).await?;
                }
                session.delete(self.teams[&team])?;
                self.now.teams.remove(&team);
            }
            Step::AddPerson => {
                let number = self.number();
                self.people.insert(number, session.add(Person { name: number.to_string(), ..Default::default() }));
                self.now.people.insert(number);
            }
            Step::Follow(a, b) => {
                let (Some(a), Some(b)) = (self.person(*a), self.person(*b)) else { return Ok(()) };
                if self.now.follows.insert((a, b)) {
                    session.relate(self.people[&a], Person.follows, self.people[&b])?;
                }
            }
            Step::Unfollow(a, b) => {
                let (Some(a), Some(b)) = (self.person(*a), self.person(*b)) else { return Ok(()) };
                session.unrelate(self.people[&b], Person.followers, self.people[&a]).await?;
                self.now.follows.remove(&(a, b));
            }
            Step::DeletePerson(n) => {
                let Some(person) = self.person(*n) else { return Ok(()) };
                session.delete(self.people[&person])?;
                self.now.people.remove(&person);
                self.now.follows.retain(|(a, b)| *a != person && *b != person);
            }
            Step::Flush => session.flush().await?,
            Step::Fail(flush) => {
                let nobody = session.add(Player { name: "nobody".into(), team_id: 1_000_000, ..Default::default() });
                let error = session.flush().await.unwrap_err();
                assert_eq!(
                    (error.kind(), session.is_refused(nobody)),
                    (ErrorKind::ForeignKeyViolation, true),
                    "{error}"
                );
                session.delete(nobody)?;
                if *flush {
                    session.flush().await?;
                }
            }
            Step::Commit | Step::Rollback if nested => {}
            Step::Commit => {
                session.commit().await?;
                self.committed = self.now.clone();
                self.check(session).await?;
            }
            Step::Rollback => {
                session.rollback().await?;
                self.now = self.committed.clone();
                self.check(session).await?;
            }
            Step::Nested(steps, kept) => self.nested(session, steps, *kept).await?,
        }
        Ok(())
    }

    async fn free(&mut self, session: &mut Session, child: u32) -> aludel::Result<()> {
        let parent = &mut self.now.folders.get_mut(&child).unwrap().1;
        if let Some(parent) = parent.take() {
            session.unrelate(self.folders[&child], Folder.parent, self.folders[&parent]).await?;
        }
        Ok(())
    }

    async fn delete_player(&mut self, session: &mut Session, player: u32) -> aludel::Result<()> {
        for (team, captain) in &mut self.now.teams {
            if *captain == Some(player) {
                session.unrelate(self.teams[team], Team.captain, self.players[&player]).await?;
                *captain = None;
            }
        }
        session.delete(self.players[&player])?;
        self.now.players.remove(&player);
        Ok(())
    }

    fn nested<'a>(
        &'a mut self,
        session: &'a mut Session,
        steps: &'a [Step],
        kept: bool,
    ) -> Pin<Box<dyn Future<Output = aludel::Result<()>> + 'a>> {
        Box::pin(async move {
            let before = self.now.clone();
            let mut nested = session.begin_nested().await?;
            self.run(&mut nested, steps, true).await?;
            if kept {
                return nested.commit().await;
            }
            self.now = before;
            nested.rollback().await
        })
    }

    /// Compares the database with what there should be, and the objects with both.
    async fn check(&self, session: &Session) -> aludel::Result<()> {
        let number = |name: &str| name.parse::<u32>().unwrap();
        let engine = &self.engine;
        let folders = query(Folder).with(Folder.parent).on(engine).all().await?;
        let named: BTreeMap<i64, u32> =
            folders.iter().map(|(folder, _)| (folder.id, number(folder.name.split('-').next().unwrap()))).collect();
        let teams = query(Team).with(Team.captain).on(engine).all().await?;
        let players = query(Player).with(Player.team).on(engine).all().await?;
        let (follower, followed) = (Person.alias("follower"), Person.alias("followed"));
        let follows = query((follower.name, followed.name))
            .from(Follow)
            .join_on(follower, follower.id.eq(Follow.follower_id))
            .join_on(followed, followed.id.eq(Follow.followed_id));
        let found = Graph {
            folders: folders
                .iter()
                .map(|(folder, parent)| {
                    (named[&folder.id], (folder.name.clone(), parent.as_ref().map(|parent| named[&parent.id])))
                })
                .collect(),
            teams: teams
                .iter()
                .map(|(team, captain)| (number(&team.name), captain.as_ref().map(|captain| number(&captain.name))))
                .collect(),
            players: players.iter().map(|(player, team)| (number(&player.name), number(&team.name))).collect(),
            people: query(Person.name).on(engine).all().await?.iter().map(|name| number(name)).collect(),
            follows: follows.on(engine).all().await?.iter().map(|(a, b)| (number(a), number(b))).collect(),
        };
        assert_eq!(found, self.now);
        for (folder, _) in &folders {
            assert_eq!(session.try_get(self.folders[&named[&folder.id]]), Some(folder));
        }
        for (team, _) in &teams {
            assert_eq!(session.try_get(self.teams[&number(&team.name)]), Some(team));
        }
        for (player, _) in &players {
            assert_eq!(session.try_get(self.players[&number(&player.name)]), Some(player));
        }
        assert!(!session.is_dirty());
        Ok(())
    }
}

#[test]
fn the_database_equals_the_graph_after_each_commit() {
    // tests/run --long asks for more of them.
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = if DIALECT == "sqlite" { asked.unwrap_or(250) } else { 12 };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let url = runtime.block_on(made(""));
    let engine = runtime.block_on(async {
        let engine = connect(&url).await.unwrap();
        tables().create_all(&engine).await.unwrap();
        engine
    });
    let config = ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 400, ..Default::default() };
    let mut runner = prop::test_runner::TestRunner::new(config);
    let done = runner.run(&steps(2), |steps| {
        let engine = engine.clone();
        runtime.block_on(async move {
            let mut session = engine.session();
            for sql in [
                "UPDATE teams SET captain_id = NULL",
                "DELETE FROM players",
                "DELETE FROM teams",
                "UPDATE folders SET parent_id = NULL",
                "DELETE FROM folders",
                "DELETE FROM follows",
                "DELETE FROM people",
            ] {
                session.execute(sql).await.unwrap();
            }
            session.commit().await.unwrap();
            let mut world = World {
                engine,
                now: Graph::default(),
                committed: Graph::default(),
                next: 0,
                folders: BTreeMap::new(),
                teams: BTreeMap::new(),
                players: BTreeMap::new(),
                people: BTreeMap::new(),
            };
            let done = async {
                world.run(&mut session, &steps, false).await?;
                world.step(&mut session, &Step::Commit, false).await
            };
            done.await.map_err(|error| TestCaseError::fail(format!("{error:?}")))
        })
    });
    if let Err(error) = done {
        panic!("{error}");
    }
}
