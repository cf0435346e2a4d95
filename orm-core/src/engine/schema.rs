//! Tables made and dropped in a database.

use super::{Engine, Job, Transaction};
use crate::{
    compile::{Compiled, StatementKind, add_deferred, create_script, create_table, ddl, drop_script},
    error::{Error, ErrorKind, Result},
    schema::{MetaData, TableDef},
    statement::Ddl,
    types::{Row, RowSink},
};
use std::{any::Any, ops::ControlFlow, sync::Arc};

impl MetaData {
    /// Creates the tables that do not exist yet, with their constraints and indexes, each after those it refers to. Calling it again
    /// does nothing. Where DDL can be rolled back, all tables are created or none.
    ///
    /// # Errors
    /// Of kind [`Schema`](crate::ErrorKind::Schema) if the tables contradict each other, of kind
    /// [`NotSupported`](crate::ErrorKind::NotSupported) if the server would change values of a column's type; else those of the server.
    pub async fn create_all(&self, engine: &Engine) -> Result<()> {
        let dialect = engine.dialect();
        let sorted = self.sorted()?;
        let naming = self.naming_convention();
        // Everything is compiled before anything is sent.
        create_script(self, dialect)?;
        let mut transaction = engine.begin().await?;
        let mut created: Vec<&TableDef> = Vec::new();
        for &table in &sorted.tables {
            if exists(&mut transaction, table).await? {
                continue;
            }
            for sql in create_table(table, &sorted.deferred, naming, dialect)? {
                transaction.run_script(&sql).await?;
            }
            created.push(table);
        }
        let deferred: Vec<_> = sorted.deferred.into_iter().filter(|(table, _)| created.contains(table)).collect();
        for sql in add_deferred(&deferred, naming, dialect)? {
            transaction.run_script(&sql).await?;
        }
        transaction.commit().await
    }

    /// Drops the tables that exist, each before those it refers to. **Their rows are lost.**
    ///
    /// # Errors
    /// As [`create_all`](Self::create_all).
    pub async fn drop_all(&self, engine: &Engine) -> Result<()> {
        let dialect = engine.dialect();
        let sorted = self.sorted()?;
        let naming = self.naming_convention();
        let mut transaction = engine.begin().await?;
        if let (false, Some(sql)) = (sorted.deferred.is_empty(), dialect.before_dropping_cycles()) {
            transaction.run_script(sql).await?;
        }
        if !dialect.capabilities().forward_references {
            for &(table, key) in &sorted.deferred {
                if exists(&mut transaction, table).await? {
                    transaction.run_script(&ddl(Ddl::DropForeignKey { table, key, naming }, dialect)?).await?;
                }
            }
        }
        for &table in sorted.tables.iter().rev() {
            if exists(&mut transaction, table).await? {
                transaction.run_script(&ddl(Ddl::DropTable { table }, dialect)?).await?;
            }
        }
        transaction.commit().await
    }

    /// The SQL of [`create_all`](Self::create_all) on an empty database, as a script.
    ///
    /// # Errors
    /// As [`create_all`](Self::create_all), but for those of the server.
    pub fn create_all_sql(&self, dialect: &dyn crate::compile::Dialect) -> Result<String> {
        Ok(script(create_script(self, dialect)?))
    }

    /// The SQL of [`drop_all`](Self::drop_all) where every table exists, as a script.
    ///
    /// # Errors
    /// As [`drop_all`](Self::drop_all), but for those of the server.
    pub fn drop_all_sql(&self, dialect: &dyn crate::compile::Dialect) -> Result<String> {
        Ok(script(drop_script(self, dialect)?))
    }
}

fn script(statements: Vec<String>) -> String {
    statements.into_iter().map(|sql| sql + ";\n").collect()
}

async fn exists(transaction: &mut Transaction, table: &TableDef) -> Result<bool> {
    let (sql, binds) = transaction.dialect().table_exists(table);
    let statement = Arc::new(Compiled::new(StatementKind::Select, sql));
    let sink = Some(Box::new(AnyRow(false)) as Box<dyn RowSink>);
    let done = transaction.run(Job { statement, binds, sink, timeout: None }).await?;
    match done.sink.map(|sink| sink.into_any().downcast::<AnyRow>()) {
        Some(Ok(any)) => Ok(any.0),
        _ => Err(Error::new(ErrorKind::State, "the driver did not hand the sink back")),
    }
}

/// Whether there was a row.
struct AnyRow(bool);

impl RowSink for AnyRow {
    fn row(&mut self, _row: &dyn Row) -> Result<ControlFlow<()>> {
        self.0 = true;
        Ok(ControlFlow::Break(()))
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}
