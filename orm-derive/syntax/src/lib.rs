//! The grammar of an Aludel model.
//!
//! It turns the syntax of a struct or enum ([`syn::DeriveInput`]) into a plain description of it: [`ModelSyntax`],
//! [`EnumSyntax`], [`NewtypeSyntax`]. The derive macros emit code from that description, and the `aludel` command reads
//! the same description out of source files, so the two agree by construction. Every mistake in an attribute is found here,
//! with its place and its cure, so both also complain in the same words.
//!
//! Nothing here knows a database or the library's types: it depends on `syn` alone, so that the macros build fast.

mod attribute;
mod casing;
mod check;
mod constraint;
mod enums;
mod errors;
mod field;
mod literal;
mod model;
mod newtype;
mod parse;
mod relation;
mod suggest;
mod table;
#[cfg(test)]
mod tests;
pub mod types;
mod view;
mod whole;

pub use attribute::Spanned;
pub use casing::snake_case;
pub use constraint::{Action, CheckSyntax, ColumnPath, ForeignKeySyntax, IndexSyntax, UniqueSyntax};
pub use enums::{EnumStorage, EnumSyntax, VariantSyntax};
pub use literal::{LiteralSyntax, ServerDefaultSyntax};
pub use model::{Autoincrement, ColumnSyntax, LinkPath, ModelSyntax, RelationKind, RelationSyntax, Role};
pub use newtype::NewtypeSyntax;
pub use suggest::similar;
pub use view::{ViewField, ViewSyntax};
