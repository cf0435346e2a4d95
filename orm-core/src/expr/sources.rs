//! What a SELECT reads from, and which tables an expression speaks of.

use super::{
    Node,
    tree::{Compound, Cte, Function, Join, Select, Set, Source, Window},
};
use crate::{
    error::Result,
    schema::{ColumnRef, TableRef},
};
use std::{iter::once, sync::Arc};

impl Select {
    /// The sources named by `.from(…)`, then the tables of the SELECT list that neither those nor a join bring. Where there is none
    /// of either, what the first join is joined to: `query(func::count(User.id)).join(Cluster.users)` reads from clusters.
    pub fn sources(&self) -> Vec<Source> {
        if self.compound.is_some() {
            return Vec::new();
        }
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

    /// Calls `each` with every expression of it that is not in another query.
    fn nodes(&self, mut each: impl FnMut(&Node)) {
        let Self { distinct_on, columns, joins, filter, group_by, having, windows, order_by, .. } = self;
        if self.compound.is_none() {
            columns.iter().for_each(&mut each);
        }
        joins.iter().flat_map(|join| &join.on).for_each(&mut each);
        distinct_on.iter().chain(filter).chain(group_by).chain(having).for_each(&mut each);
        windows.iter().for_each(|(_, window)| window.nodes(&mut each));
        if self.compound.is_none() {
            order_by.iter().for_each(|order| each(&order.node));
        }
    }

    /// Gives the columns names.
    pub(crate) fn rename(&mut self, columns: Vec<Node>) {
        if let Some(compound) = &mut self.compound {
            Arc::make_mut(&mut compound.first).rename(columns.clone());
        }
        self.columns = columns;
    }

    fn add_tables(&self, nodes: &[Node], sources: &mut Vec<Source>) {
        let mut used = Vec::new();
        nodes.iter().for_each(|node| tables(node, &mut used));
        for table in used {
            let known = |source: &Source| source.table_ref() == table;
            // The rows of a query are not those of the table of that name.
            if !table.derived && !sources.iter().any(known) && !self.joins.iter().any(|join| known(&join.source)) {
                sources.push(Source::Table(table));
            }
        }
    }
}

impl Window {
    /// Calls `each` with every expression in it.
    fn nodes(&self, mut each: impl FnMut(&Node)) {
        self.partition_by.iter().for_each(&mut each);
        self.order_by.iter().for_each(|order| each(&order.node));
    }

    /// As `nodes`, to change them.
    pub(crate) fn nodes_mut(&mut self, each: &mut dyn FnMut(&mut Node) -> Result<()>) -> Result<()> {
        self.partition_by.iter_mut().try_for_each(&mut *each)?;
        self.order_by.iter_mut().try_for_each(|order| each(&mut order.node))
    }
}

impl Node {
    /// Calls `each` with every expression right under this one. What is in a subquery is not under it.
    pub(crate) fn children(&self, mut each: impl FnMut(&Node)) {
        match self {
            Self::Column(_) | Self::Table(_) | Self::Bind(_) | Self::Constant(_) | Self::Text(_) => {}
            Self::Scalar(_) | Self::Exists { .. } | Self::Quantified { .. } => {}
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
            Self::Junction(_, nodes) | Self::Row(nodes) => nodes.iter().for_each(each),
            Self::Function(Function { arguments, order_by, filter, over, .. }) => {
                arguments.iter().chain(filter).for_each(&mut each);
                order_by.iter().for_each(|order| each(&order.node));
                if let Some(window) = over {
                    window.nodes(each);
                }
            }
            Self::ByDialect { cases, otherwise } => {
                cases.iter().for_each(|(_, node)| each(node));
                each(otherwise);
            }
            Self::Case { branches, otherwise } => {
                for (condition, value) in branches {
                    each(condition);
                    each(value);
                }
                otherwise.iter().for_each(|node| each(node));
            }
        }
    }

    /// As `children`, to change them.
    pub(crate) fn children_mut(&mut self, each: &mut dyn FnMut(&mut Node) -> Result<()>) -> Result<()> {
        match self {
            Self::Column(_) | Self::Table(_) | Self::Bind(_) | Self::Constant(_) | Self::Text(_) => Ok(()),
            Self::Scalar(_) | Self::Exists { .. } | Self::Quantified { .. } => Ok(()),
            Self::Unary(_, node) | Self::Cast(node, _) | Self::Label(node, _) | Self::IsNull { node, .. } => each(node),
            Self::In { node, set, .. } => {
                each(node)?;
                match set {
                    Set::List(nodes) => nodes.iter_mut().try_for_each(each),
                    Set::Select(_) => Ok(()),
                }
            }
            Self::Binary(_, parts) => parts.iter_mut().try_for_each(each),
            Self::Between { parts, .. } => parts.iter_mut().try_for_each(each),
            Self::Like { parts, .. } => parts.iter_mut().try_for_each(each),
            Self::Junction(_, nodes) | Self::Row(nodes) => nodes.iter_mut().try_for_each(each),
            Self::Function(Function { arguments, order_by, filter, over, .. }) => {
                arguments.iter_mut().chain(filter).try_for_each(&mut *each)?;
                order_by.iter_mut().try_for_each(|order| each(&mut order.node))?;
                over.iter_mut().try_for_each(|window| window.nodes_mut(each))
            }
            Self::ByDialect { cases, otherwise } => {
                cases.iter_mut().try_for_each(|(_, node)| each(node))?;
                each(otherwise)
            }
            Self::Case { branches, otherwise } => {
                for (condition, value) in branches {
                    each(condition)?;
                    each(value)?;
                }
                otherwise.iter_mut().try_for_each(|node| each(node))
            }
        }
    }

    /// The query in it, if it is one or looks in one.
    fn subquery(&self) -> Option<&Arc<Select>> {
        match self {
            Self::Scalar(select) | Self::Exists { select, .. } | Self::Quantified { select, .. } => Some(select),
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
    if let Some(select) = node.subquery() {
        tables_around_select(select, used);
    }
}

/// The tables that a query uses of the query around it.
fn tables_around_select(select: &Select, used: &mut Vec<TableRef>) {
    let mut inside = Vec::new();
    select.nodes(|node| tables_around(node, &mut inside));
    if let Some(Compound { first, rest }) = select.compound.as_deref() {
        once(first).chain(rest.iter().map(|operation| &operation.select)).for_each(|select| {
            tables_around_select(select, &mut inside);
        });
    }
    let own = select.tables(&select.sources());
    used.extend(inside.into_iter().filter(|table| !own.contains(table)));
}

/// The queries that a SELECT names with WITH, those that others read from first.
pub(crate) fn ctes(select: &Select, found: &mut Vec<Arc<Cte>>) {
    ctes_of(&select.from, &select.joins, found);
    select.nodes(|node| ctes_in(node, found));
    if let Some(Compound { first, rest }) = select.compound.as_deref() {
        ctes(first, found);
        rest.iter().for_each(|operation| ctes(&operation.select, found));
    }
}

/// The queries that sources are or name.
pub(crate) fn ctes_of(from: &[Source], joins: &[Join], found: &mut Vec<Arc<Cte>>) {
    for source in from.iter().chain(joins.iter().map(|join| &join.source)) {
        match source {
            Source::Table(_) | Source::Recursion(_) => {}
            Source::Select(select, _) | Source::Lateral(select, _) => ctes(select, found),
            Source::Values(rows, _) => rows.iter().flatten().for_each(|node| ctes_in(node, found)),
            Source::Cte(cte, _) => {
                ctes(&cte.select, found);
                if !found.iter().any(|known| Arc::ptr_eq(known, cte)) {
                    found.push(Arc::clone(cte));
                }
            }
        }
    }
}

/// The queries that the subqueries of an expression name with WITH.
pub(crate) fn ctes_in(node: &Node, found: &mut Vec<Arc<Cte>>) {
    node.children(|node| ctes_in(node, found));
    if let Some(select) = node.subquery() {
        ctes(select, found);
    }
}
