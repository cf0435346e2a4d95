//! Chinook on PostgreSQL: the questions of `chinook.rs`, and every row compared with those of `Chinook_PostgreSql.sql`.

#![cfg(feature = "postgresql")]
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

/// The dialect that these tests run on.
const DIALECT: &str = "postgresql";

#[path = "chinook/database.rs"]
mod database;
#[path = "chinook/models.rs"]
mod models;
#[path = "chinook/questions.rs"]
mod questions;
#[path = "servers/mod.rs"]
mod servers;

use database::connect;
