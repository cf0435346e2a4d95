//! Random work on a session against a plain model of what a session is: after each commit the database equals the model.

use crate::{
    DIALECT,
    database::{connect, made},
    models::Setting,
};
use aludel::{
    ErrorKind,
    engine::Engine,
    prelude::*,
    session::{Session, State},
};
use proptest::prelude::*;
use std::{collections::BTreeMap, future::Future, pin::Pin};

#[derive(Debug, Clone)]
enum Step {
    /// Adds a row of the name, or changes the one there is.
    Put(u8, u8),
    /// Gives a row another name, if it is there and the other one is free.
    Rename(u8, u8),
    Delete(u8),
    Flush,
    Read,
    /// Forgets the objects after a commit, and tracks the rows anew.
    Reload,
    /// Adds a row whose name is taken: the flush fails.
    Clash(u8),
    Commit,
    Rollback,
    Nested(Vec<Step>, End),
}

#[derive(Debug, Clone, Copy)]
enum End {
    Commit,
    Rollback,
    Drop,
}

fn steps(depth: u32) -> BoxedStrategy<Vec<Step>> {
    let name = 0..6u8;
    let simple = prop_oneof![
        6 => (name.clone(), any::<u8>()).prop_map(|(name, value)| Step::Put(name, value)),
        2 => (name.clone(), name.clone()).prop_map(|(from, to)| Step::Rename(from, to)),
        4 => name.clone().prop_map(Step::Delete),
        3 => Just(Step::Flush),
        2 => Just(Step::Read),
        1 => name.prop_map(Step::Clash),
        2 => Just(Step::Commit),
        1 => Just(Step::Reload),
        1 => Just(Step::Rollback),
    ];
    if depth == 0 {
        return prop::collection::vec(simple, 0..12).boxed();
    }
    let end = prop_oneof![Just(End::Commit), Just(End::Rollback), Just(End::Drop)];
    let nested = (steps(depth - 1), end).prop_map(|(steps, end)| Step::Nested(steps, end));
    prop::collection::vec(prop_oneof![8 => simple, 2 => nested], 0..20).boxed()
}

type Rows = BTreeMap<String, String>;

/// What the session should hold.
struct World {
    engine: Engine,
    handles: BTreeMap<String, Handle<Setting>>,
    /// Every object there was, since a rollback brings deleted ones back.
    every: Vec<Handle<Setting>>,
    now: Rows,
    committed: Rows,
    /// The objects by the names to which a failed flush goes back.
    before: BTreeMap<String, Handle<Setting>>,
}

fn name(n: u8) -> String {
    format!("setting {n}")
}

impl World {
    async fn database(&self) -> Rows {
        query((Setting.name, Setting.value)).on(&self.engine).all().await.unwrap().into_iter().collect()
    }

    async fn run(&mut self, session: &mut Session, steps: &[Step], nested: bool) {
        for step in steps {
            match step {
                Step::Put(n, value) => self.put(session, name(*n), value.to_string()).await,
                Step::Rename(from, to) => self.rename(session, &name(*from), name(*to)).await,
                Step::Delete(n) => self.delete(session, &name(*n)).await,
                Step::Flush => session.flush().await.unwrap(),
                Step::Read => self.read(session).await,
                Step::Clash(n) => self.clash(session, name(*n)).await,
                // These end the transaction; inside a savepoint they would end that too.
                Step::Commit | Step::Rollback | Step::Reload if nested => {}
                Step::Commit => self.commit(session).await,
                Step::Reload => self.reload(session).await,
                Step::Rollback => {
                    session.rollback().await.unwrap();
                    self.now = self.committed.clone();
                    self.find_objects(session);
                    self.before = self.handles.clone();
                }
                Step::Nested(steps, end) => self.nested(session, steps, *end).await,
            }
            self.check_objects(session);
        }
    }

    async fn put(&mut self, session: &mut Session, name: String, value: String) {
        match self.handles.get(&name) {
            Some(&handle) => session[handle].value = value.clone(),
            None => {
                let handle = session.add(Setting { name: name.clone(), value: value.clone() });
                self.handles.insert(name.clone(), handle);
                self.every.push(handle);
            }
        }
        self.now.insert(name, value);
    }

    async fn rename(&mut self, session: &mut Session, from: &str, to: String) {
        if self.handles.contains_key(&to) || !self.handles.contains_key(from) {
            return;
        }
        session.flush().await.unwrap();
        let handle = self.handles.remove(from).unwrap();
        session[handle].name = to.clone();
        session.flush().await.unwrap();
        let value = self.now.remove(from).unwrap();
        self.now.insert(to.clone(), value);
        self.handles.insert(to, handle);
    }

    async fn delete(&mut self, session: &mut Session, name: &str) {
        if let Some(handle) = self.handles.remove(name) {
            session.delete(handle).unwrap();
            self.now.remove(name);
        }
    }

    async fn read(&self, session: &mut Session) {
        let rows: Rows = session.query((Setting.name, Setting.value)).all().await.unwrap().into_iter().collect();
        assert_eq!(rows, self.now);
        for name in (0..6).map(name) {
            let found = session.get(Setting, &name).await.unwrap().map(|setting| setting.value);
            assert_eq!(found.as_ref(), self.now.get(&name));
        }
    }

    /// A flush that fails, and is mended.
    async fn clash(&mut self, session: &mut Session, name: String) {
        if self.is_swapped() || !self.now.contains_key(&name) {
            return;
        }
        session.flush().await.unwrap();
        let twin = session.add(Setting { name, value: "twin".into() });
        assert_eq!(session.flush().await.unwrap_err().kind(), ErrorKind::UniqueViolation);
        assert_eq!(session.state(twin), State::Pending);
        session.delete(twin).unwrap();
    }

    /// Whether rows have taken each other's names: no order of changes does that again in one flush.
    fn is_swapped(&self) -> bool {
        let next = |name: &String| {
            let handle = self.before.get(name)?;
            self.handles.iter().find_map(|(name, other)| (other == handle).then_some(name))
        };
        self.before.keys().any(|start| {
            let path = std::iter::successors(next(start), |name| next(name)).take(self.before.len());
            next(start) != Some(start) && path.skip(1).any(|name| name == start)
        })
    }

    async fn commit(&mut self, session: &mut Session) {
        session.commit().await.unwrap();
        self.before = self.handles.clone();
        self.committed = self.now.clone();
        assert_eq!(self.database().await, self.committed);
    }

    async fn reload(&mut self, session: &mut Session) {
        self.commit(session).await;
        session.expunge_all();
        let handles = session.query(Setting).track().await.unwrap();
        self.every = handles;
        self.find_objects(session);
        self.before = self.handles.clone();
    }

    fn nested<'a>(
        &'a mut self,
        session: &'a mut Session,
        steps: &'a [Step],
        end: End,
    ) -> Pin<Box<dyn Future<Output = ()> + 'a>> {
        Box::pin(async move {
            let before = self.now.clone();
            let mut nested = session.begin_nested().await.unwrap();
            let outer = std::mem::replace(&mut self.before, self.handles.clone());
            self.run(&mut nested, steps, true).await;
            self.before = outer;
            match end {
                End::Commit => return nested.commit().await.unwrap(),
                End::Rollback => nested.rollback().await.unwrap(),
                End::Drop => drop(nested),
            }
            self.now = before;
            self.find_objects(session);
        })
    }

    /// The objects that are left after a rollback, by the names they have again.
    fn find_objects(&mut self, session: &Session) {
        let left = self.every.iter().filter(|&&handle| session.state(handle) == State::Persistent);
        self.handles = left.map(|&handle| (session[handle].name.clone(), handle)).collect();
    }

    fn check_objects(&self, session: &Session) {
        let object = |&handle: &Handle<Setting>| (session[handle].name.clone(), session[handle].value.clone());
        let objects: Rows = self.handles.values().map(object).collect();
        assert_eq!(objects, self.now);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_database_equals_the_model_after_each_commit(steps in steps(2)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let engine = connect(&made(if DIALECT == "sqlite" { "synchronous=off" } else { "" }).await).await.unwrap();
            metadata![Setting].create_all(&engine).await.unwrap();
            let mut session = engine.session();
            let mut world = World {
                engine,
                handles: BTreeMap::new(),
                every: Vec::new(),
                now: Rows::new(),
                committed: Rows::new(),
                before: BTreeMap::new(),
            };
            world.run(&mut session, &steps, false).await;
            assert_eq!(world.database().await, world.committed, "nobody sees what is not committed");
            world.commit(&mut session).await;
        });
    }
}

/// Few while one works; PROPTEST_CASES asks for more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(150)
}
