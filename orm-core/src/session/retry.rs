//! Transactions that are run again when the server gave them up for the sake of others.

use super::Session;
use crate::error::{Error, ErrorKind, Result};
use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

/// The longest pause before the second attempt; it doubles with each.
const PAUSE: Duration = Duration::from_millis(10);

/// The longest of all pauses.
const LONGEST: Duration = Duration::from_secs(1);

impl Session {
    /// Does `work` and commits, as one transaction; if another one comes between
    /// ([`ErrorKind::is_retryable`]: a deadlock, a serialization failure, a row that was changed since it was read), it is rolled back, objects included, and done again after a
    /// short pause of random length, `attempts` times in all.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// # async fn example(engine: Engine) -> aludel_core::Result<()> {
    /// let mut session = engine.session();
    /// session
    ///     .retry(5, async |session| {
    ///         let ada = session.query(User).filter_by(User.name, "Ada").for_update().track().await?[0];
    ///         session[ada].age += 1;
    ///         Ok(())
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Of kind [`State`](ErrorKind::State) if the session holds changes or a transaction already, which a second attempt would lose; else
    /// the last one of `work` or of the commit. Then the session is rolled back.
    pub async fn retry<T>(&mut self, attempts: u32, work: impl AsyncFn(&mut Self) -> Result<T>) -> Result<T> {
        if self.in_transaction() || self.is_dirty() {
            let message = "the session holds changes or a transaction, which a second attempt would lose; commit or roll back before \
                           retry";
            return Err(Error::new(ErrorKind::State, message));
        }
        let mut attempt = 1;
        loop {
            let error = match self.attempt(&work).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            // The error of the work is the one to tell; the transaction is over either way.
            let _ = self.rollback().await;
            if attempt >= attempts || !error.kind().is_retryable() {
                return Err(error);
            }
            tokio::time::sleep(pause(attempt)).await;
            attempt += 1;
        }
    }

    async fn attempt<T>(&mut self, work: &impl AsyncFn(&mut Self) -> Result<T>) -> Result<T> {
        let value = work(self).await?;
        self.commit().await?;
        Ok(value)
    }
}

/// A pause of random length, so that two who met do not meet again.
fn pause(attempt: u32) -> Duration {
    let longest = PAUSE.saturating_mul(1 << (attempt - 1).min(10)).min(LONGEST);
    let random = RandomState::new().hash_one(attempt) % 1_000;
    longest.mul_f64(random as f64 / 1_000.0)
}
