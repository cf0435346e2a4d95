//! What an INSERT makes of a row that is there already.

use super::{Compiler, Upsert};
use crate::{
    error::{Error, ErrorKind, Result},
    schema::{ColumnRef, TableRef},
    statement::{Conflict, ConflictUpdate, Insert, InsertSource},
};

/// The name of the row that could not be inserted; PostgreSQL's and SQLite's own.
pub(crate) const EXCLUDED: &str = "excluded";

impl Compiler<'_> {
    pub(super) fn conflict(&mut self, conflict: &Conflict, table: TableRef) -> Result<()> {
        match self.dialect().capabilities().upsert {
            Upsert::OnConflict => self.on_conflict(conflict, table),
            Upsert::OnDuplicateKey => self.on_duplicate_key(conflict, table),
            // The whole INSERT is another statement then.
            Upsert::Merge => Ok(()),
        }
    }

    /// Writes an INSERT as the MERGE of its rows.
    pub(super) fn merge_conflict(&mut self, insert: &Insert, conflict: &Conflict) -> Result<()> {
        let Insert { table, columns, source, returning, .. } = insert;
        let Conflict { target, update } = conflict;
        if target.is_empty() {
            let cure = "name the columns of the key that it is about: .on_conflict(User.email)";
            return Err(self.unsupported("conflict of any key", cure));
        }
        if !returning.is_empty() {
            return Err(self.unsupported("MERGE … RETURNING", "read the rows by their key"));
        }
        let excluded = TableRef { alias: Some(EXCLUDED), ..*table };
        self.push("MERGE INTO ");
        self.table(*table)?;
        self.push(" USING (");
        match source {
            InsertSource::Values { .. } => {
                self.push("SELECT ");
                let first = self.walked;
                self.separated(", ", columns.iter().enumerate(), |compiler, (position, &index)| {
                    let column = ColumnRef { table: *table, index };
                    compiler.placeholder_of(first + position as u32, column);
                    compiler.push(" AS ");
                    compiler.name(column.name())
                })?;
                self.push(self.dialect().capabilities().from_nothing);
            }
            // Its columns have names of their own: those of the first of two united queries count, which yields no rows.
            InsertSource::Select(select) => {
                self.without_with(select)?;
                self.check_rows(select, columns, *table)?;
                self.push("SELECT ");
                self.separated(", ", columns, |compiler, &index| {
                    compiler.name(ColumnRef { table: *table, index }.name())
                })?;
                self.push(" FROM ");
                self.table(*table)?;
                self.push(" WHERE 1 = 0 UNION ALL SELECT * FROM (");
                self.subselect(select)?;
                self.push(")");
            }
        }
        self.push(")");
        self.table_alias(EXCLUDED)?;
        self.with_excluded(*table, |compiler| {
            compiler.push(" ON (");
            compiler.separated(" AND ", target, |compiler, &index| {
                compiler.column(ColumnRef { table: *table, index })?;
                compiler.push(" = ");
                compiler.column(ColumnRef { table: excluded, index })
            })?;
            compiler.push(")");
            if let Some(ConflictUpdate { assignments, filter }) = update {
                if let Some((index, _)) = assignments.iter().find(|(index, _)| target.contains(index)) {
                    let cure = "it has that value already: leave it out of .do_update(…)";
                    let error = compiler.unsupported("update of a column that rows are matched by", cure);
                    return Err(error.with_column(ColumnRef { table: *table, index: *index }.name()));
                }
                compiler.push(" WHEN MATCHED THEN UPDATE SET ");
                compiler.assignments(*table, assignments)?;
                compiler.conditions(" WHERE ", filter)?;
            }
            compiler.push(" WHEN NOT MATCHED THEN INSERT (");
            compiler.separated(", ", columns, |compiler, &index| {
                compiler.name(ColumnRef { table: *table, index }.name())
            })?;
            compiler.push(") VALUES (");
            compiler
                .separated(", ", columns, |compiler, &index| compiler.column(ColumnRef { table: excluded, index }))?;
            compiler.push(")");
            Ok(())
        })
    }

    fn on_conflict(&mut self, conflict: &Conflict, table: TableRef) -> Result<()> {
        let Conflict { target, update } = conflict;
        self.push(" ON CONFLICT");
        if !target.is_empty() {
            self.push(" (");
            self.separated(", ", target, |compiler, &index| compiler.name(ColumnRef { table, index }.name()))?;
            self.push(")");
        }
        let Some(ConflictUpdate { assignments, filter }) = update else {
            self.push(" DO NOTHING");
            return Ok(());
        };
        if target.is_empty() {
            let message =
                "an update on a conflict needs the columns of the key that it is about: .on_conflict(User.email)";
            return Err(Error::new(ErrorKind::Statement, message).with_table(table.def.full_name()));
        }
        self.push(" DO UPDATE SET ");
        self.with_excluded(table, |compiler| {
            compiler.assignments(table, assignments)?;
            compiler.conditions(" WHERE ", filter)
        })
    }

    fn on_duplicate_key(&mut self, conflict: &Conflict, table: TableRef) -> Result<()> {
        self.push(" ON DUPLICATE KEY UPDATE ");
        let Some(ConflictUpdate { assignments, filter }) = &conflict.update else {
            // Not INSERT IGNORE, which swallows every other error too.
            let index = conflict.target.first().or(table.def.primary_key.first()).copied().unwrap_or(0);
            let name = ColumnRef { table, index }.name();
            self.name(name)?;
            self.push(" = ");
            return self.name(name);
        };
        if !filter.is_empty() {
            return Err(self.unsupported("condition on the update of a conflict", "set the columns to a case(…)"));
        }
        self.values_of_row = true;
        let written = self.with_excluded(table, |compiler| compiler.assignments(table, assignments));
        self.values_of_row = false;
        written
    }

    fn with_excluded(&mut self, table: TableRef, write: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        self.scoped(vec![table, TableRef { alias: Some(EXCLUDED), ..table }], write)
    }
}
