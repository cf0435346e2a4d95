//! What tests of drivers share: jobs by hand, and sinks that collect.

#![allow(dead_code, reason = "no test uses all of it")]

use aludel_core::{
    Result,
    compile::{Compiled, StatementKind},
    engine::{Done, Engine, Job},
    types::{Field, Row, RowSink, Value},
};
use std::{any::Any, ops::ControlFlow, sync::Arc};

pub(crate) fn statement(sql: &str) -> Arc<Compiled> {
    Arc::new(Compiled::new(StatementKind::Text, sql.to_owned()))
}

/// A job whose rows are dropped.
pub(crate) fn job(sql: &str, binds: Vec<Value>) -> Job {
    Job { statement: statement(sql), binds, sink: None, timeout: None }
}

/// A job whose first column is collected.
pub(crate) fn query<T: Field>(sql: &str, binds: Vec<Value>) -> Job {
    Job { sink: Some(Collect::<T>::boxed()), ..job(sql, binds) }
}

/// A statement that counts to a billion, which takes minutes.
pub(crate) const ENDLESS: &str =
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000000000) SELECT max(n) FROM c";

/// The numbers from 1 to ?.
pub(crate) const NUMBERS: &str =
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?) SELECT n FROM c";

/// Takes the first column of each row.
pub(crate) struct Collect<T>(pub(crate) Vec<T>);

impl<T: Field> Collect<T> {
    pub(crate) fn boxed() -> Box<dyn RowSink> {
        Box::new(Self(Vec::new()))
    }
}

impl<T: Field> RowSink for Collect<T> {
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        self.0.push(T::decode(row, 0)?);
        Ok(ControlFlow::Continue(()))
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

pub(crate) fn collected<T: Field>(sink: Box<dyn RowSink>) -> Vec<T> {
    sink.into_any().downcast::<Collect<T>>().expect("the sink that was handed in").0
}

pub(crate) fn rows<T: Field>(done: Done) -> Vec<T> {
    collected(done.sink.expect("the sink comes back"))
}

/// The first column of the only row.
pub(crate) async fn one<T: Field>(engine: &Engine, sql: &str) -> Result<T> {
    let mut rows = rows(engine.run(query::<T>(sql, vec![])).await?);
    assert_eq!(rows.len(), 1, "{sql}");
    Ok(rows.remove(0))
}
