//! Statements that were compiled before.

use super::{Compiled, Compiler, Dialect, StatementKind, shape::Shape};
use crate::{
    error::Result,
    statement::{Filters, Insert, InsertSource, Statement},
    types::Value,
};
use lru::LruCache;
use std::{
    fmt,
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

/// Compiles a statement, with its values in the order of the SQL.
///
/// # Errors
/// Of kind [`Statement`](crate::ErrorKind::Statement) if it uses a table that is not in FROM, of kind
/// [`NotSupported`](crate::ErrorKind::NotSupported) if the dialect cannot do it.
pub fn compile(statement: Statement, dialect: &dyn Dialect) -> Result<(Compiled, Vec<Value>)> {
    let shape = Shape::of(&statement, dialect)?;
    let compiled = compile_shape(&statement, &shape, dialect)?;
    let values = values_of(statement, shape.values);
    let values = compiled.arrange(values)?;
    Ok((compiled, values))
}

impl Statement {
    /// The SQL of the statement in a dialect, with placeholders for its values.
    ///
    /// # Errors
    /// As [`compile`].
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Result<String> {
        let shape = Shape::of(self, dialect)?;
        Ok(compile_shape(self, &shape, dialect)?.sql)
    }
}

fn compile_shape(statement: &Statement, shape: &Shape<'_>, dialect: &dyn Dialect) -> Result<Compiled> {
    let mut compiler = Compiler::new(dialect, shape);
    let mut values = shape.values.len();
    let (kind, long) = match statement {
        Statement::Select(select) => {
            compiler.select(select)?;
            (StatementKind::Select, false)
        }
        Statement::Insert(insert) => {
            compiler.insert(insert)?;
            let rows = match insert.source {
                InsertSource::Values { rows, .. } => rows,
                InsertSource::Select(_) => 0,
            };
            values += rows * insert.columns.len();
            (StatementKind::Insert, rows > 100)
        }
        Statement::Update(update) => {
            compiler.update(update)?;
            (StatementKind::Update, false)
        }
        Statement::UpdateMany(update) => {
            compiler.update_many(update)?;
            values += update.values_wanted();
            (StatementKind::Update, update.rows > 100)
        }
        Statement::Delete(delete) => {
            compiler.delete(delete)?;
            (StatementKind::Delete, false)
        }
        Statement::Merge(merge) => {
            compiler.merge(merge)?;
            (StatementKind::Merge, false)
        }
        Statement::Text(text) => {
            compiler.text_clause(text)?;
            (StatementKind::Text, false)
        }
    };
    Ok(compiler.finish(kind, long, values))
}

/// The values in the order of their places: those that were walked, and then the rows of an INSERT.
fn values_of(statement: Statement, mut walked: Vec<Value>) -> Vec<Value> {
    match statement {
        Statement::Insert(Insert { source: InsertSource::Values { values, .. }, .. }) => {
            if walked.is_empty() {
                return values;
            }
            walked.extend(values);
            walked
        }
        Statement::UpdateMany(update) => update.values,
        _ => walked,
    }
}

/// Compiled statements by their shape: the least recently used one makes room.
pub struct StatementCache {
    statements: Mutex<LruCache<Box<[u8]>, Arc<Compiled>>>,
}

impl StatementCache {
    /// A cache of `capacity` statements; SQLAlchemy keeps 500.
    pub fn new(capacity: NonZeroUsize) -> Self {
        Self { statements: Mutex::new(LruCache::new(capacity)) }
    }

    /// The statement compiled, now or before, and its values in the order of the SQL.
    ///
    /// # Errors
    /// As [`compile`].
    pub fn compile(&self, statement: Statement, dialect: &dyn Dialect) -> Result<(Arc<Compiled>, Vec<Value>)> {
        let mut shape = Shape::of(&statement, dialect)?;
        let compiled = self.find(&statement, &mut shape, dialect)?;
        let values = compiled.arrange(values_of(statement, shape.values))?;
        Ok((compiled, values))
    }

    /// As [`compile`](Self::compile), without the rows that filters of their models hide.
    pub(crate) fn compile_filtered(
        &self,
        mut statement: Statement,
        dialect: &dyn Dialect,
        filters: &Filters,
    ) -> Result<(Arc<Compiled>, Vec<Value>)> {
        let mut shape = Shape::of(&statement, dialect)?;
        if !filters.is_empty() || shape.hides_rows {
            filters.apply(&mut statement)?;
            shape = Shape::of(&statement, dialect)?;
        }
        let compiled = self.find(&statement, &mut shape, dialect)?;
        let values = compiled.arrange(values_of(statement, shape.values))?;
        Ok((compiled, values))
    }

    /// The statement compiled, now or before. It stands where it stood when its shape was taken: values are known by their places.
    fn find(&self, statement: &Statement, shape: &mut Shape<'_>, dialect: &dyn Dialect) -> Result<Arc<Compiled>> {
        let known = self.lock().get(shape.key.as_slice()).cloned();
        match known {
            Some(compiled) => Ok(compiled),
            None => {
                let compiled = Arc::new(compile_shape(statement, shape, dialect)?);
                self.lock().put(std::mem::take(&mut shape.key).into_boxed_slice(), Arc::clone(&compiled));
                Ok(compiled)
            }
        }
    }

    /// How many statements are kept.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether no statement is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LruCache<Box<[u8]>, Arc<Compiled>>> {
        // A panic while it was locked cannot have left the cache half changed.
        self.statements.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for StatementCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatementCache").field("len", &self.len()).finish_non_exhaustive()
    }
}
