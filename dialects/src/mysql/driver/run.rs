//! The way of a statement: prepared, run, its rows handed out.

use super::{
    cancel::Canceller,
    decode::Wire,
    error::failed,
    row::{ServerRow, wires},
    statement::{Prepared, Statements},
};
use aludel_core::{
    Error, ErrorKind, Result,
    compile::{Compiled, Output},
    engine::{Done, Job},
    types::RowSink,
};
use sqlx::{
    Either, Executor,
    mysql::{MySqlConnection, MySqlQueryResult, MySqlRow},
};
use std::{future::poll_fn, ops::ControlFlow, pin::Pin, sync::Arc};

pub(super) type Answers<'a> =
    Pin<Box<dyn futures_core::Stream<Item = sqlx::Result<Either<MySqlQueryResult, MySqlRow>>> + Send + 'a>>;

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
    pub(super) connection: MySqlConnection,
    pub(super) statements: Statements,
    pub(super) unread: Unread,
    /// How deep JSON may be nested.
    pub(super) json_depth: usize,
}

pub(super) async fn next(answers: &mut Answers<'_>) -> Result<Option<Either<MySqlQueryResult, MySqlRow>>> {
    poll_fn(|context| answers.as_mut().poll_next(context)).await.transpose().map_err(failed)
}

impl Link {
    pub(super) async fn prepare(&mut self, statement: &Compiled) -> Result<Arc<Prepared>> {
        self.statements.get(&mut self.connection, statement).await
    }

    /// Runs a statement to its end. `canceller` may end it once its sink wants no more rows.
    pub(super) async fn execute(&mut self, job: &mut Job, prepared: &Prepared, canceller: &Canceller) -> Result<Done> {
        let query = prepared.with(&job.binds, self.json_depth)?;
        let mut answers = match prepared.as_text() {
            Some(_) if job.sink.is_some() => return Err(rows_as_text()),
            Some(text) => self.connection.fetch_many(sqlx::raw_sql(text)),
            None => self.connection.fetch_many(query),
        };
        self.unread = Unread::of(prepared);
        let (mut affected, mut last_insert_id) = (0, 0);
        let (mut rows, mut unwanted) = (0, 0);
        let mut columns = None;
        let mut turns = Turns::default();
        loop {
            match next(&mut answers).await {
                Ok(None) => break,
                Ok(Some(Either::Left(result))) => {
                    affected += result.rows_affected();
                    last_insert_id = result.last_insert_id();
                    columns = None;
                }
                Ok(Some(Either::Right(row))) => {
                    rows += 1;
                    match &mut job.sink {
                        Some(sink) if unwanted == 0 => {
                            turns.row().await;
                            let flow = hand_out(&mut **sink, &row, &mut columns, &job.statement.outputs)?;
                            unwanted += usize::from(flow.is_break());
                        }
                        _ => {
                            unwanted += 1;
                            if unwanted == FEW && prepared.reads {
                                canceller.cancel().await?;
                            }
                        }
                    }
                }
                // It was told to end.
                Err(error) if unwanted >= FEW && error.kind() == ErrorKind::Cancelled => break,
                Err(error) => {
                    self.unread = Unread::Nothing;
                    return Err(error);
                }
            }
        }
        self.unread = Unread::Nothing;
        Ok(Done {
            // The server does not count what it returns rows of.
            affected: if prepared.reads { 0 } else { affected.max(rows) },
            last_insert_id: i64::try_from(last_insert_id).ok().filter(|&id| id != 0),
            sink: job.sink.take(),
        })
    }
}

#[cold]
fn rows_as_text() -> Error {
    let message = "the server cannot prepare this statement, so its rows cannot be read";
    Error::new(ErrorKind::NotSupported, message)
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

/// Hands a row to the sink. `columns` is what they are, once one was seen.
pub(super) fn hand_out(
    sink: &mut dyn RowSink,
    row: &MySqlRow,
    columns: &mut Option<Box<[Wire]>>,
    outputs: &[Output],
) -> Result<ControlFlow<()>> {
    let columns = columns.get_or_insert_with(|| wires(row));
    sink.row(&ServerRow { row, columns, outputs })
}
