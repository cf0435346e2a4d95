//! What a SELECT reads from, as SQL.

use super::{Compiler, Precedence};
use crate::{
    error::Result,
    expr::{
        Node,
        tree::{Join, JoinKind, Source},
    },
    schema::TableRef,
    types::Value,
};

impl Compiler<'_> {
    pub(super) fn source(&mut self, source: &Source) -> Result<()> {
        match source {
            Source::Table(table) => self.table(*table),
            Source::Select(select, table) => {
                self.push("(");
                // It sees the tables of the enclosing queries, but not its neighbours in FROM.
                self.outside(|compiler| compiler.subselect(select))?;
                self.push(")");
                self.table_alias(table.label())
            }
            Source::Lateral(select, table) => {
                if !self.dialect().capabilities().lateral {
                    return Err(self.unsupported("LATERAL", "number the rows with func::row_number() in a subquery"));
                }
                self.push("LATERAL (");
                self.subselect(select)?;
                self.push(")");
                self.table_alias(table.label())
            }
            Source::Cte(cte, table) => self.named_rows(cte.name, *table),
            Source::Recursion(table) => self.named_rows(&table.def.name, *table),
            Source::Values(rows, table) => self.values_table(rows, *table),
        }
    }

    /// Writes a table and its alias.
    pub(super) fn table(&mut self, table: TableRef) -> Result<()> {
        self.table_name(table)?;
        if let Some(alias) = table.alias {
            self.table_alias(alias)?;
        }
        Ok(())
    }

    fn named_rows(&mut self, name: &str, table: TableRef) -> Result<()> {
        self.name(name)?;
        if table.label() != name {
            self.table_alias(table.label())?;
        }
        Ok(())
    }

    /// Writes rows of expressions as a table.
    fn values_table(&mut self, rows: &[Vec<Node>], table: TableRef) -> Result<()> {
        let columns = || table.def.columns.iter();
        self.push("(");
        if rows.is_empty() {
            self.push("SELECT ");
            self.separated(", ", columns(), |compiler, column| {
                compiler.cast(column.sql_type, |compiler| {
                    compiler.push("NULL");
                    Ok(())
                })?;
                compiler.push(" AS ");
                compiler.name(&column.name)
            })?;
            self.push(self.dialect().capabilities().from_nothing);
            self.push(" WHERE 1 = 0");
        } else {
            // Not every server can name the columns of VALUES.
            self.separated(" UNION ALL ", rows.iter().enumerate(), |compiler, (index, row)| {
                compiler.push("SELECT ");
                compiler.separated(", ", row.iter().zip(columns()), |compiler, (node, column)| {
                    let is_null = matches!(node, Node::Bind(Value::Null(_)));
                    match compiler.dialect().scaled_decimal(column) {
                        Some(scale) => compiler.scaled(node, scale, Precedence::Or)?,
                        // The first row says what the column is, which a NULL does not tell every server.
                        None if index == 0 && is_null && compiler.dialect().cast_type(column.sql_type).is_ok() => {
                            compiler.cast(column.sql_type, |compiler| compiler.node(node))?;
                        }
                        None => compiler.node(node)?,
                    }
                    if index > 0 {
                        return Ok(());
                    }
                    compiler.push(" AS ");
                    compiler.name(&column.name)
                })?;
                compiler.push(compiler.dialect().capabilities().from_nothing);
                Ok(())
            })?;
        }
        self.push(")");
        self.table_alias(table.label())
    }

    pub(super) fn join(&mut self, join: &Join) -> Result<()> {
        if join.kind == JoinKind::Full && !self.dialect().capabilities().full_join {
            let cure = "unite a LEFT JOIN with the rows that have no match: .union_all(…)";
            return Err(self.unsupported("FULL JOIN", cure));
        }
        self.push(match join.kind {
            JoinKind::Inner => " JOIN ",
            JoinKind::Left => " LEFT JOIN ",
            JoinKind::Full => " FULL JOIN ",
            JoinKind::Cross => " CROSS JOIN ",
        });
        self.source(&join.source)?;
        self.conditions(" ON ", &join.on)
    }
}
