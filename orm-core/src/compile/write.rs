//! UPDATE and DELETE as SQL.

use super::{Compiler, JoinedWrites, decimal, joined, precedence::Precedence};
use crate::{
    error::{Error, ErrorKind, Result},
    expr::{
        Node, tables_around,
        tree::{Join, JoinKind, Source},
    },
    schema::{ColumnDef, ColumnRef, TableRef},
    statement::{Delete, Matching, Update},
    types::SqlType,
};

impl Compiler<'_> {
    pub(super) fn update(&mut self, update: &Update) -> Result<()> {
        let Update { table, assignments, matching, returning } = update;
        check_target(*table)?;
        if !returning.is_empty() && !self.dialect().capabilities().update_returning {
            return Err(self.unsupported("UPDATE … RETURNING", SELECT_FIRST));
        }
        self.one_table = !matching.joins_others();
        self.with_of(assignments.iter().map(|(_, node)| node), matching)?;
        self.push("UPDATE ");
        matching.check(*table)?;
        let style = self.dialect().capabilities().joined_writes;
        let tables = matching.tables(*table);
        self.scoped(tables.clone(), |compiler| {
            if style == JoinedWrites::Joined && matching.joins_others() {
                compiler.joined(*table, matching)?;
                compiler.push(" SET ");
                compiler.joined_assignments(*table, assignments)?;
                return compiler.conditions(" WHERE ", &matching.filter);
            }
            compiler.table(*table)?;
            compiler.push(" SET ");
            if style == JoinedWrites::Subquery && matching.joins_others() {
                return compiler.assigned_rows(*table, assignments, matching);
            }
            compiler.assignments(*table, assignments)?;
            compiler.others(" FROM ", *table, matching)
        })?;
        // Only PostgreSQL returns columns of the others.
        let tables = if style == JoinedWrites::Using { tables } else { vec![*table] };
        self.returning(returning, tables)
    }

    pub(super) fn delete(&mut self, delete: &Delete) -> Result<()> {
        let Delete { table, matching, returning } = delete;
        check_target(*table)?;
        let style = self.dialect().capabilities().joined_writes;
        let joined = style == JoinedWrites::Joined && matching.joins_others();
        if !returning.is_empty() && (joined || !self.dialect().capabilities().delete_returning) {
            let what = if joined { "DELETE of joined rows … RETURNING" } else { "DELETE … RETURNING" };
            return Err(self.unsupported(what, SELECT_FIRST));
        }
        self.one_table = !matching.joins_others();
        self.with_of([], matching)?;
        matching.check(*table)?;
        self.push("DELETE ");
        let tables = matching.tables(*table);
        if joined {
            self.scoped(tables, |compiler| {
                compiler.name(table.label())?;
                compiler.push(" FROM ");
                compiler.joined(*table, matching)?;
                compiler.conditions(" WHERE ", &matching.filter)
            })?;
            return Ok(());
        }
        self.push("FROM ");
        self.table(*table)?;
        if matches!(style, JoinedWrites::From | JoinedWrites::Subquery) && matching.joins_others() {
            self.scoped(tables.clone(), |compiler| compiler.where_others(*table, matching))?;
        } else {
            self.scoped(tables.clone(), |compiler| compiler.others(" USING ", *table, matching))?;
        }
        let tables = if style == JoinedWrites::Using { tables } else { vec![*table] };
        self.returning(returning, tables)
    }

    /// Writes the table with all that is joined to it.
    fn joined(&mut self, table: TableRef, matching: &Matching) -> Result<()> {
        self.table(table)?;
        for source in &matching.from {
            self.push(" CROSS JOIN ");
            self.source(source)?;
        }
        matching.joins.iter().try_for_each(|join| self.join(join))
    }

    /// Writes the other sources after `keyword`, and all conditions, those of the joins too: the table itself cannot be joined there.
    fn others(&mut self, keyword: &str, table: TableRef, matching: &Matching) -> Result<()> {
        let Matching { from, joins, filter, .. } = matching;
        let mut separator = keyword;
        for source in from {
            self.push(separator);
            self.source(source)?;
            separator = " CROSS JOIN ";
        }
        let mut conditions: Vec<&Node> = Vec::new();
        for join in joins {
            match join.kind {
                JoinKind::Inner | JoinKind::Cross => {
                    self.push(separator);
                    self.source(&join.source)?;
                    conditions.extend(&join.on);
                }
                JoinKind::Left | JoinKind::Full if from.is_empty() || uses(join, table) => {
                    let cure = "take the value from a subquery: .scalar_subquery()";
                    return Err(self.unsupported("outer join of the table that is changed", cure));
                }
                JoinKind::Left | JoinKind::Full => self.join(join)?,
            }
            separator = " CROSS JOIN ";
        }
        conditions.extend(filter);
        self.conditions(" WHERE ", conditions)
    }

    /// Writes the condition that there are rows of the others.
    fn where_others(&mut self, table: TableRef, matching: &Matching) -> Result<()> {
        self.push(" WHERE EXISTS (SELECT 1");
        self.others(" FROM ", table, matching)?;
        self.push(")");
        Ok(())
    }

    /// Writes the assignments of what a row of the others has, of which there may be one.
    fn assigned_rows(&mut self, table: TableRef, assignments: &[(u16, Node)], matching: &Matching) -> Result<()> {
        self.push("(");
        self.separated(", ", assignments, |compiler, (index, _)| {
            compiler.name(ColumnRef { table, index: *index }.name())
        })?;
        self.push(") = (SELECT ");
        self.separated(", ", assignments, |compiler, (index, node)| {
            compiler.assigned(node, ColumnRef { table, index: *index })
        })?;
        self.others(" FROM ", table, matching)?;
        self.push(")");
        self.where_others(table, matching)
    }

    fn joined_assignments(&mut self, table: TableRef, assignments: &[(u16, Node)]) -> Result<()> {
        self.separated(", ", assignments.iter().enumerate(), |compiler, (position, (index, node))| {
            // The server sets them in any order.
            let others = assignments.iter().enumerate().filter(|(other, _)| *other != position).map(|(_, other)| other);
            let read = others.map(|(index, _)| ColumnRef { table, index: *index }).find(|column| reads(node, *column));
            if let Some(column) = read {
                return Err(compiler.reads_new_value(column));
            }
            let column = ColumnRef { table, index: *index };
            compiler.column(column)?;
            compiler.push(" = ");
            compiler.assigned(node, column)
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
            Some(column) => Err(self.reads_new_value(column)),
        }
    }

    #[cold]
    fn reads_new_value(&self, column: ColumnRef) -> Error {
        let error = self.unsupported(
            "UPDATE that reads a column after it has set it: it would read the new value",
            "set the column last, or in an update of its own",
        );
        error.with_column(column.name())
    }

    /// Writes what a column is set to.
    pub(super) fn assigned(&mut self, node: &Node, column: ColumnRef) -> Result<()> {
        if let Node::Bind(value) = node {
            let place = self.place(value);
            self.placeholder_of(place, column);
            return Ok(());
        }
        match (self.dialect().scaled_decimal(column.def()), decimal::scale_of(self.dialect(), node)) {
            (Some(scale), _) => self.scaled(node, scale, Precedence::Or),
            (None, None) => self.node(node),
            (None, Some(_)) => Err(self.other_type(column)),
        }
    }

    /// Refuses what a query selects for a column if the column keeps decimals otherwise: its number would be another.
    pub(super) fn check_stored(&self, node: &Node, column: ColumnRef) -> Result<()> {
        let kept = self.dialect().scaled_decimal(column.def());
        if kept == decimal::scale_of(self.dialect(), node) { Ok(()) } else { Err(self.other_type(column)) }
    }

    #[cold]
    fn other_type(&self, column: ColumnRef) -> Error {
        let cure = "compute it in the program";
        self.unsupported("assignments of decimals to columns of another type", cure).with_column(column.name())
    }

    /// Writes the placeholder of the value at `place`, which is stored in `column`.
    pub(super) fn placeholder_of(&mut self, place: u32, column: ColumnRef) {
        let ColumnDef { sql_type, precision, .. } = column.def();
        match (self.dialect().scaled_decimal(column.def()), sql_type, precision) {
            (Some(scale), ..) => self.placeholder_scaled(place, scale, Some(column)),
            (None, SqlType::Decimal | SqlType::BigDecimal, Some((_, scale))) => {
                self.placeholder_exact(place, *scale, column)
            }
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

impl Matching {
    /// Refuses other sources that nothing joins to the table.
    fn check(&self, table: TableRef) -> Result<()> {
        if self.from.is_empty() {
            return Ok(());
        }
        let sources: Vec<Source> = std::iter::once(Source::Table(table)).chain(self.from.iter().cloned()).collect();
        joined::check(&self.joins, &self.filter, &sources)
    }

    /// The table and the others.
    fn tables(&self, table: TableRef) -> Vec<TableRef> {
        let joined = self.joins.iter().map(|join| &join.source);
        let others = self.from.iter().chain(joined).map(Source::table_ref);
        std::iter::once(table).chain(others).collect()
    }
}

/// Refuses to change the rows of a query: they would be those of the table behind it, all of them.
pub(super) fn check_target(table: TableRef) -> Result<()> {
    if !table.derived {
        return Ok(());
    }
    let (name, model) = (table.label(), TableRef::new(table.def).value());
    let message = format!(
        "{name} is the rows of a query, which cannot be changed; change {model} where its rows are among them: \
         .filter({model}.id.in_(query({name}.id).from(&{name})))"
    );
    Err(Error::new(ErrorKind::Statement, message))
}

/// Whether a join's condition is about the table.
fn uses(join: &Join, table: TableRef) -> bool {
    let mut used = Vec::new();
    join.on.iter().for_each(|node| tables_around(node, &mut used));
    used.contains(&table)
}

/// What stands for RETURNING where there is none.
const SELECT_FIRST: &str = "select the rows first, with .for_update(), in the same transaction";
