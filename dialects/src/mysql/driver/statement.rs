//! Prepared statements.

use super::{
    bind::write_all,
    script::{Effect, effect, reads},
};
use crate::mysql::client::{Client, MysqlError, Statement};
use aludel_core::{
    Error, ErrorKind, Result,
    compile::{Compiled, StatementKind},
    types::Value,
};
use lru::LruCache;
use std::{num::NonZeroUsize, sync::Arc};

/// A statement that the server knows.
pub(super) struct Prepared {
    /// `None` if the server cannot prepare it, and takes it as text.
    statement: Option<Statement>,
    /// Whether it reads and does nothing else.
    pub(super) reads: bool,
    pub(super) effect: Effect,
}

impl Prepared {
    async fn new(client: &mut Client, compiled: &Compiled) -> Result<Self> {
        let statement = match client.prepare(&compiled.sql).await {
            Ok(statement) => Some(statement),
            Err(error) if is_not_preparable(&error) => None,
            Err(error) => return Err(error),
        };
        let (reads, effect) = match compiled.kind {
            StatementKind::Text | StatementKind::Ddl => (reads(&compiled.sql), effect(&compiled.sql)),
            kind => (kind == StatementKind::Select, Effect::None),
        };
        Ok(Self { statement, reads, effect })
    }

    /// Sends the statement with its values. `json_depth` is how deep JSON may be nested.
    pub(super) async fn run(
        &self,
        client: &mut Client,
        compiled: &Compiled,
        values: &[Value],
        json_depth: usize,
    ) -> Result<()> {
        let wanted = self.statement.map_or(0, |statement| statement.parameters);
        if values.len() != wanted {
            return Err(wrong_number(wanted, values.len()));
        }
        match self.statement {
            Some(statement) => client.run(statement, |out| write_all(values, json_depth, out)).await,
            None => client.query(&compiled.sql).await,
        }
    }

    /// Whether the server takes it as text, so that its rows are texts.
    pub(super) fn is_text(&self) -> bool {
        self.statement.is_none()
    }
}

/// Whether the server takes the statement only as text.
fn is_not_preparable(error: &Error) -> bool {
    const UNSUPPORTED_PS: u16 = 1295;
    MysqlError::number_of(error) == Some(UNSUPPORTED_PS)
}

#[cold]
fn wrong_number(wanted: usize, given: usize) -> Error {
    Error::new(ErrorKind::Statement, format!("the statement has {wanted} placeholders and was given {given} values"))
}

/// The statements that a connection has prepared, those used last.
pub(super) struct Statements(LruCache<u64, Arc<Prepared>>);

impl Statements {
    pub(super) fn new(capacity: NonZeroUsize) -> Self {
        Self(LruCache::new(capacity))
    }

    /// The statement, prepared now if it was not yet.
    pub(super) async fn get(&mut self, client: &mut Client, compiled: &Compiled) -> Result<Arc<Prepared>> {
        if let Some(known) = self.0.get(&compiled.id) {
            return Ok(Arc::clone(known));
        }
        let prepared = Arc::new(Prepared::new(client, compiled).await?);
        if let Some((_, other)) = self.0.push(compiled.id, Arc::clone(&prepared))
            && let Some(statement) = other.statement
        {
            client.forget(statement);
        }
        Ok(prepared)
    }
}
