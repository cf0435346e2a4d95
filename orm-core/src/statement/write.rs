//! INSERT, UPDATE and DELETE.

use crate::{
    expr::{
        Column, MaybeNone, Node, Operand, Present,
        tree::{Join, Select, Source},
    },
    schema::TableRef,
    types::{Field, Nullable, Value},
};
use std::marker::PhantomData;

/// An INSERT.
#[derive(Debug, Clone, PartialEq)]
pub struct Insert {
    /// The table.
    pub table: TableRef,
    /// The columns that get a value, by position; none for a row of defaults.
    pub columns: Vec<u16>,
    /// What is inserted.
    pub source: InsertSource,
    /// What becomes of a row that is there already; an error without it.
    pub conflict: Option<Conflict>,
    /// What comes back for each row.
    pub returning: Vec<Node>,
}

/// What an INSERT inserts.
#[derive(Debug, Clone, PartialEq)]
pub enum InsertSource {
    /// `VALUES (…), (…)`
    Values {
        /// How many rows.
        rows: usize,
        /// The values, row after row.
        values: Vec<Value>,
    },
    /// The rows of a query.
    Select(Box<Select>),
}

/// What becomes of a row whose key or unique value is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// The columns of the key or of the unique constraint, by position; none for any of them.
    pub target: Vec<u16>,
    /// What the row that is there is set to; nothing changes without it.
    pub update: Option<ConflictUpdate>,
}

/// What an INSERT makes of the row that is there already.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConflictUpdate {
    /// The columns, by position, and what they are set to.
    pub assignments: Vec<(u16, Node)>,
    /// Conditions, all of which hold for a row that is changed.
    pub filter: Vec<Node>,
}

/// An UPDATE.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// The table.
    pub table: TableRef,
    /// The columns, by position, and what they are set to.
    pub assignments: Vec<(u16, Node)>,
    /// Which rows.
    pub matching: Matching,
    /// What comes back for each row.
    pub returning: Vec<Node>,
}

/// An UPDATE of rows that are known by their keys and each have values of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateMany {
    /// The table.
    pub table: TableRef,
    /// The columns that are set, by position.
    pub columns: Vec<u16>,
    /// The columns by which a row is found.
    pub key: Vec<u16>,
    /// How many of them, the first, tell the rows apart; the others have to be equal too.
    pub identity: usize,
    /// How many rows.
    pub rows: usize,
    /// For each row what its columns are set to, and then its key.
    pub values: Vec<Value>,
}

impl UpdateMany {
    /// How many values its SQL has places for.
    pub(crate) fn values_wanted(&self) -> usize {
        self.rows * (self.columns.len() + self.key.len())
    }
}

/// A DELETE.
#[derive(Debug, Clone, PartialEq)]
pub struct Delete {
    /// The table.
    pub table: TableRef,
    /// Which rows.
    pub matching: Matching,
    /// What comes back for each row.
    pub returning: Vec<Node>,
}

/// Which rows an UPDATE or a DELETE is about: those with which rows of other sources together meet conditions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matching {
    /// Other sources.
    pub from: Vec<Source>,
    /// Joins, in order.
    pub joins: Vec<Join>,
    /// Conditions, all of which hold.
    pub filter: Vec<Node>,
    /// Whether it is about rows too that filters of their models hide.
    pub unfiltered: bool,
}

impl Matching {
    /// Rows that meet conditions by themselves.
    pub fn filter(filter: Vec<Node>) -> Self {
        Self { filter, ..Self::default() }
    }

    /// Whether rows of other sources are looked at.
    pub(crate) fn joins_others(&self) -> bool {
        !self.from.is_empty() || !self.joins.is_empty()
    }
}

/// What a column of the model `M` is set to: `User.name.set("sb")`.
#[derive(Debug, Clone)]
#[must_use = "an assignment does something only in `.update(…)`"]
pub struct Assignment<M> {
    column: u16,
    value: Node,
    marker: PhantomData<fn() -> M>,
}

impl<M, T: Field> Column<M, T> {
    /// The column set to a value or to an expression, for `.update(…)`: `SET a = b`. An `Option` is for a column that is one.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let update = query(User).filter(User.id.eq(1)).into_update((User.age.set(User.age + 1), User.email.set(None)));
    /// assert_eq!(sql(update?), "UPDATE users SET age = users.age + ?, email = ? WHERE users.id = ?");
    /// # Ok::<(), aludel_core::Error>(())
    /// ```
    pub fn set<R: Operand<T>>(self, value: R) -> Assignment<M>
    where
        R::Presence: StoredIn<T::Null>,
    {
        Assignment { column: self.column_ref().index, value: value.into_operand(), marker: PhantomData }
    }
}

/// Whether a column stores an operand, by the nullability of the column: an `Option` goes only into one that is an `Option` itself.
#[diagnostic::on_unimplemented(
    message = "an `Option` cannot be stored in a column that is none: `None` would be NULL there",
    label = "this column holds no NULL",
    note = "take the value out of the `Option`, or make the model's field an `Option`"
)]
pub trait StoredIn<Null> {}

impl<Null> StoredIn<Null> for Present {}
impl StoredIn<Nullable> for MaybeNone {}

/// What `.update(…)` sets: one assignment, a tuple or a `Vec` of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an assignment to a column of `{M}`",
    label = "expected `Model.column.set(value)`, or a tuple of those"
)]
pub trait Assignments<M> {
    /// Adds the assignments.
    fn append(self, assignments: &mut Vec<(u16, Node)>);
}

impl<M> Assignments<M> for Assignment<M> {
    fn append(self, assignments: &mut Vec<(u16, Node)>) {
        assignments.push((self.column, self.value));
    }
}

impl<M, A: Assignments<M>> Assignments<M> for Vec<A> {
    fn append(self, assignments: &mut Vec<(u16, Node)>) {
        self.into_iter().for_each(|assignment| assignment.append(assignments));
    }
}

macro_rules! tuples {
    ($($($name:ident)+;)*) => { $(
        #[allow(non_snake_case)]
        impl<Model, $($name: Assignments<Model>),+> Assignments<Model> for ($($name,)+) {
            fn append(self, assignments: &mut Vec<(u16, Node)>) {
                let ($($name,)+) = self;
                $($name.append(assignments);)+
            }
        }
    )* };
}

tuples! {
    A; A B; A B C; A B C D; A B C D E; A B C D E F; A B C D E F G; A B C D E F G H;
}
