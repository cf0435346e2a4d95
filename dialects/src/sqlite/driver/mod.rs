//! SQLite through rusqlite.
//!
//! Short statements run on the task that asks for them: a hop to another thread costs more than most of them take. What is known to take
//! long runs on a thread of the connection: streams, DDL and scripts, statements over many rows, and any statement that last took over a millisecond.

mod access;
mod attempt;
mod batch;
mod bind;
mod connection;
mod cursor;
mod db;
mod error;
mod inserted;
mod limit;
mod locks;
mod open;
mod open_cursor;
mod options;
mod row;
mod script;
mod statement;
mod temporal;
mod transaction;

pub use error::SqliteError;

use access::Access;
use aludel_core::{
    Error, ErrorKind, Result,
    engine::{BoxFuture, Connection, Driver, EngineUrl, UrlOptions},
};
use attempt::Attempt;
use connection::SqliteConnection;
use db::Db;
use locks::{Patience, Queue, Turn};
use options::{Location, Options};
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicBool},
};

/// Makes the driver that the URL describes; opens nothing yet.
///
/// # Errors
/// Of kind [`Configuration`](ErrorKind::Configuration) if an option does not fit.
pub fn open(url: &EngineUrl, options: &mut UrlOptions<'_>) -> Result<Arc<dyn Driver>> {
    let options = Options::read(url, options)?;
    let queue = Queue::of(&options.location);
    Ok(Arc::new(SqliteDriver { options: Arc::new(options), queue, anchor: Mutex::default() }))
}

/// A way to one SQLite database.
struct SqliteDriver {
    options: Arc<Options>,
    queue: Queue,
    /// A database in memory lives for as long as a connection to it does.
    anchor: Mutex<Option<rusqlite::Connection>>,
}

impl SqliteDriver {
    fn keep_alive(&self) -> Result<()> {
        if !matches!(self.options.location, Location::Memory(_)) {
            return Ok(());
        }
        let mut anchor = self.anchor.lock().unwrap_or_else(PoisonError::into_inner);
        if anchor.is_none() {
            let connection =
                open::connect(&self.options).map_err(|error| error::Failure::of(&error).into_error(false))?;
            *anchor = Some(connection);
        }
        Ok(())
    }

    async fn open(&self) -> Result<SqliteConnection> {
        self.keep_alive()?;
        let mut patience = Patience::new(self.options.busy_timeout, None);
        let cancel = Arc::new(AtomicBool::new(false));
        let mut turn: Option<Turn> = None;
        loop {
            let attempt;
            (attempt, turn) = self.try_open(turn, Arc::clone(&cancel)).await?;
            match attempt {
                Attempt::Done(db) => {
                    let access = Access::new(db, cancel, self.queue.clone(), Arc::clone(&self.options));
                    return Ok(SqliteConnection::new(access));
                }
                Attempt::Queue(need) => turn = Some(patience.turn(&self.queue, need).await?),
                Attempt::Busy(failure) => patience.pause(failure).await?,
                Attempt::Long => {}
            }
        }
    }

    /// Opens a file on a thread that may block: a recovery after a crash reads the whole log.
    async fn try_open(&self, mut turn: Option<Turn>, cancel: Arc<AtomicBool>) -> Result<(Attempt<Db>, Option<Turn>)> {
        let (options, queue) = (Arc::clone(&self.options), self.queue.clone());
        let mut open = move || open::open(&options, &queue, &mut turn, &cancel).map(|attempt| (attempt, turn.take()));
        if matches!(self.options.location, Location::Memory(_)) {
            return open();
        }
        match tokio::task::spawn_blocking(open).await {
            Ok(result) => result,
            Err(error) => Err(Error::new(ErrorKind::Connection, "the database was not opened").with_source(error)),
        }
    }
}

impl Driver for SqliteDriver {
    fn connect(&self) -> BoxFuture<'_, Result<Box<dyn Connection>>> {
        Box::pin(async move { Ok(Box::new(self.open().await?) as Box<dyn Connection>) })
    }
}

impl fmt::Debug for SqliteDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteDriver").field("options", &self.options).finish_non_exhaustive()
    }
}
