//! PostgreSQL.

mod canonical;
mod catalog;
mod dialect;
#[cfg(feature = "postgresql")]
pub mod driver;
mod json;
mod reserved;
mod search;
mod temporal;

pub use dialect::PostgresqlDialect;
