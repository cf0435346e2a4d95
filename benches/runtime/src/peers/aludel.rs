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
        insert(User).values(users.into_iter().map(draft)).on(&self.0).execute().await?;
        Ok(())
    }

    async fn add(&mut self, users: Vec<NewUser>) -> Result<Vec<i64>> {
        let mut session = self.0.session();
        let handles = session.add_all(users.into_iter().map(draft));
        session.commit().await?;
        Ok(handles.into_iter().map(|handle| session[handle].id).collect())
    }

    async fn delete_above(&mut self, last: i64) -> Result<()> {
        query(User).filter(User.id.gt(last)).on(&self.0).delete().await?;
        Ok(())
    }

    fn fields(user: &User) -> (i64, &str, Option<&str>) {
        (user.id, &user.name, user.email.as_deref())
    }
}

fn draft(NewUser { name, email }: NewUser) -> User {
    User { id: 0, name, email }
}
