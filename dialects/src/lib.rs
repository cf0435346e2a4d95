//! SQLite, PostgreSQL, MySQL and Oracle for Aludel: the SQL of each, and its drivers behind a cargo feature.

pub mod mysql;
pub mod postgresql;
pub mod sqlite;

mod backends;

pub use backends::BACKENDS;
