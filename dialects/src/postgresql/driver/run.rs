//! The way of a statement: prepared, run, its rows handed out.

use super::{
    cancel::Canceller,
    row::{Decoded, ServerRow},
    statement::{Prepared, Statements},
};
use crate::{
    network::Turns,
    postgresql::client::{Answer, Client, RawRow},
};
use aludel_core::{
    ErrorKind, Result,
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
}

impl Link {
    pub(super) async fn prepare(&mut self, statement: &Compiled, values: &[Value]) -> Result<Arc<Prepared>> {
        self.statements.get(&mut self.client, statement, values).await
    }

    /// Sends a statement, whose answers are to be read then.
    pub(super) async fn send(&mut self, prepared: &Prepared, values: &[Value]) -> Result<()> {
        self.unread = Unread::of(prepared);
        let sent = prepared.run(&mut self.client, values).await;
        sent.inspect_err(|_| self.unread = Unread::Nothing)
    }

    /// Runs a statement to its end. `canceller` may end it once its sink wants no more rows.
    pub(super) async fn execute(
        &mut self,
        job: &mut Job,
        prepared: &Prepared,
        canceller: Option<&Canceller>,
    ) -> Result<Done> {
        self.send(prepared, &job.binds).await?;
        let mut affected = 0;
        let mut unwanted = 0;
        let mut turns = Turns::default();
        loop {
            match self.client.next().await {
                Ok(Answer::Ready) => break,
                Ok(Answer::Done(count)) => affected += count,
                Ok(Answer::Row) => match &mut job.sink {
                    Some(sink) if unwanted == 0 => {
                        turns.row().await;
                        let outputs = &job.statement.outputs;
                        if let ControlFlow::Break(()) = hand_out(&mut **sink, self.client.row(), prepared, outputs)? {
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
                Ok(Answer::CopyIn) => {}
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

/// Hands a row to the sink.
pub(super) fn hand_out(
    sink: &mut dyn RowSink,
    row: RawRow<'_>,
    prepared: &Prepared,
    outputs: &[Output],
) -> Result<ControlFlow<()>> {
    sink.row(&Decoded(ServerRow { row, columns: &prepared.columns, outputs }))
}
