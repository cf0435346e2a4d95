//! Relations: what they rest on, and the type of their field.

use crate::library::{Library, blame};
use aludel_syntax::{ColumnPath, LinkPath, ModelSyntax, RelationKind, RelationSyntax};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

/// The way from the rows of one model to those of another.
pub(crate) fn path(model: &ModelSyntax, relation: &RelationSyntax, krate: &Library) -> TokenStream {
    match &relation.kind {
        RelationKind::BelongsTo(key) => {
            let ident = &model.ident;
            let column = model.foreign_keys[*key].columns.first().map(|&first| &model.columns[first].ident);
            quote!(#krate::schema::RelationPath::BelongsTo(|| #ident.#column.column_ref()))
        }
        RelationKind::HasMany(ColumnPath { model, field }) | RelationKind::HasOne(ColumnPath { model, field }) => {
            quote!(#krate::schema::RelationPath::ReferredBy(|| #model.#field.column_ref()))
        }
        RelationKind::ManyToMany(LinkPath { model: link, near: None }) => {
            quote!(#krate::schema::RelationPath::Through(<#link as #krate::schema::Model>::table))
        }
        RelationKind::ManyToMany(LinkPath { model: link, near: Some(near) }) => {
            quote!(#krate::schema::RelationPath::ThroughKey(|| #link.#near.column_ref()))
        }
    }
}

/// The type of the field.
pub(crate) fn field_type(model: &ModelSyntax, relation: &RelationSyntax, krate: &Library) -> TokenStream {
    let (ident, other) = (&model.ident, &relation.model);
    match &relation.kind {
        RelationKind::HasMany(_) => quote!(#krate::expr::HasMany<#ident, #other>),
        RelationKind::ManyToMany(_) => quote!(#krate::expr::ManyToMany<#ident, #other>),
        RelationKind::HasOne(_) => quote!(#krate::expr::HasOne<#ident, #other>),
        RelationKind::BelongsTo(key) => {
            let span = blame(&relation.ident);
            let at = krate.at(span);
            let nulls = model.foreign_keys[*key].columns.iter().map(|&column| {
                let ty = &model.columns[column].ty;
                quote_spanned!(span=> <#ty as #at::types::Field>::Null)
            });
            // A row refers to nothing as soon as one column of its key is NULL.
            let null = nulls.reduce(|all, null| quote!(<#all as #krate::types::Nullability>::Or<#null>));
            quote!(#krate::expr::BelongsTo<#ident, #other, #null>)
        }
    }
}
