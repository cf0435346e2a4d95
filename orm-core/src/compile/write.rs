//! INSERT, UPDATE and DELETE as SQL.

use super::{Compiler, compiled::Conversion, select::outputs};
use crate::{
    error::Result,
    expr::Node,
    schema::ColumnDef,
    statement::{Delete, Insert, Update},
};

impl Compiler<'_> {
    pub(super) fn insert(&mut self, insert: &Insert) -> Result<()> {
        let Insert { table, columns, rows, values: _, returning } = insert;
        let defs: Vec<&ColumnDef> = columns.iter().map(|&index| &table.def.columns[usize::from(index)]).collect();
        self.push("INSERT INTO ");
        self.table_name(*table)?;
        if columns.is_empty() {
            self.push(self.dialect().capabilities().insert_defaults);
        } else {
            self.push(" (");
            self.separated(", ", &defs, |compiler, def| compiler.name(&def.name))?;
            self.push(") VALUES ");
            let mut place = 0;
            self.separated(", ", 0..*rows, |compiler, _| {
                compiler.push("(");
                compiler.separated(", ", &defs, |compiler, def| {
                    match compiler.dialect().scaled_decimal(def) {
                        Some(scale) => compiler.placeholder_scaled(place, scale),
                        None => compiler.placeholder(place),
                    }
                    place += 1;
                    Ok(())
                })?;
                compiler.push(")");
                Ok(())
            })?;
        }
        self.returning(returning, insert.table)
    }

    fn returning(&mut self, nodes: &[Node], table: crate::schema::TableRef) -> Result<()> {
        if nodes.is_empty() {
            return Ok(());
        }
        self.outputs = outputs(self, nodes);
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
        self.push("UPDATE ");
        self.table(*table)?;
        self.push(" SET ");
        self.scoped(vec![*table], |compiler| {
            compiler.separated(", ", assignments, |compiler, (index, node)| {
                let def = &table.def.columns[usize::from(*index)];
                compiler.name(&def.name)?;
                compiler.push(" = ");
                match compiler.dialect().scaled_decimal(def) {
                    Some(scale) => compiler.scaled(node, scale),
                    None => compiler.node(node),
                }
            })?;
            compiler.conditions(" WHERE ", filter)
        })
    }

    pub(super) fn delete(&mut self, delete: &Delete) -> Result<()> {
        let Delete { table, filter } = delete;
        self.push("DELETE FROM ");
        self.table(*table)?;
        self.scoped(vec![*table], |compiler| compiler.conditions(" WHERE ", filter))
    }

    /// Writes the placeholder of a value that, if it is a decimal, is sent as a scaled integer.
    pub(super) fn placeholder_scaled(&mut self, place: u32, scale: u8) {
        self.conversions.push(Conversion { index: self.order.len() as u32, scale });
        self.placeholder(place);
    }
}
