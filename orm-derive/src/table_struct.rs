//! The table as a value: a struct whose fields are the columns and relations.

use crate::{library::Library, relation};
use aludel_syntax::{ColumnSyntax, ModelSyntax, RelationSyntax};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use syn::{Ident, ext::IdentExt};

/// The struct's name, which error messages show; it lives in a block, so it clashes with nothing.
pub(crate) fn name(model: &ModelSyntax) -> Ident {
    format_ident!("{}Table", model.ident.unraw())
}

/// The struct, its functions, and `at`, which makes it.
pub(crate) fn emit(model: &ModelSyntax, krate: &Library) -> TokenStream {
    // As visible as the model: each is an associated type of the other.
    let (ident, struct_vis) = (&model.ident, &model.vis);
    let name = name(model);
    let columns = model
        .columns
        .iter()
        .map(|ColumnSyntax { ident: field, vis, ty, .. }| quote!(#vis #field: #krate::expr::Column<#ident, #ty>));
    let made_columns = model.columns.iter().enumerate().map(|(index, column)| {
        let field = &column.ident;
        let index = Literal::usize_unsuffixed(index);
        quote!(#field: #krate::expr::Column::new(table, #index))
    });
    let relations = model.relations.iter().map(|relation| {
        let RelationSyntax { ident: field, vis, .. } = relation;
        let ty = relation::field_type(model, relation, krate);
        quote!(#vis #field: #ty)
    });
    let made_relations = model.relations.iter().map(|relation| {
        let field = &relation.ident;
        let path = relation::path(model, relation, krate);
        quote!(#field: #krate::expr::Relation::new(table, #path))
    });
    let first = model.columns.first().map(|column| &column.ident);
    quote! {
        #struct_vis struct #name {
            #(#columns,)*
            #(#relations,)*
        }

        const fn at(table: #krate::schema::TableRef) -> #name {
            #name { #(#made_columns,)* #(#made_relations,)* }
        }

        #[automatically_derived]
        impl ::core::clone::Clone for #name {
            fn clone(&self) -> Self {
                *self
            }
        }

        #[automatically_derived]
        impl ::core::marker::Copy for #name {}

        #[automatically_derived]
        impl #krate::schema::Table for #name {
            type Model = #ident;

            fn at(table: #krate::schema::TableRef) -> Self {
                at(table)
            }

            fn table_ref(&self) -> #krate::schema::TableRef {
                self.#first.column_ref().table
            }
        }
    }
}
