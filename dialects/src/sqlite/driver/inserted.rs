//! The keys of the rows of one INSERT, as SQLite tells them while it inserts: RETURNING costs as much again as the inserting itself.

use rusqlite::{Connection, Result, hooks::Action};
use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
};

/// Listens to the rows that are inserted into a table.
pub(super) struct Inserted(Arc<Mutex<Keys>>);

/// The keys that were heard of.
#[derive(Default)]
pub(super) struct Keys {
    /// The table that is listened to, if any.
    table: Option<String>,
    count: u64,
    last: i64,
    /// Whether each was the one before and 1.
    in_order: bool,
}

impl Inserted {
    pub(super) fn of(connection: &Connection) -> Result<Self> {
        let keys = Arc::<Mutex<Keys>>::default();
        let heard = Arc::clone(&keys);
        let hook = move |action: Action, _database: &str, table: &str, key: i64| {
            let mut keys = heard.lock().unwrap_or_else(PoisonError::into_inner);
            let Keys { table: Some(wanted), count, last, in_order } = &mut *keys else { return };
            if action == Action::SQLITE_INSERT && table.eq_ignore_ascii_case(wanted) {
                *in_order &= *count == 0 || last.checked_add(1) == Some(key);
                (*count, *last) = (*count + 1, key);
            }
        };
        connection.update_hook(Some(hook))?;
        Ok(Self(keys))
    }

    /// Begins to listen to the table of an INSERT.
    pub(super) fn listen(&self, insert: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            Keys { table: table_of(insert), count: 0, last: 0, in_order: true };
    }

    /// Stops listening, and answers what was heard.
    pub(super) fn heard(&self) -> Keys {
        mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Keys {
    /// The first key of so many rows that follow one another. `None` if they do not, or if a trigger has inserted rows into the same
    /// table, so that nobody knows whose keys they are.
    pub(super) fn first(&self, rows: u64) -> Option<i64> {
        let before = i64::try_from(rows).ok()?.checked_sub(1)?;
        (self.in_order && self.count == rows).then(|| self.last - before)
    }
}

/// The name of the table in `INSERT INTO main."order" (…`.
fn table_of(insert: &str) -> Option<String> {
    let mut rest = insert.strip_prefix("INSERT INTO ")?;
    loop {
        let (name, after) = identifier(rest)?;
        match after.strip_prefix('.') {
            Some(table) => rest = table,
            None => return Some(name),
        }
    }
}

/// The identifier that a text begins with, and what follows it.
fn identifier(sql: &str) -> Option<(String, &str)> {
    let Some(quoted) = sql.strip_prefix('"') else {
        let end = sql.find([' ', '.', '('])?;
        return Some((sql[..end].to_owned(), &sql[end..]));
    };
    let (mut name, mut rest) = (String::new(), quoted);
    loop {
        let (part, after) = rest.split_once('"')?;
        name += part;
        // A quote in a name is doubled.
        match after.strip_prefix('"') {
            Some(more) => {
                name.push('"');
                rest = more;
            }
            None => return Some((name, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::table_of;

    #[test]
    fn the_table_is_found() {
        let table = |sql: &str| table_of(&format!("INSERT INTO {sql}"));
        assert_eq!(table("users (id) VALUES (?)").as_deref(), Some("users"));
        assert_eq!(table("main.users DEFAULT VALUES").as_deref(), Some("users"));
        assert_eq!(table("\"a\"\"b\" (\"x\") VALUES (?)").as_deref(), Some("a\"b"));
        assert_eq!(table("\"my schema\".\"the \"\"one\"\"\" (x)").as_deref(), Some("the \"one\""));
        assert_eq!(table("\"open"), None);
    }
}
