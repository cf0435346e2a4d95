//! Conditions that hold for a model wherever it is read: deleted rows are passed over, and a tenant sees its own.

use super::{Delete, Insert, InsertSource, Matching, Merge, Statement, Update};
use crate::{
    error::{Error, ErrorKind, Result},
    expr::{
        Condition, Node,
        tree::{Compound, Cte, Join, JoinKind, Select, Set, Source},
    },
    schema::{ColumnRef, ColumnRole, Model, Table, TableDef, TableRef},
    types::SqlType,
};
use std::{collections::HashMap, fmt, ptr, sync::Arc};

/// Conditions for models, each made for the name by which a statement calls its table.
#[derive(Clone, Default)]
pub(crate) struct Filters(Vec<Filter>);

#[derive(Clone)]
struct Filter {
    table: &'static TableDef,
    condition: Arc<dyn Fn(TableRef) -> Node + Send + Sync>,
}

impl Filters {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a condition.
    pub(crate) fn add<T: Table, C: Condition>(&mut self, condition: impl Fn(T) -> C + Send + Sync + 'static) {
        let condition = Arc::new(move |table| condition(T::at(table)).into_condition());
        self.0.push(Filter { table: <T::Model as Model>::table(), condition });
    }

    /// The statement with the conditions for each table that it reads, unless it says that it wants all rows.
    ///
    /// # Errors
    /// Of kind [`NotSupported`](ErrorKind::NotSupported) for a FULL JOIN of such a table.
    pub(crate) fn apply(&self, statement: &mut Statement) -> Result<()> {
        let mut walk = Walk { filters: self, queries: HashMap::new(), named: HashMap::new() };
        match statement {
            Statement::Select(select) => walk.select(select),
            Statement::Insert(Insert { source: InsertSource::Select(select), .. }) => walk.select(select),
            Statement::Update(Update { table, assignments, matching, .. }) => {
                assignments.iter_mut().try_for_each(|(_, node)| walk.node(node))?;
                walk.matching(*table, matching)
            }
            Statement::Delete(Delete { table, matching, .. }) => walk.matching(*table, matching),
            Statement::Merge(Merge { source, .. }) => walk.source(source),
            Statement::Insert(_) | Statement::UpdateMany(_) | Statement::Text(_) => Ok(()),
        }
    }

    /// The conditions for a table under the name that a statement has for it.
    fn conditions(&self, table: TableRef) -> Vec<Node> {
        let mut conditions: Vec<Node> = not_deleted(table).into_iter().collect();
        let own = self.0.iter().filter(|filter| ptr::eq(filter.table, table.def));
        conditions.extend(own.map(|filter| (filter.condition)(table)));
        conditions
    }
}

/// The condition that a row was not deleted, where a column of the table says so.
fn not_deleted(table: TableRef) -> Option<Node> {
    let index = table.def.with_role(ColumnRole::SoftDelete)?;
    let column = ColumnRef { table, index };
    let node = Box::new(Node::Column(column));
    Some(match column.def().sql_type {
        SqlType::Boolean => Node::Unary(crate::expr::tree::UnaryOp::Not, node),
        _ => Node::IsNull { node, negated: false },
    })
}

/// A walk through a statement. A query that it has in several places stays one.
struct Walk<'a> {
    filters: &'a Filters,
    queries: HashMap<*const Select, Arc<Select>>,
    named: HashMap<*const Cte, Arc<Cte>>,
}

impl Walk<'_> {
    fn select(&mut self, select: &mut Select) -> Result<()> {
        if let Some(compound) = &mut select.compound {
            let Compound { first, rest } = &mut **compound;
            self.shared(first)?;
            rest.iter_mut().try_for_each(|operation| self.shared(&mut operation.select))?;
        }
        let sources = select.sources();
        let Select { distinct_on, columns, from, joins, filter, group_by, having, windows, order_by, .. } = select;
        for nodes in [distinct_on, columns, filter, group_by, having] {
            nodes.iter_mut().try_for_each(|node| self.node(node))?;
        }
        order_by.iter_mut().try_for_each(|order| self.node(&mut order.node))?;
        for (_, window) in windows {
            window.nodes_mut(&mut |node| self.node(node))?;
        }
        from.iter_mut().try_for_each(|source| self.source(source))?;
        let unfiltered = select.unfiltered;
        for source in sources.iter().filter(|_| !unfiltered) {
            self.condition(source, joins, &mut select.filter)?;
        }
        self.joins(joins, &mut select.filter, unfiltered)
    }

    fn matching(&mut self, table: TableRef, matching: &mut Matching) -> Result<()> {
        let Matching { from, joins, filter, unfiltered } = matching;
        filter.iter_mut().try_for_each(|node| self.node(node))?;
        from.iter_mut().try_for_each(|source| self.source(source))?;
        let own = Source::Table(table);
        for source in std::iter::once(&own).chain(&*from).filter(|_| !*unfiltered) {
            self.condition(source, joins, filter)?;
        }
        self.joins(joins, filter, *unfiltered)
    }

    /// Adds the conditions for a table that is read before the joins.
    fn condition(&self, source: &Source, joins: &[Join], filter: &mut Vec<Node>) -> Result<()> {
        let Source::Table(table) = source else { return Ok(()) };
        let conditions = self.filters.conditions(*table);
        if !conditions.is_empty() && joins.iter().any(|join| join.kind == JoinKind::Full) {
            return Err(full_join(*table));
        }
        filter.extend(conditions);
        Ok(())
    }

    fn joins(&mut self, joins: &mut [Join], filter: &mut Vec<Node>, unfiltered: bool) -> Result<()> {
        for Join { kind, source, on } in joins {
            on.iter_mut().try_for_each(|node| self.node(node))?;
            self.source(source)?;
            let Source::Table(table) = source else { continue };
            let conditions = if unfiltered { Vec::new() } else { self.filters.conditions(*table) };
            match kind {
                JoinKind::Full if !conditions.is_empty() => return Err(full_join(*table)),
                JoinKind::Cross => filter.extend(conditions),
                // The rows of the other side stay.
                JoinKind::Inner | JoinKind::Left | JoinKind::Full => on.extend(conditions),
            }
        }
        Ok(())
    }

    fn source(&mut self, source: &mut Source) -> Result<()> {
        match source {
            Source::Select(select, _) | Source::Lateral(select, _) => self.shared(select),
            Source::Cte(cte, _) => {
                let address = Arc::as_ptr(cte);
                if let Some(known) = self.named.get(&address) {
                    *cte = Arc::clone(known);
                    return Ok(());
                }
                let mut own = Cte::clone(cte);
                self.shared(&mut own.select)?;
                *cte = Arc::new(own);
                self.named.insert(address, Arc::clone(cte));
                Ok(())
            }
            Source::Values(rows, _) if rows.iter().flatten().any(has_queries) => {
                let rows = Arc::make_mut(rows);
                rows.iter_mut().flatten().try_for_each(|node| self.node(node))
            }
            Source::Table(_) | Source::Recursion(_) | Source::Values(..) => Ok(()),
        }
    }

    /// A query that other parts of the statement may have too.
    fn shared(&mut self, select: &mut Arc<Select>) -> Result<()> {
        let address = Arc::as_ptr(select);
        if let Some(known) = self.queries.get(&address) {
            *select = Arc::clone(known);
            return Ok(());
        }
        let mut own = Select::clone(select);
        self.select(&mut own)?;
        *select = Arc::new(own);
        self.queries.insert(address, Arc::clone(select));
        Ok(())
    }

    fn node(&mut self, node: &mut Node) -> Result<()> {
        match node {
            Node::Scalar(select) | Node::Exists { select, .. } | Node::Quantified { select, .. } => self.shared(select),
            Node::In { node, set: Set::Select(select), .. } => {
                self.node(node)?;
                self.shared(select)
            }
            node => node.children_mut(&mut |child| self.node(child)),
        }
    }
}

fn has_queries(node: &Node) -> bool {
    let mut found = matches!(
        node,
        Node::Scalar(_) | Node::Exists { .. } | Node::Quantified { .. } | Node::In { set: Set::Select(_), .. }
    );
    node.children(|child| found |= has_queries(child));
    found
}

#[cold]
fn full_join(table: TableRef) -> Error {
    let message = format!(
        "a FULL JOIN of {} cannot pass over rows that a filter of the model hides; say .unfiltered() and filter in a subquery",
        table.def.full_name()
    );
    Error::new(ErrorKind::NotSupported, message)
}

impl fmt::Debug for Filters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|filter| filter.table.full_name())).finish()
    }
}
