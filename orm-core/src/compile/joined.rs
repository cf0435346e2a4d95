//! Whether anything joins the tables that a SELECT reads from.
//!
//! Two tables that nothing joins come as every row of one with every row of the other, which is seldom meant and never noticed in a
//! count or a sum. Whoever means it says `.cross_join(…)`.

use super::compiler::relations;
use crate::{
    error::{Error, ErrorKind, Result},
    expr::{
        Node, has_text, tables_around,
        tree::{Join, Source, UnaryOp},
    },
    schema::TableRef,
};

/// Refuses a SELECT of tables that neither a join nor a condition brings together. A join speaks for the table it brings.
///
/// # Errors
/// Of kind [`Statement`](ErrorKind::Statement); the message names two of the tables, and the way to join them.
pub(super) fn check(joins: &[Join], filter: &[Node], sources: &[Source]) -> Result<()> {
    let [first, _, ..] = sources else { return Ok(()) };
    let mut groups = Groups::default();
    for join in joins {
        let mut tables = vec![join.source.table_ref()];
        join.on.iter().for_each(|node| tables_around(node, &mut tables));
        groups.unite(tables);
    }
    let on = joins.iter().flat_map(|join| &join.on);
    if on.chain(filter).any(has_text) {
        return Ok(()); // only the server knows what it compares
    }
    filter.iter().for_each(|condition| groups.compare(condition));
    let group = groups.of(first.table_ref());
    match sources.iter().map(Source::table_ref).find(|table| !group.contains(table)) {
        None => Ok(()),
        Some(lonely) => Err(not_joined(first.table_ref(), &group, lonely)),
    }
}

/// Tables, in the groups that conditions make of them.
#[derive(Default)]
struct Groups(Vec<Vec<TableRef>>);

impl Groups {
    fn unite(&mut self, mut tables: Vec<TableRef>) {
        self.0.retain_mut(|group| {
            let apart = !group.iter().any(|table| tables.contains(table));
            if !apart {
                tables.retain(|table| !group.contains(table));
                tables.append(group);
            }
            apart
        });
        self.0.push(tables);
    }

    /// Unites the tables of each comparison in a condition: `a.x = 1 OR b.y = 2` says nothing of how `a` and `b` belong together.
    fn compare(&mut self, condition: &Node) {
        if let Node::Junction(..) | Node::Unary(UnaryOp::Not, _) = condition {
            return condition.children(|node| self.compare(node));
        }
        let mut tables = Vec::new();
        tables_around(condition, &mut tables);
        self.unite(tables);
    }

    fn of(&self, table: TableRef) -> Vec<TableRef> {
        self.0.iter().find(|group| group.contains(&table)).cloned().unwrap_or_else(|| vec![table])
    }
}

#[cold]
fn not_joined(first: TableRef, group: &[TableRef], lonely: TableRef) -> Error {
    let (first, name, value) = (first.label(), lonely.label(), lonely.value());
    let mut joins = relations(group, lonely);
    if joins.is_empty() {
        joins = group.iter().flat_map(|&table| relations(&[lonely], table)).collect();
    }
    joins.push(format!(".join_on({value}, …)"));
    let message = format!(
        "{first} and {name} are read together, and nothing joins them: each row of one would come with each of the other; \
         join them by {}, or by .cross_join({value}) if that is meant",
        joins.join(" or "),
    );
    Error::new(ErrorKind::Statement, message)
}
