//! The session: a unit of work on one database.

use super::{
    hooks::Listeners,
    identity_map::IdentityMap,
    link_rows::LinkRows,
    nested::Savepoint,
    object::{Arena, Handle, OfSession, State},
    query::{Executor, Query, query},
    undo::Undo,
};
use crate::{
    compile::Compiled,
    engine::{Engine, Transaction},
    error::{Error, Result},
    expr::{Condition, Selectable, TextClause},
    schema::{Model, Table},
    statement::{Filters, Statement},
    types::Value,
};
use std::{
    fmt,
    ops::{Index, IndexMut},
    sync::{Arc, Mutex},
};

/// A unit of work: it owns the objects that are added to it, and writes what changed.
///
/// It reads in autocommit and gives its connection back after each statement, until its first flush, bulk write or
/// [`begin`](Session::begin); from then to [`commit`](Session::commit) or [`rollback`](Session::rollback) it holds one connection and one transaction.
/// Dropped before that, the transaction is rolled back at once.
///
/// A future of it that is dropped half-way ends the transaction too. What was flushed is pending again and written by the next flush; if the
/// transaction held more than that (bulk statements, a begin of your own, an open savepoint), the next call says so
/// with an error of kind [`State`](crate::ErrorKind::State).
#[must_use = "a session does nothing by itself: add objects to it, query it"]
pub struct Session {
    pub(super) engine: Engine,
    /// Never locked: the mutex makes a session `Sync`, and `&mut self` reaches inside.
    pub(super) transaction: Mutex<Option<Transaction>>,
    pub(super) arena: Arena,
    /// The objects with a row, by table and key.
    pub(super) identities: IdentityMap,
    /// The rows that link which the next flush writes.
    pub(super) link_rows: LinkRows,
    /// What was flushed in this transaction.
    pub(super) undo: Vec<Undo>,
    /// A statement of the transaction was begun and not finished: the transaction is in doubt.
    pub(super) unsettled: bool,
    /// The transaction holds more than flushed objects, bulk statements or a begin of the program's own, or some of
    /// them were expunged: it cannot be made again without the program.
    pub(super) unrepeatable: bool,
    /// The open savepoints, the outermost first.
    pub(super) savepoints: Vec<Savepoint>,
    /// How many savepoints were ever set.
    pub(super) savepoints_set: u64,
    /// Whether it has begun a transaction that may write: from then on it reads what it wrote.
    pub(super) wrote: bool,
    /// The conditions of the engine and its own for models, once it has some of its own.
    filters: Option<Filters>,
    /// What is called when rows are written, and at its steps.
    pub(super) listeners: Listeners,
    /// Whether objects may keep keys of rows that are not there: of a flush that was taken back, or of rows that were deleted.
    pub(super) keeps_keys: bool,
    /// The object whose row the server refused in the last flush: its slot, and the generation of that.
    pub(super) refused: Option<(u32, u32)>,
    pub(super) expire_on_commit: bool,
    pub(super) autoflush: bool,
    /// A savepoint was dropped: the database must still be rolled back to it.
    pub(super) abandoned: Option<usize>,
}

impl Engine {
    /// A session: a unit of work on this database.
    pub fn session(&self) -> Session {
        Session::of(self.clone())
    }
}

impl Session {
    fn of(engine: Engine) -> Self {
        let listeners = engine.for_sessions::<Listeners>().cloned().unwrap_or_default();
        Self {
            engine,
            listeners,
            transaction: Mutex::new(None),
            arena: Arena::new(),
            identities: IdentityMap::default(),
            link_rows: LinkRows::default(),
            undo: Vec::new(),
            unsettled: false,
            unrepeatable: false,
            savepoints: Vec::new(),
            savepoints_set: 0,
            wrote: false,
            filters: None,
            refused: None,
            keeps_keys: false,
            expire_on_commit: true,
            autoflush: true,
            abandoned: None,
        }
    }

    /// The engine it works on.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// A query for a table, a column, an expression, or a tuple of those, to run on this session.
    pub fn query<S: Selectable>(&mut self, selected: S) -> Query<S::Row, S::Root, Executor<'_>> {
        query(selected).on(self)
    }

    /// A condition that holds for a model in every query of this session, besides those of the engine; see
    /// [`EngineBuilder::global_filter`](crate::engine::EngineBuilder::global_filter).
    ///
    /// ```
    /// # use aludel_doc::*;
    /// # fn example(engine: Engine, tenant: i64) {
    /// let session = engine.session().global_filter(move |user: <User as Model>::Table| user.cluster_id.eq(tenant));
    /// # }
    /// ```
    #[doc(alias = "with_loader_criteria")]
    pub fn global_filter<T: Table, C: Condition>(mut self, condition: impl Fn(T) -> C + Send + Sync + 'static) -> Self {
        let mut filters = self.filters.take().unwrap_or_else(|| self.engine.filters().clone());
        filters.add(condition);
        self.filters = Some(filters);
        self
    }

    /// Compiles a statement of the program's.
    pub(super) fn compile(&self, statement: Statement) -> Result<(Arc<Compiled>, Vec<Value>)> {
        self.engine.compile_filtered(statement, self.filters.as_ref().unwrap_or_else(|| self.engine.filters()))
    }

    /// Takes an object; the next flush inserts it.
    #[doc(alias = "insert")]
    #[doc(alias = "save")]
    pub fn add<M: Model>(&mut self, model: M) -> Handle<M> {
        self.arena.insert(model, State::Pending)
    }

    /// Takes objects; the next flush inserts them, in this order.
    pub fn add_all<M: Model>(&mut self, models: impl IntoIterator<Item = M>) -> Vec<Handle<M>> {
        models.into_iter().map(|model| self.add(model)).collect()
    }

    /// Deletes the object's row with the next flush; an object that was not inserted yet is just forgotten.
    ///
    /// # Errors
    /// Of kind [`State`](crate::ErrorKind::State) if the handle is stale or of another session.
    #[doc(alias = "remove")]
    pub fn delete(&mut self, handle: impl OfSession) -> Result<()> {
        let slot = self.arena.slot(handle.handle())?;
        self.delete_slot(slot)
    }

    /// The object, or `None` if the handle is stale or of another session, where `session[handle]` panics.
    pub fn try_get<M: Model>(&self, handle: Handle<M>) -> Option<&M> {
        self.arena.model(handle).ok()
    }

    /// Where the object stands.
    pub fn state<M: Model>(&self, handle: Handle<M>) -> State {
        let slot = self.arena.slot(handle).ok();
        slot.and_then(|slot| self.arena.get(slot)).map_or(State::Detached, |object| object.state)
    }

    /// Whether there is something to flush.
    pub fn is_dirty(&self) -> bool {
        self.arena.dirty().next().is_some()
    }

    /// Forgets every object; what was not flushed is lost, handles are stale. What was flushed is the transaction's,
    /// and committed or rolled back with it.
    pub fn expunge_all(&mut self) {
        let slots: Vec<u32> = self.arena.iter().map(|(slot, _)| slot).collect();
        for slot in slots {
            self.arena.remove(slot);
        }
        self.identities.clear();
        // What was flushed cannot be flushed again.
        self.unrepeatable |= !self.undo.is_empty();
        self.undo.clear();
        self.savepoints.iter_mut().for_each(|savepoint| savepoint.mark = 0);
    }

    /// Runs SQL text that changes something, as part of the transaction, and answers how many rows it changed:
    /// `session.execute("DELETE FROM log")`, or with values, `session.execute(text("… WHERE id = :id").bind("id", 1))`.
    ///
    /// # Errors
    /// Of kind [`Statement`](crate::ErrorKind::Statement) if a name in the text has no value; else those of the server.
    pub async fn execute(&mut self, text: impl Into<TextClause>) -> Result<u64> {
        let text = text.into().into_clause();
        Executor::Session(self).execute(Statement::Text(text)).await
    }
}

impl<M: Model> Index<Handle<M>> for Session {
    type Output = M;

    /// # Panics
    /// If the handle is stale or of another session; [`try_get`](Session::try_get) answers `None` instead.
    #[track_caller]
    fn index(&self, handle: Handle<M>) -> &M {
        match self.arena.model(handle) {
            Ok(model) => model,
            Err(error) => stale(&error),
        }
    }
}

impl<M: Model> IndexMut<Handle<M>> for Session {
    /// # Panics
    /// If the handle is stale or of another session; [`try_get`](Session::try_get) answers `None` instead.
    #[track_caller]
    fn index_mut(&mut self, handle: Handle<M>) -> &mut M {
        match self.arena.model_mut(handle) {
            Ok(model) => model,
            Err(error) => stale(&error),
        }
    }
}

#[cold]
#[track_caller]
fn stale(error: &Error) -> ! {
    panic!("{}; session.try_get(handle) answers None instead of this panic", error.message())
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |state| self.arena.iter().filter(|(_, object)| object.state == state).count();
        f.debug_struct("Session")
            .field("pending", &count(State::Pending))
            .field("persistent", &count(State::Persistent))
            .field("deleted", &count(State::Deleted))
            .finish_non_exhaustive()
    }
}
