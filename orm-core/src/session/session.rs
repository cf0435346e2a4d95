//! The session: a unit of work on one database.

use super::{
    key::Key,
    object::{Arena, Handle, State},
    primary_key::PrimaryKey,
    query::{Executor, Query, query},
    undo::{Undo, roll_back, unflush},
};
use crate::{
    engine::{Done, Engine, Job, RowStream, Transaction, TransactionOptions},
    error::{Error, ErrorKind, Result},
    expr::{Node, Selectable, TextClause, tree::BinaryOp},
    schema::{ColumnRef, Model, Table, TableDef, TableRef},
    statement::Statement,
    types::RowSink,
};
use std::{
    any::Any,
    collections::HashMap,
    fmt,
    ops::{Index, IndexMut},
    sync::{Mutex, PoisonError},
};

/// A unit of work: it owns the objects that are added to it, and writes what changed.
///
/// It reads in autocommit and gives its connection back after each statement, until its first flush, bulk write or
/// [`begin`](Session::begin); from then to [`commit`](Session::commit) or [`rollback`](Session::rollback) it holds one connection and one transaction.
/// Dropped before that, the transaction is rolled back at once.
pub struct Session {
    pub(super) engine: Engine,
    /// Never locked: the mutex makes a session `Sync`, and `&mut self` reaches inside.
    transaction: Mutex<Option<Transaction>>,
    pub(super) arena: Arena,
    /// The persistent objects by table and key.
    identities: HashMap<(usize, Key), u32>,
    /// What was flushed in this transaction.
    pub(super) undo: Vec<Undo>,
    /// A flush was begun and not finished: the transaction is in doubt.
    pub(super) unsettled: bool,
    /// How many savepoints are open.
    pub(super) depth: usize,
    /// A savepoint was dropped: the database must still be rolled back to it.
    pub(super) abandoned: Option<usize>,
}

impl Session {
    pub(crate) fn new(engine: Engine) -> Self {
        Self {
            engine,
            transaction: Mutex::new(None),
            arena: Arena::new(),
            identities: HashMap::new(),
            undo: Vec::new(),
            unsettled: false,
            depth: 0,
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

    /// Takes an object; the next flush inserts it.
    pub fn add<M: Model>(&mut self, model: M) -> Handle<M> {
        self.arena.insert(model, State::Pending)
    }

    /// Takes objects; the next flush inserts them, in this order.
    pub fn add_all<M: Model>(&mut self, models: impl IntoIterator<Item = M>) -> Vec<Handle<M>> {
        models.into_iter().map(|model| self.add(model)).collect()
    }

    /// Takes an object that was read from the database; the next flush writes what was changed in it since. If the session
    /// has the row already, the handle of that one.
    pub fn track<M: Model>(&mut self, model: M) -> Handle<M> {
        if let Some(slot) = identity(&model).and_then(|identity| self.identities.get(&identity).copied()) {
            return self.arena.handle(slot);
        }
        let handle = self.arena.insert(model, State::Persistent);
        self.identify(handle.slot);
        handle
    }

    /// Deletes the object's row with the next flush; an object that was not inserted yet is just forgotten.
    ///
    /// # Errors
    /// Of kind [`State`](ErrorKind::State) if the handle is stale or of another session.
    pub fn delete<M: Model>(&mut self, handle: Handle<M>) -> Result<()> {
        let slot = self.arena.slot(handle)?;
        match self.arena.get_mut(slot) {
            Some(object) if object.state == State::Pending => drop(self.arena.remove(slot)),
            Some(object) => object.state = State::Deleted,
            None => {}
        }
        Ok(())
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
        self.arena.iter().any(|(_, object)| match object.state {
            State::Pending => true,
            State::Persistent => !object.changed_columns().is_empty(),
            State::Deleted => !object.gone,
            State::Detached => false,
        })
    }

    /// Forgets every object; what was not flushed is lost, handles are stale.
    pub fn expunge_all(&mut self) {
        let slots: Vec<u32> = self.arena.iter().map(|(slot, _)| slot).collect();
        for slot in slots {
            self.arena.remove(slot);
        }
        self.identities.clear();
        self.undo.clear();
    }

    /// The row with this primary key: the session's own object if it has one that is fresh, else read from the database. A key of
    /// several columns is a tuple.
    ///
    /// # Errors
    /// Those of the server.
    pub async fn get<T: Table>(
        &mut self,
        _table: T,
        key: impl PrimaryKey<<T::Model as Model>::Key>,
    ) -> Result<Option<T::Model>> {
        let table = TableRef::new(<T::Model as Model>::table());
        let nodes = key.into_nodes();
        let value = |node: &Node| match node {
            Node::Bind(value) => Some(value.clone()),
            _ => None,
        };
        if let Some(key) = nodes.iter().map(value).collect::<Option<_>>().and_then(Key::new) {
            let known = self.identities.get(&(address(table.def), key)).and_then(|&slot| self.arena.get(slot));
            if let Some(object) = known.filter(|object| !object.expired) {
                let value = (&*object.value as &dyn Any).downcast_ref::<T::Model>();
                return Ok(value.filter(|_| object.state != State::Deleted).cloned());
            }
        }
        let mut select = query(T::at(table)).into_select();
        let equal =
            |(&index, node)| Node::Binary(BinaryOp::Eq, Box::new([Node::Column(ColumnRef { table, index }), node]));
        select.filter = table.def.primary_key.iter().zip(nodes).map(equal).collect();
        let plan = super::query::rows_of::<T>();
        Ok(plan.run(select, &mut Executor::from(self)).await?.into_iter().next())
    }

    /// Runs SQL text that changes something, as part of the transaction, and answers how many rows it changed.
    ///
    /// # Errors
    /// Of kind [`Statement`](ErrorKind::Statement) if a name in the text has no value; else those of the server.
    pub async fn execute(&mut self, text: TextClause) -> Result<u64> {
        Executor::from(self).write(Statement::Text(text.into_clause())).await
    }

    /// Begins the transaction now, before the first write does.
    ///
    /// # Errors
    /// Of kind [`State`](ErrorKind::State) if it was begun already; else those of the server.
    pub async fn begin(&mut self) -> Result<()> {
        self.begin_with(TransactionOptions::default()).await
    }

    /// Begins the transaction with an isolation level, or for reading only.
    ///
    /// # Errors
    /// As [`begin`](Self::begin).
    pub async fn begin_with(&mut self, options: TransactionOptions) -> Result<()> {
        self.heal().await?;
        if self.in_transaction() {
            return Err(Error::new(
                ErrorKind::State,
                "the session's transaction was begun already; commit or roll back first",
            ));
        }
        let transaction = self.engine.begin_with(options).await?;
        *self.slot() = Some(transaction);
        Ok(())
    }

    /// Whether the session holds a transaction.
    pub fn in_transaction(&mut self) -> bool {
        self.slot().is_some()
    }

    /// Flushes, and makes what was done last. Objects stay readable, and are read anew by the next `get`.
    ///
    /// # Errors
    /// Those of the flush and of the server. Then nothing of the transaction was done, and what it flushed is pending again; but if the
    /// kind is [`Connection`](ErrorKind::Connection), whether a server that was lost had committed is not known.
    pub async fn commit(&mut self) -> Result<()> {
        self.flush().await?;
        let Some(transaction) = self.slot().take() else { return Ok(()) };
        self.unsettled = true;
        let committed = transaction.commit().await;
        self.unsettled = false;
        self.depth = 0;
        let undo = std::mem::take(&mut self.undo);
        if let Err(error) = committed {
            unflush(&mut self.arena, undo.into_iter());
            self.identify_all();
            return Err(error);
        }
        let mut gone = Vec::new();
        for (slot, object) in self.arena.iter_mut() {
            object.expired = true;
            if object.gone {
                gone.push(slot);
            }
        }
        for slot in gone {
            self.arena.remove(slot);
        }
        if !undo.is_empty() {
            self.identify_all();
        }
        Ok(())
    }

    /// Undoes what was done since the last commit, in the database and in the objects: added ones are forgotten, changed and deleted
    /// ones are as they were.
    ///
    /// # Errors
    /// Those of the server; the transaction is over all the same.
    pub async fn rollback(&mut self) -> Result<()> {
        self.forget_transaction();
        match self.slot().take() {
            Some(transaction) => transaction.rollback().await,
            None => Ok(()),
        }
    }

    fn forget_transaction(&mut self) {
        let undo = std::mem::take(&mut self.undo);
        roll_back(&mut self.arena, undo.into_iter());
        self.identify_all();
        (self.depth, self.abandoned, self.unsettled) = (0, None, false);
    }

    /// Ends a transaction whose flush failed; the program's changes are pending again.
    pub(super) async fn abort(&mut self) {
        let undo = std::mem::take(&mut self.undo);
        unflush(&mut self.arena, undo.into_iter());
        self.identify_all();
        (self.depth, self.abandoned, self.unsettled) = (0, None, false);
        if let Some(transaction) = self.slot().take() {
            // The error that brought us here is the one to tell; a dropped transaction is rolled back all the same.
            let _ = transaction.rollback().await;
        }
    }

    /// Sets right what a dropped future or savepoint left behind.
    pub(super) async fn heal(&mut self) -> Result<()> {
        if self.unsettled {
            self.abort().await;
        }
        if let Some(depth) = self.abandoned.take() {
            self.roll_back_to(depth).await?;
        }
        Ok(())
    }

    pub(super) async fn begin_if_needed(&mut self) -> Result<()> {
        if !self.in_transaction() {
            let transaction = self.engine.begin().await?;
            *self.slot() = Some(transaction);
        }
        Ok(())
    }

    pub(super) fn transaction(&mut self) -> Result<&mut Transaction> {
        self.slot().as_mut().ok_or_else(|| Error::new(ErrorKind::State, "the session has no transaction"))
    }

    fn slot(&mut self) -> &mut Option<Transaction> {
        self.transaction.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a statement that reads, after a flush.
    pub(super) async fn read(&mut self, job: Job) -> Result<Done> {
        self.flush().await?;
        match self.slot() {
            Some(transaction) => transaction.run(job).await,
            None => self.engine.run(job).await,
        }
    }

    /// Runs a statement that writes, after a flush, as part of the transaction.
    pub(super) async fn write(&mut self, job: Job) -> Result<Done> {
        self.flush().await?;
        self.begin_if_needed().await?;
        let done = self.transaction()?.run(job).await?;
        // The rows of our objects may have been among those that were changed.
        self.arena.iter_mut().for_each(|(_, object)| object.expired = true);
        Ok(done)
    }

    pub(super) async fn stream(
        &mut self,
        job: Job,
        batch: usize,
        new_sink: impl FnMut() -> Box<dyn RowSink> + Send + 'static,
    ) -> Result<RowStream<'_>> {
        self.flush().await?;
        match self.transaction.get_mut().unwrap_or_else(PoisonError::into_inner) {
            Some(transaction) => Ok(transaction.stream(job, batch, new_sink)),
            None => self.engine.stream(job, batch, new_sink).await,
        }
    }

    /// Enters an object into the identity map.
    pub(super) fn identify(&mut self, slot: u32) {
        let Some(object) = self.arena.get(slot) else { return };
        let table = object.value.table();
        let values = table.primary_key.iter().map(|&index| object.value.field(index.into()).to_value()).collect();
        if let Some(key) = Key::new(values) {
            self.identities.insert((address(table), key), slot);
        }
    }

    /// Makes the identity map anew, after objects came or went.
    pub(super) fn identify_all(&mut self) {
        self.identities.clear();
        let persistent = self.arena.iter().filter(|(_, object)| object.state != State::Pending);
        let slots: Vec<u32> = persistent.map(|(slot, _)| slot).collect();
        slots.into_iter().for_each(|slot| self.identify(slot));
    }
}

/// Tells tables apart by where they are described.
fn address(table: &'static TableDef) -> usize {
    std::ptr::from_ref(table) as usize
}

fn identity<M: Model>(model: &M) -> Option<(usize, Key)> {
    let table = M::table();
    let values = table.primary_key.iter().map(|&index| model.field(index.into()).to_value()).collect();
    Some((address(table), Key::new(values)?))
}

impl<M: Model> Index<Handle<M>> for Session {
    type Output = M;

    /// # Panics
    /// If the handle is stale or of another session; [`try_get`](Session::try_get) answers `None` instead.
    fn index(&self, handle: Handle<M>) -> &M {
        self.arena.model(handle).unwrap_or_else(|error| panic!("{}", error.message()))
    }
}

impl<M: Model> IndexMut<Handle<M>> for Session {
    /// # Panics
    /// If the handle is stale or of another session; [`try_get`](Session::try_get) answers `None` instead.
    fn index_mut(&mut self, handle: Handle<M>) -> &mut M {
        self.arena.model_mut(handle).unwrap_or_else(|error| panic!("{}", error.message()))
    }
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
