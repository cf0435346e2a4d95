//! What a SELECT reads from.

use super::{
    Node,
    tree::{Function, Select, Set, Source},
};
use crate::schema::{ColumnRef, TableRef};

impl Select {
    /// The sources named by `.from(…)`, then the tables of the SELECT list that neither those nor a join bring. Where there is none
    /// of either, what the first join is joined to: `query(func::count(User.id)).join(Cluster.users)` reads from clusters.
    pub fn sources(&self) -> Vec<Source> {
        let mut sources = self.from.clone();
        self.add_tables(&self.columns, &mut sources);
        if let (true, Some(join)) = (sources.is_empty(), self.joins.first()) {
            self.add_tables(&join.on, &mut sources);
        }
        sources
    }

    fn add_tables(&self, nodes: &[Node], sources: &mut Vec<Source>) {
        let mut used = Vec::new();
        nodes.iter().for_each(|node| tables(node, &mut used));
        for table in used {
            let known = |source: &Source| source.table_ref() == table;
            if !sources.iter().any(known) && !self.joins.iter().any(|join| known(&join.source)) {
                sources.push(Source::Table(table));
            }
        }
    }
}

/// Whether an expression uses a table by itself.
pub(crate) fn uses_tables(node: &Node) -> bool {
    let mut used = Vec::new();
    tables(node, &mut used);
    !used.is_empty()
}

/// The tables that an expression uses, but not those inside its subqueries.
fn tables(node: &Node, used: &mut Vec<TableRef>) {
    let mut each = |nodes: &[Node]| nodes.iter().for_each(|node| tables(node, used));
    match node {
        Node::Column(ColumnRef { table, .. }) | Node::Table(table) => {
            if !used.contains(table) {
                used.push(*table);
            }
        }
        Node::Bind(_) | Node::Constant(_) | Node::Scalar(_) | Node::Exists { .. } | Node::Text(_) => {}
        Node::Unary(_, node) | Node::Cast(node, _) | Node::Label(node, _) | Node::IsNull { node, .. } => {
            tables(node, used);
        }
        Node::In { node, set, .. } => {
            tables(node, used);
            if let Set::List(nodes) = set {
                nodes.iter().for_each(|node| tables(node, used));
            }
        }
        Node::Binary(_, parts) => each(&**parts),
        Node::Between { parts, .. } => each(&**parts),
        Node::Like { parts, .. } => each(&**parts),
        Node::Junction(_, nodes) => each(nodes),
        Node::Function(Function { arguments, .. }) => each(arguments),
        Node::Case { branches, otherwise } => {
            for (condition, value) in branches {
                tables(condition, used);
                tables(value, used);
            }
            if let Some(node) = otherwise {
                tables(node, used);
            }
        }
    }
}
