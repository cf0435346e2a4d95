//! Objects that are brought together by relations, and taken apart.

use super::{
    OfSession, Session, State,
    key_list::any_of,
    order::key_of,
    query::{any_rows, take_any_rows},
};
use crate::{
    engine::Job,
    error::{Error, ErrorKind, Result},
    expr::{Node, Relation, tree::Select},
    schema::{AnyModel, ColumnRef, Model, RelationDef, RelationEnds, Step, TableDef, TableRef},
    types::{Row, SqlType, Value, ValueRow},
};
use std::{ptr, sync::Arc};

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
        let (from, to) = (self.arena.slot(from.handle())?, self.arena.slot(to.handle())?);
        let ends = own_ends(&relation)?;
        match &ends.steps[..] {
            [near, far] => self.add_link_row(near, far, from, to),
            [step] if step.refers_back => self.arena.link(to, back(step), from),
            [step] => self.arena.link(from, forth(step), to),
            _ => Ok(()),
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
        let (from, to) = (self.arena.slot(from.handle())?, self.arena.slot(to.handle())?);
        let ends = own_ends(&relation)?;
        match &ends.steps[..] {
            [near, far] => self.delete_link_row(near, far, from, to).await,
            [step] if step.refers_back => self.take_apart(to, back(step), from),
            [step] => self.take_apart(from, forth(step), to),
            _ => Ok(()),
        }
    }

    /// Takes the reference of one object to another away.
    fn take_apart(&mut self, holder: u32, pairs: Vec<(u16, u16)>, referred: u32) -> Result<()> {
        let (Some(object), Some(other)) = (self.arena.get(holder), self.arena.get(referred)) else { return Ok(()) };
        let waits = object.links.iter().any(|link| link.slot == referred && link.pairs == pairs);
        let same = |&(own, theirs): &(u16, u16)| {
            object.value.field(own.into()).to_value() == other.value.field(theirs.into()).to_value()
        };
        if !waits && !pairs.iter().all(same) {
            return Ok(());
        }
        let (table, parent) = (object.value.table(), other.value.table());
        let columns: Vec<u16> = pairs.iter().map(|(own, _)| *own).collect();
        if deletes_orphans(parent, table, &columns) {
            return self.delete_slot(holder);
        }
        let nullable: Vec<u16> = columns.into_iter().filter(|&own| table.columns[usize::from(own)].nullable).collect();
        if nullable.is_empty() {
            let column = pairs.first().map_or("", |(own, _)| &table.columns[usize::from(*own)].name);
            let message = format!(
                "{} cannot be without {}: delete it, relate it to another one, or declare the relation with delete_orphans",
                table.model.name, parent.model.name
            );
            return Err(Error::new(ErrorKind::State, message).with_table(table.full_name()).with_column(column));
        }
        self.arena.unlink(holder, |column| pairs.iter().any(|(own, _)| *own == column));
        let null = |column: u16| (column, Value::Null(table.columns[usize::from(column)].sql_type));
        self.arena.set_columns(holder, nullable.into_iter().map(null).collect())
    }

    /// Adds the row that links two objects, unless the session has it already.
    fn add_link_row(&mut self, near: &Step, far: &Step, from: u32, to: u32) -> Result<()> {
        let table = near.table.def;
        if let Some(slot) = self.known_link(near, far, from, to) {
            if let Some(object) =
                self.arena.get_mut(slot).filter(|object| object.state == State::Deleted && !object.gone)
            {
                object.state = State::Persistent;
            }
            return Ok(());
        }
        let slot = self.arena.insert_any(blank(table)?, State::Pending);
        self.arena.link(slot, back(near), from)?;
        self.arena.link(slot, forth(far), to)
    }

    /// The object of the row that links two objects, if the session has it.
    fn known_link(&self, near: &Step, far: &Step, from: u32, to: u32) -> Option<u32> {
        let (near_pairs, far_pairs) = (back(near), forth(far));
        let leads = |object: &super::object::Object, pairs: &[(u16, u16)], other: u32| {
            if object.links.iter().any(|link| link.slot == other && link.pairs == pairs) {
                return true;
            }
            self.value(other).is_some_and(|other| {
                pairs.iter().all(|&(own, theirs)| {
                    let value = other.field(theirs.into()).to_value();
                    !matches!(value, Value::Int(0) | Value::UInt(0))
                        && object.value.field(own.into()).to_value() == value
                })
            })
        };
        let links =
            self.arena.iter().filter(|(_, object)| ptr::eq(object.value.table(), near.table.def) && !object.gone);
        let mut links = links.filter(|(_, object)| leads(object, &near_pairs, from) && leads(object, &far_pairs, to));
        links.next().map(|(slot, _)| slot)
    }

    /// Deletes the row that links two objects.
    async fn delete_link_row(&mut self, near: &Step, far: &Step, from: u32, to: u32) -> Result<()> {
        if let Some(slot) = self.known_link(near, far, from, to) {
            return self.delete_slot(slot);
        }
        self.flush().await?;
        let (Some(from), Some(to)) = (self.value(from), self.value(to)) else { return Ok(()) };
        let filter = |pairs: Vec<(u16, u16)>, other: &dyn AnyModel| -> Option<Node> {
            let (own, theirs): (Vec<u16>, Vec<u16>) = pairs.into_iter().unzip();
            let columns: Vec<ColumnRef> = own.into_iter().map(|index| ColumnRef { table: near.table, index }).collect();
            Some(any_of(&columns, &[key_of(other, &theirs)?]))
        };
        let (Some(near_filter), Some(far_filter)) = (filter(back(near), from), filter(forth(far), to)) else {
            return Ok(());
        };
        for slot in self.track_any(near.table.def, vec![near_filter, far_filter]).await? {
            self.delete_slot(slot)?;
        }
        Ok(())
    }

    /// The rows of a model for which conditions hold, as objects of the session; one that it has already is that one.
    async fn track_any(&mut self, table: &'static TableDef, filter: Vec<Node>) -> Result<Vec<u32>> {
        let Some(read) = table.model.read else { return Ok(Vec::new()) };
        let from = TableRef::new(table);
        let select = Select { columns: vec![Node::Table(from)], filter, ..Select::default() };
        let (statement, binds) = self.compile(select.into())?;
        let sink = Some(any_rows(table, read, Arc::clone(&statement)));
        let rows = take_any_rows(self.read(Job { statement, binds, sink, timeout: None }).await?.sink)?;
        Ok(rows.into_iter().map(|row| self.track_row(row)).collect())
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
                        Some(columns) => self.arena.unlink(other, |column| columns.contains(&column)),
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

/// The ends of a relation between tables under their own names, whatever the program calls them in a query.
fn own_ends<M: Model, N: Model, K>(relation: &Relation<M, N, K>) -> Result<RelationEnds> {
    relation.between(TableRef::new(M::table()), TableRef::new(N::table()))
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
    let rests_on = |relation: &&RelationDef| {
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
    parent.model.relations.iter().filter(|relation| relation.delete_orphans).any(|relation| rests_on(&relation))
}

/// A row of a model whose columns are not set: NULL where they can be, and else what their types have for nothing.
fn blank(table: &'static TableDef) -> Result<Box<dyn AnyModel>> {
    let Some(read) = table.model.read else {
        let message = format!("{} is described by hand: add the row that links the two by yourself", table.full_name());
        return Err(Error::new(ErrorKind::Schema, message));
    };
    let value = |column: &crate::schema::ColumnDef| match column.sql_type {
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
