//! Databases of SQLite for the tests.

pub(crate) use crate::jobs::*;
use aludel_core::{
    Result,
    engine::{Engine, create_engine},
};
use aludel_dialects::BACKENDS;
use std::path::Path;

pub(crate) async fn memory() -> Result<Engine> {
    create_engine("sqlite://", BACKENDS)?.connect().await
}

/// An engine on `folder/test.db`, with options such as `busy_timeout=0`.
pub(crate) async fn file(folder: &Path, options: &str) -> Result<Engine> {
    create_engine(&format!("sqlite:///{}?{options}", folder.join("test.db").display()), BACKENDS)?.connect().await
}

/// A connection that knows nothing of our queue, as one of another process would be.
pub(crate) fn stranger(folder: &Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(folder.join("test.db")).expect("a connection");
    connection.busy_timeout(std::time::Duration::ZERO).expect("a timeout");
    connection
}

pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}
