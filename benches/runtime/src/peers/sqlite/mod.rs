//! The peers on SQLite.

mod diesel;
mod rusqlite;
mod sqlx;

pub use diesel::Diesel;
pub use rusqlite::Rusqlite;
pub use sqlx::Sqlx;
