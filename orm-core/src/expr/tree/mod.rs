//! The untyped tree under every typed expression and query.

mod function;
mod select;

pub use function::{Bound, Frame, FrameUnit, Function, FunctionName, JsonAs, TimePart, TimeUnit, Window};
pub use select::{
    Compound, Cte, Join, JoinKind, LockWait, Nulls, Order, RowLock, Select, SetOperation, SetOperator, Source,
};

use crate::{
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
    /// `(a, b)`
    Row(Vec<Node>),
    /// `ANY (SELECT …)` or `ALL (SELECT …)`, on the right of a comparison.
    Quantified {
        /// Whether it is ALL.
        all: bool,
        /// The query.
        select: Arc<Select>,
    },
    /// One expression in some dialects, by their names, and another in the rest.
    ByDialect {
        /// What it is in which.
        cases: Vec<(&'static str, Node)>,
        /// What it is in all others.
        otherwise: Box<Node>,
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
    /// A number written out, where a server takes no value
    Number(u32),
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

impl Node {
    /// What it is in a dialect: itself, unless it is one thing in some and another in others.
    pub(crate) fn in_dialect(&self, dialect: &str) -> &Self {
        match self {
            Self::ByDialect { cases, otherwise } => {
                let case = cases.iter().find(|(name, _)| *name == dialect).map(|(_, node)| node);
                case.unwrap_or(otherwise).in_dialect(dialect)
            }
            node => node,
        }
    }
}

/// SQL text of the user's.
#[derive(Debug, Clone, PartialEq)]
pub struct TextNode {
    /// The text, with values as `:name`.
    pub sql: Cow<'static, str>,
    /// The values by name.
    pub binds: Vec<(Cow<'static, str>, Value)>,
}
