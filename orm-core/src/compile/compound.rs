//! UNION, INTERSECT and EXCEPT as SQL.

use super::{Compiler, decimal};
use crate::{
    error::{Error, ErrorKind, Result},
    expr::{
        Node, Order, bare, expanded,
        tree::{Compound, Constant, Select, SetOperation, SetOperator},
    },
};

impl Compiler<'_> {
    /// Writes a SELECT that has the rows of other queries.
    pub(super) fn compound(&mut self, select: &Select, compound: &Compound) -> Result<()> {
        check(select)?;
        let Compound { first, rest } = compound;
        self.operand(first)?;
        for SetOperation { operator, all, select } in rest {
            self.check_scales(first, select)?;
            let name = match operator {
                SetOperator::Union => "UNION",
                SetOperator::Intersect => "INTERSECT",
                SetOperator::Except => self.dialect().capabilities().except,
            };
            if *all && *operator != SetOperator::Union && !self.dialect().capabilities().all_of_sets {
                return Err(self.unsupported(&format!("{name} ALL"), "number equal rows with func::row_number()"));
            }
            self.push(" ");
            self.push(name);
            self.push(if *all { " ALL " } else { " " });
            self.operand(select)?;
        }
        if !select.order_by.is_empty() {
            let columns = expanded(&select.columns);
            self.push(" ORDER BY ");
            self.separated(", ", &select.order_by, |compiler, order| compiler.position(order, &columns))?;
        }
        self.page(select);
        Ok(())
    }

    /// Writes one of the queries. One with an order, a limit or operands of its own is read from, since parentheses around it are not SQL everywhere.
    fn operand(&mut self, select: &Select) -> Result<()> {
        if is_plain(select) {
            return self.subselect(select);
        }
        self.push("SELECT * FROM (");
        self.subselect(select)?;
        self.push(")");
        self.table_alias("operand")
    }

    /// Writes what the rows are ordered by as the number of its column: the name of a column is that of the first query, if it has one.
    fn position(&mut self, order: &Order, columns: &[Node]) -> Result<()> {
        let Order { node, descending, nulls } = order;
        let position = columns.iter().position(|column| bare(column) == bare(node) || same_label(column, node));
        let Some(position) = position else {
            let message = "the rows of several queries are ordered by what they select, as the first of them selects it; \
                           for another order name them as a table: .subquery(\"rows\")";
            return Err(Error::new(ErrorKind::Statement, message));
        };
        if nulls.is_some() && !self.dialect().capabilities().nulls_order {
            return Err(self.unsupported(
                "NULLS FIRST or NULLS LAST behind UNION, INTERSECT and EXCEPT",
                "name the rows as a table, .subquery(\"rows\"), and order that",
            ));
        }
        let number = Node::Constant(Constant::Number(position as u32 + 1));
        self.order(&Order { node: number, descending: *descending, nulls: *nulls }, &[])
    }

    /// Refuses decimals that are kept as integers of different scales: their numbers would be mixed.
    fn check_scales(&self, first: &Select, other: &Select) -> Result<()> {
        let scales = |select: &Select| -> Vec<Option<u8>> {
            expanded(&select.columns).iter().map(|node| decimal::scale_of(self.dialect(), node)).collect()
        };
        if scales(first) == scales(other) {
            return Ok(());
        }
        Err(self.unsupported(
            "UNION, INTERSECT and EXCEPT of decimals with different digits after the point",
            "cast them: .cast::<f64>()",
        ))
    }
}

/// Whether a query can be an operand as it stands.
pub(crate) fn is_plain(select: &Select) -> bool {
    let Select { compound, order_by, limit, offset, lock, .. } = select;
    compound.is_none() && order_by.is_empty() && limit.or(*offset).is_none() && lock.is_none()
}

/// Refuses what belongs to the queries themselves.
fn check(select: &Select) -> Result<()> {
    let Select { distinct, distinct_on, columns: _, from, joins, filter, group_by, having, windows, lock, .. } = select;
    let misplaced = [
        ("filter", !filter.is_empty()),
        ("from", !from.is_empty()),
        ("join", !joins.is_empty()),
        ("group_by", !group_by.is_empty()),
        ("having", !having.is_empty()),
        ("window", !windows.is_empty()),
        ("distinct", *distinct || !distinct_on.is_empty()),
        ("for_update", lock.is_some()),
    ];
    match misplaced.iter().find(|(_, there)| *there) {
        None => Ok(()),
        Some((method, _)) => {
            let message = format!(
                ".{method}(…) comes after a union, intersect or except; say it of the queries themselves, or name their rows \
                 as a table: .subquery(\"rows\")"
            );
            Err(Error::new(ErrorKind::Statement, message))
        }
    }
}

fn same_label(column: &Node, node: &Node) -> bool {
    matches!((column, node), (Node::Label(_, column), Node::Label(_, label)) if column == label)
}
