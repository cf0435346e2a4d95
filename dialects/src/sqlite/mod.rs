//! SQLite.

mod catalog;
mod declared;
mod dialect;
pub mod driver;
mod reserved;

pub use dialect::SqliteDialect;
