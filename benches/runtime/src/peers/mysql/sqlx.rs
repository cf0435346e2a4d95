//! sqlx, on one connection and on its pool.

use anyhow::Result;
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions as _, FromRow, MySqlConnection, MySqlPool, QueryBuilder};

use crate::dataset::NewUser;
use crate::peer::Peer;
use crate::server::Server;
use crate::workload::TASKS;

pub struct Sqlx {
    connection: MySqlConnection,
    server: Server,
}

pub struct SqlxPool {
    pool: MySqlPool,
    server: Server,
}

#[derive(FromRow)]
pub struct User {
    id: i64,
    name: String,
    email: Option<String>,
}

fn options(server: &Server) -> Result<MySqlConnectOptions> {
    Ok(server.url().parse::<MySqlConnectOptions>()?.disable_statement_logging())
}

macro_rules! queries {
    (|$this:ident| $executor:expr) => {
        type User = User;

        async fn select(&mut self, last: i64) -> Result<Vec<User>> {
            let $this = self;
            let query = sqlx::query_as("SELECT id, name, email FROM users WHERE id <= ?");
            Ok(query.bind(last).fetch_all($executor).await?)
        }

        async fn get(&mut self, id: i64) -> Result<Option<User>> {
            let $this = self;
            let query = sqlx::query_as("SELECT id, name, email FROM users WHERE id = ?");
            Ok(query.bind(id).fetch_optional($executor).await?)
        }

        async fn insert(&mut self, users: Vec<NewUser>) -> Result<()> {
            let $this = self;
            let mut query = QueryBuilder::new("INSERT INTO users (name, email) ");
            query.push_values(users, |mut row, user| {
                row.push_bind(user.name).push_bind(user.email);
            });
            query.build().execute($executor).await?;
            Ok(())
        }

        async fn add(&mut self, users: Vec<NewUser>) -> Result<Vec<i64>> {
            let $this = self;
            let mut query = QueryBuilder::new("INSERT INTO users (name, email) ");
            query.push_values(users, |mut row, user| {
                row.push_bind(user.name).push_bind(user.email);
            });
            // No RETURNING in MySQL: the keys of one INSERT follow the first of them.
            let done = query.build().execute($executor).await?;
            let first = i64::try_from(done.last_insert_id())?;
            Ok((first..first + i64::try_from(done.rows_affected())?).collect())
        }

        async fn delete_above(&mut self, last: i64) -> Result<()> {
            let $this = self;
            sqlx::query("DELETE FROM users WHERE id > ?").bind(last).execute($executor).await?;
            sqlx::raw_sql(AssertSqlSafe($this.server.restart(last + 1))).execute($executor).await?;
            Ok(())
        }

        fn fields(user: &User) -> (i64, &str, Option<&str>) {
            (user.id, &user.name, user.email.as_deref())
        }
    };
}

impl Peer for Sqlx {
    const NAME: &'static str = "sqlx";
    type Pool = ();

    async fn connect(server: &Server) -> Result<Self> {
        Ok(Self { connection: options(server)?.connect().await?, server: server.clone() })
    }

    queries!(|this| &mut this.connection);
}

impl Peer for SqlxPool {
    const NAME: &'static str = "sqlx pool";
    type Pool = MySqlPool;

    async fn connect(server: &Server) -> Result<Self> {
        let pool = MySqlPoolOptions::new().max_connections(TASKS as u32).connect_with(options(server)?).await?;
        Ok(Self { pool, server: server.clone() })
    }

    queries!(|this| &this.pool);

    fn pool(&self) -> Option<MySqlPool> {
        Some(self.pool.clone())
    }

    async fn get_pooled(pool: &MySqlPool, _: usize, id: i64) -> Result<Option<User>> {
        let query = sqlx::query_as("SELECT id, name, email FROM users WHERE id = ?");
        Ok(query.bind(id).fetch_optional(pool).await?)
    }
}
