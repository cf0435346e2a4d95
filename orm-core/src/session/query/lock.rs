//! Row locks.

use super::{FromSource, Query};
use crate::{
    error::ErrorKind,
    expr::tree::{LockWait, RowLock},
};

impl<R, M, X> Query<R, M, X> {
    /// Locks the rows that are read until the transaction ends, as an UPDATE would: `FOR UPDATE`. In a session it begins the transaction;
    /// without one the lock would end with the statement, so an engine refuses it.
    ///
    /// SQLite locks the whole database for a transaction that writes, which such a query's is; its SQL says nothing of it.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let next = query(Post).filter(Post.views.eq(0)).order_by(Post.id).limit(1);
    /// assert_eq!(
    ///     postgresql(next.clone().for_update().skip_locked()),
    ///     "SELECT posts.id, posts.user_id, posts.title, posts.views FROM posts WHERE posts.views = $1 ORDER BY posts.id LIMIT 1 \
    ///      FOR UPDATE SKIP LOCKED"
    /// );
    /// assert_eq!(sql(next.clone().for_update()), sql(next));
    /// ```
    #[doc(alias("with_for_update", "lock"))]
    pub fn for_update(self) -> Self {
        self.locked(false)
    }

    /// Locks the rows that are read against changes, not against others' such locks: `FOR SHARE`. Else as
    /// [`for_update`](Self::for_update).
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(postgresql(query(User.id).for_share()), "SELECT users.id FROM users FOR SHARE");
    /// ```
    pub fn for_share(self) -> Self {
        self.locked(true)
    }

    /// Fails at once where others have locked a row, with an error of kind [`Timeout`](ErrorKind::Timeout): `NOWAIT`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(postgresql(query(User.id).for_update().nowait()), "SELECT users.id FROM users FOR UPDATE NOWAIT");
    /// ```
    pub fn nowait(self) -> Self {
        self.with_lock("nowait", |lock| lock.wait = LockWait::NoWait)
    }

    /// Passes over rows that others have locked: `SKIP LOCKED`. So many workers take jobs from one table.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(postgresql(query(User.id).for_update().skip_locked()), "SELECT users.id FROM users FOR UPDATE SKIP LOCKED");
    /// ```
    pub fn skip_locked(self) -> Self {
        self.with_lock("skip_locked", |lock| lock.wait = LockWait::SkipLocked)
    }

    /// Locks the rows of this table alone, in a query of several: `OF …`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     postgresql(query(Post.id).join(Post.author).for_update().of(Post)),
    ///     "SELECT posts.id FROM posts JOIN users ON posts.user_id = users.id FOR UPDATE OF posts"
    /// );
    /// ```
    pub fn of(self, table: impl FromSource) -> Self {
        let table = table.into_source().table_ref();
        self.with_lock("of", |lock| lock.of.push(table))
    }

    fn locked(mut self, shared: bool) -> Self {
        self.select.lock = Some(RowLock { shared, wait: LockWait::Wait, of: Vec::new() });
        self
    }

    fn with_lock(mut self, what: &str, change: impl FnOnce(&mut RowLock)) -> Self {
        match &mut self.select.lock {
            Some(lock) => change(lock),
            None => {
                let message =
                    format!(".{what}(…) says how rows are locked: add .for_update() or .for_share() before it");
                self.select.problem.get_or_insert((ErrorKind::Statement, message));
            }
        }
        self
    }
}
