//! SQLite.

mod catalog;
mod declared;
mod dialect;
#[cfg(feature = "sqlite")]
pub mod driver;
mod json;
mod reserved;
mod temporal;

pub use dialect::SqliteDialect;
