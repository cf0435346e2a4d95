//! A driver for H2 in Oracle mode, behind `OracleEmulator.java`, which speaks Oracle's dialect: what the tests run Oracle's SQL on.

mod connection;
mod error;
mod row;
mod wire;

use aludel_core::{
    Error, ErrorKind, Result,
    engine::{Backend, BoxFuture, Connection, Driver, EngineUrl, UrlOptions},
};
use aludel_dialects::BACKENDS;
use connection::EmulatorConnection;
use std::sync::Arc;

/// `oracle+h2://127.0.0.1:port/database`; a database is made by its first connection and is kept in memory. With `names=any_case` names in
/// quotes are those without, too.
const EMULATOR: Backend = Backend { dialect: "oracle", aliases: &[], driver: "h2", feature: "", open: Some(open) };

/// The backends of programs, and the emulator.
pub fn backends() -> Vec<Backend> {
    [BACKENDS, &[EMULATOR]].concat()
}

#[derive(Debug)]
struct Emulator {
    port: u16,
    database: String,
}

fn open(url: &EngineUrl, options: &mut UrlOptions<'_>) -> Result<Arc<dyn Driver>> {
    let (Some(port), Some(database)) = (url.port(), url.database()) else {
        return Err(Error::new(ErrorKind::Configuration, "oracle+h2://127.0.0.1:port/database"));
    };
    let names = options.choice("names", &[("any_case", ";CASE_INSENSITIVE_IDENTIFIERS=TRUE")])?.unwrap_or("");
    Ok(Arc::new(Emulator { port, database: format!("{database}{names}") }))
}

impl Driver for Emulator {
    fn connect(&self) -> BoxFuture<'_, Result<Box<dyn Connection>>> {
        Box::pin(async move {
            let connection = EmulatorConnection::open(self.port, &self.database).await?;
            Ok(Box::new(connection) as Box<dyn Connection>)
        })
    }
}

/// What Oracle has and H2 2.1 has not, or does otherwise: a part of the SQL, and why it is not run.
const LACKING: &[(&str, &str)] = &[
    ("WITH old AS (", "a named query that another reads from loses its values"),
    ("EXTRACT(SECOND FROM (CAST(", "the seconds of an interval have no fraction"),
    (", 'IW') + 1", "the difference of two dates is no number"),
    ("- 1 + (CAST(", "the difference of two dates is no number"),
    (" + least(EXTRACT(", "no number of days can be added to a date"),
];

/// Why H2 cannot run the SQL as Oracle would; `None` if it can.
pub fn lacking(sql: &str) -> Option<&'static str> {
    LACKING.iter().find(|(part, _)| sql.contains(part)).map(|(_, why)| *why)
}
