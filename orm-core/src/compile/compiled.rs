//! A compiled statement.

use crate::types::SqlType;
use std::sync::atomic::{AtomicU64, Ordering};

/// A statement as SQL text, compiled once per shape and then shared.
#[derive(Debug)]
pub struct Compiled {
    /// Unique in this process: drivers know their prepared statements by it.
    pub id: u64,
    /// The SQL, with the dialect's placeholders.
    pub sql: String,
    /// What it does.
    pub kind: StatementKind,
    /// Whether it may touch many rows, so that an embedded database runs it away from the task.
    pub long: bool,
    /// The columns of its rows, where they are known.
    pub outputs: Vec<Output>,
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatementKind {
    /// `SELECT`
    Select,
    /// `INSERT`
    Insert,
    /// `UPDATE`
    Update,
    /// `DELETE`
    Delete,
    /// `CREATE`, `ALTER`, `DROP`
    Ddl,
    /// SQL text of the user's, which may do anything
    Text,
}

/// A column of a statement's rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// The table, for messages, where the column is one of a table.
    pub table: Option<&'static str>,
    /// Its name.
    pub name: String,
    /// Its type, where it is known.
    pub sql_type: Option<SqlType>,
    /// Digits after the point of a decimal, where they are known.
    pub scale: Option<u8>,
}

impl Compiled {
    /// A statement of `kind` with the SQL `sql`.
    pub fn new(kind: StatementKind, sql: String) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Self { id, sql, kind, long: kind == StatementKind::Ddl, outputs: Vec::new() }
    }
}
