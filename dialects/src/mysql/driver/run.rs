//! The way of a statement: prepared, run, its rows handed out.

use super::{
    cancel::Canceller,
    row::ServerRow,
    statement::{Prepared, Statements},
};
use crate::{
    mysql::client::{Answer, Client, RawRow},
    network::Turns,
};
use aludel_core::{
    Error, ErrorKind, Result,
    compile::{Compiled, Output},
    engine::{Done, Job},
    types::{RowSink, Value},
};
use std::{ops::ControlFlow, sync::Arc};

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
    pub(super) client: Client,
    pub(super) statements: Statements,
    pub(super) unread: Unread,
    /// How deep JSON may be nested.
    pub(super) json_depth: usize,
}

impl Link {
    pub(super) async fn prepare(&mut self, statement: &Compiled) -> Result<Arc<Prepared>> {
        self.statements.get(&mut self.client, statement).await
    }

    /// Sends a statement, whose answers are to be read then.
    pub(super) async fn send(&mut self, compiled: &Compiled, prepared: &Prepared, values: &[Value]) -> Result<()> {
        self.unread = Unread::of(prepared);
        let sent = prepared.run(&mut self.client, compiled, values, self.json_depth).await;
        sent.inspect_err(|_| self.unread = Unread::Nothing)
    }

    /// Runs a statement to its end. `canceller` may end it once its sink wants no more rows.
    pub(super) async fn execute(&mut self, job: &mut Job, prepared: &Prepared, canceller: &Canceller) -> Result<Done> {
        if prepared.is_text() && job.sink.is_some() {
            return Err(rows_as_text());
        }
        self.send(&job.statement, prepared, &job.binds).await?;
        let (mut affected, mut last_insert_id) = (0, 0);
        let (mut rows, mut unwanted) = (0, 0);
        let mut turns = Turns::default();
        loop {
            match self.client.next().await {
                Ok(Answer::Ready) => break,
                Ok(Answer::Done(finished)) => {
                    affected += finished.affected;
                    last_insert_id = finished.last_insert_id;
                }
                Ok(Answer::Row) => {
                    rows += 1;
                    match &mut job.sink {
                        Some(sink) if unwanted == 0 => {
                            turns.row().await;
                            let flow = hand_out(&mut **sink, self.client.row(), &job.statement.outputs)?;
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

/// Hands a row to the sink.
pub(super) fn hand_out(sink: &mut dyn RowSink, row: RawRow<'_>, outputs: &[Output]) -> Result<ControlFlow<()>> {
    sink.row(&ServerRow { row, outputs })
}
