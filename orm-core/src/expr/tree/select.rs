//! SELECT, and what it reads from.

use super::{Node, Window};
use crate::{error::ErrorKind, schema::TableRef};
use std::{borrow::Cow, sync::Arc};

/// A SELECT.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Select {
    /// `DISTINCT`
    pub distinct: bool,
    /// `DISTINCT ON (…)`: of the rows that are equal in these the first.
    pub distinct_on: Vec<Node>,
    /// What a dialect's planner is told, by its name: `SELECT /*+ … */`.
    pub hints: Vec<(&'static str, Cow<'static, str>)>,
    /// What it yields.
    pub columns: Vec<Node>,
    /// Sources named by `.from(…)`; those that the columns use are added when it is compiled.
    pub from: Vec<Source>,
    /// Joins, in order.
    pub joins: Vec<Join>,
    /// Conditions, all of which hold.
    pub filter: Vec<Node>,
    /// `GROUP BY`
    pub group_by: Vec<Node>,
    /// Conditions on groups, all of which hold.
    pub having: Vec<Node>,
    /// `WINDOW name AS (…)`
    pub windows: Vec<(&'static str, Window)>,
    /// Other queries whose rows it has instead of those of FROM, WHERE, GROUP BY and HAVING, which are empty then. Its columns are
    /// those of the first.
    pub compound: Option<Box<Compound>>,
    /// `ORDER BY`
    pub order_by: Vec<Order>,
    /// How many rows at the most.
    pub limit: Option<u64>,
    /// How many rows to pass over.
    pub offset: Option<u64>,
    /// How its rows are locked.
    pub lock: Option<RowLock>,
    /// Whether it reads rows too that filters of their models hide.
    pub unfiltered: bool,
    /// What went wrong while it was built, told when it is compiled, so that building needs no `?`.
    pub problem: Option<(ErrorKind, String)>,
}

impl Select {
    /// What the planner of a dialect is told.
    pub(crate) fn hints_for(&self, dialect: &'static str) -> impl Iterator<Item = &str> {
        self.hints.iter().filter(move |(name, _)| *name == dialect).map(|(_, hint)| &**hint)
    }
}

/// A lock on the rows that a SELECT reads, until the transaction ends.
#[derive(Debug, Clone, PartialEq)]
pub struct RowLock {
    /// Whether others may lock them likewise: `FOR SHARE`.
    pub shared: bool,
    /// What becomes of rows that others have locked.
    pub wait: LockWait,
    /// The tables whose rows are locked; all of them if none is named.
    pub of: Vec<TableRef>,
}

/// What becomes of rows that another transaction has locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LockWait {
    /// They are waited for.
    #[default]
    Wait,
    /// They are an error at once: `NOWAIT`.
    NoWait,
    /// They are passed over: `SKIP LOCKED`.
    SkipLocked,
}

/// What a SELECT reads from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// A table.
    Table(TableRef),
    /// A SELECT under the name of the table reference, whose columns it has.
    Select(Arc<Select>, TableRef),
    /// A SELECT under the name of the table reference, which sees the sources before it.
    Lateral(Arc<Select>, TableRef),
    /// A query that the statement names at its beginning, under the name of the table reference.
    Cte(Arc<Cte>, TableRef),
    /// The query that is being named, in its own recursive part.
    Recursion(TableRef),
    /// Rows of expressions under the name of the table reference.
    Values(Arc<Vec<Vec<Node>>>, TableRef),
}

impl Source {
    /// The table reference whose columns the source has.
    pub fn table_ref(&self) -> TableRef {
        match self {
            Self::Table(table)
            | Self::Select(_, table)
            | Self::Lateral(_, table)
            | Self::Cte(_, table)
            | Self::Recursion(table)
            | Self::Values(_, table) => *table,
        }
    }
}

/// A join.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// Which rows it keeps.
    pub kind: JoinKind,
    /// What is joined.
    pub source: Source,
    /// Conditions, all of which hold.
    pub on: Vec<Node>,
}

/// Which rows a join keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JoinKind {
    /// Those that have a match on both sides.
    Inner,
    /// All of the left side.
    Left,
    /// All of both sides.
    Full,
    /// Each of one side with each of the other: there is no condition.
    Cross,
}

/// One item of ORDER BY.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// What is ordered by.
    pub node: Node,
    /// From high to low.
    pub descending: bool,
    /// Where `NULL`s go; the server's habit without it.
    pub nulls: Option<Nulls>,
}

/// Where `NULL`s go in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nulls {
    /// Before every value.
    First,
    /// After every value.
    Last,
}

/// A common table expression: a query that a statement names at its beginning.
#[derive(Debug, Clone, PartialEq)]
pub struct Cte {
    /// Its name.
    pub name: &'static str,
    /// The names of its columns.
    pub columns: Vec<Cow<'static, str>>,
    /// The query.
    pub select: Arc<Select>,
    /// Whether the query reads its own rows.
    pub recursive: bool,
    /// Whether the server keeps its rows (`MATERIALIZED`) or not; it decides by itself without it.
    pub materialized: Option<bool>,
}

/// The rows of several queries as one set.
#[derive(Debug, Clone, PartialEq)]
pub struct Compound {
    /// The first of them.
    pub first: Arc<Select>,
    /// What is united with its rows, cut with them or taken from them, one after the other.
    pub rest: Vec<SetOperation>,
}

/// Rows united with others, cut with them, or taken from them.
#[derive(Debug, Clone, PartialEq)]
pub struct SetOperation {
    /// How.
    pub operator: SetOperator,
    /// Whether a row that is there several times counts as often: `ALL`.
    pub all: bool,
    /// The other rows.
    pub select: Arc<Select>,
}

/// What becomes of two sets of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetOperator {
    /// The rows of either: `UNION`.
    Union,
    /// The rows of both: `INTERSECT`.
    Intersect,
    /// The rows of the first that are not in the second: `EXCEPT`.
    Except,
}
