//! SQLite, PostgreSQL, MySQL and Oracle for Aludel: a cargo feature each.

#[cfg(feature = "mysql")]
pub mod mysql;
#[cfg(feature = "postgresql")]
pub mod postgresql;
#[cfg(feature = "sqlite")]
pub mod sqlite;

mod backends;

pub use backends::BACKENDS;
