//! The floor: what a program costs that writes its SQL and its decoding by hand, over prepared statements.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use mysql_async::{Conn, Params, Value, prelude::Queryable as _};
use tokio::sync::Mutex;

use crate::dataset::{self, NewUser};
use crate::peer::Peer;
use crate::server::Server;
use crate::workload::TASKS;

pub struct MysqlAsync {
    own: Conn,
    /// One for each task, so that nobody waits for a lock.
    crowd: Arc<Vec<Mutex<Conn>>>,
    server: Server,
}

type User = (i64, String, Option<String>);

/// The driver keeps statements prepared by their text.
const GET: &str = "SELECT id, name, email FROM users WHERE id = ?";

impl MysqlAsync {
    async fn insert_all(&mut self, users: Vec<NewUser>) -> Result<()> {
        let sql = format!("INSERT INTO users (name, email) VALUES {}", vec!["(?, ?)"; users.len()].join(", "));
        let values = users.into_iter().flat_map(|user| [Value::from(user.name), Value::from(user.email)]);
        Ok(self.own.exec_drop(sql, Params::Positional(values.collect())).await?)
    }
}

impl Peer for MysqlAsync {
    const NAME: &'static str = "mysql_async";
    type User = User;
    type Pool = Arc<Vec<Mutex<Conn>>>;

    async fn connect(server: &Server) -> Result<Self> {
        let mut own = Conn::from_url(server.url()).await?;
        for statement in dataset::script(server).split(";\n") {
            own.query_drop(statement).await?;
        }
        let mut crowd = Vec::new();
        for _ in 0..TASKS {
            crowd.push(Mutex::new(Conn::from_url(server.url()).await?));
        }
        Ok(Self { own, crowd: Arc::new(crowd), server: server.clone() })
    }

    async fn select(&mut self, last: i64) -> Result<Vec<User>> {
        Ok(self.own.exec("SELECT id, name, email FROM users WHERE id <= ?", (last,)).await?)
    }

    async fn get(&mut self, id: i64) -> Result<Option<User>> {
        Ok(self.own.exec_first(GET, (id,)).await?)
    }

    async fn insert(&mut self, users: Vec<NewUser>) -> Result<()> {
        self.insert_all(users).await
    }

    async fn add(&mut self, users: Vec<NewUser>) -> Result<Vec<i64>> {
        let count = users.len() as i64;
        self.insert_all(users).await?;
        // The keys of one INSERT follow the first of them.
        let first = i64::try_from(self.own.last_insert_id().context("no key was generated")?)?;
        Ok((first..first + count).collect())
    }

    async fn delete_above(&mut self, last: i64) -> Result<()> {
        self.own.exec_drop("DELETE FROM users WHERE id > ?", (last,)).await?;
        Ok(self.own.query_drop(self.server.restart(last + 1)).await?)
    }

    fn pool(&self) -> Option<Self::Pool> {
        Some(Arc::clone(&self.crowd))
    }

    async fn get_pooled(pool: &Self::Pool, task: usize, id: i64) -> Result<Option<User>> {
        Ok(pool[task].lock().await.exec_first(GET, (id,)).await?)
    }

    fn fields(user: &User) -> (i64, &str, Option<&str>) {
        (user.0, &user.1, user.2.as_deref())
    }
}
