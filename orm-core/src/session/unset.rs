//! Foreign keys that were never set.

use crate::{
    error::{Error, ErrorKind},
    schema::{AnyModel, ColumnTarget, TableDef},
};

/// Adds to the error of an INSERT which key of the objects is still 0, while the database never generates a 0: the object that it
/// refers to was not flushed when the key was copied.
#[cold]
pub(super) fn name_unset_key<'a>(
    error: Error,
    table: &TableDef,
    mut objects: impl Iterator<Item = &'a dyn AnyModel>,
) -> Error {
    if error.kind() != ErrorKind::ForeignKeyViolation {
        return error;
    }
    let generated = table.foreign_keys.iter().filter_map(|key| match (&*key.columns, &*key.references) {
        (&[column], [ColumnTarget::Model(target)]) if target().def().autoincrement => Some((column, target())),
        _ => None,
    });
    let keys: Vec<_> = generated.collect();
    let unset = objects.find_map(|object| {
        let zero = |column: u16| object.field(column.into()).to_value().is_zero();
        keys.iter().find(|(column, _)| zero(*column))
    });
    match unset {
        Some((column, target)) => {
            let column = &table.columns[usize::from(*column)].name;
            let cure = format!(
                "{column} is 0: flush the row of {} that it refers to first, and then take its key, session[handle].{}",
                target.table.label(),
                target.name(),
            );
            error.with_cure(&cure).with_column(column.to_string())
        }
        None => error,
    }
}
