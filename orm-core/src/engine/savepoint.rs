//! Savepoints: points in a transaction to which it can be rolled back.

use super::{Job, Transaction};
use crate::{
    compile::{Compiled, StatementKind},
    error::{Error, ErrorKind, Result},
};
use lru::LruCache;
use std::{
    fmt,
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

impl Transaction {
    /// Sets a savepoint. Its name is of letters, digits and `_`; savepoints nest, and a name used again hides the earlier one.
    ///
    /// # Errors
    /// Of kind [`Statement`](ErrorKind::Statement) if the name has other characters, else those of the server.
    pub async fn savepoint(&mut self, name: &str) -> Result<()> {
        self.run_savepoint("SAVEPOINT", name).await
    }

    /// Forgets a savepoint and those set after it; what was done since stays part of the transaction. On Oracle it is kept: it has no such
    /// statement.
    ///
    /// # Errors
    /// Those of the server, if there is no such savepoint.
    pub async fn release(&mut self, name: &str) -> Result<()> {
        if !self.connection().engine().dialect().capabilities().releases_savepoints {
            return Ok(());
        }
        self.run_savepoint("RELEASE SAVEPOINT", name).await
    }

    /// Undoes what was done since the savepoint, which stays, and forgets those set after it.
    ///
    /// # Errors
    /// Those of the server, if there is no such savepoint.
    pub async fn rollback_to(&mut self, name: &str) -> Result<()> {
        self.run_savepoint("ROLLBACK TO SAVEPOINT", name).await
    }

    async fn run_savepoint(&mut self, verb: &'static str, name: &str) -> Result<()> {
        let statement = self.connection().engine().shared().savepoints.get(verb, name)?;
        self.run(Job { statement, binds: Vec::new(), sink: None, timeout: None }).await?;
        Ok(())
    }
}

/// The statements about savepoints, kept since drivers prepare a statement once for its id.
pub(super) struct SavepointStatements(Mutex<LruCache<String, Arc<Compiled>>>);

impl SavepointStatements {
    fn get(&self, verb: &'static str, name: &str) -> Result<Arc<Compiled>> {
        let fits = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !fits {
            let message = format!("{name:?} cannot be a savepoint: use letters, digits and _, and begin with a letter");
            return Err(Error::new(ErrorKind::Statement, message));
        }
        let sql = format!("{verb} {name}");
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(statement) = known.get(&sql) {
            return Ok(Arc::clone(statement));
        }
        let statement = Arc::new(Compiled::new(StatementKind::Text, sql.clone()));
        known.put(sql, Arc::clone(&statement));
        Ok(statement)
    }
}

impl Default for SavepointStatements {
    fn default() -> Self {
        const KEPT: NonZeroUsize = NonZeroUsize::new(64).expect("64 is not 0");
        Self(Mutex::new(LruCache::new(KEPT)))
    }
}

impl fmt::Debug for SavepointStatements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SavepointStatements")
    }
}
