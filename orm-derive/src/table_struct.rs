//! The table as a value: a struct whose fields are the columns and relations.

use crate::library::{Library, blame};
use aludel_syntax::{ColumnSyntax, ModelSyntax, RelationKind, RelationSyntax};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
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
        let ty = relation_type(model, relation, krate);
        quote!(#vis #field: #ty)
    });
    let made_relations = model.relations.iter().map(|relation| {
        let field = &relation.ident;
        let direction = match &relation.kind {
            RelationKind::BelongsTo(_) => quote!(belongs_to),
            RelationKind::HasMany(_) | RelationKind::HasOne(_) => quote!(referred_by),
        };
        let column = foreign_key(model, relation);
        quote!(#field: #krate::expr::Relation::#direction(table, || #column.column_ref()))
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

/// The column that a relation rests on.
pub(crate) fn foreign_key(model: &ModelSyntax, relation: &RelationSyntax) -> TokenStream {
    match &relation.kind {
        RelationKind::BelongsTo(key) => {
            let ident = &model.ident;
            let column = model.foreign_keys[*key].columns.first().map(|&first| &model.columns[first].ident);
            quote!(#ident.#column)
        }
        RelationKind::HasMany(path) | RelationKind::HasOne(path) => {
            let (model, field) = (&path.model, &path.field);
            quote!(#model.#field)
        }
    }
}

fn relation_type(model: &ModelSyntax, relation: &RelationSyntax, krate: &Library) -> TokenStream {
    let (ident, other) = (&model.ident, &relation.model);
    match &relation.kind {
        RelationKind::HasMany(_) => quote!(#krate::expr::HasMany<#ident, #other>),
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
