//! Dates and times: their parts, and what lies so much later.

use super::{
    Expr, Expression, Given, Operand,
    expression::{Like, ScalarOf},
    func::call,
    tree::{FunctionName, Node, TimePart, TimeUnit},
};
use crate::types::Value;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

/// Types that have a date.
#[diagnostic::on_unimplemented(message = "`{Self}` has no date", label = "expected a date, or a date and time")]
pub trait HasDate {}
impl HasDate for NaiveDate {}
impl HasDate for NaiveDateTime {}
impl HasDate for DateTime<Utc> {}

/// Types that have a time of day.
#[diagnostic::on_unimplemented(message = "`{Self}` has no time of day", label = "expected a time, or a date and time")]
pub trait HasTime {}
impl HasTime for NaiveTime {}
impl HasTime for NaiveDateTime {}
impl HasTime for DateTime<Utc> {}

macro_rules! parts {
    ($($(#[$doc:meta])* $name:ident: $bound:ident, $part:ident;)*) => { $(
        $(#[$doc])*
        fn $name(self) -> Expr<Like<Self, i32>>
        where
            ScalarOf<Self>: $bound,
        {
            call(FunctionName::Extract(TimePart::$part), vec![self.into_node()])
        }
    )* };
}

/// What can be asked of dates and times. Those of instants are in UTC.
pub trait Temporal: Expression {
    parts! {
        /// The year.
        ///
        /// ```
        /// # use aludel_doc::*;
        /// let since = literal(chrono::NaiveDate::default());
        /// assert_eq!(postgresql(query(since.year())), "SELECT CAST(EXTRACT(YEAR FROM $1) AS INTEGER)");
        /// ```
        year: HasDate, Year;
        /// The month, from 1 to 12.
        ///
        /// ```
        /// # use aludel_doc::*;
        /// let since = literal(chrono::NaiveDate::default());
        /// assert_eq!(sql(query(since.month())), "SELECT CAST(strftime('%m', ?) AS INTEGER)");
        /// ```
        month: HasDate, Month;
        /// The day of the month, from 1.
        ///
        /// ```
        /// # use aludel_doc::*;
        /// let since = literal(chrono::NaiveDate::default());
        /// assert_eq!(sql(query(since.day())), "SELECT CAST(strftime('%d', ?) AS INTEGER)");
        /// ```
        day: HasDate, Day;
        /// The day of the week, from 1, Monday, to 7, Sunday.
        ///
        /// ```
        /// # use aludel_doc::*;
        /// let since = literal(chrono::NaiveDate::default());
        /// assert_eq!(postgresql(query(since.weekday())), "SELECT CAST(EXTRACT(ISODOW FROM $1) AS INTEGER)");
        /// ```
        weekday: HasDate, Weekday;
        /// The day of the year, from 1.
        ///
        /// ```
        /// # use aludel_doc::*;
        /// let since = literal(chrono::NaiveDate::default());
        /// assert_eq!(postgresql(query(since.day_of_year())), "SELECT CAST(EXTRACT(DOY FROM $1) AS INTEGER)");
        /// ```
        day_of_year: HasDate, DayOfYear;
        /// The hour, from 0 to 23.
        ///
        /// ```
        /// # use aludel_doc::*;
        /// let at = literal(chrono::NaiveTime::default());
        /// assert_eq!(sql(query(at.hour())), "SELECT CAST(strftime('%H', ?) AS INTEGER)");
        /// ```
        hour: HasTime, Hour;
        /// The minute.
        ///
        /// ```
        /// # use aludel_doc::*;
        /// let at = literal(chrono::NaiveTime::default());
        /// assert_eq!(sql(query(at.minute())), "SELECT CAST(strftime('%M', ?) AS INTEGER)");
        /// ```
        minute: HasTime, Minute;
        /// The second, without its fraction.
        ///
        /// ```
        /// # use aludel_doc::*;
        /// let at = literal(chrono::NaiveTime::default());
        /// assert_eq!(sql(query(at.second())), "SELECT CAST(strftime('%S', ?) AS INTEGER)");
        /// ```
        second: HasTime, Second;
    }

    /// The date of a date and time.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let at = literal(chrono::NaiveDateTime::default());
    /// assert_eq!(sql(query(at.date())), "SELECT date(?)");
    /// ```
    fn date(self) -> Expr<Like<Self, NaiveDate>>
    where
        ScalarOf<Self>: HasDate + HasTime,
    {
        call(FunctionName::DateOf, vec![self.into_node()])
    }

    /// The beginning of the year, the month, the week … that it is in: to group by.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let at = literal(chrono::NaiveDateTime::default());
    /// assert_eq!(postgresql(query(at.truncated(TimeUnit::Month))), "SELECT date_trunc('month', $1)");
    /// ```
    #[doc(alias("date_trunc"))]
    fn truncated(self, unit: TimeUnit) -> Expr<Self::Type>
    where
        ScalarOf<Self>: HasDate,
    {
        call(FunctionName::Truncate(unit), vec![self.into_node()])
    }

    /// So much later; `-delta` for earlier. SQLite counts whole seconds alone.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let at = literal(chrono::NaiveDateTime::default());
    /// assert_eq!(
    ///     postgresql(query(at.plus(chrono::TimeDelta::hours(3)))),
    ///     "SELECT ($1 + CAST($2 AS BIGINT) * INTERVAL '1 second')"
    /// );
    /// ```
    #[doc(alias("interval", "timedelta"))]
    fn plus(self, delta: TimeDelta) -> Expr<Self::Type>
    where
        ScalarOf<Self>: HasDate + HasTime,
    {
        let (name, number) = match delta.subsec_nanos() {
            0 => (FunctionName::AddSeconds, delta.num_seconds()),
            _ => (FunctionName::AddMicroseconds, delta.num_microseconds().unwrap_or(i64::MAX)),
        };
        call(name, vec![self.into_node(), Node::Bind(Value::Int(number))])
    }

    /// So many days later; fewer than none for earlier.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let since = literal(chrono::NaiveDate::default());
    /// assert_eq!(sql(query(since.plus_days(30))), "SELECT date(?, ? || ' days')");
    /// ```
    fn plus_days<R: Operand<i32, Presence: Given>>(self, days: R) -> Expr<Self::Type>
    where
        ScalarOf<Self>: HasDate,
    {
        call(FunctionName::AddDays, vec![self.into_node(), days.into_operand()])
    }

    /// So many months later; fewer than none for earlier. A month after 31 January is the last day of February.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let since = literal(chrono::NaiveDate::default());
    /// assert_eq!(sql(query(since.plus_months(1))), "SELECT date(?, ? || ' months', 'floor')");
    /// ```
    fn plus_months<R: Operand<i32, Presence: Given>>(self, months: R) -> Expr<Self::Type>
    where
        ScalarOf<Self>: HasDate,
    {
        call(FunctionName::AddMonths, vec![self.into_node(), months.into_operand()])
    }

    /// How many seconds it is later than another: of the same type. SQLite counts to the millisecond.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let (start, end) = (literal(chrono::NaiveDateTime::default()), literal(chrono::NaiveDateTime::default()));
    /// assert_eq!(sql(query(end.seconds_since(start))), "SELECT (unixepoch(?, 'subsec') - unixepoch(?, 'subsec'))");
    /// ```
    fn seconds_since<R: Operand<Self::Type, Presence: Given, Scalar = ScalarOf<Self>>>(
        self,
        other: R,
    ) -> Expr<super::expression::Either<Self, R, f64>>
    where
        ScalarOf<Self>: HasDate + HasTime,
    {
        call(FunctionName::SecondsSince, vec![self.into_node(), other.into_operand()])
    }
}

impl<E: Expression> Temporal for E {}
