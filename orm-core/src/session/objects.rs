//! What a session holds: which objects are new, changed and deleted, and how they are let go and taken in.

use super::{Handle, OfSession, Session, State, cascade::changes_key, object::Object};
use crate::{
    error::{Error, ErrorKind, Result},
    schema::{AnyModel, ColumnRole, Model, TableDef},
    types::Value,
};
use std::{any::Any, fmt};

/// An object of a session, whatever its model.
#[derive(Clone, Copy)]
pub struct ObjectRef<'s> {
    session: &'s Session,
    slot: u32,
    object: &'s Object,
}

impl<'s> ObjectRef<'s> {
    /// The description of its table.
    pub fn table(&self) -> &'static TableDef {
        self.object.value.table()
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        self.object.state
    }

    /// Its handle, if it is an `M`.
    pub fn handle<M: Model>(&self) -> Option<Handle<M>> {
        let handle = self.session.arena.handle(self.slot);
        self.value::<M>().map(|_| handle)
    }

    /// It, if it is an `M`.
    pub fn value<M: Model>(&self) -> Option<&'s M> {
        (&*self.object.value as &dyn Any).downcast_ref()
    }

    /// As the database has it, as far as the session knows, if it is an `M`.
    pub fn stored<M: Model>(&self) -> Option<&'s M> {
        (self.object.in_database() as &dyn Any).downcast_ref()
    }

    /// The names of the columns in which it differs from its row.
    pub fn changed_columns(&self) -> Vec<&'static str> {
        let columns = &self.table().columns;
        self.object.changed_columns().into_iter().map(|column| &*columns[usize::from(column)].name).collect()
    }
}

impl fmt::Debug for ObjectRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectRef")
            .field("table", &self.table().full_name())
            .field("state", &self.state())
            .field("changed_columns", &self.changed_columns())
            .finish()
    }
}

impl Session {
    /// Whether objects are taken for outdated after a commit, so that the next [`get`](Self::get) or tracked query reads them anew: yes
    /// without this. Without it a long-lived session goes on with what it knows, and others' changes are seen late.
    pub fn expire_on_commit(mut self, expire: bool) -> Self {
        self.expire_on_commit = expire;
        self
    }

    /// Whether queries flush first what is pending: yes without this.
    pub fn autoflush(mut self, autoflush: bool) -> Self {
        self.autoflush = autoflush;
        self
    }

    /// The objects that the next flush inserts, in the order in which they were added.
    #[doc(alias = "pending")]
    #[allow(clippy::new_ret_no_self, reason = "the name that SQLAlchemy has for it; a session is made by its engine")]
    pub fn new(&self) -> impl Iterator<Item = ObjectRef<'_>> {
        self.pending(State::Pending)
    }

    /// The objects whose changes the next flush writes.
    #[doc(alias = "modified")]
    pub fn dirty(&self) -> impl Iterator<Item = ObjectRef<'_>> {
        self.pending(State::Persistent)
    }

    /// The objects whose rows the next flush deletes.
    pub fn deleted(&self) -> impl Iterator<Item = ObjectRef<'_>> {
        self.pending(State::Deleted)
    }

    fn pending(&self, state: State) -> impl Iterator<Item = ObjectRef<'_>> {
        let dirty = self.arena.dirty().filter(move |(_, object)| object.state == state);
        let mut dirty: Vec<_> = dirty.map(|(slot, object)| ObjectRef { session: self, slot, object }).collect();
        dirty.sort_by_key(|object| object.object.sequence);
        dirty.into_iter()
    }

    /// Forgets what an object was read as, and changes of it that were not flushed: the next [`get`](Self::get),
    /// [`refresh`](Self::refresh) or tracked query reads it anew. A pending object stays as it is.
    ///
    /// # Errors
    /// Of kind [`State`](ErrorKind::State) if the handle is stale or of another session.
    pub fn expire(&mut self, handle: impl OfSession) -> Result<()> {
        let slot = self.arena.slot(handle.handle())?;
        if let Some(object) = self.arena.get_mut(slot).filter(|object| object.state == State::Persistent) {
            if let Some(stored) = object.stored.take() {
                object.value = stored;
            }
            object.links.clear();
            object.expired = true;
        }
        Ok(())
    }

    /// Takes an object out of the session and hands it back; handles to it are stale. What was not flushed of it is not written; what was
    /// flushed is the transaction's, and committed or rolled back with it.
    ///
    /// # Errors
    /// Of kind [`State`](ErrorKind::State) if the handle is stale or of another session.
    #[doc(alias("detach", "make_transient"))]
    pub fn expunge<H: OfSession>(&mut self, handle: H) -> Result<H::Model> {
        let slot = self.arena.slot(handle.handle())?;
        self.unidentify(slot);
        // What was flushed cannot be flushed again.
        let before = self.undo.len();
        let kept = self.undo.iter().map(|undo| undo.slot != slot).collect::<Vec<_>>();
        for savepoint in &mut self.savepoints {
            savepoint.mark = kept[..savepoint.mark.min(before)].iter().filter(|kept| **kept).count();
        }
        self.undo.retain(|undo| undo.slot != slot);
        self.unrepeatable |= self.undo.len() < before;
        let value = self.arena.remove(slot).map(|object| object.value as Box<dyn Any>);
        let value = value.and_then(|value| value.downcast::<H::Model>().ok());
        value.map(|value| *value).ok_or_else(|| Error::new(ErrorKind::State, "a handle of another model"))
    }

    /// Takes a row that comes from elsewhere (a form, a file, a session that is over) for what is to be stored: changes of the object with
    /// its key, which is read if the session does not have it; a new object if there is no such row, or no key yet.
    ///
    /// # Errors
    /// Of kind [`Stale`](ErrorKind::Stale) if it has another version than the row; else those of the flush and of the server.
    pub async fn merge<M: Model>(&mut self, model: M) -> Result<Handle<M>> {
        let table = M::table();
        let key: Vec<Value> =
            table.primary_key.iter().map(|&index| Model::field(&model, index.into()).to_value()).collect();
        let generated = table.primary_key.iter().any(|&index| table.columns[usize::from(index)].autoincrement);
        if generated && key.iter().all(Value::is_zero) {
            return Ok(self.add(model));
        }
        let known = self.identities.of(&model);
        let object = known.and_then(|slot| self.arena.get_mut(slot));
        if let Some(object) = object.filter(|object| object.state == State::Deleted && !object.gone) {
            object.state = State::Persistent;
        }
        let fresh =
            known.filter(|&slot| self.arena.get(slot).is_some_and(|object| !object.expired && !changes_key(object)));
        let slot = match fresh {
            Some(slot) => slot,
            None => match self.read_row::<M>(key.into_iter().map(crate::expr::Node::Bind).collect()).await? {
                Some(row) => self.track_row(Box::new(row)),
                None => return Ok(self.add(model)),
            },
        };
        if let Some(version) = table.with_role(ColumnRole::Version) {
            let stored = self.in_database(slot).map(|stored| stored.field(version.into()).to_value());
            let merged = Model::field(&model, version.into()).to_value();
            if let Some(stored) = stored.filter(|stored| *stored != merged) {
                let message = format!(
                    "the row to merge has version {}, and that of the database {}",
                    merged.shown(),
                    stored.shown()
                );
                return Err(Error::new(ErrorKind::Stale, message).with_table(table.full_name()));
            }
        }
        let columns = 0..table.columns.len() as u16;
        let differs = |&column: &u16| {
            self.value(slot)
                .is_some_and(|value| !value.field(column.into()).same(AnyModel::field(&model, column.into())))
        };
        let changes = columns.filter(differs).map(|column| (column, AnyModel::field(&model, column.into()).to_value()));
        let changes: Vec<(u16, Value)> = changes.collect();
        self.arena.unlink(slot, &changes.iter().map(|(column, _)| *column).collect::<Vec<_>>());
        self.arena.set_columns(slot, changes)?;
        Ok(self.arena.handle(slot))
    }
}
