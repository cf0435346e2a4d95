//! The table's description: one literal, in the order of `TableDef`.

use crate::table_struct;
use aludel_syntax::{
    Autoincrement, CheckSyntax, ColumnSyntax, ForeignKeySyntax, IndexSyntax, LiteralSyntax, ModelSyntax,
    ServerDefaultSyntax, Spanned, UniqueSyntax,
};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{ext::IdentExt as _, spanned::Spanned as _};

pub(crate) fn emit(model: &ModelSyntax, krate: &TokenStream) -> TokenStream {
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
    let names = names(model, krate);
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
            names: #names,
        }
    }
}

/// What the program calls the table and its relations.
fn names(model: &ModelSyntax, krate: &TokenStream) -> TokenStream {
    let name = text(&model.ident.unraw().to_string());
    let relations = slice(model.relations.iter().map(|relation| {
        let name = text(&relation.ident.unraw().to_string());
        let column = table_struct::foreign_key(model, relation);
        let foreign_key = quote!(#krate::schema::ColumnTarget::Model(|| #column.column_ref()));
        quote!(#krate::schema::RelationName { name: #name, foreign_key: #foreign_key })
    }));
    quote!(#krate::schema::ModelNames { model: #name, relations: #relations })
}

fn emit_column(column: &ColumnSyntax, krate: &TokenStream) -> TokenStream {
    let ty = &column.ty;
    let name = text(&column.name.value);
    let of_type =
        quote_spanned!(ty.span()=> <<#ty as #krate::types::Field>::Scalar as #krate::types::DbType>::SQL_TYPE);
    let autoincrement = match column.autoincrement {
        Autoincrement::Yes => quote!(true),
        Autoincrement::No => quote!(false),
        Autoincrement::IfInteger => quote!(#of_type.is_integer()),
    };
    let sql_type = match &column.sql_type {
        Some(name) => {
            let name = &name.value;
            quote!(#krate::types::SqlType::Custom(#name))
        }
        None => of_type,
    };
    let nullable =
        quote_spanned!(ty.span()=> <<#ty as #krate::types::Field>::Null as #krate::types::Nullability>::NULLABLE);
    let length = option(column.length.map(Literal::u32_unsuffixed));
    let precision = option(column.precision.map(|(precision, scale)| quote!((#precision, #scale))));
    let default = option(column.default.as_ref().map(|default| literal(default, krate)));
    let server_default = option(column.server_default.as_ref().map(|default| match default {
        ServerDefaultSyntax::Literal(value) => {
            let value = literal(value, krate);
            quote!(#krate::schema::ServerDefault::Literal(#value))
        }
        ServerDefaultSyntax::Sql(sql) => {
            let sql = text(sql);
            quote!(#krate::schema::ServerDefault::Sql(#sql))
        }
    }));
    let comment = optional_text(column.comment.as_ref());
    quote! {
        #krate::schema::ColumnDef {
            name: #name,
            sql_type: #sql_type,
            nullable: #nullable,
            length: #length,
            precision: #precision,
            autoincrement: #autoincrement,
            default: #default,
            server_default: #server_default,
            comment: #comment,
        }
    }
}

fn foreign_key(model: &ModelSyntax, key: &ForeignKeySyntax, krate: &TokenStream) -> TokenStream {
    let name = optional_text(key.name.as_ref());
    let columns = positions(&key.columns);
    let references = slice(key.references.iter().zip(&key.columns).map(|(target, &column)| {
        let (ty, other, field) = (&model.columns[column].ty, &target.model, &target.field);
        // A key of another type than its column is reported at the column's name.
        let target = quote_spanned!(field.span()=> #krate::expr::foreign_key::<#ty, _, _>(#other.#field));
        quote!(#krate::schema::ColumnTarget::Model(|| #target))
    }));
    let action = |action: Option<Spanned<aludel_syntax::Action>>| {
        option(action.map(|action| {
            let variant = Ident::new(action.value.variant(), Span::call_site());
            quote!(#krate::schema::ReferentialAction::#variant)
        }))
    };
    let (on_delete, on_update) = (action(key.on_delete), action(key.on_update));
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

fn literal(value: &LiteralSyntax, krate: &TokenStream) -> TokenStream {
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
