//! Oracle through connections of oracledb, which need no client of Oracle's.
//!
//! oracledb's calls block: a thread of each connection makes them. Nothing of this ever spoke to an Oracle.

mod access;
mod bind;
mod cell;
mod connection;
mod cursor;
mod error;
mod options;
mod row;
mod script;
mod session;
mod statement;

pub use error::OracleError;

use crate::worker::Worker;
use aludel_core::{
    Error, ErrorKind, Result,
    engine::{BoxFuture, Connection, Driver, EngineUrl, UrlOptions},
};
use connection::OracleConnection;
use options::Options;
use session::Session;
use std::{fmt, sync::Arc};
use tokio::sync::{Semaphore, oneshot};

/// How many threads may wait for a server at once: one that takes connections and never says a word would else keep one for each attempt.
const ATTEMPTS: usize = 16;

/// Makes the driver that the URL describes; connects to nothing yet.
///
/// # Errors
/// Of kind [`Configuration`](ErrorKind::Configuration) if an option does not fit, or no service is named.
pub fn open(url: &EngineUrl, options: &mut UrlOptions<'_>) -> Result<Arc<dyn Driver>> {
    let options = Arc::new(Options::read(url, options)?);
    Ok(Arc::new(OracleDriver { options, attempts: Arc::new(Semaphore::new(ATTEMPTS)) }))
}

/// A way to one database.
struct OracleDriver {
    options: Arc<Options>,
    attempts: Arc<Semaphore>,
}

impl OracleDriver {
    async fn open(&self) -> Result<OracleConnection> {
        let Ok(attempt) = Arc::clone(&self.attempts).acquire_owned().await else { return Err(error::broken()) };
        let (reply, answer) = oneshot::channel();
        let options = Arc::clone(&self.options);
        let worker = Worker::start("aludel-oracle", move || {
            let session = Session::connect(&options);
            drop(attempt);
            match session {
                // Whoever waits too long is gone.
                Ok(session) => reply.send(Ok(session.version())).is_ok().then_some(session),
                Err(error) => {
                    let _ = reply.send(Err(error));
                    None
                }
            }
        })?;
        let version = answer.await.unwrap_or_else(|_| Err(error::broken()))?;
        Ok(OracleConnection::new(worker, version))
    }

    async fn open_in_time(&self) -> Result<OracleConnection> {
        let limit = self.options.connect_timeout;
        tokio::time::timeout(limit, self.open()).await.unwrap_or_else(|_| {
            let message = format!("the server did not answer within {limit:?}; see connect_timeout");
            Err(Error::new(ErrorKind::Connection, message))
        })
    }
}

impl fmt::Debug for OracleDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OracleDriver").finish_non_exhaustive()
    }
}

impl Driver for OracleDriver {
    fn connect(&self) -> BoxFuture<'_, Result<Box<dyn Connection>>> {
        Box::pin(async { Ok(Box::new(self.open_in_time().await?) as Box<dyn Connection>) })
    }
}
