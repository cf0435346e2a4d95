//! The objects a session owns, and the handles that lead to them.

use crate::{
    error::{Error, ErrorKind, Result},
    schema::{AnyModel, Model},
};
use std::{any::Any, fmt, marker::PhantomData};

/// What leads to an object of a session: `session[alice]`. It is `Copy`, and no longer than three integers.
pub struct Handle<M> {
    pub(super) session: u32,
    pub(super) slot: u32,
    pub(super) generation: u32,
    pub(super) marker: PhantomData<fn() -> M>,
}

impl<M> Clone for Handle<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Handle<M> {}

/// What names an object of a session: its [`Handle`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no handle: the session does not know which of its objects is meant",
    label = "expected the `Handle` that `add`, `get` with `track`, or `.track()` on a query gave",
    note = "a value that was read becomes an object of the session by `let handle = session.track(value);`"
)]
pub trait OfSession {
    /// The object's model.
    type Model: Model;
    /// The handle.
    fn handle(self) -> Handle<Self::Model>;
}

impl<M: Model> OfSession for Handle<M> {
    type Model = M;
    fn handle(self) -> Self {
        self
    }
}

impl<M> PartialEq for Handle<M> {
    fn eq(&self, other: &Self) -> bool {
        (self.session, self.slot, self.generation) == (other.session, other.slot, other.generation)
    }
}

impl<M> Eq for Handle<M> {}

impl<M> fmt::Debug for Handle<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({}.{}.{})", self.session, self.slot, self.generation)
    }
}

/// Where an object stands between the program and the database. It is held, never guessed from whether a key is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Added, not inserted yet.
    Pending,
    /// A row of the database.
    Persistent,
    /// To be deleted by the next flush, or deleted by a flush that is not committed yet.
    Deleted,
    /// Not of this session, or not any more.
    Detached,
}

/// An object.
pub(super) struct Object {
    /// As the program sees it.
    pub(super) value: Box<dyn AnyModel>,
    /// As the database has it, once the program may have changed `value`.
    pub(super) stored: Option<Box<dyn AnyModel>>,
    pub(super) state: State,
    /// Whether its deletion was flushed.
    pub(super) gone: bool,
    /// Whether the database may have changed since it was read.
    pub(super) expired: bool,
    /// What it waits for: keys of other objects.
    pub(super) links: Vec<Link>,
    /// When it was added, in the order of all objects.
    pub(super) sequence: u64,
}

impl Object {
    /// The object as the database has it, as far as the session knows.
    pub(super) fn in_database(&self) -> &dyn AnyModel {
        self.stored.as_deref().unwrap_or(&*self.value)
    }

    /// Whether the next flush has something to write of it.
    pub(super) fn is_dirty(&self) -> bool {
        match self.state {
            State::Pending => true,
            State::Persistent => !self.links.is_empty() || !self.changed_columns().is_empty(),
            State::Deleted => !self.gone,
            State::Detached => false,
        }
    }

    /// Keeps what the database has, before the program's object changes.
    pub(super) fn keep_stored(&mut self) {
        if self.state != State::Pending && self.stored.is_none() {
            self.stored = Some(self.value.boxed());
        }
    }

    /// The link that one of the columns waits for.
    pub(super) fn link_of(&self, columns: &[u16]) -> Option<&Link> {
        self.links.iter().find(|link| link.sets(columns))
    }

    /// The columns in which the program's object differs from the database's row.
    pub(super) fn changed_columns(&self) -> Vec<u16> {
        let Some(stored) = &self.stored else { return Vec::new() };
        let columns = 0..self.value.table().columns.len();
        let changed = columns.filter(|&index| !self.value.field(index).same(stored.field(index)));
        changed.map(|index| index as u16).collect()
    }
}

/// That columns of an object are to be those of another one, as soon as they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    /// The columns, and those of the other object.
    pub(super) pairs: Vec<(u16, u16)>,
    /// The other object.
    pub(super) slot: u32,
    pub(super) generation: u32,
}

impl Link {
    /// Whether it sets one of the columns.
    pub(super) fn sets(&self, columns: &[u16]) -> bool {
        self.pairs.iter().any(|(own, _)| columns.contains(own))
    }
}

/// The objects of a session, each in a slot that handles name.
pub(super) struct Arena {
    /// Tells the handles of one session from those of another.
    id: u32,
    slots: Vec<Slot>,
    free: Vec<u32>,
    /// The slots whose object a flush may have something to write of, so that no flush looks at the others.
    touched: Vec<u32>,
    /// Changes when objects are taken from `touched`, or from their slots.
    epoch: u64,
    sequence: u64,
}

struct Slot {
    generation: u32,
    /// Whether `touched` names it.
    touched: bool,
    object: Option<Object>,
}

impl Arena {
    pub(super) fn new() -> Self {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NEXT: AtomicU32 = AtomicU32::new(1);
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            slots: Vec::new(),
            free: Vec::new(),
            touched: Vec::new(),
            epoch: 0,
            sequence: 0,
        }
    }

    pub(super) fn insert<M: Model>(&mut self, model: M, state: State) -> Handle<M> {
        let slot = self.insert_any(Box::new(model), state);
        self.handle(slot)
    }

    /// Takes an object of any model in.
    pub(super) fn insert_any(&mut self, value: Box<dyn AnyModel>, state: State) -> u32 {
        self.sequence += 1;
        let object = Object {
            value,
            stored: None,
            state,
            gone: false,
            expired: false,
            links: Vec::new(),
            sequence: self.sequence,
        };
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => {
                self.slots.push(Slot { generation: 0, touched: false, object: None });
                (self.slots.len() - 1) as u32
            }
        };
        if state == State::Pending {
            self.touch(slot);
        }
        self.slots[slot as usize].object = Some(object);
        slot
    }

    /// Takes an object out; handles to it are stale from now on.
    pub(super) fn remove(&mut self, slot: u32) -> Option<Object> {
        let place = self.slots.get_mut(slot as usize)?;
        let object = place.object.take()?;
        place.generation = place.generation.wrapping_add(1);
        self.epoch += 1;
        self.free.push(slot);
        Some(object)
    }

    pub(super) fn get(&self, slot: u32) -> Option<&Object> {
        self.slots.get(slot as usize)?.object.as_ref()
    }

    pub(super) fn get_mut(&mut self, slot: u32) -> Option<&mut Object> {
        self.slots.get_mut(slot as usize)?.object.as_mut()
    }

    /// Notes that the next flush may have something to write of an object.
    pub(super) fn touch(&mut self, slot: u32) {
        if let Some(place) = self.slots.get_mut(slot as usize)
            && !std::mem::replace(&mut place.touched, true)
        {
            self.touched.push(slot);
        }
    }

    /// The slots of objects that may have changed; new ones come behind the others until the [epoch](Self::epoch) ends.
    pub(super) fn touched(&self) -> &[u32] {
        &self.touched
    }

    /// For how long slots stay where they are among the touched ones, and keep their objects.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The objects that a flush has something to write of, with their slots.
    pub(super) fn dirty(&self) -> impl Iterator<Item = (u32, &Object)> {
        let objects = self.touched.iter().filter_map(|&slot| Some((slot, self.get(slot)?)));
        objects.filter(|(_, object)| object.is_dirty())
    }

    /// Forgets about touched objects that are as the database has them.
    pub(super) fn forget_clean(&mut self) {
        self.epoch += 1;
        let Self { slots, touched, .. } = self;
        touched.retain(|&slot| {
            let Some(place) = slots.get_mut(slot as usize) else { return false };
            place.touched = place.object.as_ref().is_some_and(Object::is_dirty);
            place.touched
        });
    }

    /// The objects with their slots.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Object)> {
        let objects = self.slots.iter().enumerate();
        objects.filter_map(|(slot, place)| Some((slot as u32, place.object.as_ref()?)))
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (u32, &mut Object)> {
        let objects = self.slots.iter_mut().enumerate();
        objects.filter_map(|(slot, place)| Some((slot as u32, place.object.as_mut()?)))
    }

    /// The handle of the object in a slot, which is known to be an `M`.
    pub(super) fn handle<M>(&self, slot: u32) -> Handle<M> {
        Handle { session: self.id, slot, generation: self.generation(slot), marker: PhantomData }
    }

    /// How often the slot was given to another object.
    pub(super) fn generation(&self, slot: u32) -> u32 {
        self.slots[slot as usize].generation
    }

    /// The slot of a handle.
    ///
    /// # Errors
    /// Of kind [`State`](ErrorKind::State) if the handle is of another session or its object is gone.
    pub(super) fn slot<M: Model>(&self, handle: Handle<M>) -> Result<u32> {
        let name = &M::table().name;
        if handle.session != self.id {
            return Err(Error::new(ErrorKind::State, format!("a handle to {name} of another session")));
        }
        match self.slots.get(handle.slot as usize) {
            Some(place) if place.generation == handle.generation && place.object.is_some() => Ok(handle.slot),
            _ => Err(Error::new(
                ErrorKind::State,
                format!(
                    "a stale handle to {name}: its object was deleted, expunged, or added in a transaction that was rolled back"
                ),
            )),
        }
    }

    pub(super) fn model<M: Model>(&self, handle: Handle<M>) -> Result<&M> {
        let slot = self.slot(handle)?;
        let value = self.get(slot).map(|object| &*object.value as &dyn Any);
        value.and_then(|value| value.downcast_ref()).ok_or_else(wrong_type)
    }

    /// The object to change: from now on it is compared with what the database has.
    pub(super) fn model_mut<M: Model>(&mut self, handle: Handle<M>) -> Result<&mut M> {
        let slot = self.slot(handle)?;
        self.touch(slot);
        let object = self.get_mut(slot).ok_or_else(wrong_type)?;
        object.keep_stored();
        (&mut *object.value as &mut dyn Any).downcast_mut().ok_or_else(wrong_type)
    }
}

/// A slot's type is its handle's: both came from one `insert`.
#[cold]
fn wrong_type() -> Error {
    Error::new(ErrorKind::State, "a handle of another model")
}
