//! What an aggregate takes, and windows: the rows around each row.

use super::{
    Call, Condition, Expr, Expression, Given, Grouping, Operand, OrderBy,
    expression::{Like, ScalarOf},
    func::call,
    tree::{Bound, Constant, Frame, FrameUnit, Function, FunctionName, Node, Window},
};
use crate::types::Field;
use std::marker::PhantomData;

/// The rows that a call looks at for each row: all rows, until it is told otherwise.
///
/// ```
/// # use aludel_doc::*;
/// let by_cluster = window().partition_by(User.cluster_id).order_by(User.age.desc());
/// assert_eq!(
///     sql(query((User.name, func::rank().over(by_cluster)))),
///     "SELECT users.name, rank() OVER (PARTITION BY users.cluster_id ORDER BY users.age DESC) FROM users"
/// );
/// ```
#[doc(alias("over"))]
pub fn window() -> Window {
    Window::default()
}

/// The window of this name that the query defines by [`Query::window`](crate::session::query::Query::window).
impl From<&'static str> for Window {
    fn from(name: &'static str) -> Self {
        Self { base: Some(name), ..Self::default() }
    }
}

impl Window {
    /// Only the rows that are equal in this: `PARTITION BY …`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     shown(func::count_all().over(window().partition_by(User.age))),
    ///     "count(*) OVER (PARTITION BY users.age)"
    /// );
    /// ```
    #[must_use]
    pub fn partition_by(mut self, grouping: impl Grouping) -> Self {
        grouping.append(&mut self.partition_by);
        self
    }

    /// The rows in an order: `ORDER BY …`. Without a frame it holds those up to the row and its equals.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     shown(func::sum(User.age).over(window().order_by(User.id))),
    ///     "sum(users.age) OVER (ORDER BY users.id)"
    /// );
    /// ```
    #[must_use]
    pub fn order_by(mut self, order: impl OrderBy) -> Self {
        order.append(&mut self.order_by);
        self
    }

    /// Only the rows between these: `ROWS BETWEEN … AND …`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let last_three = window().order_by(User.id).rows(Bound::Preceding(2), Bound::CurrentRow);
    /// assert_eq!(
    ///     shown(func::avg(User.score).over(last_three)),
    ///     "avg(users.score) OVER (ORDER BY users.id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)"
    /// );
    /// ```
    #[must_use]
    pub fn rows(self, start: Bound, end: Bound) -> Self {
        self.frame(FrameUnit::Rows, start, end)
    }

    /// Only the rows whose order lies between these, counted from the row's own: `RANGE BETWEEN … AND …`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let same_age = window().order_by(User.age).range(Bound::Preceding(1), Bound::Following(1));
    /// assert_eq!(
    ///     shown(func::count_all().over(same_age)),
    ///     "count(*) OVER (ORDER BY users.age RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING)"
    /// );
    /// ```
    #[must_use]
    pub fn range(self, start: Bound, end: Bound) -> Self {
        self.frame(FrameUnit::Range, start, end)
    }

    /// Only the groups of equal rows between these: `GROUPS BETWEEN … AND …`; MySQL, MariaDB and Oracle before 21c have none.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let neighbours = window().order_by(User.age).groups(Bound::Preceding(1), Bound::Following(1));
    /// assert_eq!(
    ///     shown(func::count_all().over(neighbours)),
    ///     "count(*) OVER (ORDER BY users.age GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING)"
    /// );
    /// ```
    #[must_use]
    pub fn groups(self, start: Bound, end: Bound) -> Self {
        self.frame(FrameUnit::Groups, start, end)
    }

    fn frame(mut self, unit: FrameUnit, start: Bound, end: Bound) -> Self {
        self.frame = Some(Frame { unit, start, end });
        self
    }
}

impl<T: Field> Expr<T, Call> {
    fn function(mut self, change: impl FnOnce(&mut Function)) -> Self {
        if let Node::Function(function) = &mut self.node {
            change(function);
        }
        self
    }

    /// The call for each row, over the rows of a window: `sum(a) OVER (…)`. A window is written out, or named by [`Query::window`](crate::session::query::Query::window).
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(func::sum(User.age).over(window())), "sum(users.age) OVER ()");
    /// ```
    pub fn over(self, window: impl Into<Window>) -> Expr<T> {
        let over = Some(Box::new(window.into()));
        Expr::new(self.function(|function| function.over = over).node)
    }

    /// Takes each value once: `count(DISTINCT a)`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(shown(func::sum(User.age).distinct()), "sum(DISTINCT users.age)");
    /// ```
    #[must_use]
    pub fn distinct(self) -> Self {
        self.function(|function| function.distinct = true)
    }

    /// Takes only the rows for which the condition holds: `count(*) FILTER (WHERE …)`, or a CASE that means the same where there is no FILTER.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     shown(func::count_all().filter(User.age.ge(18))),
    ///     "count(*) FILTER (WHERE users.age >= ?)"
    /// );
    /// ```
    #[must_use]
    pub fn filter(self, condition: impl Condition) -> Self {
        self.function(|function| function.filter.push(condition.into_condition()))
    }

    /// Takes the rows in this order: `string_agg(a, ', ' ORDER BY b)`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     shown(func::string_agg(User.name, ",").order_by(User.name)),
    ///     "group_concat(users.name, ',' ORDER BY users.name)"
    /// );
    /// ```
    #[must_use]
    pub fn order_by(self, order: impl OrderBy) -> Self {
        self.function(|function| order.append(&mut function.order_by))
    }
}

/// A function that is nothing without a window: [`over`](WindowFunction::over) makes an expression of it.
#[derive(Debug, Clone)]
#[must_use = "a window function is an expression only `.over(…)` a window"]
pub struct WindowFunction<T> {
    name: FunctionName,
    arguments: Vec<Node>,
    marker: PhantomData<fn() -> T>,
}

impl<T: Field> WindowFunction<T> {
    fn new(name: FunctionName, arguments: Vec<Node>) -> Self {
        Self { name, arguments, marker: PhantomData }
    }

    /// The function over the rows of a window, which is written out, or named by [`Query::window`](crate::session::query::Query::window).
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     shown(func::row_number().over(window().order_by(User.id))),
    ///     "row_number() OVER (ORDER BY users.id)"
    /// );
    /// ```
    pub fn over(self, window: impl Into<Window>) -> Expr<T> {
        call::<T, Call>(self.name, self.arguments).over(window)
    }
}

fn number(number: u32) -> Node {
    Node::Constant(Constant::Number(number))
}

/// The row's number in its partition, from 1.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(func::row_number().over(window().order_by(User.age))), "row_number() OVER (ORDER BY users.age)");
/// ```
pub fn row_number() -> WindowFunction<i64> {
    WindowFunction::new(FunctionName::RowNumber, Vec::new())
}

/// The row's place in the order, from 1: equal rows share one, and the places after it stay empty.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(func::rank().over(window().order_by(User.age))), "rank() OVER (ORDER BY users.age)");
/// ```
pub fn rank() -> WindowFunction<i64> {
    WindowFunction::new(FunctionName::Rank, Vec::new())
}

/// The row's place in the order, from 1: equal rows share one, and no place stays empty.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(func::dense_rank().over(window().order_by(User.age))), "dense_rank() OVER (ORDER BY users.age)");
/// ```
pub fn dense_rank() -> WindowFunction<i64> {
    WindowFunction::new(FunctionName::DenseRank, Vec::new())
}

/// The row's place from 0 to 1: `(rank - 1) / (rows - 1)`.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(func::percent_rank().over(window().order_by(User.age))), "percent_rank() OVER (ORDER BY users.age)");
/// ```
pub fn percent_rank() -> WindowFunction<f64> {
    WindowFunction::new(FunctionName::PercentRank, Vec::new())
}

/// The share of the rows that come no later than this one.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(func::cume_dist().over(window().order_by(User.age))), "cume_dist() OVER (ORDER BY users.age)");
/// ```
pub fn cume_dist() -> WindowFunction<f64> {
    WindowFunction::new(FunctionName::CumeDist, Vec::new())
}

/// The row's part, from 1, where the partition is cut into so many of the same size.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(func::ntile(4).over(window().order_by(User.age))), "ntile(4) OVER (ORDER BY users.age)");
/// ```
pub fn ntile(parts: u32) -> WindowFunction<i64> {
    WindowFunction::new(FunctionName::Ntile, vec![number(parts)])
}

/// The value in the row so many before this one; `None` if there is none.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(func::lag(User.age, 1).over(window().order_by(User.id))), "lag(users.age, 1) OVER (ORDER BY users.id)");
/// ```
pub fn lag<E: Expression>(expression: E, rows: u32) -> WindowFunction<Option<ScalarOf<E>>> {
    WindowFunction::new(FunctionName::Lag, vec![expression.into_node(), number(rows)])
}

/// The value in the row so many before this one; `otherwise` if there is none.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(func::lag_or(User.age, 1, 0).over(window().order_by(User.id))), "lag(users.age, 1, ?) OVER (ORDER BY users.id)");
/// ```
pub fn lag_or<E, R>(expression: E, rows: u32, otherwise: R) -> WindowFunction<Like<E, ScalarOf<E>>>
where
    E: Expression,
    R: Operand<E::Type, Presence: Given, Scalar = ScalarOf<E>, Null = crate::types::NotNull>,
{
    WindowFunction::new(FunctionName::Lag, vec![expression.into_node(), number(rows), otherwise.into_operand()])
}

/// The value in the row so many after this one; `None` if there is none.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(func::lead(User.age, 1).over(window().order_by(User.id))), "lead(users.age, 1) OVER (ORDER BY users.id)");
/// ```
pub fn lead<E: Expression>(expression: E, rows: u32) -> WindowFunction<Option<ScalarOf<E>>> {
    WindowFunction::new(FunctionName::Lead, vec![expression.into_node(), number(rows)])
}

/// The value in the row so many after this one; `otherwise` if there is none.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(func::lead_or(User.age, 1, 0).over(window().order_by(User.id))), "lead(users.age, 1, ?) OVER (ORDER BY users.id)");
/// ```
pub fn lead_or<E, R>(expression: E, rows: u32, otherwise: R) -> WindowFunction<Like<E, ScalarOf<E>>>
where
    E: Expression,
    R: Operand<E::Type, Presence: Given, Scalar = ScalarOf<E>, Null = crate::types::NotNull>,
{
    WindowFunction::new(FunctionName::Lead, vec![expression.into_node(), number(rows), otherwise.into_operand()])
}

/// The value in the window's first row; `None` if it has none.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(func::first_value(User.name).over(window().order_by(User.id))), "first_value(users.name) OVER (ORDER BY users.id)");
/// ```
pub fn first_value<E: Expression>(expression: E) -> WindowFunction<Option<ScalarOf<E>>> {
    WindowFunction::new(FunctionName::FirstValue, vec![expression.into_node()])
}

/// The value in the window's last row, which with an order and no frame is the row itself or one of its equals; `None` if it has none.
///
/// ```
/// # use aludel_doc::*;
/// let all = window().order_by(User.id).rows(Bound::Start, Bound::End);
/// assert_eq!(
///     shown(func::last_value(User.name).over(all)),
///     "last_value(users.name) OVER (ORDER BY users.id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)"
/// );
/// ```
pub fn last_value<E: Expression>(expression: E) -> WindowFunction<Option<ScalarOf<E>>> {
    WindowFunction::new(FunctionName::LastValue, vec![expression.into_node()])
}

/// The value in the window's row of this number, from 1; `None` if it has no such row.
///
/// ```
/// # use aludel_doc::*;
/// assert_eq!(shown(func::nth_value(User.name, 2).over(window().order_by(User.id))), "nth_value(users.name, 2) OVER (ORDER BY users.id)");
/// ```
pub fn nth_value<E: Expression>(expression: E, row: u32) -> WindowFunction<Option<ScalarOf<E>>> {
    WindowFunction::new(FunctionName::NthValue, vec![expression.into_node(), number(row)])
}
