//! References to objects whose keys are not known yet.

use super::{
    State,
    object::{Arena, Link, Object},
    role::set,
};
use crate::{
    error::{Error, ErrorKind, Result},
    schema::TableDef,
    types::Value,
};

impl Arena {
    /// Copies the keys that an object waits for and that have rows by now.
    ///
    /// # Errors
    /// Of kind [`State`](ErrorKind::State) if an object that it refers to is gone.
    pub(super) fn settle(&mut self, slot: u32) -> Result<()> {
        let waits = |link: &Link| self.target(link).is_some_and(|target| target.state == State::Pending);
        if self.get(slot).is_none_or(|object| object.links.iter().all(waits)) {
            return Ok(());
        }
        let Some(object) = self.get_mut(slot) else { return Ok(()) };
        let mut waiting = Vec::new();
        let mut gone = None;
        for link in std::mem::take(&mut object.links) {
            match self.target(&link).map(|target| target.state) {
                None => gone = Some(link),
                Some(State::Pending) => waiting.push(link),
                Some(_) => self.copy_key(slot, &link)?,
            }
        }
        let Some(object) = self.get_mut(slot) else { return Ok(()) };
        object.links = waiting;
        match gone {
            None => Ok(()),
            Some(link) => {
                let table = object.value.table();
                let column = link.pairs.first().map_or("", |(own, _)| &table.columns[usize::from(*own)].name);
                let message =
                    "it was related to an object that is gone: expunged, deleted or rolled back before it was flushed";
                Err(Error::new(ErrorKind::State, message).with_table(table.full_name()).with_column(column))
            }
        }
    }

    fn target(&self, link: &Link) -> Option<&Object> {
        self.get(link.slot).filter(|_| self.generation(link.slot) == link.generation)
    }

    /// Copies the key of the object that a link leads to, if it is known.
    fn copy_key(&mut self, slot: u32, link: &Link) -> Result<()> {
        let Some(target) = self.target(link) else { return Ok(()) };
        let table = target.value.table();
        let unknown =
            |&(_, theirs): &(u16, u16)| is_unknown(table, theirs, &target.value.field(theirs.into()).to_value());
        if link.pairs.iter().any(unknown) {
            return Ok(());
        }
        for &(own, theirs) in &link.pairs {
            let Some(target) = self.target(link) else { return Ok(()) };
            let value = target.value.field(theirs.into()).to_value();
            self.set_column(slot, own, value)?;
        }
        Ok(())
    }

    /// Sets columns of an object, to be compared with what the database has.
    pub(super) fn set_columns(&mut self, slot: u32, values: Vec<(u16, Value)>) -> Result<()> {
        values.into_iter().try_for_each(|(column, value)| self.set_column(slot, column, value))
    }

    fn set_column(&mut self, slot: u32, column: u16, value: Value) -> Result<()> {
        self.touch(slot);
        let Some(object) = self.get_mut(slot) else { return Ok(()) };
        object.keep_stored();
        set(&mut *object.value, column, value)
    }

    /// Makes columns of an object those of another one, now or in the flush; instead of what they waited for before.
    pub(super) fn link(&mut self, slot: u32, pairs: Vec<(u16, u16)>, to: u32) -> Result<()> {
        let link = Link { pairs, slot: to, generation: self.generation(to) };
        if let Some(object) = self.get_mut(slot) {
            object.links.retain(|other| !other.pairs.iter().any(|&(own, _)| link.sets(&[own])));
        }
        self.touch(slot);
        self.copy_key(slot, &link)?;
        if let Some(object) = self.get_mut(slot) {
            // Few objects wait for several.
            object.links.reserve_exact(1);
            object.links.push(link);
        }
        self.settle(slot)
    }

    /// Forgets what columns of an object wait for.
    pub(super) fn unlink(&mut self, slot: u32, columns: &[u16]) {
        if let Some(object) = self.get_mut(slot) {
            object.links.retain(|link| !link.sets(columns));
        }
    }

    /// Sets those of the columns to NULL that can be.
    pub(super) fn set_null(&mut self, slot: u32, columns: &[u16]) -> Result<()> {
        let Some(table) = self.get(slot).map(|object| object.value.table()) else { return Ok(()) };
        let columns = columns.iter().map(|&column| (column, &table.columns[usize::from(column)]));
        let nulls = columns.filter(|(_, def)| def.nullable).map(|(column, def)| (column, Value::Null(def.sql_type)));
        self.set_columns(slot, nulls.collect())
    }
}

/// Whether the database has not generated the value yet.
fn is_unknown(table: &TableDef, column: u16, value: &Value) -> bool {
    let generated = table.columns[usize::from(column)].autoincrement;
    value.is_null() || (generated && value.is_zero())
}
