//! How the rows of one model lead to those of another.

use crate::{
    error::{Error, ErrorKind, Result},
    schema::{ColumnRef, ForeignKeyDef, Model, TableRef},
    types::{NotNull, Nullable},
};
use std::{fmt, marker::PhantomData};

/// A relation from the model `M` to the model `N`, resting on one foreign key.
///
/// `K` says which end holds the key and how many rows are at the other: [`Many`], or [`One`] or none.
pub struct Relation<M, N, K> {
    from: TableRef,
    foreign_key: fn() -> ColumnRef,
    key_is_here: bool,
    marker: PhantomData<fn() -> (M, N, K)>,
}

/// The relation of a row to the many that refer to it: `#[has_many(users: User.cluster_id)]`.
pub type HasMany<M, N> = Relation<M, N, Many>;

/// The relation of a row to the one that may refer to it: `#[has_one(profile: Profile.user_id)]`.
pub type HasOne<M, N> = Relation<M, N, One<Nullable>>;

/// The relation of a row to the one it refers to: `#[column(foreign_key = Cluster.id, relation = cluster)]`.
/// `Null` is that of the key: a row whose key is an `Option` may refer to nothing.
pub type BelongsTo<M, N, Null = NotNull> = Relation<M, N, One<Null>>;

/// Any number of rows at the other end.
#[derive(Debug)]
pub struct Many;

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
        write!(f, "relation of {} by {:?}", self.from.label(), (self.foreign_key)())
    }
}

impl<M, N, K> Relation<M, N, K> {
    /// The relation from the rows of `from` to the one that each refers to by its column `foreign_key`; written by `#[derive(Model)]`.
    #[doc(hidden)]
    pub const fn belongs_to(from: TableRef, foreign_key: fn() -> ColumnRef) -> Self {
        Self { from, foreign_key, key_is_here: true, marker: PhantomData }
    }

    /// The relation from the rows of `from` to those that refer to each by their column `foreign_key`; written by `#[derive(Model)]`.
    #[doc(hidden)]
    pub const fn referred_by(from: TableRef, foreign_key: fn() -> ColumnRef) -> Self {
        Self { from, foreign_key, key_is_here: false, marker: PhantomData }
    }
}

/// The two ends of a relation, column by column.
#[derive(Debug, Clone, PartialEq)]
pub struct RelationEnds {
    /// The table it starts from, as the statement calls it.
    pub from: TableRef,
    /// The table it leads to.
    pub to: TableRef,
    /// The columns that are equal: of `from`, of `to`.
    pub pairs: Vec<(ColumnRef, ColumnRef)>,
}

impl<M: Model, N: Model, K> Relation<M, N, K> {
    /// The columns that join the two tables.
    ///
    /// # Errors
    /// Of kind [`Schema`](ErrorKind::Schema) if the column it was declared with has no foreign key to the other model.
    pub fn ends(&self) -> Result<RelationEnds> {
        let referring = (self.foreign_key)();
        let from = self.from;
        let to = TableRef::new(N::table());
        let (holder, referred) = if self.key_is_here { (from, to) } else { (to, from) };
        let key = find_key(referring, referred).ok_or_else(|| {
            Error::new(
                ErrorKind::Schema,
                format!(
                    "the relation from {} to {} rests on {referring:?}, and that column has no foreign key to {}",
                    from.def.full_name(),
                    to.def.full_name(),
                    referred.def.full_name(),
                ),
            )
        })?;
        let mut pairs = Vec::with_capacity(key.columns.len());
        for (&index, reference) in key.columns.iter().zip(key.references.iter()) {
            let position = referred.def.position(reference.column()).unwrap_or_default();
            let here = ColumnRef { table: holder, index };
            let there = ColumnRef { table: referred, index: position as u16 };
            pairs.push(if self.key_is_here { (here, there) } else { (there, here) });
        }
        Ok(RelationEnds { from, to, pairs })
    }
}

fn find_key(referring: ColumnRef, referred: TableRef) -> Option<&'static ForeignKeyDef> {
    referring.table.def.foreign_keys.iter().find(|key| {
        key.columns.contains(&referring.index)
            && key.references.first().is_some_and(|target| {
                target.table() == referred.def.name && target.schema() == referred.def.schema.as_deref()
            })
    })
}
