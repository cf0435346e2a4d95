//! What a SELECT reads from, and which tables an expression speaks of.

use super::{
    Node,
    tree::{Function, Select, Set, Source},
};
use crate::schema::{ColumnRef, TableRef};
use std::sync::Arc;

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

    /// The tables of `sources` and of the joins.
    pub(crate) fn tables(&self, sources: &[Source]) -> Vec<TableRef> {
        sources.iter().chain(self.joins.iter().map(|join| &join.source)).map(Source::table_ref).collect()
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

impl Node {
    /// Calls `each` with every expression right under this one. What is in a subquery is not under it.
    pub(crate) fn children(&self, mut each: impl FnMut(&Node)) {
        match self {
            Self::Column(_) | Self::Table(_) | Self::Bind(_) | Self::Constant(_) | Self::Text(_) => {}
            Self::Scalar(_) | Self::Exists { .. } => {}
            Self::Unary(_, node) | Self::Cast(node, _) | Self::Label(node, _) | Self::IsNull { node, .. } => each(node),
            Self::In { node, set, .. } => {
                each(node);
                if let Set::List(nodes) = set {
                    nodes.iter().for_each(each);
                }
            }
            Self::Binary(_, parts) => parts.iter().for_each(each),
            Self::Between { parts, .. } => parts.iter().for_each(each),
            Self::Like { parts, .. } => parts.iter().for_each(each),
            Self::Junction(_, nodes) => nodes.iter().for_each(each),
            Self::Function(Function { arguments, .. }) => arguments.iter().for_each(each),
            Self::Case { branches, otherwise } => {
                for (condition, value) in branches {
                    each(condition);
                    each(value);
                }
                otherwise.iter().for_each(|node| each(node));
            }
        }
    }

    /// The query in it, if it is one or looks in one.
    fn subquery(&self) -> Option<&Arc<Select>> {
        match self {
            Self::Scalar(select) | Self::Exists { select, .. } => Some(select),
            Self::In { set: Set::Select(select), .. } => Some(select),
            _ => None,
        }
    }
}

/// Whether an expression uses a table by itself.
pub(crate) fn uses_tables(node: &Node) -> bool {
    let mut used = Vec::new();
    tables(node, &mut used);
    !used.is_empty()
}

/// Whether SQL text of the user's is part of an expression.
pub(crate) fn has_text(node: &Node) -> bool {
    let mut found = matches!(node, Node::Text(_));
    node.children(|child| found |= has_text(child));
    found
}

/// The tables that an expression uses, but not those inside its subqueries.
fn tables(node: &Node, used: &mut Vec<TableRef>) {
    used.extend(own_table(node).filter(|table| !used.contains(table)));
    node.children(|node| tables(node, used));
}

fn own_table(node: &Node) -> Option<TableRef> {
    match node {
        Node::Column(ColumnRef { table, .. }) | Node::Table(table) => Some(*table),
        _ => None,
    }
}

/// The tables that an expression uses, and those that its subqueries use of the query around them.
pub(crate) fn tables_around(node: &Node, used: &mut Vec<TableRef>) {
    used.extend(own_table(node));
    node.children(|node| tables_around(node, used));
    let Some(select) = node.subquery() else { return };
    let Select { columns, joins, filter, group_by, having, order_by, .. } = &**select;
    let mut inside = Vec::new();
    let conditions = joins.iter().flat_map(|join| &join.on).chain(filter).chain(having);
    let others = columns.iter().chain(group_by).chain(order_by.iter().map(|order| &order.node));
    conditions.chain(others).for_each(|node| tables_around(node, &mut inside));
    let own = select.tables(&select.sources());
    used.extend(inside.into_iter().filter(|table| !own.contains(table)));
}
