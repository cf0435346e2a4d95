//! INSERT, UPDATE and DELETE as SQL.

use super::{Compiler, decimal, expression::Precedence, select::outputs};
use crate::{
    error::Result,
    expr::Node,
    schema::{ColumnDef, ColumnRef, TableRef},
    statement::{Delete, Insert, Update},
    types::SqlType,
};

impl Compiler<'_> {
    pub(super) fn insert(&mut self, insert: &Insert) -> Result<()> {
        let Insert { table, columns, rows, values: _, conflict, returning } = insert;
        let defs: Vec<&ColumnDef> = columns.iter().map(|&index| &table.def.columns[usize::from(index)]).collect();
        self.push("INSERT INTO ");
        self.table_name(*table)?;
        if columns.is_empty() {
            self.push(self.dialect().capabilities().insert_defaults);
        } else {
            self.push(" (");
            self.separated(", ", &defs, |compiler, def| compiler.name(&def.name))?;
            self.push(") VALUES ");
            let mut place = self.walked;
            self.separated(", ", 0..*rows, |compiler, _| {
                compiler.push("(");
                compiler.separated(", ", columns, |compiler, &index| {
                    compiler.placeholder_of(place, ColumnRef { table: *table, index });
                    place += 1;
                    Ok(())
                })?;
                compiler.push(")");
                Ok(())
            })?;
        }
        if let Some(conflict) = conflict {
            self.conflict(conflict, *table)?;
        }
        self.returning(returning, *table)
    }

    fn returning(&mut self, nodes: &[Node], table: TableRef) -> Result<()> {
        if nodes.is_empty() {
            return Ok(());
        }
        self.outputs = outputs(self.dialect(), nodes);
        self.push(" RETURNING ");
        self.scoped(vec![table], |compiler| {
            compiler.separated(", ", nodes, |compiler, node| match node {
                Node::Column(column) => compiler.name(column.name()),
                node => compiler.node(node),
            })
        })
    }

    pub(super) fn update(&mut self, update: &Update) -> Result<()> {
        let Update { table, assignments, filter } = update;
        self.one_table = true;
        self.with_of(assignments.iter().map(|(_, node)| node).chain(filter))?;
        self.push("UPDATE ");
        self.table(*table)?;
        self.push(" SET ");
        self.scoped(vec![*table], |compiler| {
            compiler.assignments(*table, assignments)?;
            compiler.conditions(" WHERE ", filter)
        })
    }

    pub(super) fn assignments(&mut self, table: TableRef, assignments: &[(u16, Node)]) -> Result<()> {
        self.separated(", ", assignments.iter().enumerate(), |compiler, (position, (index, node))| {
            compiler.check_assigned_before(table, &assignments[..position], node)?;
            let column = ColumnRef { table, index: *index };
            compiler.name(column.name())?;
            compiler.push(" = ");
            compiler.assigned(node, column)
        })
    }

    /// Refuses an expression over a column that the same UPDATE has assigned to already, where the server would read the new value.
    fn check_assigned_before(&self, table: TableRef, before: &[(u16, Node)], node: &Node) -> Result<()> {
        if self.dialect().capabilities().simultaneous_assignments {
            return Ok(());
        }
        let read = before.iter().find(|(index, _)| reads(node, ColumnRef { table, index: *index }));
        match read.map(|(index, _)| ColumnRef { table, index: *index }) {
            None => Ok(()),
            Some(column) => Err(self
                .unsupported(
                    "UPDATE that reads a column after it has set it: it would read the new value",
                    "set the column last, or in an update of its own",
                )
                .with_column(column.name())),
        }
    }

    pub(super) fn delete(&mut self, delete: &Delete) -> Result<()> {
        let Delete { table, filter } = delete;
        self.one_table = true;
        self.with_of(filter)?;
        self.push("DELETE FROM ");
        self.table(*table)?;
        self.scoped(vec![*table], |compiler| compiler.conditions(" WHERE ", filter))
    }

    /// Writes what a column is set to.
    fn assigned(&mut self, node: &Node, column: ColumnRef) -> Result<()> {
        if let Node::Bind(value) = node {
            let place = self.place(value);
            self.placeholder_of(place, column);
            return Ok(());
        }
        match (self.dialect().scaled_decimal(column.def()), decimal::scale_of(self.dialect(), node)) {
            (Some(scale), _) => self.scaled(node, scale, Precedence::Or),
            (None, None) => self.node(node),
            (None, Some(_)) => Err(self
                .unsupported("assignments of decimals to columns of another type", "compute it in the program")
                .with_column(column.name())),
        }
    }

    /// Writes the placeholder of the value at `place`, which is stored in `column`.
    fn placeholder_of(&mut self, place: u32, column: ColumnRef) {
        let ColumnDef { sql_type, precision, .. } = column.def();
        match (self.dialect().scaled_decimal(column.def()), sql_type, precision) {
            (Some(scale), ..) => self.placeholder_scaled(place, scale, Some(column)),
            (None, SqlType::Decimal, Some((_, scale))) => self.placeholder_exact(place, *scale, column),
            _ => self.placeholder(place),
        }
    }
}

/// Whether the expression has the column in it.
fn reads(node: &Node, column: ColumnRef) -> bool {
    let mut found = *node == Node::Column(column);
    node.children(|child| found |= reads(child, column));
    found
}
