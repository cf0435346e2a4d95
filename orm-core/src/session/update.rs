//! The UPDATEs of a flush: rows that change the same columns go together, each with values of its own.

use super::{
    Session,
    cascade::changes_key,
    key::Key,
    role::{self, next_version},
    stale::{Failure, StaleRows},
    undo::{Change, Undo},
};
use crate::{
    compile::UpdateStyle,
    engine::{Done, Job},
    error::{Error, Result},
    schema::{ColumnRole, TableDef, TableRef},
    statement::UpdateMany,
    types::Value,
};
use std::{ptr, sync::Arc};

/// A row to change.
struct Changed {
    slot: u32,
    /// Whether it takes or frees a key, so that it keeps its place among the others.
    changes_key: bool,
    /// The columns that are set, and what to; those that the session sets by itself too.
    columns: Vec<u16>,
    values: Vec<Value>,
    /// The key by which it is found, with the version that it is to have.
    key: Vec<Value>,
    /// The columns that the session sets by itself, for the object.
    own: Vec<(u16, Value)>,
}

impl Session {
    /// Writes the changed columns of objects, in their order; what frees no key for another goes with its like.
    pub(super) async fn update_rows(&mut self, slots: &[u32]) -> Result<(), Failure> {
        let mut rest = slots;
        while let Some(&first) = rest.first() {
            let table = self.object(first)?.value.table();
            let of_table = |slot: &&u32| self.table(**slot).is_some_and(|own| ptr::eq(own, table));
            let (rows, others) = rest.split_at(rest.iter().take_while(of_table).count().max(1));
            let mut alike: Vec<Vec<Changed>> = Vec::new();
            for &slot in rows {
                self.arena.settle(slot)?;
                let Some(changed) = self.changed(slot, table)? else {
                    self.unchanged(slot);
                    continue;
                };
                let like = |group: &&mut Vec<Changed>| !group[0].changes_key && group[0].columns == changed.columns;
                let known = if changed.changes_key { None } else { alike.iter_mut().find(like) };
                match known {
                    Some(group) => group.push(changed),
                    None => alike.push(vec![changed]),
                }
            }
            for group in alike {
                self.update_alike(group, table).await?;
            }
            rest = others;
        }
        Ok(())
    }

    /// What there is to write of an object, if anything.
    fn changed(&self, slot: u32, table: &'static TableDef) -> Result<Option<Changed>> {
        let object = self.object(slot)?;
        let mut columns = object.changed_columns();
        let (Some(stored), false) = (&object.stored, columns.is_empty()) else { return Ok(None) };
        let mut own = Vec::new();
        if let Some(column) = table.with_role(ColumnRole::UpdatedAt).filter(|column| !columns.contains(column)) {
            own.push((column, role::moment(table.columns[usize::from(column)].sql_type, role::now())));
        }
        let version = table.with_role(ColumnRole::Version);
        if let Some(column) = version {
            columns.retain(|changed| *changed != column);
            own.push((column, next_version(&stored.field(column.into()).to_value())));
        }
        let mut values: Vec<Value> =
            columns.iter().map(|&column| object.value.field(column.into()).to_value()).collect();
        columns.extend(own.iter().map(|(column, _)| *column));
        values.extend(own.iter().map(|(_, value)| value.clone()));
        let key = key_columns(table).map(|column| stored.field(column.into()).to_value()).collect();
        Ok(Some(Changed { slot, changes_key: changes_key(object), columns, values, key, own }))
    }

    /// Runs the UPDATEs of objects that set the same columns, and takes their changes for what the database has.
    async fn update_alike(&mut self, rows: Vec<Changed>, table: &'static TableDef) -> Result<(), Failure> {
        let here = |error: Error| error.with_table(table.full_name());
        let key: Vec<u16> = key_columns(table).collect();
        let sizes = self.sizes(rows.len(), &rows[0].columns, &key, table);
        let jobs = |session: &Self, rows: &[Changed]| session.update_jobs(rows, &key, table);
        let outcome = match jobs(self, &rows) {
            Ok(jobs) => self.run_flush(jobs).await,
            Err(error) => Err((0, error)),
        };
        let done = match outcome {
            Ok(done) => done,
            Err((done, error)) => {
                let left = &rows[sizes[..done].iter().sum()..];
                return Err(here(self.name_refused(error, left, |row| row.slot, jobs).await).into());
            }
        };
        let mut rest = &rows[..];
        for (Done { affected, .. }, size) in done.into_iter().zip(sizes) {
            let (chunk, others) = rest.split_at(size);
            rest = others;
            if affected != size as u64 {
                let keys = chunk.iter().filter_map(|row| Key::new(row.key.iter().cloned())).collect();
                return Err(Failure::Stale(StaleRows { table, columns: key, keys, what: "change" }));
            }
        }
        for Changed { slot, own, changes_key, .. } in rows {
            if changes_key {
                self.unidentify(slot);
            }
            if let Some(object) = self.arena.get_mut(slot) {
                for (column, value) in own {
                    role::set(&mut *object.value, column, value)?;
                }
            }
            self.unchanged(slot);
            if changes_key {
                self.identify(slot);
            }
        }
        Ok(())
    }

    /// Notes that an object is as the database has it.
    fn unchanged(&mut self, slot: u32) {
        if let Some(stored) = self.arena.get_mut(slot).and_then(|object| object.stored.take()) {
            self.undo.push(Undo { slot, what: Change::Update { stored } });
        }
    }

    /// How many rows go into each statement: a power of two, so that few statements serve every number of rows.
    fn sizes(&self, rows: usize, columns: &[u16], key: &[u16], table: &TableDef) -> Vec<usize> {
        let dialect = self.engine.dialect();
        let crate::compile::UpdateMany { style, most } = dialect.capabilities().update_many;
        let most = match style {
            UpdateStyle::Arrays => return (0..rows).step_by(most).map(|start| most.min(rows - start)).collect(),
            UpdateStyle::OneRow => 1,
            UpdateStyle::Values => {
                let mut columns = columns.iter().chain(key).map(|&column| table.columns[usize::from(column)].sql_type);
                let width = columns.clone().count();
                if columns.all(|sql_type| dialect.cast_type(sql_type).is_ok()) {
                    dialect.capabilities().max_binds / width
                } else {
                    1
                }
            }
            UpdateStyle::Cases => dialect.capabilities().max_binds / (columns.len() * (1 + key.len()) + key.len()),
        }
        .clamp(1, most);
        let mut sizes = Vec::new();
        let mut left = rows;
        while left > 0 {
            let size = 1 << left.min(most).ilog2();
            sizes.push(size);
            left -= size;
        }
        sizes
    }

    fn update_jobs(&self, rows: &[Changed], key: &[u16], table: &'static TableDef) -> Result<Vec<Job>> {
        let (mut jobs, mut rest): (Vec<Job>, _) = (Vec::new(), rows);
        for size in self.sizes(rows.len(), &rows[0].columns, key, table) {
            let (chunk, others) = rest.split_at(size);
            rest = others;
            jobs.push(self.update_job(chunk, key, table, jobs.last())?);
        }
        Ok(jobs)
    }

    fn update_job(&self, rows: &[Changed], key: &[u16], table: &'static TableDef, last: Option<&Job>) -> Result<Job> {
        let arrays = self.engine.dialect().capabilities().update_many.style == UpdateStyle::Arrays;
        let values = |rows: &[Changed]| -> Vec<Value> {
            rows.iter().flat_map(|row| row.values.iter().chain(&row.key)).cloned().collect()
        };
        let wanted = rows.len() * (rows[0].values.len() + key.len());
        if let Some(last) = last.filter(|last| last.statement.values == wanted) {
            let statement = Arc::clone(&last.statement);
            let binds = statement.arrange(values(rows))?;
            return Ok(Job { statement, binds, sink: None, timeout: None });
        }
        let at_once = if arrays { 1 } else { rows.len() };
        let update = UpdateMany {
            table: TableRef::new(table),
            columns: rows[0].columns.clone(),
            key: key.to_vec(),
            identity: table.primary_key.len(),
            rows: at_once,
            values: values(&rows[..at_once]),
        };
        let (statement, mut binds) = self.engine.compile(update)?;
        for row in rows[at_once..].chunks(1) {
            binds.extend(statement.arrange(values(row))?);
        }
        Ok(Job { statement, binds, sink: None, timeout: None })
    }
}

/// The columns by which a row is found that is changed or deleted: its key, and its version.
pub(super) fn key_columns(table: &TableDef) -> impl Iterator<Item = u16> {
    table.primary_key.iter().copied().chain(table.with_role(ColumnRole::Version))
}
