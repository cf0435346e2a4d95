//! Where a connection stands: the server refuses everything but its rollback after an error in a transaction.

use crate::{
    postgresql::client::{PostgresqlError, Transaction},
    state::{self, State as Standing, TransactionState},
};
use aludel_core::{Error, Result};
use std::ops::{Deref, DerefMut};

/// Where a connection stands.
pub(super) struct State(Standing);

impl State {
    pub(super) fn new() -> Self {
        Self(Standing::new())
    }

    /// Whether the server itself reported the error.
    pub(super) fn is_servers(error: &Error) -> bool {
        state::is_servers::<PostgresqlError>(error)
    }

    /// Notes what an outcome means for the connection, and where the server says that the transaction stands; without an outcome the
    /// connection is lost.
    pub(super) fn settled<T>(&mut self, outcome: Option<Result<T>>, transaction: Transaction) -> Result<T> {
        self.transaction = match transaction {
            Transaction::None => TransactionState::None,
            Transaction::Open => TransactionState::Open,
            Transaction::Failed => TransactionState::Failed,
        };
        self.0.settled(outcome, |_| false)
    }
}

impl Deref for State {
    type Target = Standing;

    fn deref(&self) -> &Standing {
        &self.0
    }
}

impl DerefMut for State {
    fn deref_mut(&mut self) -> &mut Standing {
        &mut self.0
    }
}
