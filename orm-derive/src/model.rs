//! `#[derive(Model)]`: what a model emits.

use crate::{
    library::{Library, blame},
    table_def, table_struct,
};
use aludel_syntax::ModelSyntax;
use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::DeriveInput;

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    Ok(emit(&ModelSyntax::parse(input)?))
}

fn emit(model: &ModelSyntax) -> TokenStream {
    let krate = Library::new(model.krate.clone());
    let ModelSyntax { ident, vis, .. } = model;
    let table_def = table_def::emit(model, &krate);
    let table_struct = table_struct::emit(model, &krate);
    let table_ident = table_struct::name(model);
    let fields = model.columns.iter().map(|column| {
        // A field that is no column type is reported at its type. A match, and not `?`, which costs two more calls a field.
        let (field, ty) = (&column.ident, &column.ty);
        quote_spanned! {blame(ty)=>
            #field: match reader.read::<#ty>() {
                Ok(value) => value,
                Err(error) => return Err(error),
            }
        }
    });
    let skipped =
        model.skipped.iter().map(|field| quote_spanned!(blame(field)=> #field: ::core::default::Default::default()));
    let key = key_type(model);
    // A model that is not `Clone` is reported at its name.
    let copy = quote_spanned!(blame(ident)=> ::core::clone::Clone::clone(self));
    let shared = arms(model, &krate, false);
    let mutable = arms(model, &krate, true);
    quote! {
        #[doc(hidden)]
        #[allow(non_upper_case_globals, dead_code)]
        #vis static #ident: <#ident as #krate::schema::Model>::Table = <#ident as #krate::schema::Model>::COLUMNS;

        #[allow(dead_code, deprecated, missing_docs, private_interfaces, unreachable_pub)]
        const _: () = {
            // One static, and so one body to the compiler, which then reports a field that is no column type once.
            static MODEL: #krate::schema::Described<#ident> = #krate::schema::Described {
                table: #table_def,
                decode: |row, start| {
                    use ::core::result::Result::{Err, Ok};
                    let mut reader = #krate::schema::Reader::new(row, start, &MODEL.table);
                    Ok(#ident { #(#fields,)* #(#skipped,)* })
                },
                field: |model, index| match index {
                    #(#shared,)*
                    _ => #krate::schema::no_column(&MODEL.table, index),
                },
                field_mut: |model, index| match index {
                    #(#mutable,)*
                    _ => #krate::schema::no_column(&MODEL.table, index),
                },
            };

            #table_struct

            #[automatically_derived]
            impl #krate::schema::Model for #ident {
                type Table = #table_ident;
                type Key = #key;

                const COLUMNS: #table_ident = at(#krate::schema::TableRef::new(&MODEL.table));

                fn copy(&self) -> Self {
                    #copy
                }

                fn table() -> &'static #krate::schema::TableDef {
                    &MODEL.table
                }

                fn decode(row: &dyn #krate::types::Row, start: usize) -> #krate::Result<Self> {
                    (MODEL.decode)(row, start)
                }

                fn field(&self, index: usize) -> &dyn #krate::types::AnyField {
                    (MODEL.field)(self, index)
                }

                fn field_mut(&mut self, index: usize) -> &mut dyn #krate::types::AnyField {
                    (MODEL.field_mut)(self, index)
                }
            }
        };
    }
}

/// The type of the primary key: that of its column, or a tuple.
fn key_type(model: &ModelSyntax) -> TokenStream {
    let types = model.primary_key.iter().map(|&column| &model.columns[column].ty);
    if model.primary_key.len() == 1 { quote!(#(#types)*) } else { quote!((#(#types),*)) }
}

/// The arms that yield the field at an index. The type is named, so that one that is no column type is reported there, and once.
fn arms(model: &ModelSyntax, krate: &Library, mutable: bool) -> impl Iterator<Item = TokenStream> {
    model.columns.iter().enumerate().map(move |(index, column)| {
        let index = Literal::usize_unsuffixed(index);
        let (field, ty) = (&column.ident, &column.ty);
        if mutable {
            quote!(#index => #krate::schema::any_mut::<#ty>(&mut model.#field))
        } else {
            quote!(#index => #krate::schema::any::<#ty>(&model.#field))
        }
    })
}
