//! `#[derive(DbType)]`: everything is left to the one field.

use crate::library::{Library, blame};
use aludel_syntax::NewtypeSyntax;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::DeriveInput;

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let NewtypeSyntax { ident, krate, field, ty, text, numeric, .. } = NewtypeSyntax::parse(input)?;
    let krate = Library::new(krate);
    // A field that is no column type is reported at its type.
    let span = blame(&ty);
    let at = krate.at(span);
    let inner = quote_spanned!(span=> <#ty as #at::types::DbType>);
    // The bounds say no more than that the field is text, or a number, itself.
    let text = text.then(|| {
        let bound = quote_spanned!(span=> #ty: #at::types::Text);
        quote!(impl #krate::types::Text for #ident where #bound {})
    });
    let numeric = numeric.then(|| {
        let bound = quote_spanned!(span=> #ty: #at::types::Numeric);
        quote!(impl #krate::types::Numeric for #ident where #bound {})
    });
    Ok(quote! {
        const _: () = {
            #[automatically_derived]
            impl #krate::types::DbType for #ident {
                const SQL_TYPE: #krate::types::SqlType = #inner::SQL_TYPE;

                fn decode(row: &dyn #krate::types::Row, index: usize) -> #krate::Result<::core::option::Option<Self>> {
                    ::core::result::Result::Ok(match #inner::decode(row, index)? {
                        ::core::option::Option::Some(value) => ::core::option::Option::Some(Self { #field: value }),
                        ::core::option::Option::None => ::core::option::Option::None,
                    })
                }

                fn to_value(&self) -> #krate::types::Value {
                    #inner::to_value(&self.#field)
                }

                fn same(&self, other: &Self) -> bool {
                    #inner::same(&self.#field, &other.#field)
                }
            }

            #text
            #numeric
        };
    })
}
