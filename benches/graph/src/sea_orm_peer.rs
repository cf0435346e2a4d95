//! SeaORM: many rows in one INSERT, a query a level, an UPDATE a row.

use crate::{Peer, Timed, Workload, schema::Server};
use anyhow::{Result, ensure};
use sea_orm::{
    ActiveModelTrait as _, ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, EntityTrait as _,
    LoaderTrait as _, Set, TransactionTrait as _,
};
use std::time::{Duration, Instant};

mod owner {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "owners")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod pet {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "pets")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub owner_id: i64,
        pub name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod parent {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "parents")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(has_many = "super::child::Entity")]
        Child,
    }

    impl Related<super::child::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Child.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod child {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "children")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub parent_id: i64,
        pub name: String,
        pub score: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "super::parent::Entity", from = "Column::ParentId", to = "super::parent::Column::Id")]
        Parent,
        #[sea_orm(has_many = "super::grandchild::Entity")]
        Grandchild,
    }

    impl Related<super::parent::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Parent.def()
        }
    }

    impl Related<super::grandchild::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Grandchild.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod grandchild {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "grandchildren")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub child_id: i64,
        pub name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "super::child::Entity", from = "Column::ChildId", to = "super::child::Column::Id")]
        Child,
    }

    impl Related<super::child::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Child.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub struct SeaOrm {
    connection: DatabaseConnection,
    returns: bool,
    rounds: i64,
}

impl SeaOrm {
    pub async fn connect(server: &Server) -> Result<Self> {
        let url = server.url().replacen("mariadb:", "mysql:", 1);
        let mut options =
            ConnectOptions::new(if matches!(server, Server::Sqlite) { "sqlite::memory:".into() } else { url });
        options.sqlx_logging(false).min_connections(1).max_connections(1).idle_timeout(None).max_lifetime(None);
        let connection = Database::connect(options).await?;
        if matches!(server, Server::Sqlite) {
            for statement in server.script() {
                connection.execute_unprepared(&statement).await?;
            }
        }
        Ok(Self { connection, returns: !matches!(server, Server::Mariadb(_)), rounds: 0 })
    }

    async fn insert(&self) -> Result<Duration> {
        pet::Entity::delete_many().exec(&self.connection).await?;
        owner::Entity::delete_many().exec(&self.connection).await?;
        let start = Instant::now();
        let transaction = self.connection.begin().await?;
        let owners =
            (0..10_000).map(|number| owner::ActiveModel { name: Set(format!("owner {number}")), ..Default::default() });
        let ids: Vec<i64> = if self.returns {
            owner::Entity::insert_many(owners)
                .exec_with_returning(&transaction)
                .await?
                .into_iter()
                .map(|owner| owner.id)
                .collect()
        } else {
            // There is no RETURNING: the keys are asked for.
            owner::Entity::insert_many(owners).exec(&transaction).await?;
            owner::Entity::find().all(&transaction).await?.into_iter().map(|owner| owner.id).collect()
        };
        let pet = |(number, owner_id): (usize, i64)| pet::ActiveModel {
            owner_id: Set(owner_id),
            name: Set(format!("pet {number}")),
            ..Default::default()
        };
        let pets: Vec<_> = ids.into_iter().enumerate().map(pet).collect();
        for pets in pets.chunks(10_000) {
            let insert = pet::Entity::insert_many(pets.iter().cloned());
            if self.returns {
                ensure!(insert.exec_with_returning(&transaction).await?.len() == 10_000);
            } else {
                insert.exec(&transaction).await?;
                ensure!(pet::Entity::find().all(&transaction).await?.len() == 10_000);
            }
        }
        transaction.commit().await?;
        Ok(start.elapsed())
    }

    async fn load(&self) -> Result<Duration> {
        let start = Instant::now();
        let parents = parent::Entity::find().all(&self.connection).await?;
        let children = parents.load_many(child::Entity, &self.connection).await?;
        let all: Vec<child::Model> = children.iter().flatten().cloned().collect();
        let grandchildren = all.load_many(grandchild::Entity, &self.connection).await?;
        let count: usize = grandchildren.iter().map(Vec::len).sum();
        ensure!(count == 10_000, "{count}");
        drop((parents, children, grandchildren));
        Ok(start.elapsed())
    }

    async fn update(&mut self) -> Result<Duration> {
        self.rounds += 1;
        let children = child::Entity::find().all(&self.connection).await?;
        ensure!(children.len() == 1_000);
        let start = Instant::now();
        let transaction = self.connection.begin().await?;
        for child in children {
            let score = 10_000_000 * self.rounds + 2_000_000 + child.id;
            let mut child: child::ActiveModel = child.into();
            child.score = Set(score);
            child.update(&transaction).await?;
        }
        transaction.commit().await?;
        Ok(start.elapsed())
    }
}

impl Peer for SeaOrm {
    fn name(&self) -> &'static str {
        "sea-orm"
    }

    fn run(&mut self, workload: Workload) -> Timed<'_> {
        Box::pin(async move {
            match workload {
                Workload::Insert => self.insert().await,
                Workload::Load => self.load().await,
                Workload::Update => self.update().await,
            }
        })
    }
}
