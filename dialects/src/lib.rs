//! SQLite, PostgreSQL, MySQL and Oracle for Aludel: the SQL of each, and its drivers behind a cargo feature.

pub mod mysql;
pub mod oracle;
pub mod postgresql;
pub mod sqlite;

mod backends;
#[cfg(feature = "oracle")]
mod cryptography;
#[cfg(feature = "network")]
mod network;
#[cfg(any(feature = "mysql", feature = "oracle", feature = "postgresql"))]
mod place;
#[cfg(any(feature = "mysql", feature = "oracle", feature = "postgresql"))]
mod scan;
#[cfg(any(feature = "mysql", feature = "oracle", feature = "postgresql"))]
mod state;
#[cfg(any(feature = "oracle", feature = "sqlite"))]
mod worker;

pub use backends::BACKENDS;
