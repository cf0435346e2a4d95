//! Ending what a connection runs, from beside it.

use super::options::Options;
use crate::{network, postgresql::client::CancelKey};
use aludel_core::Result;
use std::{future::Future, sync::Arc, time::Duration};

/// Who can end what a connection runs.
#[derive(Clone)]
pub(super) struct Canceller {
    pub(super) options: Arc<Options>,
    pub(super) key: CancelKey,
}

impl Canceller {
    /// Ends the statement that runs now, if one does. Once this is done, a statement that comes later is safe from it.
    pub(super) async fn cancel(&self) -> Result<()> {
        network::in_time(self.options.connect_timeout, self.key.cancel(&self.options.settings)).await
    }

    /// Runs `work` for no longer than `limit`; see [`network::limited`].
    pub(super) async fn limited<T>(
        &self,
        limit: Option<Duration>,
        work: impl Future<Output = Result<T>>,
    ) -> Option<Result<T>> {
        network::limited(limit, work, self.cancel()).await
    }
}
