//! The way of a statement: prepared, run, its rows handed out.

use super::{
    cancel::Canceller,
    error::failed,
    row::{Decoded, ServerRow},
    statement::{Prepared, Statements},
};
use aludel_core::{
    ErrorKind, Result,
    compile::{Compiled, Output},
    engine::{Done, Job},
    types::{RowSink, Value},
};
use sqlx::{
    Either, Executor,
    postgres::{PgConnection, PgQueryResult, PgRow},
};
use std::{future::poll_fn, ops::ControlFlow, pin::Pin, sync::Arc};

pub(super) type Answers<'a> =
    Pin<Box<dyn futures_core::Stream<Item = sqlx::Result<Either<PgQueryResult, PgRow>>> + Send + 'a>>;

/// Rows that nobody wants are read this far before the server is told to stop: that takes a connection of its own.
const FEW: usize = 256;

/// What the server still has to say of a statement that nobody listens to any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    Nothing,
    /// Rows of a statement that reads, which can be ended.
    Rows,
    /// The end of a statement that writes.
    Write,
}

impl Unread {
    pub(super) fn of(prepared: &Prepared) -> Self {
        if prepared.reads { Self::Rows } else { Self::Write }
    }
}

/// The connection, and the statements that it knows.
pub(super) struct Link {
    pub(super) connection: PgConnection,
    pub(super) statements: Statements,
    pub(super) unread: Unread,
}

pub(super) async fn next(answers: &mut Answers<'_>) -> Result<Option<Either<PgQueryResult, PgRow>>> {
    poll_fn(|context| answers.as_mut().poll_next(context)).await.transpose().map_err(failed)
}

impl Link {
    pub(super) async fn prepare(&mut self, statement: &Compiled, values: &[Value]) -> Result<Arc<Prepared>> {
        self.statements.get(&mut self.connection, statement, values).await
    }

    /// Runs a statement to its end. `canceller` may end it once its sink wants no more rows.
    pub(super) async fn execute(
        &mut self,
        job: &mut Job,
        prepared: &Prepared,
        canceller: Option<&Canceller>,
    ) -> Result<Done> {
        let query = prepared.with(&job.binds)?;
        let mut answers = self.connection.fetch_many(query);
        self.unread = Unread::of(prepared);
        let mut affected = 0;
        let mut unwanted = 0;
        let mut turns = Turns::default();
        loop {
            match next(&mut answers).await {
                Ok(None) => break,
                Ok(Some(Either::Left(result))) => affected += result.rows_affected(),
                Ok(Some(Either::Right(row))) => match &mut job.sink {
                    Some(sink) if unwanted == 0 => {
                        turns.row().await;
                        if let ControlFlow::Break(()) = hand_out(&mut **sink, &row, prepared, &job.statement.outputs)? {
                            unwanted = 1;
                        }
                    }
                    _ => {
                        unwanted += 1;
                        if let (FEW, Some(canceller), true) = (unwanted, canceller, prepared.reads) {
                            canceller.cancel().await?;
                        }
                    }
                },
                // It was told to end.
                Err(error) if unwanted >= FEW && error.kind() == ErrorKind::Cancelled => break,
                Err(error) => {
                    self.unread = Unread::Nothing;
                    return Err(error);
                }
            }
        }
        self.unread = Unread::Nothing;
        // The server counts the rows that a query yields too.
        Ok(Done { affected: if prepared.reads { 0 } else { affected }, last_insert_id: None, sink: job.sink.take() })
    }
}

/// Lets others have their turn, timers too, while a server sends rows as fast as they are read.
#[derive(Default)]
pub(super) struct Turns(u16);

impl Turns {
    pub(super) async fn row(&mut self) {
        self.0 += 1;
        if self.0 == 1_024 {
            self.0 = 0;
            tokio::task::yield_now().await;
        }
    }
}

/// Hands a row to the sink.
pub(super) fn hand_out(
    sink: &mut dyn RowSink,
    row: &PgRow,
    prepared: &Prepared,
    outputs: &[Output],
) -> Result<ControlFlow<()>> {
    sink.row(&Decoded(ServerRow { row, columns: &prepared.columns, outputs }))
}
