//! Chinook twice: as its own script makes it, and as the session writes it.

use crate::{
    DIALECT,
    models::{
        Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, MediaType, Playlist, PlaylistTrack, Track,
    },
    servers::server,
};
use aludel::{
    compile::{Dialect, quoted},
    engine::Engine,
    prelude::*,
    schema::{ColumnDef, Model, TableDef},
    session::Session,
    types::{SqlType, Value, ValueRow},
};
use chrono::NaiveDateTime;
use rusqlite::{Connection, Row, types::ValueRef};
use std::{
    fmt::Debug,
    path::Path,
    sync::{Mutex, OnceLock},
    time::Instant,
};

pub struct Chinook {
    pub engine: Engine,
    original: &'static Mutex<Connection>,
}

/// The two databases, made once for all tests; `None` if CHINOOK_DIR is not set or no server is there, which is a failure where CI is.
pub async fn chinook() -> Option<Chinook> {
    static MADE: OnceLock<Option<(Made, Mutex<Connection>)>> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let Some(folder) = std::env::var_os("CHINOOK_DIR") else {
            assert!(std::env::var_os("CI").is_none(), "CHINOOK_DIR is not set, and with CI no test may be skipped");
            eprintln!("SKIPPED: set CHINOOK_DIR to a folder with Chinook_Sqlite.sql to run the tests of Chinook");
            return None;
        };
        // A thread of its own: this is called from a runtime, which cannot wait for another.
        let load = move || {
            let original = original(Path::new(&folder));
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let made = runtime.block_on(load(&original, Path::new(&folder)))?;
            Some((made, Mutex::new(original)))
        };
        std::thread::spawn(load).join().unwrap()
    });
    let (made, original) = made.as_ref()?;
    let engine = match made {
        Made::Engine(engine) => engine.clone(),
        // A connection to a server belongs to the runtime that opened it.
        Made::Url(url) => connect(url).await.unwrap(),
    };
    Some(Chinook { engine, original })
}

enum Made {
    Engine(Engine),
    Url(String),
}

pub async fn connect(url: &str) -> aludel::Result<Engine> {
    aludel::engine::create_engine(url, &aludel_oracle_emulator::backends())?.connect().await
}

impl Chinook {
    /// The answer of the original.
    pub fn raw<T>(&self, sql: &str) -> Vec<T>
    where
        T: for<'r> TryFrom<&'r Row<'r>, Error = rusqlite::Error>,
    {
        let original = self.original.lock().unwrap();
        let mut statement = original.prepare(sql).unwrap();
        statement.query_map([], |row| T::try_from(row)).unwrap().map(Result::unwrap).collect()
    }

    /// Every row of the original's table.
    pub fn rows<M: Model>(&self) -> Vec<M> {
        rows(&self.original.lock().unwrap())
    }
}

/// The rows of a table are those of the original, in whatever order.
pub async fn same<M: Model + PartialEq + Debug>(engine: &Engine, mut original: Vec<M>) -> aludel::Result<()> {
    let key = |row: &M| {
        format!("{:?}", M::table().primary_key.iter().map(|&i| row.field(i.into()).to_value()).collect::<Vec<_>>())
    };
    let mut ours = query(M::COLUMNS).on(engine).all().await?;
    ours.sort_by_cached_key(key);
    original.sort_by_cached_key(key);
    assert!(!original.is_empty());
    assert_eq!(ours, original);
    Ok(())
}

fn original(folder: &Path) -> Connection {
    let script = std::fs::read_to_string(folder.join("Chinook_Sqlite.sql")).unwrap();
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(&script).unwrap();
    connection
}

/// A schema with the tables of the dialect's own script; it stays until the next run.
async fn schema(server: &str, script: &Path) -> String {
    let url = format!("{server}?sslmode=disable&search_path=aludel_chinook");
    let engine = connect(&url).await.unwrap();
    engine.run_script("DROP SCHEMA IF EXISTS aludel_chinook CASCADE; CREATE SCHEMA aludel_chinook").await.unwrap();
    let script = std::fs::read_to_string(script).unwrap();
    // What comes before makes a database, in words of psql.
    let (_, tables) = script.split_once("\\c chinook;").unwrap();
    let started = Instant::now();
    engine.run_script(tables).await.unwrap();
    eprintln!("Chinook: its script ran in {:?}", started.elapsed());
    engine.dispose().await.unwrap();
    url
}

/// A query that counts the rows in which a table differs from that of the dialect's own script, whose names are in snake case.
pub fn differing(table: &TableDef, dialect: &dyn Dialect) -> aludel::Result<String> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for column in table.columns.iter() {
        let name = quoted(dialect, &column.name)?;
        // The script's texts are N'…', of a type that drops blanks at the end.
        ours.push(if column.sql_type == SqlType::Text { format!("rtrim({name})") } else { name });
        theirs.push(snake_case(&column.name));
    }
    let ours = format!("SELECT {} FROM {}", ours.join(", "), quoted(dialect, &table.name)?);
    let theirs = format!("SELECT {} FROM {}", theirs.join(", "), snake_case(&table.name));
    Ok(format!("SELECT count(*) FROM (({ours} EXCEPT {theirs}) UNION ALL ({theirs} EXCEPT {ours})) AS differing"))
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for character in name.chars() {
        if character.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
    }
    snake
}

async fn load(original: &Connection, folder: &Path) -> Option<Made> {
    let made = match DIALECT {
        "sqlite" => Made::Engine(connect("sqlite://").await.unwrap()),
        dialect => Made::Url(schema(&server(dialect)?, &folder.join("Chinook_PostgreSql.sql")).await),
    };
    let engine = match &made {
        Made::Engine(engine) => engine.clone(),
        Made::Url(url) => connect(url).await.unwrap(),
    };
    let metadata = metadata![
        PlaylistTrack,
        Playlist,
        InvoiceLine,
        Invoice,
        Customer,
        Employee,
        Track,
        MediaType,
        Genre,
        Album,
        Artist
    ];
    metadata.create_all(&engine).await.unwrap();
    let started = Instant::now();
    let mut session = engine.session();
    // In an order that no foreign key would allow.
    add::<PlaylistTrack>(&mut session, original);
    add::<InvoiceLine>(&mut session, original);
    add::<Track>(&mut session, original);
    add::<Album>(&mut session, original);
    add::<Invoice>(&mut session, original);
    add::<Customer>(&mut session, original);
    add::<Playlist>(&mut session, original);
    add::<Employee>(&mut session, original);
    add::<Genre>(&mut session, original);
    add::<MediaType>(&mut session, original);
    add::<Artist>(&mut session, original);
    let read = started.elapsed();
    session.commit().await.unwrap();
    eprintln!("Chinook: read in {read:?}, written in {:?}", started.elapsed() - read);
    drop(session);
    if let Made::Url(_) = made {
        engine.dispose().await.unwrap();
    }
    Some(made)
}

fn add<M: Model>(session: &mut Session, original: &Connection) {
    let mut rows = rows::<M>(original);
    rows.reverse();
    session.add_all(rows);
}

/// The rows of a table as models, read by rusqlite.
fn rows<M: Model>(connection: &Connection) -> Vec<M> {
    let table = M::table();
    let columns: Vec<String> = table.columns.iter().map(select).collect();
    let sql = format!("SELECT {} FROM {} ORDER BY {}", columns.join(", "), table.name, table.columns[0].name);
    let mut statement = connection.prepare(&sql).unwrap();
    let model = |row: &Row<'_>| {
        let values = table.columns.iter().enumerate();
        let values: Vec<Value> = values.map(|(index, column)| value(row.get_ref(index).unwrap(), column)).collect();
        Ok(M::decode(&ValueRow(&values), 0).unwrap())
    };
    statement.query_map([], model).unwrap().map(Result::unwrap).collect()
}

fn select(column: &ColumnDef) -> String {
    match column.sql_type {
        SqlType::Decimal => format!("printf('%.2f', {})", column.name),
        _ => column.name.to_string(),
    }
}

fn value(value: ValueRef<'_>, column: &ColumnDef) -> Value {
    match (value, column.sql_type) {
        (ValueRef::Null, sql_type) => Value::Null(sql_type),
        (ValueRef::Integer(value), _) => Value::Int(value),
        (ValueRef::Text(text), sql_type) => {
            let text = str::from_utf8(text).unwrap();
            match sql_type {
                SqlType::Decimal => Value::Decimal(text.parse().unwrap()),
                SqlType::DateTime => Value::DateTime(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap()),
                _ => Value::Text(text.to_owned()),
            }
        }
        (other, _) => panic!("{other:?} in {}", column.name),
    }
}
