//! INSERT as SQL, and what comes back of written rows.

use super::{Compiler, InsertDefaults, Upsert, select::outputs};
use crate::{
    error::Result,
    expr::{Node, expanded, tree::Select},
    schema::{ColumnDef, ColumnRef, TableRef},
    statement::{Insert, InsertSource},
};

impl Compiler<'_> {
    pub(super) fn insert(&mut self, insert: &Insert) -> Result<()> {
        let Insert { table, columns, source, conflict, returning } = insert;
        if let (Some(conflict), Upsert::Merge) = (conflict, self.dialect().capabilities().upsert) {
            return self.merge_conflict(insert, conflict);
        }
        let defs: Vec<&ColumnDef> = columns.iter().map(|&index| &table.def.columns[usize::from(index)]).collect();
        self.push("INSERT INTO ");
        self.table_name(*table)?;
        if columns.is_empty() {
            match self.dialect().capabilities().insert_defaults {
                InsertDefaults::Values => self.push(" DEFAULT VALUES"),
                InsertDefaults::EmptyRow => self.push(" () VALUES ()"),
                InsertDefaults::OfColumn => {
                    self.push(" (");
                    let index = table.def.primary_key.first().copied().unwrap_or(0);
                    self.name(ColumnRef { table: *table, index }.name())?;
                    self.push(") VALUES (DEFAULT)");
                }
            }
        } else {
            self.push(" (");
            self.separated(", ", &defs, |compiler, def| compiler.name(&def.name))?;
            self.push(")");
            match source {
                InsertSource::Values { rows, .. } => self.rows(*rows, columns, *table)?,
                InsertSource::Select(select) => self.rows_of(select, columns, *table, conflict.is_some())?,
            }
        }
        if let Some(conflict) = conflict {
            self.conflict(conflict, *table)?;
        }
        if !returning.is_empty() && !self.dialect().capabilities().returning {
            return Err(self
                .unsupported("INSERT … RETURNING", "add the rows to a session, which knows their keys after a flush"));
        }
        self.returning(returning, vec![*table])
    }

    fn rows(&mut self, rows: usize, columns: &[u16], table: TableRef) -> Result<()> {
        self.push(" VALUES ");
        let mut place = self.walked;
        self.separated(", ", 0..rows, |compiler, _| {
            compiler.push("(");
            compiler.separated(", ", columns, |compiler, &index| {
                compiler.placeholder_of(place, ColumnRef { table, index });
                place += 1;
                Ok(())
            })?;
            compiler.push(")");
            Ok(())
        })
    }

    /// An error if a column of the query cannot be kept in its column of the table.
    pub(super) fn check_rows(&self, select: &Select, columns: &[u16], table: TableRef) -> Result<()> {
        let mut stored = expanded(&select.columns).into_iter().zip(columns);
        stored.try_for_each(|(node, &index)| self.check_stored(&node, ColumnRef { table, index }))
    }

    fn rows_of(&mut self, select: &Select, columns: &[u16], table: TableRef, conflict: bool) -> Result<()> {
        self.check_rows(select, columns, table)?;
        self.push(" ");
        self.with_of_select(select)?;
        if !conflict {
            return self.subselect(select);
        }
        // Else SQLite would take the ON of the conflict for that of a join.
        self.push("SELECT * FROM (");
        self.subselect(select)?;
        self.push(") AS inserted WHERE 1 = 1");
        Ok(())
    }

    /// Writes what comes back of each written row: columns of the first table, and where there are more, of all of them.
    pub(super) fn returning(&mut self, nodes: &[Node], tables: Vec<TableRef>) -> Result<()> {
        if nodes.is_empty() {
            return Ok(());
        }
        self.outputs = outputs(self.dialect(), nodes);
        self.push(" RETURNING ");
        let (alone, into) = (tables.len() == 1, self.dialect().capabilities().returning_into);
        self.scoped(tables, |compiler| {
            compiler.separated(", ", nodes, |compiler, node| match node {
                Node::Column(column) if alone => compiler.bare_column(*column),
                Node::Table(table) if alone => {
                    let indexes = 0..table.def.columns.len() as u16;
                    compiler.separated(", ", indexes, |compiler, index| {
                        compiler.bare_column(ColumnRef { table: *table, index })
                    })
                }
                Node::Label(node, _) if into => compiler.node(node),
                node => compiler.select_item(node),
            })
        })?;
        if into {
            let values = self.order.len();
            self.push(" INTO ");
            self.separated(", ", 1..=self.outputs.len(), |compiler, number| {
                compiler.push(&format!(":{}", values + number));
                Ok(())
            })?;
        }
        Ok(())
    }

    fn bare_column(&mut self, column: ColumnRef) -> Result<()> {
        self.check_scope(column)?;
        self.name(column.name())
    }
}
