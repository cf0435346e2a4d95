//! One object for each row: how objects are found by their keys, and read again.

use super::{
    Handle, OfSession, PrimaryKey, Session, State,
    cascade::changes_key,
    key::Key,
    object::Object,
    query::{Executor, query, rows_of},
};
use crate::{
    error::{Error, ErrorKind, Result},
    expr::{Node, tree::BinaryOp},
    schema::{AnyModel, ColumnRef, Model, Table, TableRef},
};
use std::any::Any;

impl Session {
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
        let nodes = key.into_nodes();
        let value = |node: &Node| match node {
            Node::Bind(value) => Some(value.clone()),
            _ => None,
        };
        if let Some(key) = nodes.iter().map(value).collect::<Option<Vec<_>>>().and_then(Key::new) {
            let slot = self.identities.get(<T::Model as Model>::table(), &key);
            let known = slot.and_then(|slot| self.arena.get(slot));
            // An object whose key was changed since is flushed first.
            let answers = |object: &&Object| !object.expired && !changes_key(object);
            if let Some(object) = known.filter(answers) {
                let value = (&*object.value as &dyn Any).downcast_ref::<T::Model>();
                return Ok(value.filter(|_| object.state != State::Deleted).map(Model::copy));
            }
        }
        let row = self.read_row::<T::Model>(nodes).await?;
        if let Some(row) = &row {
            self.renew(row);
        }
        Ok(row)
    }

    /// Reads the object's row anew, after a flush.
    ///
    /// # Errors
    /// Of kind [`Stale`](ErrorKind::Stale) if the row is not there any more, of kind [`State`](ErrorKind::State) if the handle is stale or
    /// of another session; else those of the flush and of the server.
    pub async fn refresh<H: OfSession>(&mut self, handle: H) -> Result<()> {
        let (handle, table) = (handle.handle(), <H::Model as Model>::table());
        self.arena.slot(handle)?;
        self.flush().await?;
        let slot = self.arena.slot(handle)?;
        let Some(object) = self.arena.get_mut(slot) else { return Ok(()) };
        object.expired = true;
        let key = table.primary_key.iter();
        let nodes = key.map(|&index| Node::Bind(object.value.field(index.into()).to_value())).collect();
        match self.read_row::<H::Model>(nodes).await? {
            Some(row) => self.renew(&row),
            None => {
                let message = "the row to refresh is not there any more";
                return Err(Error::new(ErrorKind::Stale, message).with_table(table.full_name()));
            }
        };
        Ok(())
    }

    /// Takes an object that was read from the database; the next flush writes what was changed in it since. If the session
    /// has the row already, the handle of that one, which takes the values if its own may be outdated.
    pub fn track<M: Model>(&mut self, model: M) -> Handle<M> {
        if let Some(slot) = self.renew(&model) {
            return self.arena.handle(slot);
        }
        let handle = self.arena.insert(model, State::Persistent);
        self.identify(handle.slot);
        handle
    }

    pub(super) async fn read_row<M: Model>(&mut self, key: Vec<Node>) -> Result<Option<M>> {
        let table = TableRef::new(M::table());
        let mut select = query(M::COLUMNS).into_select();
        let equal =
            |(&index, node)| Node::Binary(BinaryOp::Eq, Box::new([Node::Column(ColumnRef { table, index }), node]));
        select.filter = table.def.primary_key.iter().zip(key).map(equal).collect();
        let rows = rows_of::<M::Table>().run(select, &mut Executor::Session(self)).await?;
        Ok(rows.into_iter().next())
    }

    /// The slot of the session's own object of a row that was read. An object that is expired, and that the program has not changed
    /// since, takes the values.
    fn renew<M: Model>(&mut self, row: &M) -> Option<u32> {
        self.renew_any(row)
    }

    /// As `renew`, for a row of any model.
    pub(super) fn renew_any(&mut self, row: &dyn AnyModel) -> Option<u32> {
        let slot = self.identities.of(row)?;
        let object = self.arena.get_mut(slot)?;
        if object.expired && object.state == State::Persistent && object.changed_columns().is_empty() {
            object.value = row.boxed();
            object.stored = None;
            object.expired = false;
        }
        Some(slot)
    }

    /// Enters an object into the identity map, if it has a row.
    pub(super) fn identify(&mut self, slot: u32) {
        if let Some(row) = self.arena.get(slot).and_then(row_of) {
            self.identities.insert(row, slot);
        }
    }

    /// Takes an object out of the identity map, before its row is gone or its key is another.
    pub(super) fn unidentify(&mut self, slot: u32) {
        if let Some(row) = self.arena.get(slot).and_then(row_of) {
            self.identities.remove(row);
        }
    }

    /// Makes the identity map anew, after objects came or went.
    pub(super) fn identify_all(&mut self) {
        self.identities.clear();
        let rows = self.arena.iter().filter_map(|(slot, object)| Some((row_of(object)?, slot)));
        rows.for_each(|(row, slot)| self.identities.insert(row, slot));
    }
}

/// An object's row, if it has one.
fn row_of(object: &Object) -> Option<&dyn AnyModel> {
    if object.state == State::Pending || object.gone { None } else { Some(object.in_database()) }
}
