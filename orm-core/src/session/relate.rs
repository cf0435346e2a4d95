//! Objects that are brought together by relations, and taken apart.

use super::{
    OfSession, Session, State,
    link_rows::{LinkRow, are_equal},
};
use crate::{
    error::{Error, ErrorKind, Result},
    expr::Relation,
    schema::{Model, RelationDef, Step, TableDef, TableRef},
};
use std::ptr;

impl Session {
    /// Brings two objects together by a relation: `session.relate(post, Post.author, alice)`, or from the other side,
    /// `session.relate(alice, Author.posts, post)`. The foreign key is the other object's key, also one that the database generates in
    /// the next flush. By a relation through a table that links, `session.relate(post, Post.tags, rust)`, a row of that table is added.
    ///
    /// # Errors
    /// Of kind [`State`](ErrorKind::State) if a handle is stale or of another session; of kind [`Schema`](ErrorKind::Schema) if the relation
    /// leads nowhere.
    pub fn relate<M: Model, N: Model, K>(
        &mut self,
        from: impl OfSession<Model = M>,
        relation: Relation<M, N, K>,
        to: impl OfSession<Model = N>,
    ) -> Result<()> {
        match self.meeting(from, &relation, to)? {
            Meeting::Key { holder, pairs, referred } => {
                self.forget_link_rows(holder);
                self.arena.link(holder, pairs, referred)
            }
            Meeting::Row(row) => self.add_link_row(row),
        }
    }

    /// Takes two objects apart that a relation brings together: the foreign key is `None` again, or the row goes that links them. Where the
    /// relation is declared with `delete_orphans`, the row that belonged to the other one is deleted. Does nothing if they are not together.
    ///
    /// # Errors
    /// Of kind [`State`](ErrorKind::State) if a handle is stale or of another session, or if the foreign key cannot be `None`; else those of
    /// the flush and of the server, which is asked for the row of a table that links.
    pub async fn unrelate<M: Model, N: Model, K>(
        &mut self,
        from: impl OfSession<Model = M>,
        relation: Relation<M, N, K>,
        to: impl OfSession<Model = N>,
    ) -> Result<()> {
        match self.meeting(from, &relation, to)? {
            Meeting::Key { holder, pairs, referred } => self.take_apart(holder, &pairs, referred),
            Meeting::Row(row) => self.delete_link_row(row).await,
        }
    }

    /// Where a relation brings two objects together. Its tables are meant under their own names, whatever a query calls them.
    fn meeting<M: Model, N: Model, K>(
        &self,
        from: impl OfSession<Model = M>,
        relation: &Relation<M, N, K>,
        to: impl OfSession<Model = N>,
    ) -> Result<Meeting> {
        let (from, to) = (self.arena.slot(from.handle())?, self.arena.slot(to.handle())?);
        let ends = relation.between(TableRef::new(M::table()), TableRef::new(N::table()))?;
        let mut steps = ends.steps.into_iter();
        Ok(match (steps.next(), steps.next()) {
            (Some(near), Some(far)) => {
                let (table, ends) = (near.table.def, [(back(&near), from), (forth(&far), to)]);
                Meeting::Row(LinkRow { table, ends })
            }
            (Some(step), None) if step.refers_back => Meeting::Key { holder: to, pairs: back(&step), referred: from },
            (Some(step), None) => Meeting::Key { holder: from, pairs: forth(&step), referred: to },
            (None, _) => return Err(Error::new(ErrorKind::Schema, "a relation without a way to its other end")),
        })
    }

    /// Takes the reference of one object to another away.
    fn take_apart(&mut self, holder: u32, pairs: &[(u16, u16)], referred: u32) -> Result<()> {
        let (Some(object), Some(other)) = (self.arena.get(holder), self.arena.get(referred)) else { return Ok(()) };
        let waits = object.links.iter().any(|link| link.slot == referred && link.pairs == pairs);
        if !waits && !are_equal(&*object.value, pairs, &*other.value) {
            return Ok(());
        }
        let (table, parent) = (object.value.table(), other.value.table());
        let columns: Vec<u16> = pairs.iter().map(|(own, _)| *own).collect();
        if deletes_orphans(parent, table, &columns) {
            return self.delete_slot(holder);
        }
        if !columns.iter().any(|&own| table.columns[usize::from(own)].nullable) {
            let column = columns.first().map_or("", |&own| &table.columns[usize::from(own)].name);
            let message = format!(
                "{} cannot be without {}: delete it, relate it to another one, or declare the relation with delete_orphans",
                table.model.name, parent.model.name
            );
            return Err(Error::new(ErrorKind::State, message).with_table(table.full_name()).with_column(column));
        }
        self.forget_link_rows(holder);
        self.arena.unlink(holder, &columns);
        self.arena.set_null(holder, &columns)
    }

    /// Marks an object as one to delete; one that was not inserted is forgotten.
    pub(super) fn delete_slot(&mut self, slot: u32) -> Result<()> {
        match self.arena.get_mut(slot) {
            Some(object) if object.state == State::Pending => {
                let waiting = self.dependents_waiting(slot);
                self.arena.remove(slot);
                for (other, columns) in waiting {
                    match columns {
                        None => self.delete_slot(other)?,
                        Some(columns) => {
                            self.arena.unlink(other, &columns);
                            self.arena.set_null(other, &columns)?;
                        }
                    }
                }
            }
            Some(object) => {
                object.state = State::Deleted;
                object.links.clear();
                self.arena.touch(slot);
            }
            None => {}
        }
        Ok(())
    }
}

/// Where two objects meet.
enum Meeting {
    /// Columns of one hold the key of the other.
    Key { holder: u32, pairs: Vec<(u16, u16)>, referred: u32 },
    /// A row refers to both.
    Row(LinkRow),
}

/// The columns of a row that refers back, and those of the row it refers to.
fn back(step: &Step) -> Vec<(u16, u16)> {
    step.pairs.iter().map(|(before, own)| (own.index, before.index)).collect()
}

/// The columns of a row, and those of the row it refers to.
fn forth(step: &Step) -> Vec<(u16, u16)> {
    step.pairs.iter().map(|(own, after)| (own.index, after.index)).collect()
}

/// Whether rows of `table` that refer by `columns` to no row of `parent` any more are deleted.
pub(super) fn deletes_orphans(parent: &'static TableDef, table: &'static TableDef, columns: &[u16]) -> bool {
    let rests_on = |relation: &RelationDef| {
        let ends = relation.path.ends(TableRef::new(parent), TableRef::new((relation.to)()));
        ends.is_ok_and(|ends| match &ends.steps[..] {
            [step] => {
                step.refers_back
                    && ptr::eq(step.table.def, table)
                    && step.pairs.iter().map(|(_, own)| own.index).eq(columns.iter().copied())
            }
            _ => false,
        })
    };
    parent.model.relations.iter().any(|relation| relation.delete_orphans && rests_on(relation))
}
