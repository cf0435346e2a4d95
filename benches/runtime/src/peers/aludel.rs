//! Aludel, as its guide has it: a session of its own for each unit of work, on one engine.

use aludel::prelude::*;
use anyhow::Result;

use crate::dataset::{self, NewUser};
use crate::peer::Peer;

pub struct Aludel(Engine);

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

    async fn connect() -> Result<Self> {
        let engine = create_engine("sqlite://")?.connect().await?;
        engine.run_script(&dataset::script()).await?;
        Ok(Self(engine))
    }

    async fn select(&mut self, last: i64) -> Result<Vec<User>> {
        Ok(self.0.session().query(User).filter(User.id.le(last)).all().await?)
    }

    async fn get(&mut self, id: i64) -> Result<Option<User>> {
        Ok(self.0.session().get(User, id).await?)
    }

    async fn insert(&mut self, users: Vec<NewUser>) -> Result<()> {
        let mut session = self.0.session();
        session.add_all(users.into_iter().map(|NewUser { name, email }| User { id: 0, name, email }));
        Ok(session.commit().await?)
    }

    async fn delete_above(&mut self, last: i64) -> Result<()> {
        query(User).filter(User.id.gt(last)).on(&self.0).delete().await?;
        Ok(())
    }

    fn fields(user: &User) -> (i64, &str, Option<&str>) {
        (user.id, &user.name, user.email.as_deref())
    }
}
