//! Tables made and dropped in a database.

use super::{Engine, Job, Transaction};
use crate::{
    compile::{
        Compiled, Dialect, StatementKind, add_deferred, create_enums, create_script, create_table, ddl, drop_script,
        enums,
    },
    error::{Error, ErrorKind, Result},
    schema::{MetaData, Sequence, TableDef},
    statement::Ddl,
    types::{Row, RowSink, Value},
};
use std::{any::Any, ops::ControlFlow, sync::Arc};

/// What is to be done to a database so that it has the tables, or has them no more.
#[derive(Debug, Clone, Default)]
pub struct SchemaPlan<'a> {
    /// The tables that are created or dropped, in this order.
    pub tables: Vec<&'a TableDef>,
    /// The statements, in order.
    pub statements: Vec<String>,
}

impl MetaData {
    /// Creates the tables that do not exist yet, with their constraints and indexes, each after those it refers to. Calling it again
    /// does nothing. Where DDL can be rolled back, all tables are created or none.
    ///
    /// # Errors
    /// Of kind [`Schema`](crate::ErrorKind::Schema) if the tables contradict each other, of kind
    /// [`NotSupported`](crate::ErrorKind::NotSupported) if the server would change values of a column's type; else those of the server.
    pub async fn create_all(&self, engine: &Engine) -> Result<()> {
        // Everything is compiled before anything is sent.
        create_script(self, engine.dialect())?;
        let mut transaction = engine.begin().await?;
        let plan = self.create_plan(&mut transaction).await?;
        run(transaction, &plan).await
    }

    /// What [`create_all`](Self::create_all) would do now; nothing is changed.
    ///
    /// # Errors
    /// As [`create_all`](Self::create_all).
    pub async fn create_plan(&self, transaction: &mut Transaction) -> Result<SchemaPlan<'_>> {
        let dialect = Arc::clone(transaction.dialect());
        let sorted = self.sorted()?;
        let naming = self.naming_convention();
        let mut plan = SchemaPlan::default();
        for sequence in self.sequences() {
            // First, so that a dialect without them says so before it is asked.
            let create = ddl(Ddl::CreateSequence { sequence }, &*dialect)?;
            if !sequence_exists(transaction, sequence).await? {
                plan.statements.push(create);
            }
        }
        for &table in &sorted.tables {
            if exists(transaction, table).await? {
                continue;
            }
            plan.statements.extend(create_table(table, &sorted.deferred, naming, &*dialect)?);
            plan.tables.push(table);
        }
        let mut missing = Vec::new();
        for def in enums(&plan.tables, &*dialect) {
            if !yields_a_row(transaction, dialect.enum_exists(def)).await? {
                missing.push(def);
            }
        }
        plan.statements.splice(0..0, create_enums(missing, &*dialect)?);
        let deferred: Vec<_> = sorted.deferred.into_iter().filter(|(table, _)| plan.tables.contains(table)).collect();
        plan.statements.extend(add_deferred(&deferred, naming, &*dialect)?);
        Ok(plan)
    }

    /// Drops the tables that exist, each before those it refers to. **Their rows are lost.**
    ///
    /// # Errors
    /// As [`create_all`](Self::create_all).
    pub async fn drop_all(&self, engine: &Engine) -> Result<()> {
        let mut transaction = engine.begin().await?;
        let plan = self.drop_plan(&mut transaction).await?;
        run(transaction, &plan).await
    }

    /// What [`drop_all`](Self::drop_all) would do now; nothing is changed.
    ///
    /// # Errors
    /// As [`drop_all`](Self::drop_all).
    pub async fn drop_plan(&self, transaction: &mut Transaction) -> Result<SchemaPlan<'_>> {
        let dialect = Arc::clone(transaction.dialect());
        let sorted = self.sorted()?;
        let naming = self.naming_convention();
        let mut plan = SchemaPlan::default();
        for &table in sorted.tables.iter().rev() {
            if exists(transaction, table).await? {
                plan.tables.push(table);
            }
        }
        if let (false, Some(sql)) =
            (sorted.deferred.is_empty() || plan.tables.is_empty(), dialect.before_dropping_cycles())
        {
            plan.statements.push(sql.to_owned());
        }
        if !dialect.capabilities().forward_references {
            for &(table, key) in sorted.deferred.iter().filter(|(table, _)| plan.tables.contains(table)) {
                plan.statements.push(ddl(Ddl::DropForeignKey { table, key, naming }, &*dialect)?);
            }
        }
        for &table in &plan.tables {
            plan.statements.push(ddl(Ddl::DropTable { table }, &*dialect)?);
        }
        for def in enums(&plan.tables, &*dialect) {
            if yields_a_row(transaction, dialect.enum_exists(def)).await? {
                plan.statements.push(ddl(Ddl::DropEnum { def }, &*dialect)?);
            }
        }
        for sequence in self.sequences() {
            if sequence_exists(transaction, sequence).await? {
                plan.statements.push(ddl(Ddl::DropSequence { sequence }, &*dialect)?);
            }
        }
        Ok(plan)
    }

    /// The SQL of [`create_all`](Self::create_all) on an empty database, as a script.
    ///
    /// # Errors
    /// As [`create_all`](Self::create_all), but for those of the server.
    pub fn create_all_sql(&self, dialect: &dyn Dialect) -> Result<String> {
        Ok(script(create_script(self, dialect)?))
    }

    /// The SQL of [`drop_all`](Self::drop_all) where every table exists, as a script, to be run in one transaction.
    ///
    /// # Errors
    /// As [`drop_all`](Self::drop_all), but for those of the server.
    pub fn drop_all_sql(&self, dialect: &dyn Dialect) -> Result<String> {
        Ok(script(drop_script(self, dialect)?))
    }
}

async fn run(mut transaction: Transaction, plan: &SchemaPlan<'_>) -> Result<()> {
    for sql in &plan.statements {
        transaction.run_script(sql).await?;
    }
    transaction.commit().await
}

fn script(statements: Vec<String>) -> String {
    statements.into_iter().map(|sql| sql + ";\n").collect()
}

async fn exists(transaction: &mut Transaction, table: &TableDef) -> Result<bool> {
    let query = transaction.dialect().table_exists(table.schema.as_deref(), &table.name);
    yields_a_row(transaction, query).await
}

async fn sequence_exists(transaction: &mut Transaction, sequence: &Sequence) -> Result<bool> {
    let query = transaction.dialect().sequence_exists(sequence.schema.as_deref(), &sequence.name);
    yields_a_row(transaction, query).await
}

async fn yields_a_row(transaction: &mut Transaction, (sql, binds): (String, Vec<Value>)) -> Result<bool> {
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
