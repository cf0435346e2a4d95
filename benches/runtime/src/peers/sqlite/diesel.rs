//! Diesel, called inline: it blocks, and a call this short is cheaper than a hop to another thread.

use anyhow::Result;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use crate::dataset::{self, NewUser};
use crate::peer::Peer;
use crate::peers::diesel_model::{Draft, User, drafts, users};
use crate::server::Server;

pub struct Diesel(SqliteConnection);

impl Peer for Diesel {
    const NAME: &'static str = "diesel";
    type User = User;
    type Pool = ();

    async fn connect(server: &Server) -> Result<Self> {
        let mut connection = SqliteConnection::establish(":memory:")?;
        connection.batch_execute(&dataset::script(server))?;
        Ok(Self(connection))
    }

    async fn select(&mut self, last: i64) -> Result<Vec<User>> {
        Ok(users::table.filter(users::id.le(last)).select(User::as_select()).load(&mut self.0)?)
    }

    async fn get(&mut self, id: i64) -> Result<Option<User>> {
        // Not `first`: it binds a LIMIT, and SQLite prepares a statement anew each time that one is bound.
        Ok(users::table.find(id).select(User::as_select()).get_result(&mut self.0).optional()?)
    }

    async fn insert(&mut self, users: Vec<NewUser>) -> Result<()> {
        diesel::insert_into(users::table).values(&drafts(users)).execute(&mut self.0)?;
        Ok(())
    }

    async fn add(&mut self, users: Vec<NewUser>) -> Result<Vec<i64>> {
        // Diesel returns no columns from a batch on SQLite.
        let insert = |connection: &mut SqliteConnection| {
            let insert = |user: NewUser| {
                let draft = Draft::from(user);
                diesel::insert_into(users::table).values(&draft).returning(users::id).get_result(connection)
            };
            users.into_iter().map(insert).collect::<QueryResult<_>>()
        };
        Ok(self.0.transaction(insert)?)
    }

    async fn delete_above(&mut self, last: i64) -> Result<()> {
        diesel::delete(users::table.filter(users::id.gt(last))).execute(&mut self.0)?;
        Ok(())
    }

    fn fields(user: &User) -> (i64, &str, Option<&str>) {
        user.fields()
    }
}
