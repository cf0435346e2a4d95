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
    /// The row.
    ///
    /// # Errors
    /// Of kind [`State`](ErrorKind::State) if a handle is stale or of another session.
    #[doc(hidden)]
    fn row(&self, session: &Session) -> Result<Row<'_, M>>;
}

/// A row of the program's, or a copy of one of the session's.
#[doc(hidden)]
pub enum Row<'a, M> {
    Given(&'a M),
    Copied(M),
}

impl<M: Model> Parent<M> for &M {
    fn row(&self, _: &Session) -> Result<Row<'_, M>> {
        Ok(Row::Given(self))
    }
}

impl<M: Model> Parent<M> for Handle<M> {
    fn row(&self, session: &Session) -> Result<Row<'_, M>> {
        Ok(Row::Copied(session.arena.model(*self)?.copy()))
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
        let row = match &row {
            Row::Given(row) => *row,
            Row::Copied(row) => row,
        };
        let loaded = relation.load(vec![row], Executor::Session(self)).await?;
        loaded.into_iter().next().ok_or_else(|| Error::new(ErrorKind::NotFound, "the relation yielded nothing"))
    }
}
