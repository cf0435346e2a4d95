//! Chinook twice: as its own script makes it, and as the session writes it.

use crate::models::{
    Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, MediaType, Playlist, PlaylistTrack, Track,
};
use aludel::{
    engine::Engine,
    prelude::*,
    schema::{ColumnDef, Model},
    session::Session,
    types::{SqlType, Value, ValueRow},
};
use chrono::NaiveDateTime;
use rusqlite::{Connection, Row, types::ValueRef};
use std::{
    path::Path,
    sync::{Mutex, OnceLock},
    time::Instant,
};

pub struct Chinook {
    pub engine: Engine,
    original: Mutex<Connection>,
}

/// The two databases, made once for all tests; `None` if CHINOOK_DIR is not set, which is a failure where CI is.
pub fn chinook() -> Option<&'static Chinook> {
    static CHINOOK: OnceLock<Option<Chinook>> = OnceLock::new();
    let made = CHINOOK.get_or_init(|| {
        let Some(folder) = std::env::var_os("CHINOOK_DIR") else {
            assert!(std::env::var_os("CI").is_none(), "CHINOOK_DIR is not set, and with CI no test may be skipped");
            eprintln!("SKIPPED: set CHINOOK_DIR to a folder with Chinook_Sqlite.sql to run the tests of Chinook");
            return None;
        };
        // A thread of its own: this is called from a runtime, which cannot wait for another.
        let load = move || {
            let original = original(Path::new(&folder));
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let engine = runtime.block_on(load(&original));
            Chinook { engine, original: Mutex::new(original) }
        };
        Some(std::thread::spawn(load).join().unwrap())
    });
    made.as_ref()
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

fn original(folder: &Path) -> Connection {
    let script = std::fs::read_to_string(folder.join("Chinook_Sqlite.sql")).unwrap();
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(&script).unwrap();
    connection
}

async fn load(original: &Connection) -> Engine {
    let engine = create_engine("sqlite://").unwrap().connect().await.unwrap();
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
    engine
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
