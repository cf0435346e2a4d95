//! SQLite.

mod dialect;
pub mod driver;

pub use dialect::SqliteDialect;
