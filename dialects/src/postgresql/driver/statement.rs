//! Prepared statements: what the server takes values for, and what it yields.

use super::{
    bind::{Declared, Parameter, declare, fits, unfit},
    error::failed,
    script::{Effect, effect, reads},
    wire::Wire,
};
use aludel_core::{
    Error, ErrorKind, Result,
    compile::{Compiled, StatementKind},
    types::Value,
};
use lru::LruCache;
use sqlx::{
    Arguments, AssertSqlSafe, Column, Either, Executor, Postgres, SqlSafeStr, SqlStr, Statement,
    postgres::{PgArguments, PgConnection, PgTypeInfo},
    query::Query,
};
use std::{num::NonZeroUsize, sync::Arc};

/// A statement that the server knows.
pub(super) struct Prepared {
    sql: Arc<str>,
    declared: Declared,
    parameters: Box<[Wire]>,
    pub(super) columns: Box<[Wire]>,
    /// Whether it reads and does nothing else.
    pub(super) reads: bool,
    pub(super) effect: Effect,
}

impl Prepared {
    async fn new(
        connection: &mut PgConnection,
        compiled: &Compiled,
        values: &[Value],
        declared: Declared,
    ) -> Result<Self> {
        // sqlx knows statements by their text, so that one and the same with other types needs another text.
        let sql: Arc<str> = match declared {
            Declared::Own => compiled.sql.as_str().into(),
            Declared::Forced => format!("{} ", compiled.sql).into(),
        };
        let types: Vec<PgTypeInfo> = values.iter().map(|value| declare(value, declared)).collect();
        let statement = connection.prepare_with(text(&sql), &types).await.map_err(failed)?;
        let parameters = match statement.parameters() {
            Some(Either::Left(types)) => types.iter().map(Wire::of).collect(),
            _ => Box::default(),
        };
        let (reads, effect) = match compiled.kind {
            StatementKind::Text | StatementKind::Ddl => (reads(&sql), effect(&sql)),
            kind => (kind == StatementKind::Select, Effect::None),
        };
        let columns = statement.columns().iter().map(|column| Wire::of(column.type_info())).collect();
        Ok(Self { sql, declared, parameters, columns, reads, effect })
    }

    fn fits(&self, values: &[Value]) -> bool {
        self.declared == Declared::Forced || values.iter().zip(&self.parameters).all(|(value, wire)| fits(value, wire))
    }

    /// The statement with its values.
    pub(super) fn with(&self, values: &[Value]) -> Result<Query<'static, Postgres, PgArguments>> {
        if values.len() != self.parameters.len() {
            return Err(Error::new(
                ErrorKind::Statement,
                format!(
                    "the statement has {} placeholders and was given {} values",
                    self.parameters.len(),
                    values.len()
                ),
            ));
        }
        let mut arguments = PgArguments::default();
        arguments.reserve(values.len(), values.len() * 12);
        for (index, (value, wire)) in values.iter().zip(&self.parameters).enumerate() {
            if !fits(value, wire) {
                return Err(unfit(index + 1, value, wire));
            }
            let parameter = Parameter { value, wire, declared: self.declared };
            arguments.add(parameter).map_err(|error| failed(sqlx::Error::Encode(error)))?;
        }
        Ok(sqlx::query_with(text(&self.sql), arguments))
    }
}

/// What this library has compiled, or what a program has given it as text, with its values apart.
pub(super) fn text(sql: &Arc<str>) -> SqlStr {
    AssertSqlSafe(Arc::clone(sql)).into_sql_str()
}

/// The statements that a connection has prepared, those used last.
pub(super) struct Statements(LruCache<u64, Arc<Prepared>>);

impl Statements {
    pub(super) fn new(capacity: NonZeroUsize) -> Self {
        Self(LruCache::new(capacity))
    }

    /// The statement, prepared now if it was not yet.
    pub(super) async fn get(
        &mut self,
        connection: &mut PgConnection,
        compiled: &Compiled,
        values: &[Value],
    ) -> Result<Arc<Prepared>> {
        if let Some(known) = self.0.get(&compiled.id).filter(|known| known.fits(values)) {
            return Ok(Arc::clone(known));
        }
        let mut prepared = Prepared::new(connection, compiled, values, Declared::Own).await?;
        if !prepared.fits(values) {
            prepared = Prepared::new(connection, compiled, values, Declared::Forced).await?;
        }
        let prepared = Arc::new(prepared);
        self.0.put(compiled.id, Arc::clone(&prepared));
        Ok(prepared)
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
