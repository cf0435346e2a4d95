//! Rows of the program's loaded in bulk, without being held in memory.

use super::{Executor, RunsOn, insert};
use crate::{
    compile::check_digits,
    engine::{BoxFuture, LoadJob},
    error::{Error, Result},
    schema::{AnyModel, ColumnRef, Model, Table, TableRef},
    session::insert::given_columns,
    types::Value,
};
use std::fmt;

/// How many rows are held where they are loaded by INSERT.
const CHUNK: usize = 1_000;

/// Rows to load, and what on.
#[must_use = "nothing is loaded until .execute().await"]
pub struct BulkLoad<I, X = ()> {
    rows: I,
    executor: X,
}

/// A load of rows that are made one by one and never all held, for millions of them: `COPY … FROM STDIN (FORMAT binary)` on PostgreSQL, INSERTs
/// of many rows elsewhere.
///
/// Which columns are left out, and so filled in by the database, is as in a flush. The server sets the pace: the next row is asked for when
/// there is room for it.
///
/// ```
/// # use aludel_doc::*;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> aludel_core::Result<()> {
/// # let engine = engine().await?;
/// let clusters = (1..=5_000).map(|number| Cluster { name: format!("cluster {number}"), ..Default::default() });
/// let count = bulk_load(clusters).on(&engine).execute().await?;
/// assert_eq!(count, 5_000);
/// # Ok(())
/// # }
/// ```
#[doc(alias("copy", "copy_in", "bulk_insert_mappings", "bulk_save_objects"))]
pub fn bulk_load<I: IntoIterator<Item: Model>>(rows: I) -> BulkLoad<I> {
    BulkLoad { rows, executor: () }
}

impl<I, X> BulkLoad<I, X> {
    /// What it runs on: an engine, which makes all of it one transaction; a transaction; a session.
    pub fn on<'s>(self, executor: impl RunsOn<'s>) -> BulkLoad<I, Executor<'s>> {
        BulkLoad { rows: self.rows, executor: executor.executor() }
    }
}

impl<'s, M, I> BulkLoad<I, Executor<'s>>
where
    M: Model,
    I: IntoIterator<Item = M> + Send + 's,
    I::IntoIter: Send,
{
    /// Loads the rows, and answers how many they are.
    ///
    /// # Errors
    /// Those of an INSERT of the rows. Then nothing is loaded on an engine; a transaction or a session has to be rolled back.
    pub fn execute(self) -> BoxFuture<'s, Result<u64>> {
        Box::pin(async move {
            let Self { rows, mut executor } = self;
            if let Executor::Engine(engine) = executor {
                let mut transaction = engine.begin().await?;
                let count = load(rows.into_iter(), &mut Executor::Transaction(&mut transaction)).await?;
                transaction.commit().await?;
                return Ok(count);
            }
            load(rows.into_iter(), &mut executor).await
        })
    }
}

async fn load<M: Model>(mut rows: impl Iterator<Item = M> + Send, executor: &mut Executor<'_>) -> Result<u64> {
    let mut count = 0;
    if !executor.dialect().capabilities().bulk_load {
        loop {
            let chunk: Vec<M> = rows.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                return Ok(count);
            }
            count +=
                insert(M::Table::at(TableRef::new(M::table()))).values(chunk).on(executor.reborrow()).execute().await?;
        }
    }
    let mut next = rows.next();
    while let Some(mut first) = next.take() {
        let mut columns = Vec::new();
        let table = TableRef::new(M::table());
        given_columns(&mut first, &mut columns)?;
        let mut alike = Alike { rows: &mut rows, first: Some(first), other: &mut next, columns: &columns };
        let load = LoadJob { table, columns: &columns, rows: &mut alike };
        count += executor.load(load).await.map_err(|error| error.with_table(table.def.full_name()))?;
    }
    Ok(count)
}

/// The values of rows that give the same columns a value, until one comes that does not.
struct Alike<'a, M, I> {
    rows: &'a mut I,
    first: Option<M>,
    /// The row that gives other columns a value.
    other: &'a mut Option<M>,
    columns: &'a [u16],
}

impl<M: Model, I: Iterator<Item = M>> Iterator for Alike<'_, M, I> {
    type Item = Result<Vec<Value>>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(first) = self.first.take() {
            return Some(self.values(&first));
        }
        if self.other.is_some() {
            return None;
        }
        let mut row = self.rows.next()?;
        let mut given = Vec::with_capacity(self.columns.len());
        if let Err(error) = given_columns(&mut row, &mut given) {
            return Some(Err(error));
        }
        if given != self.columns {
            *self.other = Some(row);
            return None;
        }
        Some(self.values(&row))
    }
}

impl<M: Model, I> Alike<'_, M, I> {
    fn values(&self, row: &M) -> Result<Vec<Value>> {
        let row: &dyn AnyModel = row;
        let table = TableRef::new(M::table());
        let value = |&index: &u16| {
            let value = row.field(index.into()).to_value();
            check_digits(&value, ColumnRef { table, index })?;
            Ok::<_, Error>(value)
        };
        self.columns.iter().map(value).collect()
    }
}

impl<I, X> fmt::Debug for BulkLoad<I, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkLoad").finish_non_exhaustive()
    }
}
