//! PostgreSQL through connections of our own.
//!
//! A statement is prepared once a connection, with the types of its values and of its columns looked at then, and never again. Rows are
//! decoded where they came in.

mod bind;
mod cancel;
mod connection;
mod copy;
mod cursor;
mod decode;
mod numeric;
mod options;
mod pipeline;
mod row;
mod run;
mod script;
mod state;
mod statement;
mod temporal;
mod types;
mod wire;

pub use super::client::PostgresqlError;

use aludel_core::{
    Result,
    engine::{BoxFuture, Connection, Driver, EngineUrl, UrlOptions},
};
use connection::PostgresqlConnection;
use options::Options;
use std::{fmt, sync::Arc};

/// Makes the driver that the URL describes; connects to nothing yet.
///
/// # Errors
/// Of kind [`Configuration`](aludel_core::ErrorKind::Configuration) if an option does not fit.
pub fn open(url: &EngineUrl, options: &mut UrlOptions<'_>) -> Result<Arc<dyn Driver>> {
    Ok(Arc::new(PostgresqlDriver { options: Arc::new(Options::read(url, options)?) }))
}

/// A way to one database.
struct PostgresqlDriver {
    options: Arc<Options>,
}

impl fmt::Debug for PostgresqlDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresqlDriver").finish_non_exhaustive()
    }
}

impl Driver for PostgresqlDriver {
    fn connect(&self) -> BoxFuture<'_, Result<Box<dyn Connection>>> {
        Box::pin(async {
            let connection = PostgresqlConnection::connect(Arc::clone(&self.options)).await?;
            Ok(Box::new(connection) as Box<dyn Connection>)
        })
    }
}
