//! MySQL and MariaDB through connections of our own.
//!
//! A statement is prepared once a connection. Rows are decoded where they came in.

mod bind;
mod cancel;
mod connection;
mod cursor;
mod decode;
mod options;
mod row;
mod run;
mod script;
mod state;
mod statement;

pub use super::client::MysqlError;

use aludel_core::{
    Result,
    engine::{BoxFuture, Connection, Driver, EngineUrl, UrlOptions},
};
use connection::MysqlConnection;
use options::Options;
use std::{fmt, sync::Arc};

/// Makes the driver that the URL describes; connects to nothing yet. `mariadb://` uses the SQL that only MariaDB has,
/// if the server is one; `mysql://` keeps to that of MySQL 8 on both.
///
/// # Errors
/// Of kind [`Configuration`](aludel_core::ErrorKind::Configuration) if an option does not fit.
pub fn open(url: &EngineUrl, options: &mut UrlOptions<'_>) -> Result<Arc<dyn Driver>> {
    Ok(Arc::new(MysqlDriver { options: Arc::new(Options::read(url, options)?) }))
}

/// A way to one database.
struct MysqlDriver {
    options: Arc<Options>,
}

impl fmt::Debug for MysqlDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MysqlDriver").finish_non_exhaustive()
    }
}

impl Driver for MysqlDriver {
    fn connect(&self) -> BoxFuture<'_, Result<Box<dyn Connection>>> {
        Box::pin(async {
            let connection = MysqlConnection::connect(Arc::clone(&self.options)).await?;
            Ok(Box::new(connection) as Box<dyn Connection>)
        })
    }
}
