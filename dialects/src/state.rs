//! Where a connection to a server stands: its transaction, and whether it listens.

use aludel_core::{Error, ErrorKind, Result};

/// Where a connection stands.
pub(crate) struct State {
    pub(crate) transaction: TransactionState,
    /// A future runs, or was dropped before it was done.
    pub(crate) pending: bool,
    pub(crate) broken: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TransactionState {
    None,
    Open,
    /// An error ended it: nothing is done in it until it is rolled back.
    Failed,
}

/// Whether the server itself reported the error, by one of the driver's type `E`.
#[cfg(any(feature = "mysql", feature = "postgresql"))]
pub(crate) fn is_servers<E: std::error::Error + 'static>(error: &Error) -> bool {
    std::error::Error::source(error)
        .is_some_and(|source| source.is::<E>() || source.downcast_ref::<Error>().is_some_and(is_servers::<E>))
}

impl State {
    pub(crate) fn new() -> Self {
        Self { transaction: TransactionState::None, pending: false, broken: false }
    }

    /// Notes what an outcome means for the connection; without one, it is lost. An error of which `fails` says so ends an open transaction.
    pub(crate) fn settled<T>(&mut self, outcome: Option<Result<T>>, fails: impl FnOnce(&Error) -> bool) -> Result<T> {
        match outcome {
            Some(Ok(value)) => Ok(value),
            Some(Err(error)) => {
                if error.kind() == ErrorKind::Connection {
                    self.broken = true;
                } else if self.transaction == TransactionState::Open && fails(&error) {
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

    /// Whether a statement may be sent.
    pub(crate) fn check(&self) -> Result<()> {
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
