//! The rows of several queries as one set: UNION, INTERSECT, EXCEPT.

use super::Query;
use crate::{
    compile::is_plain,
    expr::{
        named,
        tree::{Compound, Select, SetOperation, SetOperator},
    },
};
use std::{mem, sync::Arc};

impl<R, M, X> Query<R, M, X> {
    /// The rows of either query, each once: `UNION`. Order and limit that follow are those of all rows.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let names = query(User.name).union(query(Cluster.name)).order_by(User.name);
    /// assert_eq!(
    ///     sql(names),
    ///     "SELECT users.name FROM users UNION SELECT clusters.name FROM clusters ORDER BY 1"
    /// );
    /// ```
    pub fn union<N>(self, other: Query<R, N>) -> Self {
        self.combine(SetOperator::Union, false, other)
    }

    /// The rows of either query, as often as they are there: `UNION ALL`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let youngest = query(User.age).order_by(User.age).limit(1);
    /// let eldest = query(User.age).order_by(User.age.desc()).limit(1);
    /// assert_eq!(
    ///     sql(youngest.union_all(eldest)),
    ///     "SELECT * FROM (SELECT users.age FROM users ORDER BY users.age LIMIT 1) AS operand \
    ///      UNION ALL SELECT * FROM (SELECT users.age FROM users ORDER BY users.age DESC LIMIT 1) AS operand"
    /// );
    /// ```
    pub fn union_all<N>(self, other: Query<R, N>) -> Self {
        self.combine(SetOperator::Union, true, other)
    }

    /// The rows that both queries have, each once: `INTERSECT`; MySQL has it since 8.0.31.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let both = query(User.id).intersect(query(Post.user_id));
    /// assert_eq!(sql(both), "SELECT users.id FROM users INTERSECT SELECT posts.user_id FROM posts");
    /// ```
    pub fn intersect<N>(self, other: Query<R, N>) -> Self {
        self.combine(SetOperator::Intersect, false, other)
    }

    /// The rows that both queries have, as often as the one that has fewer of them: `INTERSECT ALL`. SQLite has none.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let both = query(User.id).intersect_all(query(Post.user_id));
    /// assert_eq!(postgresql(both), "SELECT users.id FROM users INTERSECT ALL SELECT posts.user_id FROM posts");
    /// ```
    pub fn intersect_all<N>(self, other: Query<R, N>) -> Self {
        self.combine(SetOperator::Intersect, true, other)
    }

    /// The rows that the other query does not have, each once: `EXCEPT`; MySQL has it since 8.0.31.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let silent = query(User.id).except(query(Post.user_id));
    /// assert_eq!(sql(silent), "SELECT users.id FROM users EXCEPT SELECT posts.user_id FROM posts");
    /// ```
    #[doc(alias("minus", "difference"))]
    pub fn except<N>(self, other: Query<R, N>) -> Self {
        self.combine(SetOperator::Except, false, other)
    }

    /// The rows that are left when each row of the other query has taken one like it away: `EXCEPT ALL`. SQLite has none.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let silent = query(User.id).except_all(query(Post.user_id));
    /// assert_eq!(postgresql(silent), "SELECT users.id FROM users EXCEPT ALL SELECT posts.user_id FROM posts");
    /// ```
    pub fn except_all<N>(self, other: Query<R, N>) -> Self {
        self.combine(SetOperator::Except, true, other)
    }

    fn combine<N>(mut self, operator: SetOperator, all: bool, other: Query<R, N>) -> Self {
        self.select = combined(mem::take(&mut self.select), operator, all, other.select);
        self
    }
}

/// The rows of two queries as one set.
pub(super) fn combined(mut first: Select, operator: SetOperator, all: bool, other: Select) -> Select {
    let operation = SetOperation { operator, all, select: operand(other) };
    match &mut first {
        Select { compound: Some(compound), order_by, limit: None, offset: None, .. }
            if order_by.is_empty() && takes(compound, operator) =>
        {
            compound.rest.push(operation);
            first
        }
        _ => {
            let columns = first.columns.clone();
            let compound = Some(Box::new(Compound { first: operand(first), rest: vec![operation] }));
            Select { columns, compound, ..Select::default() }
        }
    }
}

/// Whether one more query at the end of these is taken after all of them: INTERSECT binds tighter than the others do, but not everywhere.
fn takes(compound: &Compound, operator: SetOperator) -> bool {
    let tight = |operator| operator == SetOperator::Intersect;
    compound.rest.iter().all(|known| tight(known.operator) == tight(operator))
}

/// A query as one of several. One that is read from as a table has a name of its own for each column.
fn operand(mut select: Select) -> Arc<Select> {
    if !is_plain(&select) {
        let columns = named(&select.columns);
        select.rename(columns);
    }
    Arc::new(select)
}
