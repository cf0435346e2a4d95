//! SELECT as SQL.

use super::{
    Compiler, Dialect, RowLocks, compiled::Output, decimal, grouped, joined, shape::written, typing::sql_type,
};
use crate::{
    error::{Error, ErrorKind, Result},
    expr::{
        Node, Order,
        tree::{Join, LockWait, Nulls, RowLock, Select, Source},
        uses_tables,
    },
    schema::{ColumnRef, TableRef},
};

impl Compiler<'_> {
    /// Writes the statement's own SELECT with all that it names, and notes the columns of its rows.
    pub(super) fn select(&mut self, select: &Select) -> Result<()> {
        self.outputs = outputs(self.dialect(), &select.columns);
        self.with_of_select(select)?;
        self.subselect(select)
    }

    /// Writes a SELECT inside another statement, whose tables it may use.
    ///
    /// # Errors
    /// Those of its parts.
    pub fn subselect(&mut self, select: &Select) -> Result<()> {
        if let Some(compound) = &select.compound {
            return self.compound(select, compound);
        }
        let sources = select.sources();
        if let (true, Some(join)) = (sources.is_empty(), select.joins.first()) {
            return Err(joined_to_nothing(join));
        }
        self.windows.push(select.windows.iter().map(|(name, _)| *name).collect());
        let written = self.scoped(select.tables(&sources), |compiler| compiler.select_body(select, &sources));
        self.windows.pop();
        written
    }

    fn select_body(&mut self, select: &Select, sources: &[Source]) -> Result<()> {
        joined::check(&select.joins, &select.filter, sources)?;
        grouped::check(select, &select.tables(sources))?;
        self.push("SELECT ");
        for hint in select.hints_for(self.dialect().name()) {
            self.push("/*+ ");
            self.push(hint);
            self.push(" */ ");
        }
        self.push(if select.distinct { "DISTINCT " } else { "" });
        if !select.distinct_on.is_empty() {
            if !self.dialect().capabilities().distinct_on {
                let cure = "number the rows in a subquery: func::row_number().over(window().partition_by(…))";
                return Err(self.unsupported("DISTINCT ON", cure));
            }
            self.push("DISTINCT ON (");
            self.separated(", ", &select.distinct_on, Self::node)?;
            self.push(") ");
        }
        self.separated(", ", &select.columns, Self::select_item)?;
        if !sources.is_empty() {
            self.push(" FROM ");
            // A comma would hold less tightly than the joins after it, whose conditions could not see what stands before it.
            let separator = if select.joins.is_empty() { ", " } else { " CROSS JOIN " };
            self.separated(separator, sources, Self::source)?;
        }
        for join in &select.joins {
            self.join(join)?;
        }
        self.conditions(" WHERE ", &select.filter)?;
        if !select.group_by.is_empty() {
            self.push(" GROUP BY ");
            self.separated(", ", &select.group_by, Self::node)?;
        }
        self.conditions(" HAVING ", &select.having)?;
        if !select.windows.is_empty() {
            self.push(" WINDOW ");
            self.separated(", ", &select.windows, |compiler, (name, window)| {
                compiler.name(name)?;
                compiler.push(" AS ");
                compiler.window(window)
            })?;
        }
        if !select.order_by.is_empty() {
            self.push(" ORDER BY ");
            self.separated(", ", &select.order_by, |compiler, order| compiler.order(order, &select.columns))?;
        }
        self.limit(&select.limit, &select.offset);
        select.lock.as_ref().map_or(Ok(()), |lock| self.row_lock(lock))
    }

    pub(super) fn select_item(&mut self, node: &Node) -> Result<()> {
        self.node(node)?;
        if let Node::Label(_, label) = node {
            self.push(" AS ");
            self.name(label)?;
        }
        Ok(())
    }

    pub(super) fn all_columns(&mut self, table: TableRef) -> Result<()> {
        let columns = 0..table.def.columns.len() as u16;
        self.separated(", ", columns, |compiler, index| compiler.column(ColumnRef { table, index }))
    }

    pub(super) fn order(&mut self, order: &Order, columns: &[Node]) -> Result<()> {
        let emulated = order.nulls.filter(|_| !self.dialect().capabilities().nulls_order);
        if let Some(nulls) = emulated {
            self.order_key(&order.node, columns)?;
            self.push(if nulls == Nulls::First { " IS NOT NULL, " } else { " IS NULL, " });
        }
        self.order_key(&order.node, columns)?;
        if order.descending {
            self.push(" DESC");
        }
        match order.nulls {
            Some(Nulls::First) if emulated.is_none() => self.push(" NULLS FIRST"),
            Some(Nulls::Last) if emulated.is_none() => self.push(" NULLS LAST"),
            _ => {}
        }
        Ok(())
    }

    /// Writes what is ordered by: the name of a label that is selected, else the expression.
    fn order_key(&mut self, node: &Node, columns: &[Node]) -> Result<()> {
        match node {
            Node::Label(_, label)
                if columns.iter().any(|column| matches!(column, Node::Label(_, selected) if selected == label)) =>
            {
                self.name(label)
            }
            node => self.node(node),
        }
    }

    fn row_lock(&mut self, lock: &RowLock) -> Result<()> {
        let RowLock { shared, wait, of } = lock;
        self.locks = true;
        let Some(RowLocks { share, of: names_tables }) = self.dialect().capabilities().row_locks else {
            return match (wait, &**of) {
                // The transaction that such a query belongs to has locked the whole database.
                (LockWait::Wait, []) => Ok(()),
                _ => {
                    Err(self.unsupported("locks on single rows", "a transaction that writes locks the whole database"))
                }
            };
        };
        self.push(if *shared { share } else { " FOR UPDATE" });
        if !of.is_empty() {
            if !names_tables {
                return Err(self.unsupported("FOR UPDATE OF", "lock the rows of one table by a query of its own"));
            }
            self.push(" OF ");
            self.separated(", ", of, |compiler, table| compiler.name(table.label()))?;
        }
        self.push(match wait {
            LockWait::Wait => "",
            LockWait::NoWait => " NOWAIT",
            LockWait::SkipLocked => " SKIP LOCKED",
        });
        Ok(())
    }

    pub(super) fn limit(&mut self, limit: &Option<u64>, offset: &Option<u64>) {
        if limit.is_some() {
            self.push(" LIMIT ");
            if written(limit).is_none() {
                self.push(self.dialect().capabilities().limit_prefix);
            }
            self.count(limit);
        } else if offset.is_some() {
            self.push(self.dialect().capabilities().no_limit);
        }
        if offset.is_some() {
            self.push(" OFFSET ");
            self.count(offset);
        }
    }

    fn count(&mut self, count: &Option<u64>) {
        if let Some(number) = written(count) {
            return self.push(&number.to_string());
        }
        let place = self.place(count);
        self.placeholder(place);
    }
}

/// The columns that a SELECT list or a RETURNING yields.
pub(crate) fn outputs(dialect: &dyn Dialect, nodes: &[Node]) -> Vec<Output> {
    let column = |column: ColumnRef| {
        let def = column.def();
        Output {
            table: Some(&column.table.def.name),
            name: def.name.to_string(),
            sql_type: Some(def.sql_type),
            scale: dialect.scaled_decimal(def),
        }
    };
    let mut outputs = Vec::with_capacity(nodes.len());
    for node in nodes {
        match node {
            Node::Table(table) => {
                let indexes = 0..table.def.columns.len() as u16;
                outputs.extend(indexes.map(|index| column(ColumnRef { table: *table, index })));
            }
            Node::Column(reference) => outputs.push(column(*reference)),
            node => outputs.push(Output {
                table: None,
                name: match node {
                    Node::Label(_, label) => label.to_string(),
                    _ => String::new(),
                },
                sql_type: sql_type(node),
                scale: decimal::scale_of(dialect, node),
            }),
        }
    }
    outputs
}

#[cold]
fn joined_to_nothing(join: &Join) -> Error {
    let table = join.source.table_ref();
    let label = table.label();
    let message = if join.on.iter().any(uses_tables) {
        let value = TableRef::new(table.def).value();
        format!("{label} is in FROM twice; give one of the two another name: {value}.alias(\"…\")")
    } else {
        format!("{label} is joined, but nothing is in FROM before it; add .from(…)")
    };
    Error::new(ErrorKind::Statement, message)
}
