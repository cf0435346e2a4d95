//! Chinook on MySQL, MariaDB and Oracle, which H2 stands for: the tables of their own scripts are read by the models, and every row compared with those of
//! `Chinook_Sqlite.sql`.

#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::unwrap_used,
    reason = "a test says what is wrong by panicking"
)]

/// Where the original is loaded.
const DIALECT: &str = "sqlite";

#[path = "chinook/database.rs"]
mod database;
#[path = "chinook/models.rs"]
mod models;
#[path = "chinook/scripts.rs"]
mod scripts;
#[path = "servers/mod.rs"]
mod servers;

use database::connect;
