//! Prepared statements: what the server takes values for, and what it yields.

use super::{
    bind::{Declared, Parameter, declare, fits, unfit},
    error::failed,
    script::{Effect, effect, placeholders, reads},
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
    /// What each value is declared as, and what the server takes it for.
    parameters: Box<[(Declared, Wire)]>,
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
        declared: &[Declared],
    ) -> Result<Self> {
        if values.len() != placeholders(&compiled.sql) {
            return Err(wrong_number(placeholders(&compiled.sql), values.len()));
        }
        // sqlx knows statements by their text, so that one and the same with other types needs another text.
        let forced = declared.iter().enumerate().filter(|(_, declared)| **declared == Declared::Forced);
        let forced: String = forced.map(|(index, _)| format!(" ${}", index + 1)).collect();
        let sql: Arc<str> = if forced.is_empty() {
            compiled.sql.as_str().into()
        } else {
            format!("{}\n--{forced}", compiled.sql).into()
        };
        let types: Vec<PgTypeInfo> =
            values.iter().zip(declared).map(|(value, declared)| declare(value, *declared)).collect();
        let statement = connection.prepare_with(text(&sql), &types).await.map_err(failed)?;
        let parameters = match statement.parameters() {
            Some(Either::Left(types)) => declared.iter().copied().zip(types.iter().map(Wire::of)).collect(),
            _ => Box::default(),
        };
        let (reads, effect) = match compiled.kind {
            StatementKind::Text | StatementKind::Ddl => (reads(&sql), effect(&sql)),
            kind => (kind == StatementKind::Select, Effect::None),
        };
        let columns = statement.columns().iter().map(|column| Wire::of(column.type_info())).collect();
        Ok(Self { sql, parameters, columns, reads, effect })
    }

    /// Whether the values can be sent; those that the server was told the type of are refused later.
    fn fits(&self, values: &[Value]) -> bool {
        let mut parameters = values.iter().zip(&self.parameters);
        parameters.all(|(value, (declared, wire))| *declared == Declared::Forced || fits(value, wire))
    }

    /// The statement with its values.
    pub(super) fn with(&self, values: &[Value]) -> Result<Query<'static, Postgres, PgArguments>> {
        if values.len() != self.parameters.len() {
            return Err(wrong_number(self.parameters.len(), values.len()));
        }
        let mut arguments = PgArguments::default();
        arguments.reserve(values.len(), values.len() * 12);
        for (index, (value, (declared, wire))) in values.iter().zip(&self.parameters).enumerate() {
            if !fits(value, wire) {
                return Err(unfit(index + 1, value, wire));
            }
            let parameter = Parameter { value, wire, declared: *declared };
            arguments.add(parameter).map_err(|error| failed(sqlx::Error::Encode(error)))?;
        }
        Ok(sqlx::query_with(text(&self.sql), arguments))
    }
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
        let mut declared = vec![Declared::Own; values.len()];
        let mut prepared = Prepared::new(connection, compiled, values, &declared).await?;
        if !prepared.fits(values) {
            for ((declared, value), (_, wire)) in declared.iter_mut().zip(values).zip(&prepared.parameters) {
                if !fits(value, wire) {
                    *declared = Declared::Forced;
                }
            }
            prepared = Prepared::new(connection, compiled, values, &declared).await?;
        }
        let prepared = Arc::new(prepared);
        self.0.put(compiled.id, Arc::clone(&prepared));
        Ok(prepared)
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
