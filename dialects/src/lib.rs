//! SQLite, PostgreSQL, MySQL and Oracle for Aludel: the SQL of each, and its drivers behind a cargo feature.

pub mod mysql;
pub mod oracle;
pub mod postgresql;
pub mod sqlite;

mod backends;
#[cfg(any(feature = "mysql", feature = "postgresql"))]
mod scan;
#[cfg(any(feature = "mysql", feature = "postgresql"))]
mod state;

pub use backends::BACKENDS;
