//! The UPDATE of rows that each have values of their own.

use super::{Compiler, UpdateStyle};
use crate::{
    error::Result,
    schema::{ColumnRef, TableRef},
    statement::UpdateMany,
};

impl Compiler<'_> {
    pub(super) fn update_many(&mut self, update: &UpdateMany) -> Result<()> {
        let UpdateMany { table, columns, key, identity, rows, values: _ } = update;
        let width = columns.len() + key.len();
        let rows = Rows { table: *table, columns, key, identity: *identity, count: *rows, width };
        self.push("UPDATE ");
        self.table(*table)?;
        self.push(" SET ");
        self.scoped(vec![*table], |compiler| match compiler.dialect().capabilities().update_many.style {
            _ if rows.count == 1 => compiler.one_row(&rows),
            UpdateStyle::Values => compiler.rows_as_table(&rows),
            UpdateStyle::Cases | UpdateStyle::OneRow | UpdateStyle::Arrays => compiler.rows_as_cases(&rows),
        })
    }

    /// `SET a = ? WHERE id = ?`
    fn one_row(&mut self, rows: &Rows<'_>) -> Result<()> {
        self.separated(", ", rows.columns.iter().enumerate(), |compiler, (position, &index)| {
            let column = rows.column(index);
            compiler.name(column.name())?;
            compiler.push(" = ");
            compiler.placeholder_of(rows.place(0, position), column);
            Ok(())
        })?;
        self.push(" WHERE ");
        self.key_of_row(rows, 0, rows.key.len())
    }

    /// `SET a = changed.a_0 FROM (VALUES (…), (…)) AS changed (a_0, k_0) WHERE id = changed.k_0`
    fn rows_as_table(&mut self, rows: &Rows<'_>) -> Result<()> {
        self.separated(", ", rows.columns.iter().enumerate(), |compiler, (position, &index)| {
            compiler.name(rows.column(index).name())?;
            compiler.push(&format!(" = {}.a_{position}", rows.called()));
            Ok(())
        })?;
        self.push(" FROM (VALUES ");
        self.separated(", ", 0..rows.count, |compiler, row| {
            compiler.push("(");
            let columns = rows.columns.iter().chain(rows.key).enumerate();
            compiler.separated(", ", columns, |compiler, (position, &index)| {
                let (place, column) = (rows.place(row, position), rows.column(index));
                if row > 0 {
                    compiler.placeholder_of(place, column);
                    return Ok(());
                }
                // The first row says what the columns are.
                compiler.cast(column.def().sql_type, |compiler| {
                    compiler.placeholder_of(place, column);
                    Ok(())
                })
            })?;
            compiler.push(")");
            Ok(())
        })?;
        self.push(&format!(") AS {} (", rows.called()));
        let named = |prefix: &'static str, count: usize| (0..count).map(move |position| format!("{prefix}_{position}"));
        let names = named("a", rows.columns.len()).chain(named("k", rows.key.len()));
        self.separated(", ", names, |compiler, name| {
            compiler.push(&name);
            Ok(())
        })?;
        self.push(") WHERE ");
        self.separated(" AND ", rows.key.iter().enumerate(), |compiler, (position, &index)| {
            compiler.column(rows.column(index))?;
            compiler.push(&format!(" = {}.k_{position}", rows.called()));
            Ok(())
        })
    }

    /// `SET a = CASE WHEN id = ? THEN ? … ELSE a END WHERE id = ? OR …`
    fn rows_as_cases(&mut self, rows: &Rows<'_>) -> Result<()> {
        self.separated(", ", rows.columns.iter().enumerate(), |compiler, (position, &index)| {
            let column = rows.column(index);
            compiler.name(column.name())?;
            compiler.push(" = CASE");
            for row in 0..rows.count {
                compiler.push(" WHEN ");
                // A version is set by the same statement, maybe before.
                compiler.key_of_row(rows, row, rows.identity)?;
                compiler.push(" THEN ");
                compiler.placeholder_of(rows.place(row, position), column);
            }
            compiler.push(" ELSE ");
            compiler.column(column)?;
            compiler.push(" END");
            Ok(())
        })?;
        self.push(" WHERE ");
        if let [index] = rows.key {
            self.column(rows.column(*index))?;
            self.push(" IN (");
            self.separated(", ", 0..rows.count, |compiler, row| {
                compiler.placeholder_of(rows.place(row, rows.columns.len()), rows.column(*index));
                Ok(())
            })?;
            self.push(")");
            return Ok(());
        }
        self.separated(" OR ", 0..rows.count, |compiler, row| {
            compiler.push("(");
            compiler.key_of_row(rows, row, rows.key.len())?;
            compiler.push(")");
            Ok(())
        })
    }

    /// Writes that a row has the first `columns` columns of a key.
    fn key_of_row(&mut self, rows: &Rows<'_>, row: usize, columns: usize) -> Result<()> {
        self.separated(" AND ", rows.key[..columns].iter().enumerate(), |compiler, (position, &index)| {
            let column = rows.column(index);
            compiler.column(column)?;
            compiler.push(" = ");
            compiler.placeholder_of(rows.place(row, rows.columns.len() + position), column);
            Ok(())
        })
    }
}

/// The rows of values of the statement.
struct Rows<'a> {
    table: TableRef,
    columns: &'a [u16],
    key: &'a [u16],
    identity: usize,
    count: usize,
    width: usize,
}

impl Rows<'_> {
    /// What the rows of values are called, where they are a table: not as the table that is changed.
    fn called(&self) -> &'static str {
        if self.table.def.name.eq_ignore_ascii_case("changed") { "changes" } else { "changed" }
    }

    fn column(&self, index: u16) -> ColumnRef {
        ColumnRef { table: self.table, index }
    }

    fn place(&self, row: usize, position: usize) -> u32 {
        (row * self.width + position) as u32
    }
}
