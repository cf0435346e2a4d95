//! SeaORM, on the pool that it always has, with that pool's defaults.

use anyhow::Result;
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, Set, entity::prelude::*};

use crate::dataset::{self, NewUser};
use crate::peer::Peer;

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

pub struct SeaOrm(DatabaseConnection);

impl Peer for SeaOrm {
    const NAME: &'static str = "sea-orm";
    type User = user::Model;

    async fn connect() -> Result<Self> {
        // An in-memory database is one connection's own, so that connection must be the only one, and last.
        let options = ConnectOptions::new("sqlite::memory:")
            .min_connections(1)
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .sqlx_logging(false)
            .to_owned();
        let connection = Database::connect(options).await?;
        connection.execute_unprepared(&dataset::script()).await?;
        Ok(Self(connection))
    }

    async fn select(&mut self, last: i64) -> Result<Vec<user::Model>> {
        Ok(user::Entity::find().filter(user::COLUMN.id.lte(last)).all(&self.0).await?)
    }

    async fn get(&mut self, id: i64) -> Result<Option<user::Model>> {
        Ok(user::Entity::find_by_id(id).one(&self.0).await?)
    }

    async fn insert(&mut self, users: Vec<NewUser>) -> Result<()> {
        let drafts = users.into_iter().map(|NewUser { name, email }| user::ActiveModel {
            name: Set(name),
            email: Set(email),
            ..Default::default()
        });
        user::Entity::insert_many(drafts).exec(&self.0).await?;
        Ok(())
    }

    async fn add(&mut self, users: Vec<NewUser>) -> Result<Vec<i64>> {
        let drafts = users.into_iter().map(|NewUser { name, email }| user::ActiveModel {
            name: Set(name),
            email: Set(email),
            ..Default::default()
        });
        Ok(user::Entity::insert_many(drafts).exec_with_returning_keys(&self.0).await?)
    }

    async fn delete_above(&mut self, last: i64) -> Result<()> {
        user::Entity::delete_many().filter(user::COLUMN.id.gt(last)).exec(&self.0).await?;
        Ok(())
    }

    fn fields(user: &user::Model) -> (i64, &str, Option<&str>) {
        (user.id, &user.name, user.email.as_deref())
    }
}
