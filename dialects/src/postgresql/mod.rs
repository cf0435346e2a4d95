//! PostgreSQL.

mod canonical;
mod catalog;
#[cfg(feature = "postgresql")]
mod client;
mod dialect;
#[cfg(feature = "postgresql")]
pub mod driver;
mod json;
mod reserved;
mod search;
mod temporal;

pub use dialect::PostgresqlDialect;
