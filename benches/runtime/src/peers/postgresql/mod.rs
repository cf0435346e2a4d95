//! The peers on PostgreSQL.

mod diesel;
mod diesel_async;
mod sqlx;
mod tokio_postgres;

pub use diesel::Diesel;
pub use diesel_async::DieselAsync;
pub use sqlx::{Sqlx, SqlxPool};
pub use tokio_postgres::TokioPostgres;
