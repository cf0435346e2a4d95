//! The table every peer works on, and what a right answer looks like.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::server::Server;

/// Rows in the table before a workload and after it, with the keys `1..=ROWS`.
pub const ROWS: i64 = 10_000;

/// A user that has no key yet: what `insert` is handed.
#[derive(Clone)]
pub struct NewUser {
    pub name: String,
    pub email: Option<String>,
}

impl NewUser {
    /// The user that has, or is going to have, the key `id`.
    pub fn with_id(id: i64) -> Self {
        Self { name: format!("user number {id:08}"), email: (id % 4 != 0).then(|| format!("{id:08}@example.org")) }
    }
}

/// The SQL that creates and fills the table.
pub fn script(server: &Server) -> String {
    let key = server.key_type();
    let mut sql = format!(
        "DROP TABLE IF EXISTS users;\n\
         CREATE TABLE users (id {key}, name TEXT NOT NULL, email TEXT);\n\
         INSERT INTO users (id, name, email) VALUES"
    );
    for id in 1..=ROWS {
        let separator = if id == 1 { "" } else { "," };
        let user = NewUser::with_id(id);
        let email = user.email.map_or("NULL".to_owned(), |email| format!("'{email}'"));
        write!(sql, "{separator}\n({id}, '{}', {email})", user.name).expect("a String takes any text");
    }
    sql.push_str(";\n");
    sql.push_str(&server.restart(ROWS + 1));
    sql
}

/// The number of rows of a result, and a checksum over their values.
#[derive(Debug, PartialEq)]
pub struct Digest {
    rows: usize,
    checksum: u64,
}

impl Digest {
    /// What the rows with the keys `1..=last` come to.
    pub fn expected(last: i64) -> Self {
        let users: Vec<_> = (1..=last).map(|id| (id, NewUser::with_id(id))).collect();
        Self::of(users.iter().map(|(id, user)| (*id, user.name.as_str(), user.email.as_deref())))
    }

    pub fn of<'a>(users: impl Iterator<Item = (i64, &'a str, Option<&'a str>)>) -> Self {
        let mut hasher = DefaultHasher::new();
        let rows = users.inspect(|user| user.hash(&mut hasher)).count();
        Self { rows, checksum: hasher.finish() }
    }
}
