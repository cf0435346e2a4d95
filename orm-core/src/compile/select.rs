//! SELECT as SQL.

use super::{
    Compiler, Dialect, LockOf, Paging, Precedence, RowLocks, compiled::Output, decimal, grouped, joined,
    shape::written, typing::sql_type,
};
use crate::{
    error::{Error, ErrorKind, Result},
    expr::{
        Node, Order, expanded,
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
        if is_paged(select) && select.lock.is_none() && self.dialect().capabilities().paging == Paging::Rownum {
            return self.by_rownum(select, |compiler| compiler.all_rows(select));
        }
        self.all_rows(select)
    }

    fn all_rows(&mut self, select: &Select) -> Result<()> {
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
        self.select_list(select)?;
        if sources.is_empty() {
            self.push(self.dialect().capabilities().from_nothing);
        } else {
            self.push(" FROM ");
            // A comma would hold less tightly than the joins after it, whose conditions could not see what stands before it.
            let separator = if select.joins.is_empty() { ", " } else { " CROSS JOIN " };
            self.separated(separator, sources, Self::source)?;
        }
        for join in &select.joins {
            self.join(join)?;
        }
        let by_number = self.locks_by_number(select)?;
        if by_number {
            self.push(" WHERE ROWNUM <= ");
            self.count(&select.limit);
            for condition in &select.filter {
                self.push(" AND ");
                self.condition_in(condition, Precedence::Not)?;
            }
        } else {
            self.conditions(" WHERE ", &select.filter)?;
        }
        if !select.group_by.is_empty() {
            self.push(" GROUP BY ");
            self.separated(", ", &select.group_by, Self::node)?;
            if !self.dialect().capabilities().groups_by_key {
                for column in grouped::by_key(select) {
                    self.push(", ");
                    self.column(column)?;
                }
            }
        }
        self.conditions(" HAVING ", &select.having)?;
        if !select.windows.is_empty() {
            if !self.dialect().capabilities().named_windows {
                return Err(self.unsupported("named windows", "spell the window out in each .over(…)"));
            }
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
        if !by_number {
            self.page(select);
        }
        self.dialect().check_select(select)?;
        select.lock.as_ref().map_or(Ok(()), |lock| self.row_lock(lock))
    }

    /// Whether some of the rows are locked where only the first ones that the server finds can be, by their number.
    ///
    /// # Errors
    /// Of kind [`NotSupported`](ErrorKind::NotSupported) if it has to find all of them first.
    fn locks_by_number(&self, select: &Select) -> Result<bool> {
        let limits = matches!(self.dialect().capabilities().paging, Paging::Limit { .. });
        if limits || select.lock.is_none() || !is_paged(select) {
            return Ok(false);
        }
        if select.offset.is_some() || !select.order_by.is_empty() {
            let cure = "lock the rows whose keys a subquery takes: .filter(Post.id.in_(query(Post.id).limit(1)))";
            return Err(self.unsupported("locks on some of the rows of a query that are in order", cure));
        }
        Ok(true)
    }

    /// Writes what is selected. Of columns of one name, all but the first get another where the server takes some of the rows by a query
    /// around this one.
    fn select_list(&mut self, select: &Select) -> Result<()> {
        if !is_paged(select) || matches!(self.dialect().capabilities().paging, Paging::Limit { .. }) {
            return self.separated(", ", &select.columns, Self::select_item);
        }
        let mut names: Vec<Option<&str>> = Vec::new();
        self.separated(", ", &select.columns, |compiler, node| {
            let Node::Table(table) = node else {
                compiler.select_item(node)?;
                compiler.other_name(name(node), &mut names);
                return Ok(());
            };
            compiler.separated(", ", 0..table.def.columns.len() as u16, |compiler, index| {
                let column = ColumnRef { table: *table, index };
                compiler.column(column)?;
                compiler.other_name(Some(column.name()), &mut names);
                Ok(())
            })
        })
    }

    /// Gives a column whose name is not there, or not its alone, another.
    fn other_name<'n>(&mut self, name: Option<&'n str>, names: &mut Vec<Option<&'n str>>) {
        let taken = name.is_none() || names.contains(&name);
        names.push(name);
        if taken {
            self.push(&format!(" AS column_{}", names.len()));
        }
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
        let Some(RowLocks { share, of: names }) = self.dialect().capabilities().row_locks else {
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
            self.push(" OF ");
            self.separated(", ", of, |compiler, table| match names {
                LockOf::Tables => compiler.name(table.label()),
                LockOf::Columns => {
                    let index = table.def.primary_key.first().copied().unwrap_or(0);
                    compiler.column(ColumnRef { table: *table, index })
                }
                LockOf::Nothing => {
                    Err(compiler.unsupported("FOR UPDATE OF", "lock the rows of one table by a query of its own"))
                }
            })?;
        }
        self.push(match wait {
            LockWait::Wait => "",
            LockWait::NoWait => " NOWAIT",
            LockWait::SkipLocked => " SKIP LOCKED",
        });
        Ok(())
    }

    /// Writes which of the rows are taken.
    pub(super) fn page(&mut self, select: &Select) {
        let Select { limit, offset, .. } = select;
        match self.dialect().capabilities().paging {
            Paging::Limit { prefix, none } => {
                if limit.is_some() {
                    self.push(" LIMIT ");
                    if written(limit).is_none() {
                        self.push(prefix);
                    }
                    self.count(limit);
                } else if offset.is_some() {
                    self.push(none);
                }
                if offset.is_some() {
                    self.push(" OFFSET ");
                    self.count(offset);
                }
            }
            Paging::Fetch => {
                if offset.is_some() {
                    self.push(" OFFSET ");
                    self.count(offset);
                    self.push(" ROWS");
                }
                if limit.is_some() {
                    self.push(if offset.is_some() { " FETCH NEXT " } else { " FETCH FIRST " });
                    self.count(limit);
                    self.push(" ROWS ONLY");
                }
            }
            // By the query around this one.
            Paging::Rownum => {}
        }
    }

    /// Writes the query by `write`, inside one that takes some of its rows.
    fn by_rownum(&mut self, select: &Select, write: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let Select { limit, offset, columns, .. } = select;
        if offset.is_none() {
            self.push("SELECT * FROM (");
            write(self)?;
            self.push(") WHERE ROWNUM <= ");
            self.count(limit);
            return Ok(());
        }
        let columns = expanded(columns);
        let names: Vec<Option<&str>> = columns.iter().map(name).collect();
        self.push("SELECT ");
        self.separated(", ", 0..columns.len(), |compiler, index| match names[index] {
            Some(name) if !names[..index].contains(&Some(name)) => compiler.name(name),
            _ => {
                compiler.push(&format!("column_{}", index + 1));
                Ok(())
            }
        })?;
        self.push(" FROM (SELECT page.*, ROWNUM AS row_number_ FROM (");
        write(self)?;
        self.push(") page");
        if limit.is_some() {
            self.push(" WHERE ROWNUM <= ");
            self.count(offset);
            self.push(" + ");
            self.count(limit);
        }
        self.push(") WHERE row_number_ > ");
        self.count(offset);
        Ok(())
    }

    fn count(&mut self, count: &Option<u64>) {
        if let Some(number) = written(count) {
            return self.push(&number.to_string());
        }
        let place = self.place(count);
        self.placeholder(place);
    }
}

fn is_paged(select: &Select) -> bool {
    select.limit.or(select.offset).is_some()
}

/// The name that a column of a query has by itself.
fn name(node: &Node) -> Option<&str> {
    match node {
        Node::Column(column) => Some(column.name()),
        Node::Label(_, label) => Some(label),
        _ => None,
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
            length: def.length,
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
                length: None,
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
