//! The derive macros of Aludel: `Model`, `View`, `DbEnum` and `DbType`.
//!
//! They are used through the facade crate `aludel`, whose guide has a page on them (`docs/models.md`). Here is little: the
//! grammar and its errors are in `aludel-syntax`, and what is emitted is data and a few plain functions, since what a macro
//! emits is what every user's build pays for.

mod db_enum;
mod db_type;
mod library;
mod model;
mod relation;
mod table_def;
mod table_struct;
#[cfg(test)]
mod tests;
mod view;

use proc_macro::TokenStream;
use syn::DeriveInput;

/// Makes a struct a table: each of its fields is a column, and `User.id` is that column in queries.
///
/// Options are written in `#[table(…)]`, `#[has_many(…)]`, `#[has_one(…)]` and `#[many_to_many(…)]` on the struct and `#[column(…)]` on its fields.
#[proc_macro_derive(Model, attributes(table, column, has_many, has_one, many_to_many))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    expand(input, model::expand)
}

/// Fills a struct from a model, named in `#[view(User)]`: its fields are fields of the model, one with `#[nested]` is a relation of it, whose
/// rows are views themselves.
///
/// `#[view(name)]` and `#[nested(posts)]` on a field name what it is filled from, where that has another name.
#[proc_macro_derive(View, attributes(view, nested))]
pub fn derive_view(input: TokenStream) -> TokenStream {
    expand(input, view::expand)
}

/// Stores an enum without data in a column: as text, as the server's own enum type, or as an integer.
///
/// Options are written in `#[db_enum(…)]` on the enum and on its variants.
#[proc_macro_derive(DbEnum, attributes(db_enum))]
pub fn derive_db_enum(input: TokenStream) -> TokenStream {
    expand(input, db_enum::expand)
}

/// Stores a struct of one field in a column, as that field is stored.
///
/// `#[db_type(text)]` and `#[db_type(numeric)]` also give it the operators of text and of numbers.
#[proc_macro_derive(DbType, attributes(db_type))]
pub fn derive_db_type(input: TokenStream) -> TokenStream {
    expand(input, db_type::expand)
}

fn expand(input: TokenStream, expand: fn(&DeriveInput) -> syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    expand(&input).unwrap_or_else(|error| error.into_compile_error()).into()
}
