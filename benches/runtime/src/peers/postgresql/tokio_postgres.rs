//! The floor: what a program costs that writes its SQL and its decoding by hand, over prepared statements.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Row, Statement};

use crate::dataset::{self, NewUser};
use crate::peer::Peer;
use crate::server::Server;
use crate::workload::TASKS;

/// A connection, and what was prepared on it.
pub struct Prepared {
    client: Client,
    select: Statement,
    get: Statement,
    delete: Statement,
    /// Of one hundred rows.
    insert: Statement,
    add: Statement,
}

pub struct TokioPostgres {
    own: Prepared,
    crowd: Arc<Vec<Prepared>>,
    server: Server,
}

pub struct User {
    id: i64,
    name: String,
    email: Option<String>,
}

impl User {
    fn decode(row: &Row) -> Result<Self> {
        Ok(Self { id: row.try_get(0)?, name: row.try_get(1)?, email: row.try_get(2)? })
    }
}

impl Prepared {
    async fn connect(url: &str) -> Result<Self> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        let rows: Vec<_> = (0..100).map(|row| format!("(${}, ${})", 2 * row + 1, 2 * row + 2)).collect();
        let insert = format!("INSERT INTO users (name, email) VALUES {}", rows.join(", "));
        Ok(Self {
            select: client.prepare("SELECT id, name, email FROM users WHERE id <= $1").await?,
            get: client.prepare("SELECT id, name, email FROM users WHERE id = $1").await?,
            delete: client.prepare("DELETE FROM users WHERE id > $1").await?,
            insert: client.prepare(&insert).await?,
            add: client.prepare(&format!("{insert} RETURNING id")).await?,
            client,
        })
    }

    async fn get(&self, id: i64) -> Result<Option<User>> {
        self.client.query_opt(&self.get, &[&id]).await?.as_ref().map(User::decode).transpose()
    }
}

fn values(users: &[NewUser]) -> Vec<&(dyn ToSql + Sync)> {
    users.iter().flat_map(|user| [&user.name as &(dyn ToSql + Sync), &user.email]).collect()
}

impl Peer for TokioPostgres {
    const NAME: &'static str = "tokio-postgres";
    type User = User;
    type Pool = Arc<Vec<Prepared>>;

    async fn connect(server: &Server) -> Result<Self> {
        let (client, connection) = tokio_postgres::connect(server.url(), NoTls).await?;
        tokio::spawn(connection);
        client.batch_execute(&dataset::script(server)).await?;
        client.batch_execute("ANALYZE users").await?;
        let mut crowd = Vec::new();
        for _ in 0..TASKS {
            crowd.push(Prepared::connect(server.url()).await?);
        }
        let own = Prepared::connect(server.url()).await?;
        Ok(Self { own, crowd: Arc::new(crowd), server: server.clone() })
    }

    async fn select(&mut self, last: i64) -> Result<Vec<User>> {
        let rows = self.own.client.query(&self.own.select, &[&last]).await?;
        rows.iter().map(User::decode).collect()
    }

    async fn get(&mut self, id: i64) -> Result<Option<User>> {
        self.own.get(id).await
    }

    async fn insert(&mut self, users: Vec<NewUser>) -> Result<()> {
        self.own.client.execute(&self.own.insert, &values(&users)).await?;
        Ok(())
    }

    async fn add(&mut self, users: Vec<NewUser>) -> Result<Vec<i64>> {
        let rows = self.own.client.query(&self.own.add, &values(&users)).await?;
        rows.iter().map(|row| row.try_get(0).context("a key")).collect()
    }

    async fn delete_above(&mut self, last: i64) -> Result<()> {
        self.own.client.execute(&self.own.delete, &[&last]).await?;
        Ok(self.own.client.batch_execute(&self.server.restart(last + 1)).await?)
    }

    fn pool(&self) -> Option<Self::Pool> {
        Some(Arc::clone(&self.crowd))
    }

    async fn get_pooled(pool: &Self::Pool, task: usize, id: i64) -> Result<Option<User>> {
        pool[task].get(id).await
    }

    fn fields(user: &User) -> (i64, &str, Option<&str>) {
        (user.id, &user.name, user.email.as_deref())
    }
}
