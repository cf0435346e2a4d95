//! Diesel, on SQLite by itself and on the servers through diesel-async: many rows in one INSERT, a query a level, an UPDATE a row.

use crate::{Peer, schema::Server};
use anyhow::Result;
use diesel::prelude::*;

diesel::table! { owners (id) { id -> BigInt, name -> Text, } }
diesel::table! { pets (id) { id -> BigInt, owner_id -> BigInt, name -> Text, } }
diesel::table! { parents (id) { id -> BigInt, name -> Text, } }
diesel::table! { children (id) { id -> BigInt, parent_id -> BigInt, name -> Text, score -> BigInt, } }
diesel::table! { grandchildren (id) { id -> BigInt, child_id -> BigInt, name -> Text, } }

#[derive(Insertable)]
#[diesel(table_name = owners, treat_none_as_default_value = false)]
struct NewOwner {
    name: String,
}

#[derive(Insertable)]
#[diesel(table_name = pets, treat_none_as_default_value = false)]
struct NewPet {
    owner_id: i64,
    name: String,
}

#[derive(Queryable, Selectable, Identifiable)]
#[diesel(table_name = parents)]
struct Parent {
    id: i64,
    #[expect(dead_code, reason = "it is loaded")]
    name: String,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = children, belongs_to(Parent))]
struct Child {
    id: i64,
    parent_id: i64,
    #[expect(dead_code, reason = "it is loaded")]
    name: String,
    #[expect(dead_code, reason = "it is loaded")]
    score: i64,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = grandchildren, belongs_to(Child))]
struct Grandchild {
    id: i64,
    child_id: i64,
    #[expect(dead_code, reason = "it is loaded")]
    name: String,
}

/// The peer for one kind of connection; the same calls, awaited or not.
macro_rules! peer {
    ($module:ident, $connection:ty, [$($imports:tt)*], [$($wait:tt)*], |$owners:ident, $own:ident| $insert:expr, |$pets:ident| $insert_pets:expr) => {
        mod $module {
            use super::*;
            use crate::{Timed, Workload};
            use anyhow::ensure;
            use std::time::{Duration, Instant};
            $($imports)*

            pub struct Diesel {
                pub connection: $connection,
                pub rounds: i64,
            }

            impl Diesel {
                async fn insert(&mut self) -> Result<Duration> {
                    let $own = &mut self.connection;
                    diesel::delete(pets::table).execute($own) $($wait)* ?;
                    diesel::delete(owners::table).execute($own) $($wait)* ?;
                    let start = Instant::now();
                    diesel::sql_query("BEGIN").execute($own) $($wait)* ?;
                    let $owners: Vec<NewOwner> = (0..10_000).map(|number| NewOwner { name: format!("owner {number}") }).collect();
                    let ids: Vec<i64> = $insert;
                    ensure!(ids.len() == 10_000);
                    let $pets: Vec<NewPet> = ids
                        .into_iter()
                        .enumerate()
                        .map(|(number, owner_id)| NewPet { owner_id, name: format!("pet {number}") })
                        .collect();
                    let ids: Vec<i64> = $insert_pets;
                    ensure!(ids.len() == 10_000);
                    diesel::sql_query("COMMIT").execute($own) $($wait)* ?;
                    Ok(start.elapsed())
                }

                async fn load(&mut self) -> Result<Duration> {
                    let own = &mut self.connection;
                    let start = Instant::now();
                    let all: Vec<Parent> = parents::table.select(Parent::as_select()).load(own) $($wait)* ?;
                    let next: Vec<Child> = Child::belonging_to(&all).select(Child::as_select()).load(own) $($wait)* ?;
                    let last: Vec<Grandchild> =
                        Grandchild::belonging_to(&next).select(Grandchild::as_select()).load(own) $($wait)* ?;
                    let last = last.grouped_by(&next);
                    let next: Vec<(Child, Vec<Grandchild>)> = next.into_iter().zip(last).collect();
                    let next = next.grouped_by(&all);
                    let tree: Vec<(Parent, Vec<(Child, Vec<Grandchild>)>)> = all.into_iter().zip(next).collect();
                    let count: usize = tree.iter().flat_map(|(_, next)| next).map(|(_, last)| last.len()).sum();
                    ensure!(count == 10_000, "{count}");
                    drop(tree);
                    Ok(start.elapsed())
                }

                async fn update(&mut self) -> Result<Duration> {
                    self.rounds += 1;
                    let own = &mut self.connection;
                    let all: Vec<Child> = children::table.select(Child::as_select()).load(own) $($wait)* ?;
                    ensure!(all.len() == 1_000);
                    let start = Instant::now();
                    diesel::sql_query("BEGIN").execute(own) $($wait)* ?;
                    for child in &all {
                        let score = 10_000_000 * self.rounds + 3_000_000 + child.id;
                        diesel::update(children::table.find(child.id)).set(children::score.eq(score)).execute(own) $($wait)* ?;
                    }
                    diesel::sql_query("COMMIT").execute(own) $($wait)* ?;
                    Ok(start.elapsed())
                }
            }

            impl Peer for Diesel {
                fn name(&self) -> &'static str {
                    "diesel"
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
        }
    };
}

peer!(
    sqlite,
    diesel::SqliteConnection,
    [],
    [],
    |new, own| { diesel::insert_into(owners::table).values(&new).returning(owners::id).get_results(own)? },
    |new_pets| { diesel::insert_into(pets::table).values(&new_pets).returning(pets::id).get_results(own)? }
);
peer!(
    postgresql,
    diesel_async::AsyncPgConnection,
    [use diesel_async::RunQueryDsl;],
    [.await],
    |new, own| { diesel::insert_into(owners::table).values(&new).returning(owners::id).get_results(own).await? },
    |new_pets| { diesel::insert_into(pets::table).values(&new_pets).returning(pets::id).get_results(own).await? }
);
// Diesel has no RETURNING for MySQL: the keys are asked for.
peer!(
    mariadb,
    diesel_async::AsyncMysqlConnection,
    [use diesel_async::RunQueryDsl;],
    [.await],
    |new, own| {
        diesel::insert_into(owners::table).values(&new).execute(own).await?;
        owners::table.select(owners::id).order(owners::id).load(own).await?
    },
    |new_pets| {
        diesel::insert_into(pets::table).values(&new_pets).execute(own).await?;
        pets::table.select(pets::id).order(pets::id).load(own).await?
    }
);

pub async fn connect(server: &Server) -> Result<Box<dyn Peer>> {
    use diesel_async::AsyncConnection as _;
    Ok(match server {
        Server::Sqlite => {
            let mut connection = diesel::SqliteConnection::establish(":memory:")?;
            for statement in server.script() {
                diesel::sql_query(statement).execute(&mut connection)?;
            }
            diesel::sql_query("PRAGMA foreign_keys = ON").execute(&mut connection)?;
            Box::new(sqlite::Diesel { connection, rounds: 0 })
        }
        Server::Postgresql(url) => Box::new(postgresql::Diesel {
            connection: diesel_async::AsyncPgConnection::establish(url).await?,
            rounds: 0,
        }),
        Server::Mariadb(url) => {
            let url = url.replacen("mariadb:", "mysql:", 1);
            Box::new(mariadb::Diesel {
                connection: diesel_async::AsyncMysqlConnection::establish(&url).await?,
                rounds: 0,
            })
        }
    })
}
