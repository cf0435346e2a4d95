//! What a URL says about a database and its connections.

use aludel_core::{
    Error, ErrorKind, Result,
    engine::{EngineUrl, UrlOptions},
};
use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// Where a database is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Location {
    /// In a file, by its canonical path as far as that exists.
    File(PathBuf),
    /// In this process, by its name.
    Memory(String),
}

/// Where statements run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Execution {
    /// Short ones on the task, long ones on the worker thread.
    Auto,
    /// All on the task.
    Inline,
    /// All on the worker thread.
    Thread,
}

/// What may be done to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    ReadWriteCreate,
    ReadWrite,
    ReadOnly,
    Memory,
}

/// Everything that a URL says.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) location: Location,
    pub(super) mode: Mode,
    pub(super) immutable: bool,
    pub(super) busy_timeout: Duration,
    pub(super) execution: Execution,
    pub(super) statement_cache: NonZeroUsize,
    /// The journal mode to be set, if any.
    pub(super) journal_mode: Option<&'static str>,
    pub(super) synchronous: Option<&'static str>,
    pub(super) foreign_keys: bool,
    pub(super) case_sensitive_like: bool,
    pub(super) cache_size: Option<i64>,
    pub(super) mmap_size: Option<u64>,
    pub(super) temp_store: Option<&'static str>,
}

impl Options {
    pub(super) fn read(url: &EngineUrl, options: &mut UrlOptions<'_>) -> Result<Self> {
        refuse_a_server(url)?;
        let mode = options.choice(
            "mode",
            &[
                ("rwc", Mode::ReadWriteCreate),
                ("rw", Mode::ReadWrite),
                ("ro", Mode::ReadOnly),
                ("memory", Mode::Memory),
            ],
        )?;
        let location = location(url.database(), mode)?;
        let mode = match location {
            Location::File(_) => mode.unwrap_or(Mode::ReadWriteCreate),
            Location::Memory(_) => Mode::Memory,
        };
        let immutable = options.switch("immutable")?.unwrap_or(false);
        let writable_file = matches!(mode, Mode::ReadWriteCreate | Mode::ReadWrite) && !immutable;
        let journal_mode = words(options, "journal_mode", &["wal", "delete", "truncate", "persist", "memory", "off"])?
            .or(writable_file.then_some("wal"));
        let synchronous = words(options, "synchronous", &["normal", "full", "extra", "off"])?
            .or((journal_mode == Some("wal")).then_some("normal"));
        Ok(Self {
            location,
            mode,
            immutable,
            busy_timeout: options.duration("busy_timeout")?.unwrap_or(Duration::from_secs(5)),
            execution: options
                .choice(
                    "execution",
                    &[("auto", Execution::Auto), ("inline", Execution::Inline), ("thread", Execution::Thread)],
                )?
                .unwrap_or(Execution::Auto),
            statement_cache: options
                .number("statement_cache")?
                .unwrap_or(const { NonZeroUsize::new(128).expect("128 is not 0") }),
            journal_mode,
            synchronous,
            foreign_keys: options.switch("foreign_keys")?.unwrap_or(true),
            case_sensitive_like: options.switch("case_sensitive_like")?.unwrap_or(true),
            cache_size: options.number("cache_size")?,
            mmap_size: options.number("mmap_size")?,
            temp_store: words(options, "temp_store", &["default", "file", "memory"])?,
        })
    }

    /// The statements that make a fresh connection ours, apart from the journal mode.
    pub(super) fn pragmas(&self) -> String {
        let mut sql = format!(
            "PRAGMA foreign_keys = {}; PRAGMA case_sensitive_like = {};",
            u8::from(self.foreign_keys),
            u8::from(self.case_sensitive_like)
        );
        let mut add = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                sql.push_str(&format!(" PRAGMA {name} = {value};"));
            }
        };
        add("synchronous", self.synchronous.map(str::to_owned));
        add("cache_size", self.cache_size.map(|size| size.to_string()));
        add("mmap_size", self.mmap_size.map(|size| size.to_string()));
        add("temp_store", self.temp_store.map(str::to_owned));
        sql
    }
}

/// One of some words of SQLite's own.
fn words(options: &mut UrlOptions<'_>, name: &'static str, words: &[&'static str]) -> Result<Option<&'static str>> {
    let pairs: Vec<_> = words.iter().map(|word| (*word, *word)).collect();
    options.choice(name, &pairs)
}

fn refuse_a_server(url: &EngineUrl) -> Result<()> {
    let message = match url.host() {
        Some(host) => format!(
            "SQLite has no host: write sqlite:///{host} for a file beside the program, sqlite:////path for an absolute one"
        ),
        None if url.username().is_some() || url.password().is_some() || url.port().is_some() => {
            "SQLite has no user, no password and no port: write sqlite:///file.db".to_owned()
        }
        None => return Ok(()),
    };
    Err(Error::new(ErrorKind::Configuration, message))
}

fn location(database: Option<&str>, mode: Option<Mode>) -> Result<Location> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    match database {
        None | Some(":memory:") => match mode {
            // Each engine has a database of its own.
            None | Some(Mode::Memory | Mode::ReadWriteCreate) => {
                Ok(Location::Memory(format!("aludel private {}", COUNTER.fetch_add(1, Ordering::Relaxed))))
            }
            Some(_) => Err(Error::new(ErrorKind::Configuration, "a database in memory has no mode but memory")),
        },
        // One with a name is shared by the engines that name it.
        Some(name) if mode == Some(Mode::Memory) => Ok(Location::Memory(name.to_owned())),
        Some(path) => Ok(Location::File(canonical(Path::new(path))?)),
    }
}

/// The path by which this process knows the file, whether it exists yet or not.
fn canonical(path: &Path) -> Result<PathBuf> {
    let unknown = |error: std::io::Error| {
        Error::new(
            ErrorKind::Configuration,
            format!("the path {} of the database cannot be used: {error}", path.display()),
        )
        .with_source(error)
    };
    if let Ok(path) = path.canonicalize() {
        return Ok(path);
    }
    let path = std::path::absolute(path).map_err(unknown)?;
    Ok(match (path.parent().map(Path::canonicalize), path.file_name()) {
        (Some(Ok(folder)), Some(name)) => folder.join(name),
        // A folder that does not exist is reported when the file is opened.
        _ => path,
    })
}
