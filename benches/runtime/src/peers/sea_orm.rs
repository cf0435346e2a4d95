//! SeaORM, on the pool that it always has, with that pool's defaults.

use anyhow::{Context as _, Result};
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, Set, entity::prelude::*};

use crate::dataset::{self, NewUser};
use crate::peer::Peer;
use crate::server::Server;
use crate::workload::TASKS;

mod user {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        pub email: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub struct SeaOrm {
    connection: DatabaseConnection,
    server: Server,
}

impl Peer for SeaOrm {
    const NAME: &'static str = "sea-orm";
    type User = user::Model;
    type Pool = DatabaseConnection;

    async fn connect(server: &Server) -> Result<Self> {
        let mut options = ConnectOptions::new(match server {
            Server::Sqlite => "sqlite::memory:",
            server => server.url(),
        });
        options.sqlx_logging(false);
        if server.is_shared() {
            options.max_connections(TASKS as u32);
        } else {
            // An in-memory database is one connection's own, so that connection must be the only one, and last.
            options.min_connections(1).max_connections(1).idle_timeout(None).max_lifetime(None);
        }
        let connection = Database::connect(options).await?;
        if !server.is_shared() {
            connection.execute_unprepared(&dataset::script(server)).await?;
        }
        Ok(Self { connection, server: server.clone() })
    }

    async fn select(&mut self, last: i64) -> Result<Vec<user::Model>> {
        Ok(user::Entity::find().filter(user::COLUMN.id.lte(last)).all(&self.connection).await?)
    }

    async fn get(&mut self, id: i64) -> Result<Option<user::Model>> {
        Ok(user::Entity::find_by_id(id).one(&self.connection).await?)
    }

    async fn insert(&mut self, users: Vec<NewUser>) -> Result<()> {
        let drafts = users.into_iter().map(|NewUser { name, email }| user::ActiveModel {
            name: Set(name),
            email: Set(email),
            ..Default::default()
        });
        user::Entity::insert_many(drafts).exec(&self.connection).await?;
        Ok(())
    }

    async fn add(&mut self, users: Vec<NewUser>) -> Result<Vec<i64>> {
        let drafts = users.into_iter().map(|NewUser { name, email }| user::ActiveModel {
            name: Set(name),
            email: Set(email),
            ..Default::default()
        });
        if let Server::Mariadb(_) = self.server {
            // No RETURNING here: the keys of one INSERT follow the first of them.
            let count = drafts.len() as i64;
            let first = user::Entity::insert_many(drafts).exec(&self.connection).await?.last_insert_id;
            let first = first.context("no key was generated")?;
            return Ok((first..first + count).collect());
        }
        Ok(user::Entity::insert_many(drafts).exec_with_returning_keys(&self.connection).await?)
    }

    async fn delete_above(&mut self, last: i64) -> Result<()> {
        user::Entity::delete_many().filter(user::COLUMN.id.gt(last)).exec(&self.connection).await?;
        if self.server.is_shared() {
            self.connection.execute_unprepared(&self.server.restart(last + 1)).await?;
        }
        Ok(())
    }

    fn pool(&self) -> Option<DatabaseConnection> {
        self.server.is_shared().then(|| self.connection.clone())
    }

    async fn get_pooled(pool: &DatabaseConnection, _: usize, id: i64) -> Result<Option<user::Model>> {
        Ok(user::Entity::find_by_id(id).one(pool).await?)
    }

    fn fields(user: &user::Model) -> (i64, &str, Option<&str>) {
        (user.id, &user.name, user.email.as_deref())
    }
}
