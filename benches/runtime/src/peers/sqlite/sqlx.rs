//! sqlx, on one connection: its pool would add a ping to every call.

use anyhow::Result;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, FromRow, QueryBuilder};

use crate::dataset::{self, NewUser};
use crate::peer::Peer;
use crate::server::Server;

pub struct Sqlx(SqliteConnection);

#[derive(FromRow)]
pub struct User {
    id: i64,
    name: String,
    email: Option<String>,
}

impl Peer for Sqlx {
    const NAME: &'static str = "sqlx";
    type User = User;
    type Pool = ();

    async fn connect(server: &Server) -> Result<Self> {
        let options = SqliteConnectOptions::new().in_memory(true).disable_statement_logging();
        let mut connection = options.connect().await?;
        sqlx::raw_sql(AssertSqlSafe(dataset::script(server))).execute(&mut connection).await?;
        Ok(Self(connection))
    }

    async fn select(&mut self, last: i64) -> Result<Vec<User>> {
        let query = sqlx::query_as("SELECT id, name, email FROM users WHERE id <= ?");
        Ok(query.bind(last).fetch_all(&mut self.0).await?)
    }

    async fn get(&mut self, id: i64) -> Result<Option<User>> {
        let query = sqlx::query_as("SELECT id, name, email FROM users WHERE id = ?");
        Ok(query.bind(id).fetch_optional(&mut self.0).await?)
    }

    async fn insert(&mut self, users: Vec<NewUser>) -> Result<()> {
        let mut query = QueryBuilder::new("INSERT INTO users (name, email) ");
        query.push_values(users, |mut row, user| {
            row.push_bind(user.name).push_bind(user.email);
        });
        query.build().execute(&mut self.0).await?;
        Ok(())
    }

    async fn add(&mut self, users: Vec<NewUser>) -> Result<Vec<i64>> {
        let mut query = QueryBuilder::new("INSERT INTO users (name, email) ");
        query.push_values(users, |mut row, user| {
            row.push_bind(user.name).push_bind(user.email);
        });
        query.push(" RETURNING id");
        Ok(query.build_query_scalar().fetch_all(&mut self.0).await?)
    }

    async fn delete_above(&mut self, last: i64) -> Result<()> {
        sqlx::query("DELETE FROM users WHERE id > ?").bind(last).execute(&mut self.0).await?;
        Ok(())
    }

    fn fields(user: &User) -> (i64, &str, Option<&str>) {
        (user.id, &user.name, user.email.as_deref())
    }
}
