//! Rows of tables that link: found, added and taken away by the objects that they link.

use super::{
    Session, State,
    any_rows::rows_job,
    identity_map::address,
    key::Key,
    key_list::any_of,
    object::{Arena, Object},
    order::key_of,
};
use crate::{
    error::{Error, ErrorKind, Result},
    schema::{AnyModel, ColumnDef, TableDef, TableRef},
    types::{Row, SqlType, Value, ValueRow},
};
use std::{collections::HashMap, ptr};

/// A row that links two objects.
pub(super) struct LinkRow {
    pub(super) table: &'static TableDef,
    /// Its columns and those of the object that they refer to, and the object.
    pub(super) ends: [(Vec<(u16, u16)>, u32); 2],
}

/// The rows of tables that link which the next flush writes, so that many of them are not searched for each new one.
#[derive(Default)]
pub(super) struct LinkRows {
    tables: HashMap<usize, Written, foldhash::fast::RandomState>,
}

/// Those of one table.
#[derive(Default)]
struct Written {
    /// The time of the arena in which this was begun, and for which it holds.
    epoch: u64,
    /// How many of the session's touched objects have been looked at.
    seen: usize,
    /// Those that relations have added.
    added: HashMap<Ends, u32, foldhash::fast::RandomState>,
    /// Those that the program has added or changed.
    others: Vec<u32>,
}

/// The first column of each end, and the object that it leads to, in the order of the columns.
type Ends = [(u16, u32); 2];

impl Session {
    /// Adds the row that links two objects, unless the session has it already.
    pub(super) fn add_link_row(&mut self, row: LinkRow) -> Result<()> {
        if let Some(slot) = self.known_link(&row) {
            if let Some(object) =
                self.arena.get_mut(slot).filter(|object| object.state == State::Deleted && !object.gone)
            {
                object.state = State::Persistent;
            }
            return Ok(());
        }
        let slot = self.arena.insert_any(blank(row.table)?, State::Pending);
        self.link_rows.of(row.table).add(&self.arena, row.ends(), slot);
        row.ends.into_iter().try_for_each(|(pairs, other)| self.arena.link(slot, pairs, other))
    }

    /// Deletes the row that links two objects.
    pub(super) async fn delete_link_row(&mut self, row: LinkRow) -> Result<()> {
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

    /// Has the rows looked at again among which an object is, since it is to link others.
    pub(super) fn forget_link_rows(&mut self, slot: u32) {
        if !self.link_rows.tables.is_empty()
            && let Some(object) = self.arena.get(slot)
        {
            self.link_rows.tables.remove(&address(object.value.table()));
        }
    }

    /// The object of the row that links two objects, if the session has it.
    fn known_link(&mut self, row: &LinkRow) -> Option<u32> {
        self.link_rows.of(row.table).catch_up(&self.arena, row.table);
        let written = self.link_rows.tables.get(&address(row.table))?;
        let mut written = written.added.get(&row.ends()).into_iter().chain(&written.others).copied();
        if let Some(slot) = written.find(|&slot| self.is_link(slot, row)) {
            return Some(slot);
        }
        match self.link_key(row) {
            LinkKey::Known(key) => {
                let slot = self.identities.get(row.table, &key);
                slot.filter(|&slot| self.is_link(slot, row))
            }
            // No row can refer to what has no key.
            LinkKey::Unknown => None,
            LinkKey::Other => self.arena.iter().map(|(slot, _)| slot).find(|&slot| self.is_link(slot, row)),
        }
    }

    /// Whether an object is the row that links two others.
    fn is_link(&self, slot: u32, row: &LinkRow) -> bool {
        let leads = |object: &Object, (pairs, other): &(Vec<(u16, u16)>, u32)| {
            if object.links.iter().any(|link| link.slot == *other && link.pairs == *pairs) {
                return true;
            }
            self.value(*other).is_some_and(|other| has_key(other, pairs) && are_equal(&*object.value, pairs, other))
        };
        self.arena.get(slot).is_some_and(|object| {
            ptr::eq(object.value.table(), row.table) && !object.gone && row.ends.iter().all(|end| leads(object, end))
        })
    }

    /// The key of the row that links two objects.
    fn link_key(&self, row: &LinkRow) -> LinkKey {
        let mut key = vec![None; row.table.primary_key.len()];
        for (pairs, other) in &row.ends {
            let Some(other) = self.value(*other).filter(|other| has_key(*other, pairs)) else {
                return LinkKey::Unknown;
            };
            for &(own, theirs) in pairs {
                if let Some(place) = row.table.primary_key.iter().position(|&column| column == own) {
                    key[place] = Some(other.field(theirs.into()).to_value());
                }
            }
        }
        let key = key.into_iter().collect::<Option<Vec<_>>>().and_then(Key::new);
        key.map_or(LinkKey::Other, LinkKey::Known)
    }
}

/// What is known of the key of a row that links.
enum LinkKey {
    Known(Key),
    /// One of the objects that it links has none yet.
    Unknown,
    /// It is none of those that the row refers by.
    Other,
}

impl LinkRow {
    fn ends(&self) -> Ends {
        let mut ends = self.ends.each_ref().map(|(pairs, other)| (pairs.first().map_or(0, |(own, _)| *own), *other));
        ends.sort_unstable();
        ends
    }
}

impl LinkRows {
    fn of(&mut self, table: &'static TableDef) -> &mut Written {
        self.tables.entry(address(table)).or_default()
    }
}

impl Written {
    /// Looks at the objects that have been touched since.
    fn catch_up(&mut self, arena: &Arena, table: &'static TableDef) {
        if self.epoch != arena.epoch() {
            *self = Self { epoch: arena.epoch(), ..Self::default() };
        }
        let touched = arena.touched().iter().skip(self.seen).copied();
        let is_of_table = |slot: &u32| arena.get(*slot).is_some_and(|object| ptr::eq(object.value.table(), table));
        self.others.extend(touched.filter(is_of_table));
        self.seen = arena.touched().len();
    }

    /// Notes an object that was taken in just now.
    fn add(&mut self, arena: &Arena, ends: Ends, slot: u32) {
        self.added.insert(ends, slot);
        self.seen = arena.touched().len();
    }
}

/// Whether columns of one row are those of another.
pub(super) fn are_equal(own: &dyn AnyModel, pairs: &[(u16, u16)], other: &dyn AnyModel) -> bool {
    let equal = |&(a, b): &(u16, u16)| own.field(a.into()).to_value() == other.field(b.into()).to_value();
    pairs.iter().all(equal)
}

/// Whether a row has the key that others refer to.
fn has_key(row: &dyn AnyModel, pairs: &[(u16, u16)]) -> bool {
    pairs.iter().all(|&(_, theirs)| !row.field(theirs.into()).to_value().is_zero())
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
