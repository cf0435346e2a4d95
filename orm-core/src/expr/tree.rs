//! The untyped tree under every typed expression and query.
//!
//! A SELECT holds expressions and an expression can hold a SELECT, so the two live in one file.

use crate::{
    error::ErrorKind,
    schema::{ColumnRef, TableRef},
    types::{SqlType, Value},
};
use std::{borrow::Cow, sync::Arc};

/// An expression without its types.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A column.
    Column(ColumnRef),
    /// Every column of a table, in its order; only in a SELECT list or RETURNING.
    Table(TableRef),
    /// A value, sent apart from the SQL.
    Bind(Value),
    /// A word of SQL.
    Constant(Constant),
    /// `NOT a`, `-a`
    Unary(UnaryOp, Box<Node>),
    /// `a = b`, `a + b`
    Binary(BinaryOp, Box<[Node; 2]>),
    /// `a AND b AND c`
    Junction(Junction, Vec<Node>),
    /// `a IS NULL`; negated, `a IS NOT NULL`
    IsNull {
        /// What is tested.
        node: Box<Node>,
        /// With NOT.
        negated: bool,
    },
    /// `a BETWEEN low AND high`
    Between {
        /// The value, the low end, the high end.
        parts: Box<[Node; 3]>,
        /// With NOT.
        negated: bool,
    },
    /// `a IN (…)`
    In {
        /// What is looked for.
        node: Box<Node>,
        /// Where it is looked for.
        set: Set,
        /// With NOT.
        negated: bool,
    },
    /// `a LIKE pattern`
    Like {
        /// The text and the pattern.
        parts: Box<[Node; 2]>,
        /// Whether upper and lower case are the same.
        ignore_case: bool,
        /// Whether the pattern uses [`LIKE_ESCAPE`].
        escaped: bool,
        /// With NOT.
        negated: bool,
    },
    /// `CASE WHEN … THEN … ELSE … END`
    Case {
        /// Conditions and what they yield.
        branches: Vec<(Node, Node)>,
        /// What is left; `NULL` without it.
        otherwise: Option<Box<Node>>,
    },
    /// `CAST(a AS type)`
    Cast(Box<Node>, SqlType),
    /// A call.
    Function(Function),
    /// An expression and the name it has in the SELECT list.
    Label(Box<Node>, Cow<'static, str>),
    /// A SELECT that yields one value.
    Scalar(Arc<Select>),
    /// `EXISTS (SELECT …)`
    Exists {
        /// The query.
        select: Arc<Select>,
        /// With NOT.
        negated: bool,
    },
    /// SQL text of the user's, with named values.
    Text(TextNode),
}

/// The character before `%`, `_` and itself in a pattern that was made from plain text.
pub const LIKE_ESCAPE: char = '/';

/// A word of SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Constant {
    /// `TRUE`, or what a dialect without booleans has for it
    True,
    /// `FALSE`
    False,
    /// `NULL`
    Null,
    /// `*`, in `count(*)`
    Star,
    /// `1`, in `SELECT 1`
    One,
}

/// An operator before its operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `NOT`
    Not,
    /// `-`
    Negate,
}

/// An operator between its operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // their names are their documentation
pub enum BinaryOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    /// Equal, or both `NULL`
    NotDistinct,
    /// Different, where `NULL` is a value like any other
    Distinct,
    Add,
    Subtract,
    Multiply,
    /// Division of numbers with fractions
    Divide,
    /// Division of integers, cut towards zero
    DivideIntegers,
    Remainder,
    /// Texts joined; `NULL` if either is
    Concat,
}

/// What joins conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // their names are their documentation
pub enum Junction {
    And,
    Or,
}

/// What `IN` looks in.
#[derive(Debug, Clone, PartialEq)]
pub enum Set {
    /// A list; [`Node::Bind`]s of one type are sent as one value where the server can take it.
    List(Vec<Node>),
    /// A query of one column.
    Select(Arc<Select>),
}

/// A call of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// Which.
    pub name: FunctionName,
    /// Its arguments.
    pub arguments: Vec<Node>,
    /// Whether an aggregate counts each value once.
    pub distinct: bool,
    /// The type the program expects; a dialect whose function yields another casts it.
    pub returns: SqlType,
}

/// A function: one that every dialect has under some name, or one that the user names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // their names are their documentation
pub enum FunctionName {
    Count,
    Sum,
    Avg,
    Min,
    Max,
    Lower,
    Upper,
    Length,
    Trim,
    TrimStart,
    TrimEnd,
    Replace,
    Substring,
    Abs,
    Round,
    Ceil,
    Floor,
    Coalesce,
    NullIf,
    CurrentDate,
    CurrentTimestamp,
    Random,
    /// The user's, written as it is.
    Named(Cow<'static, str>),
}

/// SQL text of the user's.
#[derive(Debug, Clone, PartialEq)]
pub struct TextNode {
    /// The text, with values as `:name`.
    pub sql: Cow<'static, str>,
    /// The values by name.
    pub binds: Vec<(Cow<'static, str>, Value)>,
}

/// A SELECT.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Select {
    /// `DISTINCT`
    pub distinct: bool,
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
    /// `ORDER BY`
    pub order_by: Vec<Order>,
    /// How many rows at the most.
    pub limit: Option<u64>,
    /// How many rows to pass over.
    pub offset: Option<u64>,
    /// How its rows are locked.
    pub lock: Option<RowLock>,
    /// What went wrong while it was built, told when it is compiled, so that building needs no `?`.
    pub problem: Option<(ErrorKind, String)>,
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
    /// A SELECT under the alias of the table reference, whose columns it has.
    Select(Arc<Select>, TableRef),
}

impl Source {
    /// The table reference whose columns the source has.
    pub fn table_ref(&self) -> TableRef {
        match self {
            Self::Table(table) | Self::Select(_, table) => *table,
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
