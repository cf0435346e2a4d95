//! Diesel over libpq, called inline, which blocks the task.

use anyhow::Result;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use crate::dataset::NewUser;
use crate::peer::Peer;
use crate::peers::diesel_model::{User, drafts, users};
use crate::server::Server;

pub struct Diesel {
    connection: PgConnection,
    server: Server,
}

impl Peer for Diesel {
    const NAME: &'static str = "diesel";
    type User = User;
    type Pool = ();

    async fn connect(server: &Server) -> Result<Self> {
        Ok(Self { connection: PgConnection::establish(server.url())?, server: server.clone() })
    }

    async fn select(&mut self, last: i64) -> Result<Vec<User>> {
        Ok(users::table.filter(users::id.le(last)).select(User::as_select()).load(&mut self.connection)?)
    }

    async fn get(&mut self, id: i64) -> Result<Option<User>> {
        Ok(users::table.find(id).select(User::as_select()).get_result(&mut self.connection).optional()?)
    }

    async fn insert(&mut self, users: Vec<NewUser>) -> Result<()> {
        diesel::insert_into(users::table).values(&drafts(users)).execute(&mut self.connection)?;
        Ok(())
    }

    async fn add(&mut self, users: Vec<NewUser>) -> Result<Vec<i64>> {
        let insert = diesel::insert_into(users::table).values(drafts(users)).returning(users::id);
        Ok(insert.get_results(&mut self.connection)?)
    }

    async fn delete_above(&mut self, last: i64) -> Result<()> {
        diesel::delete(users::table.filter(users::id.gt(last))).execute(&mut self.connection)?;
        Ok(self.connection.batch_execute(&self.server.restart(last + 1))?)
    }

    fn fields(user: &User) -> (i64, &str, Option<&str>) {
        user.fields()
    }
}
