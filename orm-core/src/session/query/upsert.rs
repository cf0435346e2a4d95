//! INSERT of rows that may be there already.

use super::InsertRows;
use crate::{
    compile::EXCLUDED,
    expr::{Column, Condition},
    schema::{Model, TableRef},
    statement::{Assignments, Conflict, ConflictUpdate},
};
use std::fmt;

/// An INSERT that says which rows may be there already, and not yet what becomes of them.
#[must_use = "say what becomes of the row that is there: .do_nothing() or .do_update(…)"]
pub struct OnConflict<M, X> {
    insert: InsertRows<M, X>,
    target: Vec<u16>,
}

impl<M: Model, X> fmt::Debug for OnConflict<M, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnConflict").field("insert", &self.insert).field("target", &self.target).finish()
    }
}

/// The columns of a key or of a unique constraint of `M`: one, a tuple of several, or `()` for any.
#[diagnostic::on_unimplemented(
    message = "`{Self}` are no columns of a key of `{M}`",
    label = "expected a column of `{M}`, a tuple of them, or `()` for any key"
)]
pub trait ConflictTarget<M> {
    /// The positions of the columns.
    fn positions(self) -> Vec<u16>;
}

impl<M> ConflictTarget<M> for () {
    fn positions(self) -> Vec<u16> {
        Vec::new()
    }
}

impl<M, T> ConflictTarget<M> for Column<M, T> {
    fn positions(self) -> Vec<u16> {
        vec![self.column_ref().index]
    }
}

macro_rules! tuples {
    ($($($name:ident)+;)*) => { $(
        impl<M, $($name),+> ConflictTarget<M> for ($(Column<M, $name>,)+) {
            fn positions(self) -> Vec<u16> {
                #[allow(non_snake_case, reason = "the names of the types")]
                let ($($name,)+) = self;
                vec![$($name.column_ref().index),+]
            }
        }
    )* };
}

tuples! { A; A B; A B C; A B C D; A B C D E; A B C D E F; }

/// The value of a column in the row that could not be inserted, for [`OnConflict::do_update`]: `excluded.a`.
pub fn excluded<M, T>(column: Column<M, T>) -> Column<M, T> {
    let reference = column.column_ref();
    Column::new(TableRef { alias: Some(EXCLUDED), ..reference.table }, reference.index)
}

impl<M: Model, X> InsertRows<M, X> {
    /// Says that a row with the same key or unique value may be there already: an upsert.
    ///
    /// MySQL and MariaDB cannot be told which key it is about: there, it is any.
    #[doc(alias("upsert", "on_conflict_do_nothing", "on_conflict_do_update", "on_duplicate_key_update", "merge"))]
    pub fn on_conflict(self, target: impl ConflictTarget<M>) -> OnConflict<M, X> {
        OnConflict { target: target.positions(), insert: self }
    }
}

impl<M: Model, X> OnConflict<M, X> {
    /// Leaves the row that is there as it is: `ON CONFLICT (…) DO NOTHING`. It is not counted, but on MySQL and MariaDB, which are told to
    /// set it to what it is.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let east = Cluster { name: "east".into(), ..Default::default() };
    /// assert_eq!(
    ///     insert(Cluster).values([east]).on_conflict(Cluster.name).do_nothing().to_sql(&SqliteDialect)?,
    ///     ["INSERT INTO clusters (name) VALUES (?) ON CONFLICT (name) DO NOTHING"]
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn do_nothing(self) -> InsertRows<M, X> {
        self.with(None)
    }

    /// Changes the row that is there: `ON CONFLICT (…) DO UPDATE SET …`. [`excluded`] is the row that could not be inserted.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let ada = User { id: 1, name: "Ada".into(), ..Default::default() };
    /// let update = (User.name.set(excluded(User.name)), User.age.set(User.age + 1));
    /// assert!(
    ///     insert(User).values([ada]).on_conflict(User.id).do_update(update).to_sql(&SqliteDialect)?[0]
    ///         .ends_with(" ON CONFLICT (id) DO UPDATE SET name = excluded.name, age = users.age + ?")
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn do_update(self, assignments: impl Assignments<M>) -> InsertRows<M, X> {
        let mut update = ConflictUpdate::default();
        assignments.append(&mut update.assignments);
        self.with(Some(update))
    }

    /// Changes the row that is there if a condition holds: `… DO UPDATE SET … WHERE …`. MySQL and MariaDB have no such thing.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let ada = User { id: 1, name: "Ada".into(), ..Default::default() };
    /// let update = insert(User).values([ada]).on_conflict(User.id).do_update_if(
    ///     User.age.set(excluded(User.age)),
    ///     User.age.lt(excluded(User.age)),
    /// );
    /// assert!(
    ///     update.to_sql(&SqliteDialect)?[0]
    ///         .ends_with(" ON CONFLICT (id) DO UPDATE SET age = excluded.age WHERE users.age < excluded.age")
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn do_update_if(self, assignments: impl Assignments<M>, condition: impl Condition) -> InsertRows<M, X> {
        let mut update = ConflictUpdate { filter: vec![condition.into_condition()], ..ConflictUpdate::default() };
        assignments.append(&mut update.assignments);
        self.with(Some(update))
    }

    fn with(self, update: Option<ConflictUpdate>) -> InsertRows<M, X> {
        self.insert.resolved(Conflict { target: self.target, update })
    }
}
