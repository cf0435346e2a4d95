//! A model, read.

use crate::{
    Action, CheckSyntax, ColumnPath, ForeignKeySyntax, IndexSyntax, LiteralSyntax, ServerDefaultSyntax, Spanned,
    UniqueSyntax, types::TypeSyntax,
};
use proc_macro2::Span;
use syn::{Ident, Path, Type, Visibility};

/// A struct with `#[derive(Model)]`, read and checked. Made by [`ModelSyntax::parse`].
#[derive(Clone)]
pub struct ModelSyntax {
    /// The struct.
    pub ident: Ident,
    /// Its visibility.
    pub vis: Visibility,
    /// The path of the library's crate, where `#[table(crate = "…")]` gives another than `::aludel`.
    pub krate: Option<Path>,
    /// The table's name in the database.
    pub name: Spanned<String>,
    /// Its schema.
    pub schema: Option<Spanned<String>>,
    /// Its comment.
    pub comment: Option<Spanned<String>>,
    /// Whether it does something of its own when its rows are written.
    pub hooks: Option<Span>,
    /// Its columns, in the order of the fields.
    pub columns: Vec<ColumnSyntax>,
    /// Fields with `#[column(skip)]`.
    pub skipped: Vec<Ident>,
    /// The primary key, by position in `columns`.
    pub primary_key: Vec<usize>,
    /// Foreign keys: those of fields in their order, then those of the table.
    pub foreign_keys: Vec<ForeignKeySyntax>,
    /// Unique constraints, in the same order.
    pub uniques: Vec<UniqueSyntax>,
    /// Checks, in the same order.
    pub checks: Vec<CheckSyntax>,
    /// Indexes, in the same order.
    pub indexes: Vec<IndexSyntax>,
    /// Relations: those of foreign keys, then `has_many` and `has_one`.
    pub relations: Vec<RelationSyntax>,
}

/// A field that is a column.
#[derive(Clone)]
pub struct ColumnSyntax {
    /// The field.
    pub ident: Ident,
    /// Its visibility.
    pub vis: Visibility,
    /// Its type.
    pub ty: Type,
    /// What the text of its type tells.
    pub recognised: TypeSyntax,
    /// The column's name in the database.
    pub name: Spanned<String>,
    /// `sql_type = "citext"`, used as it is.
    pub sql_type: Option<Spanned<String>>,
    /// Characters or bytes, at most.
    pub length: Option<u32>,
    /// Precision and scale of a decimal.
    pub precision: Option<(u8, u8)>,
    /// Whether the database generates it.
    pub autoincrement: Autoincrement,
    /// What an INSERT stores where the field is `None`.
    pub default: Option<LiteralSyntax>,
    /// What the server stores where an INSERT leaves it out.
    pub server_default: Option<ServerDefaultSyntax>,
    /// What the session does with it by itself.
    pub role: Option<Spanned<Role>>,
    /// Its comment.
    pub comment: Option<Spanned<String>>,
}

/// What the session does with a column by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `version`
    Version,
    /// `created_at`
    CreatedAt,
    /// `updated_at`
    UpdatedAt,
    /// `soft_delete`
    SoftDelete,
}

impl Role {
    /// The option's name.
    pub fn option(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
            Self::SoftDelete => "soft_delete",
        }
    }

    /// The name of the variant of the library's `ColumnRole`.
    pub fn variant(self) -> &'static str {
        match self {
            Self::Version => "Version",
            Self::CreatedAt => "CreatedAt",
            Self::UpdatedAt => "UpdatedAt",
            Self::SoftDelete => "SoftDelete",
        }
    }
}

/// Whether the database generates a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Autoincrement {
    /// It does not.
    No,
    /// It does while the field is 0.
    Yes,
    /// It does if the type, which the table of types does not know, is stored as an integer.
    IfInteger,
}

/// A relation to another model.
#[derive(Clone)]
pub struct RelationSyntax {
    /// Its name, a field of the table.
    pub ident: Ident,
    /// Its visibility.
    pub vis: Visibility,
    /// The model it leads to.
    pub model: Path,
    /// What it rests on.
    pub kind: RelationKind,
    /// What the session does with the rows at the other end when one at this end is deleted.
    pub on_delete: Option<Spanned<Action>>,
    /// Whether a row at the other end is deleted that belongs to no row at this end any more.
    pub delete_orphans: bool,
}

/// What a relation rests on, and so where it leads.
#[derive(Clone)]
pub enum RelationKind {
    /// `relation = cluster` on a foreign key, by position in [`ModelSyntax::foreign_keys`].
    BelongsTo(usize),
    /// `#[has_many(users: User.cluster_id)]`, by the column of the other model.
    HasMany(ColumnPath),
    /// `#[has_one(profile: Profile.user_id)]`, by the column of the other model.
    HasOne(ColumnPath),
    /// `#[many_to_many(tags: Tag, through = PostTag)]`
    ManyToMany(LinkPath),
}

/// The model whose rows link two others, as `through = PostTag` names it.
#[derive(Clone)]
pub struct LinkPath {
    /// The model.
    pub model: Path,
    /// The field of its column that refers to this end, where `through = Follow.follower_id` names it.
    pub near: Option<Ident>,
}
