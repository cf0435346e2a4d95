//! PostgreSQL.

mod canonical;
mod catalog;
mod dialect;
#[cfg(feature = "postgresql")]
pub mod driver;
mod reserved;

pub use dialect::PostgresqlDialect;
