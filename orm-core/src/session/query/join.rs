//! JOIN.

use super::{
    Query,
    source::{FromSource, Joins},
};
use crate::{
    error::ErrorKind,
    expr::{
        Condition, Node, equal,
        tree::{Join, JoinKind, Source},
    },
};

impl<R, M, X> Query<R, M, X> {
    /// Joins the other end of a relation: `JOIN b ON b.id = a.b_id`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query((Cluster.name, User.name)).join(Cluster.users)),
    ///     "SELECT clusters.name, users.name FROM clusters JOIN users ON clusters.id = users.cluster_id"
    /// );
    /// ```
    #[doc(alias("inner_join"))]
    pub fn join(self, relation: impl Joins) -> Self {
        self.join_relation(JoinKind::Inner, relation)
    }

    /// Joins the other end of a relation, and keeps rows that have none: `LEFT JOIN …`. Select what is joined as
    /// [`.optional()`](crate::expr::Selectable::optional).
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query((Cluster.name, User.name.optional())).left_join(Cluster.users)),
    ///     "SELECT clusters.name, users.name FROM clusters LEFT JOIN users ON clusters.id = users.cluster_id"
    /// );
    /// ```
    #[doc(alias("outerjoin", "outer_join"))]
    pub fn left_join(self, relation: impl Joins) -> Self {
        self.join_relation(JoinKind::Left, relation)
    }

    /// Joins a table or a subquery on a condition: `JOIN b ON …`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let other = User.alias("other");
    /// assert_eq!(
    ///     sql(query((User.id, other.id)).join_on(other, User.age.eq(other.age) & User.id.lt(other.id))),
    ///     "SELECT users.id, other.id FROM users JOIN users AS other ON users.age = other.age AND users.id < other.id"
    /// );
    /// ```
    pub fn join_on(self, source: impl FromSource, condition: impl Condition) -> Self {
        self.push_join(JoinKind::Inner, source.into_source(), vec![condition.into_condition()])
    }

    /// Joins a table or a subquery on a condition, and keeps rows that have none: `LEFT JOIN b ON …`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query((User.id, Post.id.optional())).left_join_on(Post, Post.user_id.eq(User.id) & Post.views.gt(9))),
    ///     "SELECT users.id, posts.id FROM users LEFT JOIN posts ON posts.user_id = users.id AND posts.views > ?"
    /// );
    /// ```
    #[doc(alias("outerjoin"))]
    pub fn left_join_on(self, source: impl FromSource, condition: impl Condition) -> Self {
        self.push_join(JoinKind::Left, source.into_source(), vec![condition.into_condition()])
    }

    /// Joins a table or a subquery on a condition, and keeps rows of both sides that have no match: `FULL JOIN b ON …`. Select either side as
    /// [`.optional()`](crate::expr::Selectable::optional). MySQL and MariaDB have none.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let all = query((User.id.optional(), Post.id.optional())).from(User).full_join_on(Post, Post.user_id.eq(User.id));
    /// assert_eq!(sql(all), "SELECT users.id, posts.id FROM users FULL JOIN posts ON posts.user_id = users.id");
    /// ```
    #[doc(alias("full_outer_join"))]
    pub fn full_join_on(self, source: impl FromSource, condition: impl Condition) -> Self {
        self.push_join(JoinKind::Full, source.into_source(), vec![condition.into_condition()])
    }

    /// Joins every row of a table or a subquery to every row: `CROSS JOIN b`. Tables that are read together and joined by nothing are an
    /// error without it.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query((User.id, Cluster.id)).cross_join(Cluster)),
    ///     "SELECT users.id, clusters.id FROM users CROSS JOIN clusters"
    /// );
    /// ```
    pub fn cross_join(self, source: impl FromSource) -> Self {
        self.push_join(JoinKind::Cross, source.into_source(), Vec::new())
    }

    fn join_relation(mut self, kind: JoinKind, relation: impl Joins) -> Self {
        match relation.ends() {
            Ok(ends) if ends.from == ends.to => {
                let name = ends.to.def.full_name();
                let message = format!(
                    "{name} is joined to itself: give the side that the relation starts from another name, \
                     let other = Model.alias(\"other\"), and join its relation"
                );
                self.select.problem.get_or_insert((ErrorKind::Statement, message));
                self
            }
            Ok(ends) => ends
                .steps
                .into_iter()
                .fold(self, |query, step| query.push_join(kind, Source::Table(step.table), equal(step.pairs))),
            Err(error) => {
                self.select.problem.get_or_insert((error.kind(), error.message().to_owned()));
                self
            }
        }
    }

    fn push_join(mut self, kind: JoinKind, source: Source, on: Vec<Node>) -> Self {
        self.select.joins.push(Join { kind, source, on });
        self
    }
}
