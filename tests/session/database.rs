//! Databases for tests, and a log of the statements that reach them.

use crate::models::{Author, Comment, Folder, Post, Profile, Seat, Setting, Ticket};
use aludel::{prelude::*, schema::MetaData};
use std::{
    fmt,
    sync::{Arc, Mutex},
};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
    subscriber::DefaultGuard,
};

pub fn tables() -> MetaData {
    metadata![Author, Profile, Post, Comment, Folder, Setting, Seat, Ticket]
}

/// An engine with the tables, on a database in memory.
pub async fn memory() -> Engine {
    with_options("").await
}

/// As `memory`, with options of the URL: `?pool_size=1`.
pub async fn with_options(options: &str) -> Engine {
    open(&format!("sqlite://{options}")).await
}

pub async fn open(url: &str) -> Engine {
    let engine = create_engine(url).unwrap().connect().await.unwrap();
    tables().create_all(&engine).await.unwrap();
    engine
}

/// A database in a file, which goes with the folder.
pub async fn file() -> (Engine, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(&format!("sqlite:///{}", folder.path().join("test.db").display())).await;
    (engine, folder)
}

/// The statements that run on this thread, for as long as it lives.
pub struct Log {
    statements: Arc<Mutex<Vec<String>>>,
    _guard: DefaultGuard,
}

impl Log {
    pub fn start() -> Self {
        let statements = Arc::<Mutex<Vec<String>>>::default();
        let guard = tracing::subscriber::set_default(Recorder(Arc::clone(&statements)));
        Self { statements, _guard: guard }
    }

    /// The statements since the last call.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.statements.lock().unwrap())
    }
}

struct Recorder(Arc<Mutex<Vec<String>>>);

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "aludel::sql"
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut Sql(&self.0));
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

struct Sql<'a>(&'a Mutex<Vec<String>>);

impl Visit for Sql<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "sql" {
            self.0.lock().unwrap().push(value.to_owned());
        }
    }
    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}
