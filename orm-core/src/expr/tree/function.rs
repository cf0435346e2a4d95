//! Calls of functions, and the windows that they look through.

use super::{Node, Order};
use crate::types::SqlType;
use std::borrow::Cow;

/// A call of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// Which.
    pub name: FunctionName,
    /// Its arguments.
    pub arguments: Vec<Node>,
    /// Whether an aggregate counts each value once.
    pub distinct: bool,
    /// The order in which an aggregate takes its rows; any without it.
    pub order_by: Vec<Order>,
    /// Conditions, all of which hold for a row that an aggregate takes.
    pub filter: Vec<Node>,
    /// The rows around each row that it looks at: `OVER (…)`.
    pub over: Option<Box<Window>>,
    /// The type the program expects; a dialect whose function yields another casts it.
    pub returns: SqlType,
}

impl Function {
    /// A plain call.
    pub fn new(name: FunctionName, arguments: Vec<Node>, returns: SqlType) -> Self {
        Self { name, arguments, distinct: false, order_by: Vec::new(), filter: Vec::new(), over: None, returns }
    }

    /// Whether it makes one value of many rows.
    pub(crate) fn is_aggregate(&self) -> bool {
        self.over.is_none() && self.name.is_aggregate()
    }
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
    RowNumber,
    Rank,
    DenseRank,
    PercentRank,
    CumeDist,
    Ntile,
    Lag,
    Lead,
    FirstValue,
    LastValue,
    NthValue,
    /// A part of a date or a time, as a whole number.
    Extract(TimePart),
    /// The beginning of the year, the month … that a date or a time is in.
    Truncate(TimeUnit),
    /// The date of a date and time.
    DateOf,
    /// A date and time so many whole seconds later.
    AddSeconds,
    /// A date and time so many microseconds later.
    AddMicroseconds,
    /// A date or a date and time so many days later.
    AddDays,
    /// A date or a date and time so many months later, on the last day of the month at the latest.
    AddMonths,
    /// How many seconds the first is later than the second.
    SecondsSince,
    /// What is at a path in JSON; the path is the second argument, as `$."a"[0]`.
    Json(JsonAs),
    /// Whether the first JSON has all that is in the second.
    JsonContains,
    /// Whether a text matches a regular expression.
    Regexp {
        /// Whether upper and lower case are the same.
        ignore_case: bool,
    },
    /// Whether texts, all but the last argument, have words in them that mean those of the last.
    FullText,
    /// A text by another collation.
    Collate(Cow<'static, str>),
    /// Whether the first array has all elements of the second.
    ArrayContains,
    /// Whether two arrays have an element in common.
    ArrayOverlaps,
    /// Whether an array, the second, has an element, the first.
    ArrayHas,
    /// How many elements an array has.
    ArrayLength,
    /// The texts of a group, one behind the other, with this one between them.
    StringAgg(Cow<'static, str>),
    /// The user's, written as it is.
    Named(Cow<'static, str>),
    /// The next number of a sequence, by its schema and its name.
    NextValue(Option<Cow<'static, str>>, Cow<'static, str>),
}

/// As what a part of JSON is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JsonAs {
    /// JSON.
    Json,
    /// The text of a string, and what else there is as JSON writes it.
    Text,
    /// A whole number; `NULL` of anything but a number.
    Integer,
    /// A number; `NULL` of anything else.
    Double,
    /// A boolean; `NULL` of anything else.
    Boolean,
    /// Whether there is something.
    Exists,
    /// How many elements an array has; `NULL` of anything else.
    Length,
}

/// A part of a date or a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // their names are their documentation
pub enum TimePart {
    Year,
    Month,
    Day,
    /// From 1, Monday, to 7
    Weekday,
    DayOfYear,
    Hour,
    Minute,
    Second,
}

/// What the beginning of is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // their names are their documentation
pub enum TimeUnit {
    Year,
    Month,
    /// From Monday on
    Week,
    Day,
    Hour,
    Minute,
    Second,
}

impl FunctionName {
    /// Whether it makes one value of many rows.
    fn is_aggregate(&self) -> bool {
        matches!(self, Self::Count | Self::Sum | Self::Avg | Self::Min | Self::Max | Self::StringAgg(_))
    }
}

/// The rows that a call looks at for each row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Window {
    /// The named window of the SELECT that it begins with.
    pub base: Option<&'static str>,
    /// `PARTITION BY`
    pub partition_by: Vec<Node>,
    /// `ORDER BY`
    pub order_by: Vec<Order>,
    /// Which rows of the partition; the server's habit without it: all, or with an order those up to the row and its equals.
    pub frame: Option<Frame>,
}

/// Which rows of a partition a window holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Frame {
    /// What its ends count.
    pub unit: FrameUnit,
    /// Where it begins.
    pub start: Bound,
    /// Where it ends.
    pub end: Bound,
}

/// What the ends of a frame count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FrameUnit {
    /// Rows.
    Rows,
    /// What is ordered by: the rows whose value is so much less or more.
    Range,
    /// Groups of rows that are equal in the order.
    Groups,
}

/// An end of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bound {
    /// `UNBOUNDED PRECEDING`
    Start,
    /// `n PRECEDING`
    Preceding(u32),
    /// `CURRENT ROW`
    CurrentRow,
    /// `n FOLLOWING`
    Following(u32),
    /// `UNBOUNDED FOLLOWING`
    End,
}
