//! The peers on MySQL and MariaDB.

mod diesel_async;
mod mysql_async;
mod sqlx;

pub use diesel_async::DieselAsync;
pub use mysql_async::MysqlAsync;
pub use sqlx::{Sqlx, SqlxPool};
