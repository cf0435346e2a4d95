//! diesel-async over tokio-postgres; its pool is deadpool.

use anyhow::Result;
use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, deadpool::Pool};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};

use crate::dataset::NewUser;
use crate::peer::Peer;
use crate::peers::diesel_model::{User, drafts, users};
use crate::server::Server;
use crate::workload::TASKS;

pub struct DieselAsync {
    connection: AsyncPgConnection,
    pool: Pool<AsyncPgConnection>,
    server: Server,
}

impl Peer for DieselAsync {
    const NAME: &'static str = "diesel-async";
    type User = User;
    type Pool = Pool<AsyncPgConnection>;

    async fn connect(server: &Server) -> Result<Self> {
        let connection = AsyncPgConnection::establish(server.url()).await?;
        let pool = Pool::builder(AsyncDieselConnectionManager::new(server.url())).max_size(TASKS).build()?;
        Ok(Self { connection, pool, server: server.clone() })
    }

    async fn select(&mut self, last: i64) -> Result<Vec<User>> {
        Ok(users::table.filter(users::id.le(last)).select(User::as_select()).load(&mut self.connection).await?)
    }

    async fn get(&mut self, id: i64) -> Result<Option<User>> {
        Ok(users::table.find(id).select(User::as_select()).get_result(&mut self.connection).await.optional()?)
    }

    async fn insert(&mut self, users: Vec<NewUser>) -> Result<()> {
        diesel::insert_into(users::table).values(&drafts(users)).execute(&mut self.connection).await?;
        Ok(())
    }

    async fn add(&mut self, users: Vec<NewUser>) -> Result<Vec<i64>> {
        let insert = diesel::insert_into(users::table).values(drafts(users)).returning(users::id);
        Ok(insert.get_results(&mut self.connection).await?)
    }

    async fn delete_above(&mut self, last: i64) -> Result<()> {
        diesel::delete(users::table.filter(users::id.gt(last))).execute(&mut self.connection).await?;
        Ok(self.connection.batch_execute(&self.server.restart(last + 1)).await?)
    }

    fn pool(&self) -> Option<Self::Pool> {
        Some(self.pool.clone())
    }

    async fn get_pooled(pool: &Self::Pool, _: usize, id: i64) -> Result<Option<User>> {
        let mut connection = pool.get().await?;
        Ok(users::table.find(id).select(User::as_select()).get_result(&mut connection).await.optional()?)
    }

    fn fields(user: &User) -> (i64, &str, Option<&str>) {
        user.fields()
    }
}
