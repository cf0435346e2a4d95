//! Queries as parts of others: as a value, as a table in FROM, as one that WITH names.

use super::{OneColumn, Query, Subquery};
use crate::{
    expr::{DerivedRow, Expr, Node},
    types::DbType,
};
use std::sync::Arc;

impl<R, M, X> Query<R, M, X> {
    /// The query as one value in an expression: `NULL` if it yields no row.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let views = query(func::sum(Post.views)).filter(Post.user_id.eq(User.id)).scalar_subquery();
    /// assert_eq!(
    ///     sql(query((User.id, views))),
    ///     "SELECT users.id, (SELECT sum(posts.views) FROM posts WHERE posts.user_id = users.id) FROM users"
    /// );
    /// ```
    #[doc(alias("as_scalar"))]
    pub fn scalar_subquery<S: DbType>(self) -> Expr<Option<S>>
    where
        R: OneColumn<S>,
    {
        Expr::new(Node::Scalar(Arc::new(self.select)))
    }

    /// The query as a table named `name`: `FROM (SELECT …) AS name`. Its columns are those of the model, or the parts of the tuple.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let totals = query((Post.user_id, func::sum(Post.views).label("views"))).group_by(Post.user_id).subquery("totals");
    /// assert_eq!(
    ///     sql(query((User.name, totals.1)).join_on(&totals, totals.0.eq(User.id))),
    ///     "SELECT users.name, totals.views FROM users JOIN (SELECT posts.user_id, sum(posts.views) AS views FROM posts \
    ///      GROUP BY posts.user_id) AS totals ON totals.user_id = users.id"
    /// );
    ///
    /// let named = query(Cluster).filter(Cluster.name.ne("")).subquery("named");
    /// assert_eq!(
    ///     sql(query(named.id).from(&named)),
    ///     "SELECT named.id FROM (SELECT clusters.id, clusters.name FROM clusters WHERE clusters.name <> ?) AS named"
    /// );
    /// ```
    #[doc(alias("alias", "derived_table"))]
    pub fn subquery<K>(self, name: &'static str) -> Subquery<R::Columns>
    where
        R: DerivedRow<K>,
    {
        Subquery::select::<R, K>(self.select, name)
    }

    /// The query as a table named `name` that sees the tables before it: `CROSS JOIN LATERAL (SELECT …) AS name`. PostgreSQL, MySQL and
    /// Oracle have it.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let latest = query((Post.title, Post.views)).filter(Post.user_id.eq(User.id)).order_by(Post.id.desc()).limit(1);
    /// let latest = latest.lateral("latest");
    /// assert_eq!(
    ///     postgresql(query((User.name, latest.0)).cross_join(&latest)),
    ///     "SELECT users.name, latest.title FROM users CROSS JOIN LATERAL (SELECT posts.title, posts.views FROM posts \
    ///      WHERE posts.user_id = users.id ORDER BY posts.id DESC LIMIT 1) AS latest"
    /// );
    /// ```
    pub fn lateral<K>(self, name: &'static str) -> Subquery<R::Columns>
    where
        R: DerivedRow<K>,
    {
        Subquery::lateral::<R, K>(self.select, name)
    }

    /// The query as a table that the statement names at its beginning: `WITH name AS (SELECT …)`. It can be read several times.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let old = query((User.id, User.name)).filter(User.age.gt(80)).cte("old");
    /// assert_eq!(
    ///     sql(query(Post.title).join_on(&old, old.0.eq(Post.user_id))),
    ///     "WITH old AS (SELECT users.id, users.name FROM users WHERE users.age > ?) \
    ///      SELECT posts.title FROM posts JOIN old ON old.id = posts.user_id"
    /// );
    /// ```
    #[doc(alias("with"))]
    pub fn cte<K>(self, name: &'static str) -> Subquery<R::Columns>
    where
        R: DerivedRow<K>,
    {
        Subquery::cte::<R, K>(self.select, name)
    }

    /// The query as a table that grows by what `step` finds from its rows, until that is nothing: `WITH RECURSIVE name AS (SELECT … UNION
    /// ALL SELECT … FROM name)`. Over data with circles it never ends; [`recursive_cte_distinct`](Query::recursive_cte_distinct) does.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let numbers = query(literal(1_i64).label("n"))
    ///     .recursive_cte("numbers", |numbers| query(numbers.columns() + 1).from(numbers).filter(numbers.lt(5)));
    /// assert_eq!(
    ///     sql(query(*numbers).from(&numbers)),
    ///     "WITH RECURSIVE numbers (n) AS (SELECT ? AS n UNION ALL SELECT numbers.n + ? FROM numbers WHERE numbers.n < ?) \
    ///      SELECT numbers.n FROM numbers"
    /// );
    /// ```
    pub fn recursive_cte<K, N>(
        self,
        name: &'static str,
        step: impl FnOnce(&Subquery<R::Columns>) -> Query<R, N>,
    ) -> Subquery<R::Columns>
    where
        R: DerivedRow<K>,
    {
        Subquery::recursive::<R, K>(self.select, name, true, |own| step(own).select)
    }

    /// As [`recursive_cte`](Query::recursive_cte), with each row once, so that circles in the data end: `UNION` instead of `UNION ALL`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// let near = query(User.cluster_id).filter(User.id.eq(1)).recursive_cte_distinct("near", |near| {
    ///     query(User.cluster_id).from(near).join_on(User, User.id.eq(near.columns()))
    /// });
    /// assert_eq!(
    ///     sql(query(func::count_all()).from(&near)),
    ///     "WITH RECURSIVE near (cluster_id) AS (SELECT users.cluster_id FROM users WHERE users.id = ? UNION \
    ///      SELECT users.cluster_id FROM near JOIN users ON users.id = near.cluster_id) SELECT count(*) FROM near"
    /// );
    /// ```
    pub fn recursive_cte_distinct<K, N>(
        self,
        name: &'static str,
        step: impl FnOnce(&Subquery<R::Columns>) -> Query<R, N>,
    ) -> Subquery<R::Columns>
    where
        R: DerivedRow<K>,
    {
        Subquery::recursive::<R, K>(self.select, name, false, |own| step(own).select)
    }
}
