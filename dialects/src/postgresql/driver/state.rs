//! Where a connection stands: its transaction, and whether it listens.

use super::{error::PostgresqlError, script::Effect};
use aludel_core::{Error, ErrorKind, Result};
use std::error::Error as _;

/// Where a connection stands.
pub(super) struct State {
    pub(super) transaction: TransactionState,
    /// A future runs, or was dropped before it was done.
    pub(super) pending: bool,
    pub(super) broken: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TransactionState {
    None,
    Open,
    /// An error ended it, and the server refuses everything but its rollback.
    Failed,
}

impl State {
    /// Whether the server itself reported the error.
    pub(super) fn is_servers(error: &Error) -> bool {
        error.source().is_some_and(|source| {
            source.is::<PostgresqlError>() || source.downcast_ref::<Error>().is_some_and(Self::is_servers)
        })
    }

    /// Notes what an outcome means for the connection; without one, it is lost.
    pub(super) fn settled<T>(&mut self, outcome: Option<Result<T>>) -> Result<T> {
        match outcome {
            Some(Ok(value)) => Ok(value),
            Some(Err(error)) => {
                if error.kind() == ErrorKind::Connection {
                    self.broken = true;
                } else if self.transaction == TransactionState::Open && Self::is_servers(&error) {
                    self.transaction = TransactionState::Failed;
                }
                Err(error)
            }
            None => {
                self.broken = true;
                Err(Error::new(
                    ErrorKind::Timeout,
                    "the statement ran for longer than its timeout, and the server did not end it when it was told to; \
                     the connection is closed",
                ))
            }
        }
    }

    pub(super) fn apply(&mut self, effect: Effect) {
        self.transaction = match effect {
            Effect::None => return,
            Effect::Begins | Effect::Revives => TransactionState::Open,
            Effect::Ends => TransactionState::None,
        };
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.broken {
            return Err(Error::new(ErrorKind::Connection, "the connection was lost"));
        }
        if self.pending {
            return Err(Error::new(
                ErrorKind::State,
                "a statement was given up before it was done: give the connection back, or roll back",
            ));
        }
        Ok(())
    }
}
