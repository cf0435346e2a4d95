//! Keys that objects keep from a flush that was taken back, or of rows that the transaction deleted, where the database would give them to
//! others: it generates them from the rows there are.

use super::{Session, State, role};
use crate::{
    compile::GeneratedKeys,
    error::Result,
    expr::{
        Node,
        tree::{Order, Select},
    },
    schema::{AnyModel, ColumnRef, TableDef, TableRef},
    types::{SqlType, Value},
};
use std::ptr;

impl Session {
    /// Gives objects to insert the keys after those that others keep: these may be inserted after them, or be there again after a rollback to
    /// a savepoint.
    pub(super) async fn number_after_kept(&mut self, slots: &[u32]) -> Result<()> {
        if !self.keeps_keys || self.engine.dialect().capabilities().generated_keys != GeneratedKeys::Rows {
            return Ok(());
        }
        let tables = slots.chunk_by(|&a, &b| self.table(a).is_some_and(|table| self.is_of(b, table)));
        for of_table in tables.collect::<Vec<_>>() {
            self.number_of_table(of_table).await?;
        }
        Ok(())
    }

    async fn number_of_table(&mut self, slots: &[u32]) -> Result<()> {
        let Some(table) = slots.first().and_then(|&slot| self.table(slot)) else { return Ok(()) };
        let Some(column) = table.columns.iter().position(|column| column.autoincrement) else { return Ok(()) };
        let column = column as u16;
        let key = |value: &dyn AnyModel| as_i64(&value.field(column.into()).to_value());
        let of_table = self.arena.iter().filter(|(_, object)| ptr::eq(object.value.table(), table));
        let hold = of_table.filter(|(_, object)| object.gone || object.state == State::Pending);
        let kept = hold.filter_map(|(_, object)| key(object.in_database())).max();
        let is_unnumbered = |slot: &u32| self.value(*slot).and_then(key) == Some(0);
        let unnumbered: Vec<u32> = slots.iter().copied().filter(is_unnumbered).collect();
        let Some(kept) = kept.filter(|kept| *kept > 0 && !unnumbered.is_empty()) else { return Ok(()) };
        let mut last = kept.max(self.greatest(table, column).await?);
        for slot in unnumbered {
            last = last.saturating_add(1);
            let value = match table.columns[usize::from(column)].sql_type {
                SqlType::BigUnsigned => Value::UInt(last.unsigned_abs()),
                _ => Value::Int(last),
            };
            if let Some(object) = self.arena.get_mut(slot) {
                role::set(&mut *object.value, column, value)?;
            }
        }
        Ok(())
    }

    /// The greatest integer in a column of a table; 0 if it has no rows.
    async fn greatest(&mut self, table: &'static TableDef, column: u16) -> Result<i64> {
        let node = Node::Column(ColumnRef { table: TableRef::new(table), index: column });
        let order = Order { node: node.clone(), descending: true, nulls: None };
        let select = Select { columns: vec![node], order_by: vec![order], limit: Some(1), ..Select::default() };
        let values = self.read_values(select, table, &[column]).await?;
        Ok(values.first().and_then(as_i64).unwrap_or(0))
    }
}

/// A key as SQLite has it.
fn as_i64(key: &Value) -> Option<i64> {
    key.as_integer()?.try_into().ok()
}
