//! How the rows of one model lead to those of another, in queries.

use super::{Condition, Expr, Node, func};
use crate::{
    error::{ErrorKind, Result},
    expr::tree::{BinaryOp, Constant, Join, JoinKind, Select, Source},
    schema::{ColumnRef, Model, RelationEnds, RelationPath, TableRef},
    types::{NotNull, Nullable},
};
use std::{fmt, marker::PhantomData, sync::Arc};

/// A relation from the model `M` to the model `N`.
///
/// `K` says how many rows are at the other end: [`Many`], [`Linked`], or [`One`] or none.
pub struct Relation<M, N, K> {
    from: TableRef,
    path: RelationPath,
    marker: PhantomData<fn() -> (M, N, K)>,
}

/// The relation of a row to the many that refer to it: `#[has_many(users: User.cluster_id)]`.
pub type HasMany<M, N> = Relation<M, N, Many>;

/// The relation of a row to the one that may refer to it: `#[has_one(profile: Profile.user_id)]`.
pub type HasOne<M, N> = Relation<M, N, One<Nullable>>;

/// The relation of a row to the one it refers to: `#[column(foreign_key = Cluster.id, relation = cluster)]`.
/// `Null` is that of the key: a row whose key is an `Option` may refer to nothing.
pub type BelongsTo<M, N, Null = NotNull> = Relation<M, N, One<Null>>;

/// The relation of a row to the many that rows of another table link to it: `#[many_to_many(tags: Tag, through = PostTag)]`.
pub type ManyToMany<M, N> = Relation<M, N, Linked>;

/// Any number of rows at the other end, each of which refers to this one.
#[derive(Debug)]
pub struct Many;

/// Any number of rows at the other end, by way of a table that links them.
#[derive(Debug)]
pub struct Linked;

/// One row at the other end, or none if `Null` is [`Nullable`].
#[derive(Debug)]
pub struct One<Null>(PhantomData<Null>);

/// How many rows a relation leads to.
pub trait Cardinality: 'static {
    /// What loading the relation yields for each row.
    type Loaded<L: Clone + Send + 'static>: Clone + Send + 'static;
    /// Makes it of the rows found; `None` if a row is required and there is none.
    fn collect<L: Clone + Send + 'static>(rows: Vec<L>) -> Option<Self::Loaded<L>>;
}

impl Cardinality for Many {
    type Loaded<L: Clone + Send + 'static> = Vec<L>;
    fn collect<L: Clone + Send + 'static>(rows: Vec<L>) -> Option<Vec<L>> {
        Some(rows)
    }
}

impl Cardinality for Linked {
    type Loaded<L: Clone + Send + 'static> = Vec<L>;
    fn collect<L: Clone + Send + 'static>(rows: Vec<L>) -> Option<Vec<L>> {
        Some(rows)
    }
}

impl Cardinality for One<NotNull> {
    type Loaded<L: Clone + Send + 'static> = L;
    fn collect<L: Clone + Send + 'static>(rows: Vec<L>) -> Option<L> {
        rows.into_iter().next()
    }
}

impl Cardinality for One<Nullable> {
    type Loaded<L: Clone + Send + 'static> = Option<L>;
    fn collect<L: Clone + Send + 'static>(rows: Vec<L>) -> Option<Option<L>> {
        Some(rows.into_iter().next())
    }
}

impl<M, N, K> Clone for Relation<M, N, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, N, K> Copy for Relation<M, N, K> {}

impl<M, N, K> fmt::Debug for Relation<M, N, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "relation of {} {:?}", self.from.label(), self.path)
    }
}

impl<M, N, K> Relation<M, N, K> {
    /// The relation from the rows of `from`; written by `#[derive(Model)]`.
    #[doc(hidden)]
    pub const fn new(from: TableRef, path: RelationPath) -> Self {
        Self { from, path, marker: PhantomData }
    }
}

impl<M: Model, N: Model, K> Relation<M, N, K> {
    /// The joins that lead to the other end.
    ///
    /// # Errors
    /// As [`RelationPath::ends`].
    pub fn ends(&self) -> Result<RelationEnds> {
        self.between(self.from, TableRef::new(N::table()))
    }

    /// The joins from the rows of `from` to those of `to`, whatever the statement calls them.
    pub(crate) fn between(&self, from: TableRef, to: TableRef) -> Result<RelationEnds> {
        self.path.ends(from, to)
    }

    /// Whether a row at the other end holds the condition: `EXISTS (SELECT …)`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query(User.id).filter(User.posts.any(Post.views.gt(9)))),
    ///     "SELECT users.id FROM users WHERE EXISTS (SELECT 1 FROM posts WHERE posts.user_id = users.id AND posts.views > ?)"
    /// );
    /// ```
    #[doc(alias("has", "exists"))]
    pub fn any(self, condition: impl Condition) -> Expr<bool> {
        exists(self.related(vec![condition.into_condition()]), false)
    }

    /// Whether no row at the other end holds the condition: `NOT EXISTS (SELECT …)`.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query(User.id).filter(User.posts.none(Post.views.gt(9)))),
    ///     "SELECT users.id FROM users WHERE NOT EXISTS (SELECT 1 FROM posts WHERE posts.user_id = users.id AND posts.views > ?)"
    /// );
    /// ```
    pub fn none(self, condition: impl Condition) -> Expr<bool> {
        exists(self.related(vec![condition.into_condition()]), true)
    }

    /// Whether there is a row at the other end.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query(User.id).filter(!User.posts.exists())),
    ///     "SELECT users.id FROM users WHERE NOT EXISTS (SELECT 1 FROM posts WHERE posts.user_id = users.id)"
    /// );
    /// ```
    pub fn exists(self) -> Expr<bool> {
        exists(self.related(Vec::new()), false)
    }

    /// How many rows there are at the other end: a value to select, filter or order by.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// assert_eq!(
    ///     sql(query((User.id, User.posts.count()))),
    ///     "SELECT users.id, (SELECT count(*) FROM posts WHERE posts.user_id = users.id) FROM users"
    /// );
    /// ```
    pub fn count(self) -> Expr<i64> {
        counted(self.related(Vec::new()))
    }

    /// The rows at the other end of the row that a query around it reads, with no columns yet.
    pub(crate) fn related(&self, filter: Vec<Node>) -> Select {
        let ends = match self.ends() {
            Ok(ends) => ends,
            Err(error) => {
                let problem = Some((error.kind(), error.message().to_owned()));
                return Select { problem, ..Select::default() };
            }
        };
        let mut select = far_end(&ends);
        if ends.from == ends.to {
            let name = ends.to.def.full_name();
            let message = format!(
                "{name} is read in a query about itself: give the side that the relation starts from another name, \
                 let other = Model.alias(\"other\"), and use its relation"
            );
            select.problem = Some((ErrorKind::Statement, message));
        }
        let near = ends.steps.first().map_or(&[][..], |step| &step.pairs);
        select.filter = equal(near.iter().map(|&(outer, own)| (own, outer)));
        select.filter.extend(filter);
        select
    }
}

pub(crate) fn exists(select: Select, negated: bool) -> Expr<bool> {
    let columns = vec![Node::Constant(Constant::Number(1))];
    Expr::new(Node::Exists { select: Arc::new(Select { columns, ..select }), negated })
}

/// How many rows a query without columns has.
pub(crate) fn counted(select: Select) -> Expr<i64> {
    let columns = vec![func::count_all().node().clone()];
    Expr::new(Node::Scalar(Arc::new(Select { columns, ..select })))
}

/// The query for the rows at the far end of a relation, joined to those that link them, with no columns yet.
pub(crate) fn far_end(ends: &RelationEnds) -> Select {
    let mut select = Select { from: vec![Source::Table(ends.to)], ..Select::default() };
    if let [near, far] = &ends.steps[..] {
        let on = equal(far.pairs.iter().map(|&(link, own)| (own, link)));
        select.joins.push(Join { kind: JoinKind::Inner, source: Source::Table(near.table), on });
    }
    select
}

/// The conditions that columns are equal.
pub(crate) fn equal(pairs: impl IntoIterator<Item = (ColumnRef, ColumnRef)>) -> Vec<Node> {
    let equal = |(a, b)| Node::Binary(BinaryOp::Eq, Box::new([Node::Column(a), Node::Column(b)]));
    pairs.into_iter().map(equal).collect()
}
