//! Queries whose rows are fetched in batches.

use super::{
    access::Access,
    attempt::{Attempt, Work},
    db::Db,
    error::Failure,
    limit::{Limit, Place, Terms},
    open_cursor::OpenCursor,
    row::SqliteRow,
    statement::Step,
};
use aludel_core::{
    Result,
    engine::{BoxFuture, Cursor},
    types::RowSink,
};
use std::{ops::ControlFlow, sync::Arc, time::Duration};

/// What a fetch works on.
pub(super) struct Fetch {
    count: usize,
    sink: Box<dyn RowSink>,
}

impl Db {
    /// Opens a cursor and goes to its first row; `false` if there is none.
    pub(super) fn open(&mut self, work: &mut Work, terms: Terms) -> Result<Attempt<bool>> {
        self.check_transaction()?;
        self.close_cursor();
        let compiled = &work.job.statement;
        let readonly = match self.statements.get(&self.connection, compiled) {
            Ok(statement) => statement.readonly,
            Err(unfit) => return unfit.into_attempt(),
        };
        if let Some(need) = self.rights.admit(readonly)? {
            return Ok(Attempt::Queue(need));
        }
        let values = std::mem::take(&mut work.job.binds);
        let mut cursor =
            OpenCursor { compiled: Arc::clone(compiled), statement: self.statements.take(compiled), values };
        let Some(statement) = &mut cursor.statement else { return Ok(Attempt::Done(false)) };
        // SAFETY: the values live in `cursor`, whose drop and close release the statement first; moving the Vec leaves them in place.
        unsafe { statement.bind(&cursor.values)? };
        let limit = Limit::set(&self.connection, &self.cancel, terms);
        let step = statement.step();
        let failure = match &step {
            Step::Failed(code) => Some(Failure::last(&self.connection, *code)),
            _ => None,
        };
        drop(limit);
        match failure {
            None => {
                let more = matches!(step, Step::Row);
                self.cursor = Some(cursor);
                if !more {
                    self.close_cursor();
                }
                Ok(Attempt::Done(more))
            }
            Some(failure) if failure.is_busy() => {
                statement.release();
                work.job.binds = std::mem::take(&mut cursor.values);
                cursor.close(&mut self.statements);
                Ok(Attempt::Busy(failure))
            }
            Some(failure) => {
                cursor.close(&mut self.statements);
                Err(failure.into_error(terms.timed_out()))
            }
        }
    }

    /// Hands rows to the sink; `false` if there are no more.
    pub(super) fn fetch(&mut self, fetch: &mut Fetch, terms: Terms) -> Result<Attempt<bool>> {
        let more = self.fetch_rows(fetch, terms);
        if !matches!(more, Ok(true)) {
            self.close_cursor();
        }
        more.map(Attempt::Done)
    }

    fn fetch_rows(&mut self, fetch: &mut Fetch, terms: Terms) -> Result<bool> {
        let Self { cursor, connection, cancel, .. } = self;
        let Some(OpenCursor { compiled, statement: Some(statement), .. }) = cursor else { return Ok(false) };
        let columns = statement.columns();
        let _limit = Limit::set(connection, cancel, terms);
        for _ in 0..fetch.count {
            if let ControlFlow::Break(()) = fetch.sink.row(&SqliteRow::new(statement, columns, &compiled.outputs))? {
                return Ok(false);
            }
            match statement.step() {
                Step::Row => {}
                Step::Done => return Ok(false),
                Step::Failed(code) => return Err(Failure::last(connection, code).into_error(terms.timed_out())),
            }
        }
        Ok(true)
    }

    pub(super) fn close_cursor(&mut self) {
        if let Some(cursor) = self.cursor.take() {
            cursor.close(&mut self.statements);
        }
    }
}

/// A cursor over a connection. Its time limit holds for each fetch, not for what the caller does between them.
pub(super) struct SqliteCursor<'a> {
    access: &'a mut Access,
    place: Place,
    timeout: Option<Duration>,
    more: bool,
}

impl<'a> SqliteCursor<'a> {
    pub(super) fn new(access: &'a mut Access, place: Place, timeout: Option<Duration>, more: bool) -> Self {
        Self { access, place, timeout, more }
    }

    async fn fetch_batch(&mut self, count: usize, sink: Box<dyn RowSink>) -> Result<(Box<dyn RowSink>, bool)> {
        if !self.more || count == 0 {
            return Ok((sink, self.more));
        }
        let (fetch, more) = self.access.attempt(Fetch { count, sink }, self.place, self.timeout, Db::fetch).await?;
        self.more = more;
        Ok((fetch.sink, more))
    }
}

impl Cursor for SqliteCursor<'_> {
    fn fetch(&mut self, count: usize, sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<(Box<dyn RowSink>, bool)>> {
        Box::pin(self.fetch_batch(count, sink))
    }
}

impl Drop for SqliteCursor<'_> {
    fn drop(&mut self) {
        if self.more {
            self.access.abandon_cursor();
        }
    }
}
