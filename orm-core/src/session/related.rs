//! The other end of a relation, for one row.

use super::{
    Handle, Session,
    query::{Executor, Load},
};
use crate::{
    error::{Error, ErrorKind, Result},
    schema::Model,
};

/// A row whose relations can be asked for: `&user`, or the handle of an object.
pub trait Parent<M: Model> {
    /// A copy of the row.
    ///
    /// # Errors
    /// Of kind [`State`](ErrorKind::State) if a handle is stale or of another session.
    #[doc(hidden)]
    fn row(&self, session: &Session) -> Result<M>;
}

impl<M: Model> Parent<M> for &M {
    fn row(&self, _: &Session) -> Result<M> {
        Ok(self.copy())
    }
}

impl<M: Model> Parent<M> for Handle<M> {
    fn row(&self, session: &Session) -> Result<M> {
        Ok(session.arena.model(*self)?.copy())
    }
}

impl Session {
    /// Reads the other end of a relation for one row, after a flush: `session.related(&user, User.posts)`, or for an object,
    /// `session.related(alice, User.posts.order_by(Post.id).limit(3))`. For many rows at once, load it with them:
    /// [`Query::with`](super::query::Query::with).
    ///
    /// # Errors
    /// Of kind [`State`](ErrorKind::State) if a handle is stale or of another session; else those of the flush and of the server.
    pub async fn related<M: Model, L: Load<M>>(&mut self, parent: impl Parent<M>, relation: L) -> Result<L::Loaded> {
        // A key that the database generates is there after the flush.
        self.flush().await?;
        let row = parent.row(self)?;
        let loaded = relation.load(vec![&row], Executor::Session(self)).await?;
        loaded.into_iter().next().ok_or_else(|| Error::new(ErrorKind::NotFound, "the relation yielded nothing"))
    }
}
