//! Where a connection stands.

use super::{error::MysqlError, script::Effect};
use aludel_core::{Error, ErrorKind, Result};
use std::error::Error as _;

/// Where a connection stands.
pub(super) struct State {
    pub(super) transaction: TransactionState,
    /// A future runs, or was dropped before it was done.
    pub(super) pending: bool,
    pub(super) broken: bool,
    /// Whether a lock that is waited for too long ends the transaction, and not only its statement.
    pub(super) lock_timeout_ends: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TransactionState {
    None,
    Open,
    /// The server rolled it back. What came next would be kept at once, so nothing does until the program has rolled
    /// back too.
    Failed,
}

impl State {
    pub(super) fn new(lock_timeout_ends: bool) -> Self {
        Self { transaction: TransactionState::None, pending: false, broken: false, lock_timeout_ends }
    }

    /// Whether the server itself reported the error.
    pub(super) fn is_servers(error: &Error) -> bool {
        error.source().is_some_and(|source| {
            source.is::<MysqlError>() || source.downcast_ref::<Error>().is_some_and(Self::is_servers)
        })
    }

    /// Notes what an outcome means for the connection; without one, it is lost.
    pub(super) fn settled<T>(&mut self, outcome: Option<Result<T>>) -> Result<T> {
        match outcome {
            Some(Ok(value)) => Ok(value),
            Some(Err(error)) => {
                let ended = match error.kind() {
                    ErrorKind::Connection => {
                        self.broken = true;
                        false
                    }
                    ErrorKind::Deadlock => true,
                    ErrorKind::Timeout => self.lock_timeout_ends && MysqlError::number_of(&error) == Some(1205),
                    _ => false,
                };
                if ended && self.transaction == TransactionState::Open {
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
            Effect::Begins => TransactionState::Open,
            Effect::Ends => TransactionState::None,
        };
    }

    /// Whether a statement may be sent.
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

    /// Whether a statement with this effect may be sent in the transaction.
    pub(super) fn check_transaction(&self, effect: impl FnOnce() -> Effect) -> Result<()> {
        if self.transaction == TransactionState::Failed && effect() != Effect::Ends {
            return Err(Error::new(
                ErrorKind::State,
                "the transaction is over: the server rolled it back; roll it back here too, and run it again from its \
                 beginning",
            ));
        }
        Ok(())
    }
}
