//! Rows of models that are known by their descriptions alone, as objects of the session.

use super::{
    Session, State,
    query::{any_rows, take_any_rows},
};
use crate::{
    compile::Compiled,
    engine::{Done, Job},
    error::Result,
    expr::{Node, tree::Select},
    schema::{AnyModel, TableDef, TableRef},
    statement::Statement,
    types::Value,
};
use std::sync::Arc;

/// What reads the rows of a model for which conditions hold; `None` if the table is no model's.
pub(super) fn rows_job(
    table: &'static TableDef,
    filter: Vec<Node>,
    compile: impl FnOnce(Statement) -> Result<(Arc<Compiled>, Vec<Value>)>,
) -> Result<Option<Job>> {
    let Some(read) = table.model.read else { return Ok(None) };
    let select = Select { columns: vec![Node::Table(TableRef::new(table))], filter, ..Select::default() };
    let (statement, binds) = compile(select.into())?;
    let sink = Some(any_rows(table, read, Arc::clone(&statement)));
    Ok(Some(Job { statement, binds, sink, timeout: None }))
}

impl Session {
    /// Takes the rows that a job of [`rows_job`] has read.
    pub(super) fn track_rows(&mut self, done: Done) -> Result<Vec<u32>> {
        Ok(take_any_rows(done.sink)?.into_iter().map(|row| self.track_row(row)).collect())
    }

    /// Takes a row that was read, unless the session has it already; then that one's slot.
    pub(super) fn track_row(&mut self, row: Box<dyn AnyModel>) -> u32 {
        self.renew_any(&*row).unwrap_or_else(|| {
            let slot = self.arena.insert_any(row, State::Persistent);
            self.identify(slot);
            slot
        })
    }
}
