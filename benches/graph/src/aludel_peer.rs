//! Aludel: a session for each workload.

use crate::{Peer, Timed, Workload, schema::Server};
use aludel::prelude::*;
use anyhow::{Result, ensure};
use std::time::{Duration, Instant};

#[derive(Model, Clone, Default)]
#[table("owners")]
struct Owner {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model, Clone, Default)]
#[table("pets")]
struct Pet {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Owner.id, relation = owner)]
    owner_id: i64,
    name: String,
}

#[derive(Model, Clone)]
#[table("parents")]
#[has_many(children: Child.parent_id)]
struct Parent {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model, Clone)]
#[table("children")]
#[has_many(children: Grandchild.child_id)]
struct Child {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Parent.id)]
    parent_id: i64,
    name: String,
    score: i64,
}

#[derive(Model, Clone)]
#[table("grandchildren")]
struct Grandchild {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Child.id)]
    child_id: i64,
    name: String,
}

pub struct Aludel {
    engine: Engine,
    rounds: i64,
}

impl Aludel {
    pub async fn connect(server: &Server) -> Result<Self> {
        let engine = create_engine(server.url())?.connect().await?;
        for statement in server.script() {
            engine.execute(text(statement)).await?;
        }
        Ok(Self { engine, rounds: 0 })
    }

    async fn insert(&self) -> Result<Duration> {
        query(Pet).all_rows().on(&self.engine).delete().await?;
        query(Owner).all_rows().on(&self.engine).delete().await?;
        let start = Instant::now();
        let mut session = self.engine.session();
        for number in 0..10_000 {
            let owner = session.add(Owner { name: format!("owner {number}"), ..Default::default() });
            let pet = session.add(Pet { name: format!("pet {number}"), ..Default::default() });
            session.relate(pet, Pet.owner, owner)?;
        }
        session.commit().await?;
        drop(session);
        Ok(start.elapsed())
    }

    async fn load(&self) -> Result<Duration> {
        let start = Instant::now();
        let tree = query(Parent).with(Parent.children.with(Child.children)).on(&self.engine).all().await?;
        let count: usize =
            tree.iter().flat_map(|(_, children)| children).map(|(_, grandchildren)| grandchildren.len()).sum();
        ensure!(count == 10_000, "{count}");
        drop(tree);
        Ok(start.elapsed())
    }

    async fn update(&mut self) -> Result<Duration> {
        self.rounds += 1;
        let mut session = self.engine.session();
        let children = session.query(Child).track().await?;
        ensure!(children.len() == 1_000);
        let start = Instant::now();
        for child in children {
            session[child].score = 10_000_000 * self.rounds + 1_000_000 + session[child].id;
        }
        session.commit().await?;
        Ok(start.elapsed())
    }
}

impl Peer for Aludel {
    fn name(&self) -> &'static str {
        "aludel"
    }

    fn run(&mut self, workload: Workload) -> Timed<'_> {
        Box::pin(async move {
            match workload {
                Workload::Insert => self.insert().await,
                Workload::Load => self.load().await,
                Workload::Update => self.update().await,
            }
        })
    }
}
