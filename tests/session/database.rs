//! Databases for tests, and a log of the statements that reach them.

use crate::{
    DIALECT,
    models::{
        Account, Author, Cart, Comment, Coupon, Draft, Engraving, Folder, Follow, Invoice, Item, Member, Note, Person,
        Player, Post, PostTag, Profile, Seat, Setting, Tag, Team, Ticket,
    },
    servers::Database,
};
use aludel::{
    compile::{Capabilities, GeneratedKeys},
    engine::EngineBuilder,
    prelude::*,
    schema::MetaData,
};
use std::{
    cell::RefCell,
    fmt,
    sync::{Arc, Mutex, Once},
};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
    subscriber::{DefaultGuard, Interest},
};

pub fn tables() -> MetaData {
    metadata![
        Author, Profile, Post, Comment, Tag, PostTag, Person, Follow, Folder, Setting, Seat, Ticket, Team, Player,
        Account, Cart, Item, Engraving, Coupon, Invoice, Note, Draft, Member
    ]
}

thread_local! {
    /// The databases that the test on this thread has made; they go with the thread.
    static MADE: RefCell<Vec<Database>> = const { RefCell::new(Vec::new()) };
}

/// An engine that is not connected yet. One of the tables is in a schema that has no name here.
pub fn builder(url: &str) -> aludel::Result<EngineBuilder> {
    static LISTENING: Once = Once::new();
    // Else a statement that runs while no thread listens may be taken for one that nobody ever listens to.
    LISTENING.call_once(|| tracing::subscriber::set_global_default(Nobody).unwrap());
    let builder = aludel::engine::create_engine(url, &aludel_oracle_emulator::backends())?;
    Ok(builder.translate_schema(Some("aludel_app"), None))
}

pub async fn connect(url: &str) -> aludel::Result<Engine> {
    builder(url)?.connect().await
}

/// An engine with the tables, on a database that is gone after the test: in memory, where there is such a thing.
pub async fn memory() -> Engine {
    with_options("").await
}

/// As `memory`, with options of the URL: `?pool_size=1`.
pub async fn with_options(options: &str) -> Engine {
    let engine = connect(&url(options).await).await.unwrap();
    tables().create_all(&engine).await.unwrap();
    engine
}

/// The URL of an empty database.
pub async fn url(options: &str) -> String {
    if DIALECT == "sqlite" { format!("sqlite://{options}") } else { made(options).await }
}

/// As `memory`, where several connections can write and read at once.
pub async fn file() -> Engine {
    let engine = connect(&made("").await).await.unwrap();
    tables().create_all(&engine).await.unwrap();
    engine
}

/// As `with_options`, where every statement is waited for.
pub async fn waiting(options: &str) -> Engine {
    let waits = if DIALECT == "sqlite" { "execution=thread&" } else { "" };
    with_options(&format!("?{waits}{options}")).await
}

/// The URL of a database in a file or on a server.
pub async fn made(options: &str) -> String {
    let Some(database) = Database::of(DIALECT).await else {
        // All tests of this program need the server, and the reason was told.
        std::process::exit(0)
    };
    let url = database.with(options.trim_matches(['?', '&']));
    MADE.with_borrow_mut(|made| made.push(database));
    url
}

/// What the dialect can do.
pub fn capabilities(engine: &Engine) -> &Capabilities {
    engine.dialect().capabilities()
}

/// Whether generated keys follow those that the program gives.
pub fn keys_follow_given(engine: &Engine) -> bool {
    capabilities(engine).generated_keys != GeneratedKeys::Counter
}

/// Whether generated keys follow the rows that there are.
pub fn keys_follow_rows(engine: &Engine) -> bool {
    capabilities(engine).generated_keys == GeneratedKeys::Rows
}

/// What a test that does not apply says, and answers.
pub fn skipped(reason: &str) -> aludel::Result<()> {
    println!("skipped on {DIALECT}: {reason}");
    Ok(())
}

/// Makes `authors.age` a column of 64 bits, where a column has a type that its values must have.
pub async fn widen_age(engine: &Engine) -> aludel::Result<()> {
    let sql = match DIALECT {
        "sqlite" => return Ok(()),
        "oracle" => "ALTER TABLE authors DROP CONSTRAINT ck_authors_age_type",
        "postgresql" => "ALTER TABLE authors ALTER COLUMN age TYPE BIGINT",
        _ => "ALTER TABLE authors MODIFY age BIGINT NOT NULL",
    };
    engine.run_script(sql).await
}

/// Waits until all connections are back in the pool: one that was left in the middle is repaired by a task.
pub async fn all_idle(engine: &Engine) {
    for _ in 0..5_000 {
        if engine.status().idle == engine.status().open {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    panic!("{:?}", engine.status());
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

    /// The statements since the last call, each value as `?`.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.statements.lock().unwrap()).iter().map(|sql| without_numbers(sql)).collect()
    }
}

/// `$1` and `:1` as `?`, and what is returned without the places that it goes to.
fn without_numbers(sql: &str) -> String {
    let mut parts = sql.split(" INTO :").next().unwrap_or_default().split(['$', ':']);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |sql, part| sql + "?" + part.trim_start_matches(|c: char| c.is_ascii_digit()))
}

/// Listens to no statement, and says of each that others may.
struct Nobody;

impl Subscriber for Nobody {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        false
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
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
