//! The floor: what a program costs that writes its SQL and its decoding by hand.

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension as _, Row, params_from_iter};

use crate::dataset::{self, NewUser};
use crate::peer::Peer;
use crate::server::Server;

pub struct Rusqlite(Connection);

pub struct User {
    id: i64,
    name: String,
    email: Option<String>,
}

impl User {
    fn decode(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { id: row.get(0)?, name: row.get(1)?, email: row.get(2)? })
    }
}

impl Peer for Rusqlite {
    const NAME: &'static str = "rusqlite";
    type User = User;
    type Pool = ();

    async fn connect(server: &Server) -> Result<Self> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(&dataset::script(server))?;
        Ok(Self(connection))
    }

    async fn select(&mut self, last: i64) -> Result<Vec<User>> {
        let mut statement = self.0.prepare_cached("SELECT id, name, email FROM users WHERE id <= ?1")?;
        let users = statement.query_map([last], User::decode)?;
        Ok(users.collect::<rusqlite::Result<_>>()?)
    }

    async fn get(&mut self, id: i64) -> Result<Option<User>> {
        let mut statement = self.0.prepare_cached("SELECT id, name, email FROM users WHERE id = ?1")?;
        Ok(statement.query_row([id], User::decode).optional()?)
    }

    async fn insert(&mut self, users: Vec<NewUser>) -> Result<()> {
        let sql = format!("INSERT INTO users (name, email) VALUES {}", vec!["(?, ?)"; users.len()].join(", "));
        let mut statement = self.0.prepare_cached(&sql)?;
        let values = users.iter().flat_map(|user| [Some(&user.name), user.email.as_ref()]);
        statement.execute(params_from_iter(values))?;
        Ok(())
    }

    async fn add(&mut self, users: Vec<NewUser>) -> Result<Vec<i64>> {
        let rows = vec!["(?, ?)"; users.len()].join(", ");
        let sql = format!("INSERT INTO users (name, email) VALUES {rows} RETURNING id");
        let mut statement = self.0.prepare_cached(&sql)?;
        let values = users.iter().flat_map(|user| [Some(&user.name), user.email.as_ref()]);
        let keys = statement.query_map(params_from_iter(values), |row| row.get(0))?;
        Ok(keys.collect::<rusqlite::Result<_>>()?)
    }

    async fn delete_above(&mut self, last: i64) -> Result<()> {
        self.0.prepare_cached("DELETE FROM users WHERE id > ?1")?.execute([last])?;
        Ok(())
    }

    fn fields(user: &User) -> (i64, &str, Option<&str>) {
        (user.id, &user.name, user.email.as_deref())
    }
}
