//! Where a connection stands: the server rolls a transaction back by itself after some errors, and what came next would be kept at once.

use super::script::Effect;
use crate::{
    mysql::client::MysqlError,
    state::{self, State as Standing, TransactionState},
};
use aludel_core::{Error, ErrorKind, Result};
use std::ops::{Deref, DerefMut};

/// Where a connection stands.
pub(super) struct State {
    standing: Standing,
    /// Whether a lock that is waited for too long ends the transaction, and not only its statement.
    lock_timeout_ends: bool,
}

impl State {
    pub(super) fn new(lock_timeout_ends: bool) -> Self {
        Self { standing: Standing::new(), lock_timeout_ends }
    }

    /// Whether the server itself reported the error.
    pub(super) fn is_servers(error: &Error) -> bool {
        state::is_servers::<MysqlError>(error)
    }

    /// Notes what an outcome means for the connection; without one, it is lost.
    pub(super) fn settled<T>(&mut self, outcome: Option<Result<T>>) -> Result<T> {
        let lock_timeout_ends = self.lock_timeout_ends;
        self.standing.settled(outcome, |error| match error.kind() {
            ErrorKind::Deadlock => true,
            ErrorKind::Timeout => lock_timeout_ends && MysqlError::number_of(error) == Some(1205),
            _ => false,
        })
    }

    pub(super) fn apply(&mut self, effect: Effect) {
        self.transaction = match effect {
            Effect::None => return,
            Effect::Begins => TransactionState::Open,
            Effect::Ends => TransactionState::None,
        };
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

impl Deref for State {
    type Target = Standing;

    fn deref(&self) -> &Standing {
        &self.standing
    }
}

impl DerefMut for State {
    fn deref_mut(&mut self) -> &mut Standing {
        &mut self.standing
    }
}
