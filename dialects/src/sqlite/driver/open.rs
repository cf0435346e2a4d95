//! Opening a connection.

use super::{
    attempt::Attempt,
    db::Db,
    error::Failure,
    inserted::Inserted,
    locks::{Need, Queue, Turn},
    options::{Location, Mode, Options},
};
use aludel_core::{Error, ErrorKind, Result};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rusqlite::{Connection, OpenFlags, ffi};
use std::{
    path::Path,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

/// Opens the database and makes the connection ours. May block for as long as it takes to recover a file.
pub(super) fn open(
    options: &Options,
    queue: &Queue,
    turn: &mut Option<Turn>,
    cancel: &Arc<AtomicBool>,
) -> Result<Attempt<Db>> {
    let connection = connect(options).map_err(|error| cannot_open(options, &error))?;
    match prepare(&connection, options, turn.is_some()) {
        Ok(Some(mode)) if options.journal_mode.is_some_and(|wanted| wanted != mode) => Err(Error::new(
            ErrorKind::Configuration,
            format!("the journal mode of this database stays {mode}: add ?journal_mode={mode} to the URL"),
        )),
        Ok(Some(mode)) => {
            let inserted = Inserted::of(&connection).map_err(|error| cannot_open(options, &error))?;
            Ok(Attempt::Done(Db::new(connection, inserted, options, queue.clone(), mode == "wal", Arc::clone(cancel))))
        }
        Ok(None) => Ok(Attempt::Queue(Need::Write)),
        Err(error) => {
            let failure = Failure::of(&error);
            if failure.is_busy() { Ok(Attempt::Busy(failure)) } else { Err(cannot_open(options, &error)) }
        }
    }
}

/// A bare connection to the database.
pub(super) fn connect(options: &Options) -> rusqlite::Result<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE;
    flags |= match options.mode {
        Mode::ReadWriteCreate | Mode::Memory => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        Mode::ReadWrite => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Mode::ReadOnly => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let connection = match &options.location {
        Location::File(path) if options.immutable => {
            let path = utf8_percent_encode(&path.to_string_lossy(), NON_ALPHANUMERIC).to_string();
            Connection::open_with_flags(format!("file:{path}?immutable=1"), flags | OpenFlags::SQLITE_OPEN_URI)
        }
        // The path is absolute, so SQLite cannot take it for a URI.
        Location::File(path) => Connection::open_with_flags(path, flags),
        Location::Memory(name) => {
            // The slash makes it one database for all connections that name it.
            let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
            Connection::open_with_flags(format!("file:/{name}?vfs=memdb"), flags | OpenFlags::SQLITE_OPEN_URI)
        }
    }?;
    connection.busy_timeout(Duration::ZERO)?;
    Ok(connection)
}

/// Sets what is set per connection, and tells the journal mode; `None` if changing it needs a turn first.
fn prepare(connection: &Connection, options: &Options, has_turn: bool) -> rusqlite::Result<Option<String>> {
    let journal_mode = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, String>(0));
    let mut mode = match options.location {
        Location::File(_) => journal_mode("PRAGMA journal_mode")?,
        Location::Memory(_) => "memory".to_owned(),
    };
    if let Some(wanted) = options.journal_mode.filter(|wanted| *wanted != mode) {
        if !has_turn {
            return Ok(None);
        }
        mode = journal_mode(&format!("PRAGMA journal_mode = {wanted}"))?;
    }
    connection.execute_batch(&options.pragmas())?;
    Ok(Some(mode))
}

#[cold]
fn cannot_open(options: &Options, error: &rusqlite::Error) -> Error {
    let place = match &options.location {
        Location::File(path) => format!("the SQLite database {}", path.display()),
        Location::Memory(name) => format!("the SQLite database {name:?} in memory"),
    };
    let failure = Failure::of(error);
    let source = failure.source();
    let cause = failure.into_error(false);
    let kind = if cause.kind() == ErrorKind::Database { ErrorKind::Connection } else { cause.kind() };
    let why = match &options.location {
        Location::File(path) if source.code() & 0xff == ffi::SQLITE_CANTOPEN => why_not(path, options.mode),
        Location::File(_) if source.code() == ffi::SQLITE_NOTADB => {
            Some("the file is no SQLite database, or an encrypted one".to_owned())
        }
        _ => None,
    };
    let why = why.unwrap_or_else(|| cause.message().to_owned());
    Error::new(kind, format!("{place} cannot be opened: {why}")).with_source(source)
}

/// What the file system has against opening a file, since SQLite says only that it could not.
fn why_not(path: &Path, mode: Mode) -> Option<String> {
    let folder = path.parent()?;
    if !folder.is_dir() {
        return Some(format!("there is no folder {}", folder.display()));
    }
    if path.is_dir() {
        return Some("it is a folder, and a file is wanted".to_owned());
    }
    if !path.exists() && mode != Mode::ReadWriteCreate {
        return Some("there is no such file; without mode=rw and mode=ro in the URL it is created".to_owned());
    }
    if !path.exists() {
        return Some(format!("it cannot be created; may this program write to {}?", folder.display()));
    }
    let opened = std::fs::OpenOptions::new().read(true).write(mode != Mode::ReadOnly).open(path);
    opened.err().map(|error| error.to_string())
}
