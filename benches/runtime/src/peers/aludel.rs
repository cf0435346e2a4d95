//! Aludel, as its guide has it: a session of its own for each unit of work, on one engine.

use aludel::prelude::*;
use anyhow::Result;

use crate::dataset::{self, NewUser};
use crate::peer::Peer;
use crate::server::Server;
use crate::workload::TASKS;

pub struct Aludel {
    engine: Engine,
    server: Server,
}

#[derive(Model, Clone)]
#[table("users")]
pub struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
    email: Option<String>,
}

impl Peer for Aludel {
    const NAME: &'static str = "aludel";
    type User = User;
    type Pool = Engine;

    async fn connect(server: &Server) -> Result<Self> {
        let engine = create_engine(server.url())?.pool_size(TASKS).connect().await?;
        if !server.is_shared() {
            engine.run_script(&dataset::script(server)).await?;
        }
        Ok(Self { engine, server: server.clone() })
    }

    async fn select(&mut self, last: i64) -> Result<Vec<User>> {
        Ok(self.engine.session().query(User).filter(User.id.le(last)).all().await?)
    }

    async fn get(&mut self, id: i64) -> Result<Option<User>> {
        Ok(self.engine.session().get(User, id).await?)
    }

    async fn insert(&mut self, users: Vec<NewUser>) -> Result<()> {
        insert(User).values(users.into_iter().map(draft)).on(&self.engine).execute().await?;
        Ok(())
    }

    async fn add(&mut self, users: Vec<NewUser>) -> Result<Vec<i64>> {
        let mut session = self.engine.session();
        let handles = session.add_all(users.into_iter().map(draft));
        session.commit().await?;
        Ok(handles.into_iter().map(|handle| session[handle].id).collect())
    }

    async fn delete_above(&mut self, last: i64) -> Result<()> {
        query(User).filter(User.id.gt(last)).on(&self.engine).delete().await?;
        Ok(self.engine.run_script(&self.server.restart(last + 1)).await?)
    }

    fn pool(&self) -> Option<Engine> {
        self.server.is_shared().then(|| self.engine.clone())
    }

    async fn get_pooled(engine: &Engine, _: usize, id: i64) -> Result<Option<User>> {
        Ok(engine.session().get(User, id).await?)
    }

    fn fields(user: &User) -> (i64, &str, Option<&str>) {
        (user.id, &user.name, user.email.as_deref())
    }
}

fn draft(NewUser { name, email }: NewUser) -> User {
    User { id: 0, name, email }
}
