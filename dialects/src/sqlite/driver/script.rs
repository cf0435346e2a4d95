//! Scripts: several statements in one text.

use super::{
    attempt::Attempt,
    db::Db,
    error::Failure,
    limit::{Limit, Terms},
    statement::{Statement, Step, Unprepared},
};
use aludel_core::Result;

/// A script on its way.
pub(super) struct Script {
    sql: String,
    /// How far it was run.
    from: usize,
}

impl Script {
    pub(super) fn new(sql: &str) -> Self {
        Self { sql: sql.to_owned(), from: 0 }
    }
}

impl Db {
    /// Runs the statements that are left, to the first that fails or finds the database locked.
    pub(super) fn run_script(&mut self, script: &mut Script, terms: Terms) -> Result<Attempt<()>> {
        self.check_transaction()?;
        self.close_cursor();
        loop {
            let rest = &script.sql[script.from..];
            let (mut statement, next) = match Statement::prepare(&self.connection, rest) {
                Ok(prepared) => prepared,
                Err(Unprepared::Empty) => return Ok(Attempt::Done(())),
                Err(Unprepared::Failed(failure, _)) if failure.is_busy() => return Ok(Attempt::Busy(failure)),
                Err(Unprepared::Failed(failure, read)) => {
                    return Err(failure.into_error(false).with_sql(first(rest, read)));
                }
            };
            if let Some(need) = self.rights.admit(statement.readonly)? {
                return Ok(Attempt::Queue(need));
            }
            let limit = Limit::set(&self.connection, &self.cancel, terms);
            let failure = loop {
                match statement.step() {
                    Step::Row => {}
                    Step::Done => break None,
                    Step::Failed(code) => break Some(Failure::last(&self.connection, code)),
                }
            };
            drop(limit);
            match failure {
                None => script.from += next,
                Some(failure) if failure.is_busy() => return Ok(Attempt::Busy(failure)),
                Some(failure) => {
                    return Err(failure.into_error(terms.timed_out()).with_sql(first(rest, next)));
                }
            }
        }
    }
}

/// The statement that ends at `end`, for an error.
fn first(rest: &str, end: usize) -> &str {
    rest.get(..end).unwrap_or(rest).trim()
}
