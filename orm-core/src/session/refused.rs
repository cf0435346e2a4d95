//! Which of the rows of a statement the server refused.

use super::{OfSession, Session, key::shown, order::key_of};
use crate::{
    engine::{Done, Job},
    error::{Error, ErrorKind, RefusedRow, Result},
    schema::AnyModel,
    types::Value,
};
use std::slice;

impl Session {
    /// Whether the last flush failed because the server refused the row of this object; false for a handle that is stale or of another
    /// session. A new object that was refused has no key yet by which [`Error::row`] could name it.
    pub fn is_refused(&self, handle: impl OfSession) -> bool {
        self.arena.slot(handle.handle()).is_ok_and(|slot| self.has_refused(slot))
    }

    pub(super) fn has_refused(&self, slot: u32) -> bool {
        self.refused == Some((slot, self.arena.generation(slot)))
    }

    /// Runs statements of a flush in order. An error comes with the number of those that were done before, where that matters: where the
    /// transaction goes on after an error.
    pub(super) async fn run_flush(&mut self, jobs: Vec<Job>) -> Result<Vec<Done>, (usize, Error)> {
        let survives = self.engine.dialect().capabilities().survives_errors;
        let transaction = self.open_transaction().map_err(|error| (0, error))?;
        if !survives {
            return transaction.run_all(jobs).await.map_err(|error| (0, error));
        }
        let mut done = Vec::with_capacity(jobs.len());
        for job in jobs {
            match transaction.run(job).await {
                Ok(one) => done.push(one),
                Err(error) => return Err((done.len(), error)),
            }
        }
        Ok(done)
    }

    /// Adds to the error of a statement over rows of objects which of them the server refused, and notes the object. `jobs` are the
    /// statements that write some of the rows. What they write is taken back with the flush.
    #[cold]
    pub(super) async fn name_refused<R: Sync>(
        &mut self,
        error: Error,
        rows: &[R],
        slot: impl Fn(&R) -> u32 + Send,
        jobs: impl Fn(&Self, &[R]) -> Result<Vec<Job>> + Send + Sync,
    ) -> Error {
        let told = error.refused().cloned();
        let found = match error.kind() {
            ErrorKind::UniqueViolation
            | ErrorKind::ForeignKeyViolation
            | ErrorKind::NotNullViolation
            | ErrorKind::CheckViolation
            | ErrorKind::Encode => match (rows, &told) {
                ([row], _) => Some(row),
                // Of two new rows with one key the second was refused.
                (_, Some(told)) => rows.iter().rfind(|row| self.is_told(told, slot(row))),
                _ if self.engine.dialect().capabilities().survives_errors => {
                    self.by_halves(error.kind(), rows, jobs).await
                }
                _ if error.kind() == ErrorKind::Encode => {
                    rows.iter().find(|row| jobs(self, slice::from_ref(row)).is_err())
                }
                _ => None,
            },
            _ => None,
        };
        let Some(slot) = found.map(slot) else { return error };
        self.refused = Some((slot, self.arena.generation(slot)));
        match self.stored_key(slot) {
            Some(key) => error.with_row(key),
            None => error,
        }
    }

    /// The key of an object's row, unless the database is still to generate it.
    fn stored_key(&self, slot: u32) -> Option<String> {
        let object = self.arena.get(slot)?;
        let table = object.value.table();
        let key = key_of(object.in_database(), &table.primary_key)?;
        let mut columns = table.primary_key.iter().zip(key.values());
        let generated =
            columns.any(|(&column, value)| table.columns[usize::from(column)].autoincrement && value.is_zero());
        (!generated).then(|| shown(key.values()))
    }

    /// The row that is refused, found by running half of the rows, and half of those that are left, until one is.
    async fn by_halves<'r, R: Sync>(
        &mut self,
        kind: ErrorKind,
        mut rows: &'r [R],
        jobs: impl Fn(&Self, &[R]) -> Result<Vec<Job>> + Send + Sync,
    ) -> Option<&'r R> {
        while !rows.is_empty() {
            let (half, others) = rows.split_at(rows.len().div_ceil(2));
            let outcome = match jobs(self, half) {
                Ok(jobs) => self.run_flush(jobs).await.map_err(|(_, error)| error),
                Err(error) => Err(error),
            };
            rows = match outcome {
                Ok(_) => others,
                Err(error) if error.kind() == kind => match half {
                    [row] => return Some(row),
                    half => half,
                },
                Err(_) => return None,
            };
        }
        None
    }

    /// Whether a row is the one that the server tells of, as it is to be or as it was.
    fn is_told(&self, told: &RefusedRow, slot: u32) -> bool {
        let is_told = |row: Option<&dyn AnyModel>| row.is_some_and(|row| told.is(row));
        is_told(self.value(slot)) || is_told(self.in_database(slot))
    }
}

impl RefusedRow {
    /// Whether it is a row of a model, as far as the values are texts that are the same everywhere.
    fn is(&self, row: &dyn AnyModel) -> bool {
        let table = row.table();
        let Some(columns) = &self.columns else {
            let told: Vec<&str> = self.values.split(", ").collect();
            let mut values = (0..table.columns.len()).map(|index| row.field(index).to_value());
            // What is not known before it is inserted can be anything.
            let fits = |(told, value): (&&str, Value)| {
                value.is_zero() || value.is_null() || as_told(&value).is_none_or(|text| text == *told)
            };
            return told.len() == values.len() && told.iter().zip(&mut values).all(fits);
        };
        let position = |name: &str| table.columns.iter().position(|column| column.name == name.trim_matches('"'));
        let value = |name: &str| as_told(&row.field(position(name)?).to_value());
        let values: Option<Vec<String>> = columns.split(", ").map(value).collect();
        values.is_some_and(|values| values.join(", ") == self.values)
    }
}

/// The text of a value, where every server and every setting writes the same.
fn as_told(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null(_) => "null".into(),
        Value::Int(value) => value.to_string(),
        Value::UInt(value) => value.to_string(),
        Value::Text(value) => value.clone(),
        Value::Uuid(value) => value.to_string(),
        Value::Enum(_, value) => (*value).into(),
        _ => return None,
    })
}
