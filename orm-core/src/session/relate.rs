//! Objects that are brought together by relations, and taken apart.

use super::{OfSession, Session, State, any_rows::rows_job, key_list::any_of, object::Object, order::key_of};
use crate::{
    error::{Error, ErrorKind, Result},
    expr::Relation,
    schema::{AnyModel, ColumnDef, Model, RelationDef, Step, TableDef, TableRef},
    types::{Row, SqlType, Value, ValueRow},
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
            Meeting::Key { holder, pairs, referred } => self.arena.link(holder, pairs, referred),
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
        self.arena.unlink(holder, &columns);
        self.arena.set_null(holder, &columns)
    }

    /// Adds the row that links two objects, unless the session has it already.
    fn add_link_row(&mut self, row: LinkRow) -> Result<()> {
        if let Some(slot) = self.known_link(&row) {
            if let Some(object) =
                self.arena.get_mut(slot).filter(|object| object.state == State::Deleted && !object.gone)
            {
                object.state = State::Persistent;
            }
            return Ok(());
        }
        let slot = self.arena.insert_any(blank(row.table)?, State::Pending);
        row.ends.into_iter().try_for_each(|(pairs, other)| self.arena.link(slot, pairs, other))
    }

    /// The object of the row that links two objects, if the session has it.
    fn known_link(&self, row: &LinkRow) -> Option<u32> {
        let leads = |object: &Object, (pairs, other): &(Vec<(u16, u16)>, u32)| {
            if object.links.iter().any(|link| link.slot == *other && link.pairs == *pairs) {
                return true;
            }
            self.value(*other).is_some_and(|other| {
                let known = |&(_, theirs): &(u16, u16)| !other.field(theirs.into()).to_value().is_zero();
                pairs.iter().all(known) && are_equal(&*object.value, pairs, other)
            })
        };
        let links = self.arena.iter().filter(|(_, object)| ptr::eq(object.value.table(), row.table) && !object.gone);
        let mut links = links.filter(|(_, object)| row.ends.iter().all(|end| leads(object, end)));
        links.next().map(|(slot, _)| slot)
    }

    /// Deletes the row that links two objects.
    async fn delete_link_row(&mut self, row: LinkRow) -> Result<()> {
        if let Some(slot) = self.known_link(&row) {
            return self.delete_slot(slot);
        }
        self.flush().await?;
        let filter = |(pairs, other): (Vec<(u16, u16)>, u32)| {
            let (own, theirs): (Vec<u16>, Vec<u16>) = pairs.into_iter().unzip();
            Some(any_of(&TableRef::new(row.table).columns(&own), &[key_of(self.value(other)?, &theirs)?]))
        };
        let Some(filter) = row.ends.into_iter().map(filter).collect() else { return Ok(()) };
        let Some(job) = rows_job(row.table, filter, |statement| self.compile(statement))? else { return Ok(()) };
        let done = self.read(job).await?;
        self.track_rows(done)?.into_iter().try_for_each(|slot| self.delete_slot(slot))
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

/// A row that links two objects.
struct LinkRow {
    table: &'static TableDef,
    /// Its columns and those of the object that they refer to, and the object.
    ends: [(Vec<(u16, u16)>, u32); 2],
}

/// Whether columns of one row are those of another.
fn are_equal(own: &dyn AnyModel, pairs: &[(u16, u16)], other: &dyn AnyModel) -> bool {
    let equal = |&(a, b): &(u16, u16)| own.field(a.into()).to_value() == other.field(b.into()).to_value();
    pairs.iter().all(equal)
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

/// A row of a model whose columns are not set: NULL where they can be, and else what their types have for nothing.
fn blank(table: &'static TableDef) -> Result<Box<dyn AnyModel>> {
    let Some(read) = table.model.read else {
        let message = format!("{} is described by hand: add the row that links the two by yourself", table.full_name());
        return Err(Error::new(ErrorKind::Schema, message));
    };
    let value = |column: &ColumnDef| match column.sql_type {
        sql_type if column.nullable => Value::Null(sql_type),
        SqlType::Boolean => Value::Bool(false),
        SqlType::BigUnsigned => Value::UInt(0),
        SqlType::Real => Value::Float(0.0),
        SqlType::Double => Value::Double(0.0),
        SqlType::Decimal => Value::Decimal(0.into()),
        SqlType::BigDecimal => Value::BigDecimal("0".into()),
        SqlType::Bytes => Value::Bytes(Vec::new()),
        SqlType::Date => Value::Date(chrono::NaiveDate::default()),
        SqlType::Time => Value::Time(chrono::NaiveTime::default()),
        SqlType::DateTime => Value::DateTime(chrono::NaiveDateTime::default()),
        SqlType::UtcDateTime => Value::UtcDateTime(chrono::DateTime::default()),
        SqlType::Uuid => Value::Uuid(uuid::Uuid::nil()),
        SqlType::Json => Value::Json("null".into()),
        SqlType::Enum(def) => def.value(0),
        sql_type if sql_type.is_integer() => Value::Int(0),
        _ => Value::Text(String::new()),
    };
    let values: Vec<Value> = table.columns.iter().map(value).collect();
    let row = ValueRow(&values);
    read(&row as &dyn Row, 0)
}
