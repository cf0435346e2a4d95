//! Prepared statements.

use super::{
    bind::Parameter,
    error::failed,
    script::{Effect, effect, reads},
};
use aludel_core::{
    Error, ErrorKind, Result,
    compile::{Compiled, StatementKind},
    types::Value,
};
use lru::LruCache;
use sqlx::{
    Arguments, AssertSqlSafe, Either, Executor, MySql, SqlSafeStr, SqlStr, Statement,
    mysql::{MySqlArguments, MySqlConnection},
    query::Query,
};
use std::{num::NonZeroUsize, sync::Arc};

/// A statement that the server knows.
pub(super) struct Prepared {
    sql: Arc<str>,
    /// How many values it has; `None` if the server cannot prepare it, and takes it as text.
    parameters: Option<usize>,
    /// Whether it reads and does nothing else.
    pub(super) reads: bool,
    pub(super) effect: Effect,
}

impl Prepared {
    async fn new(connection: &mut MySqlConnection, compiled: &Compiled) -> Result<Self> {
        let sql: Arc<str> = compiled.sql.as_str().into();
        let parameters = match connection.prepare(text(&sql)).await {
            Ok(statement) => Some(match statement.parameters() {
                Some(Either::Left(types)) => types.len(),
                Some(Either::Right(number)) => number,
                None => 0,
            }),
            Err(error) if is_not_preparable(&error) => None,
            Err(error) => return Err(failed(error)),
        };
        let (reads, effect) = match compiled.kind {
            StatementKind::Text | StatementKind::Ddl => (reads(&sql), effect(&sql)),
            kind => (kind == StatementKind::Select, Effect::None),
        };
        Ok(Self { sql, parameters, reads, effect })
    }

    /// The text of a statement that the server cannot prepare.
    pub(super) fn as_text(&self) -> Option<SqlStr> {
        self.parameters.is_none().then(|| text(&self.sql))
    }

    /// The statement with its values. `json_depth` is how deep JSON may be nested.
    pub(super) fn with(&self, values: &[Value], json_depth: usize) -> Result<Query<'static, MySql, MySqlArguments>> {
        let wanted = self.parameters.unwrap_or(0);
        if values.len() != wanted {
            return Err(wrong_number(wanted, values.len()));
        }
        let mut arguments = MySqlArguments::default();
        arguments.reserve(values.len(), values.len() * 12);
        for value in values {
            arguments.add(Parameter { value, json_depth }).map_err(|error| failed(sqlx::Error::Encode(error)))?;
        }
        Ok(sqlx::query_with(text(&self.sql), arguments))
    }
}

/// Whether the server takes the statement only as text.
fn is_not_preparable(error: &sqlx::Error) -> bool {
    const UNSUPPORTED_PS: u16 = 1295;
    let cause = error.as_database_error().and_then(|cause| cause.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>());
    cause.is_some_and(|cause| cause.number() == UNSUPPORTED_PS)
}

#[cold]
fn wrong_number(wanted: usize, given: usize) -> Error {
    Error::new(ErrorKind::Statement, format!("the statement has {wanted} placeholders and was given {given} values"))
}

/// What this library has compiled, or what a program has given it as text, with its values apart.
pub(super) fn text(sql: &Arc<str>) -> SqlStr {
    AssertSqlSafe(Arc::clone(sql)).into_sql_str()
}

/// The statements that a connection has prepared, those used last.
pub(super) struct Statements {
    known: LruCache<u64, Arc<Prepared>>,
    /// A statement is being prepared, or was when its future was dropped: sqlx then no longer knows which answer is
    /// whose.
    pub(super) preparing: bool,
}

impl Statements {
    pub(super) fn new(capacity: NonZeroUsize) -> Self {
        Self { known: LruCache::new(capacity), preparing: false }
    }

    /// The statement, prepared now if it was not yet.
    pub(super) async fn get(&mut self, connection: &mut MySqlConnection, compiled: &Compiled) -> Result<Arc<Prepared>> {
        if let Some(known) = self.known.get(&compiled.id) {
            return Ok(Arc::clone(known));
        }
        self.preparing = true;
        let prepared = Prepared::new(connection, compiled).await;
        self.preparing = false;
        let prepared = Arc::new(prepared?);
        self.known.put(compiled.id, Arc::clone(&prepared));
        Ok(prepared)
    }
}
