//! The inspector: what a database has is read back as it was made.

#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

#[path = "inspector/chinook.rs"]
mod chinook;
#[path = "inspector/differences.rs"]
mod differences;
#[path = "servers/mod.rs"]
mod servers;
#[path = "inspector/statements.rs"]
mod statements;

use aludel::prelude::*;
use servers::Database;

/// Every dialect whose schema can be read back.
const DIALECTS: &[&str] = &["sqlite", "postgresql", "mariadb", "mysql"];

async fn connect(url: &str) -> aludel::Result<Engine> {
    create_engine(url)?.connect().await
}

/// An engine on an empty database of the dialect; none where no server is there. The database goes with the first of
/// the two.
async fn empty(dialect: &str) -> Option<(Database, Engine)> {
    let built = match dialect {
        "postgresql" => cfg!(feature = "postgresql"),
        "mysql" | "mariadb" => cfg!(feature = "mysql"),
        _ => true,
    };
    if !built {
        return None;
    }
    let database = Database::of(dialect).await?;
    let engine = connect(database.url()).await.unwrap();
    Some((database, engine))
}
