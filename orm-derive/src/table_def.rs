//! The table's description: one literal, in the order of `TableDef`.

use crate::{
    library::{Library, blame},
    relation,
};
use aludel_syntax::{
    Autoincrement, CheckSyntax, ColumnSyntax, ForeignKeySyntax, IndexSyntax, LiteralSyntax, ModelSyntax,
    ServerDefaultSyntax, Spanned, UniqueSyntax,
};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;

pub(crate) fn emit(model: &ModelSyntax, krate: &Library) -> TokenStream {
    let name = text(&model.name.value);
    let schema = optional_text(model.schema.as_ref());
    let comment = optional_text(model.comment.as_ref());
    let columns = slice(model.columns.iter().map(|column| emit_column(column, krate)));
    let primary_key = positions(&model.primary_key);
    let foreign_keys = slice(model.foreign_keys.iter().map(|key| foreign_key(model, key, krate)));
    let uniques = slice(model.uniques.iter().map(|UniqueSyntax { name, columns }| {
        let (name, columns) = (optional_text(name.as_ref()), positions(columns));
        quote!(#krate::schema::UniqueDef { name: #name, columns: #columns })
    }));
    let checks = slice(model.checks.iter().map(|CheckSyntax { name, sql, column }| {
        let (name, sql) = (optional_text(name.as_ref()), text(&sql.value));
        let column = option(column.map(Literal::usize_unsuffixed));
        quote!(#krate::schema::CheckDef { name: #name, sql: #sql, column: #column })
    }));
    let indexes = slice(model.indexes.iter().map(|IndexSyntax { name, columns, unique }| {
        let (name, columns) = (optional_text(name.as_ref()), positions(columns));
        quote!(#krate::schema::IndexDef { name: #name, columns: #columns, unique: #unique })
    }));
    let known = model_def(model, krate);
    quote! {
        #krate::schema::TableDef {
            name: #name,
            schema: #schema,
            comment: #comment,
            columns: #columns,
            primary_key: #primary_key,
            foreign_keys: #foreign_keys,
            uniques: #uniques,
            checks: #checks,
            indexes: #indexes,
            model: #known,
        }
    }
}

/// What the program knows of the table and its relations.
fn model_def(model: &ModelSyntax, krate: &Library) -> TokenStream {
    let ident = &model.ident;
    let name = text(&ident.unraw().to_string());
    let relations = slice(model.relations.iter().map(|relation| {
        let name = text(&relation.ident.unraw().to_string());
        let other = &relation.model;
        let path = relation::path(model, relation, krate);
        let on_delete = action(relation.on_delete, krate);
        let delete_orphans = relation.delete_orphans;
        quote! {
            #krate::schema::RelationDef {
                name: #name,
                to: <#other as #krate::schema::Model>::table,
                path: #path,
                on_delete: #on_delete,
                delete_orphans: #delete_orphans,
            }
        }
    }));
    // A model that has no hooks is reported where it says that it has.
    let hooks = option(model.hooks.map(|span| {
        let at = krate.at(span);
        let mut model = ident.clone();
        model.set_span(ident.span().located_at(span));
        quote_spanned!(span=> #at::schema::run_hooks::<#model>)
    }));
    quote! {
        #krate::schema::ModelDef {
            name: #name,
            relations: #relations,
            read: ::core::option::Option::Some(#krate::schema::read_any::<#ident>),
            hooks: #hooks,
        }
    }
}

/// What is done to rows when those they refer to go or change.
fn action(action: Option<Spanned<aludel_syntax::Action>>, krate: &Library) -> TokenStream {
    option(action.map(|action| {
        let variant = Ident::new(action.value.variant(), Span::call_site());
        quote!(#krate::schema::ReferentialAction::#variant)
    }))
}

fn emit_column(column: &ColumnSyntax, krate: &Library) -> TokenStream {
    let (ty, name) = (&column.ty, &column.name.value);
    // A field that is no column type is reported at its type, and so is one with a name that is another's.
    let span = blame(ty);
    let at = krate.at(span);
    let mut def = quote_spanned!(span=> #at::schema::ColumnDef::of::<#ty>(#name));
    if let (Some(scalar), None) = (column.recognised.scalar, &column.sql_type) {
        let variant = Ident::new(scalar.variant(), Span::call_site());
        let nullable = column.recognised.nullable;
        def.extend(quote_spanned!(span=> .known_as(#at::types::SqlType::#variant, #nullable)));
    }
    def.extend(match column.autoincrement {
        Autoincrement::Yes => quote!(.generated()),
        Autoincrement::No => TokenStream::new(),
        Autoincrement::IfInteger => quote!(.generated_if_integer()),
    });
    if let Some(Spanned { value: name, .. }) = &column.sql_type {
        def.extend(quote!(.with_type(#name)));
    }
    if let Some(length) = column.length.map(Literal::u32_unsuffixed) {
        def.extend(quote!(.with_length(#length)));
    }
    if let Some((precision, scale)) = column.precision {
        let (precision, scale) = (Literal::u8_unsuffixed(precision), Literal::u8_unsuffixed(scale));
        def.extend(quote!(.with_precision(#precision, #scale)));
    }
    if let Some(default) = &column.default {
        let value = literal(default, krate);
        def.extend(quote!(.with_default(#value)));
    }
    if let Some(default) = &column.server_default {
        let value = match default {
            ServerDefaultSyntax::Literal(value) => {
                let value = literal(value, krate);
                quote!(#krate::schema::ServerDefault::Literal(#value))
            }
            ServerDefaultSyntax::Sql(sql) => {
                let sql = text(sql);
                quote!(#krate::schema::ServerDefault::Sql(#sql))
            }
        };
        def.extend(quote!(.with_server_default(#value)));
    }
    if let Some(Spanned { value: role, .. }) = column.role {
        let variant = Ident::new(role.variant(), Span::call_site());
        def.extend(quote!(.with_role(#krate::schema::ColumnRole::#variant)));
    }
    if let Some(Spanned { value: comment, .. }) = &column.comment {
        def.extend(quote!(.with_comment(#comment)));
    }
    def
}

fn foreign_key(model: &ModelSyntax, key: &ForeignKeySyntax, krate: &Library) -> TokenStream {
    let name = optional_text(key.name.as_ref());
    let columns = positions(&key.columns);
    let references = slice(key.references.iter().zip(&key.columns).map(|(target, &column)| {
        let (ty, other, field) = (&model.columns[column].ty, &target.model, &target.field);
        // A key of another type than its column is reported at the column's name.
        let target = quote_spanned!(blame(field)=> #other.#field.foreign_key::<#ty>());
        quote!(#krate::schema::ColumnTarget::Model(|| #target))
    }));
    let (on_delete, on_update) = (action(key.on_delete, krate), action(key.on_update, krate));
    let deferred = key.deferred;
    quote! {
        #krate::schema::ForeignKeyDef {
            name: #name,
            columns: #columns,
            references: #references,
            on_delete: #on_delete,
            on_update: #on_update,
            deferred: #deferred,
        }
    }
}

fn literal(value: &LiteralSyntax, krate: &Library) -> TokenStream {
    match value {
        LiteralSyntax::Bool(value) => quote!(#krate::schema::Literal::Bool(#value)),
        LiteralSyntax::Int(value) => quote!(#krate::schema::Literal::Int(#value)),
        LiteralSyntax::Double(value) => quote!(#krate::schema::Literal::Double(#value)),
        LiteralSyntax::Text(value) => {
            let value = text(value);
            quote!(#krate::schema::Literal::Text(#value))
        }
    }
}

pub(crate) fn text(text: &str) -> TokenStream {
    quote!(::std::borrow::Cow::Borrowed(#text))
}

fn optional_text(value: Option<&Spanned<String>>) -> TokenStream {
    option(value.map(|value| text(&value.value)))
}

fn option(value: Option<impl quote::ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

pub(crate) fn slice(items: impl Iterator<Item = TokenStream>) -> TokenStream {
    quote!(::std::borrow::Cow::Borrowed(&[#(#items),*]))
}

fn positions(columns: &[usize]) -> TokenStream {
    slice(columns.iter().map(|&column| {
        let column = Literal::usize_unsuffixed(column);
        quote!(#column)
    }))
}
