//! Where a connection stands: the server refuses everything but its rollback after an error in a transaction.

use super::script::Effect;
use crate::{
    postgresql::client::PostgresqlError,
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

    /// Notes what an outcome means for the connection; without one, it is lost.
    pub(super) fn settled<T>(&mut self, outcome: Option<Result<T>>) -> Result<T> {
        self.0.settled(outcome, Self::is_servers)
    }

    pub(super) fn apply(&mut self, effect: Effect) {
        self.transaction = match effect {
            Effect::None => return,
            Effect::Begins | Effect::Revives => TransactionState::Open,
            Effect::Ends => TransactionState::None,
        };
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
