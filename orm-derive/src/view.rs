//! `#[derive(View)]`: which relations are loaded, and where the fields come from.

use crate::library::{Library, blame};
use aludel_syntax::{ViewField, ViewSyntax};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::DeriveInput;

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let ViewSyntax { ident, krate, model, fields } = ViewSyntax::parse(input)?;
    let krate = Library::new(krate);
    let nested: Vec<&ViewField> = fields.iter().filter(|field| field.nested).collect();
    // A relation that the model does not have, or that leads to another number of rows, is reported at the field.
    let loads = nested.iter().map(|field| {
        let from = &field.from;
        quote_spanned!(blame(from)=> .with(#model.#from.view()))
    });
    let names: Vec<_> = (0..nested.len()).map(|index| format_ident!("nested_{index}")).collect();
    let row = if nested.is_empty() { quote!(row) } else { quote!((row, #(#names,)*)) };
    let mut loaded = names.iter();
    let values = fields.iter().map(|ViewField { ident, from, nested, .. }| {
        let span = blame(ident);
        match nested.then(|| loaded.next()).flatten() {
            Some(name) => quote_spanned!(span=> #ident: #name),
            None => quote_spanned!(span=> #ident: row.#from),
        }
    });
    Ok(quote! {
        #[automatically_derived]
        impl #krate::session::query::View for #ident {
            type Model = #model;

            fn rows() -> #krate::session::query::ViewRows<#model, Self> {
                #krate::session::query::ViewRows::<#model, #model>::of_model() #(#loads)* .map(|#row| Self { #(#values,)* })
            }
        }
    })
}
