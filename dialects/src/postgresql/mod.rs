//! PostgreSQL.

mod canonical;
mod catalog;
mod dialect;
pub mod driver;
mod reserved;

pub use dialect::PostgresqlDialect;
