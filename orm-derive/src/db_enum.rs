//! `#[derive(DbEnum)]`: a static description, and two matches over positions.

use crate::{
    library::Library,
    table_def::{slice, text},
};
use aludel_syntax::{EnumStorage, EnumSyntax};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use syn::DeriveInput;

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let EnumSyntax { ident, krate, name, storage, variants } = EnumSyntax::parse(input)?;
    let krate = Library::new(krate);
    let name = text(&name.value);
    let storage_variant = Ident::new(storage.variant(), Span::call_site());
    let labels = slice(variants.iter().map(|variant| text(&variant.label.value)));
    let codes = match storage {
        EnumStorage::Integer => slice(variants.iter().filter_map(|variant| variant.code).map(|code| quote!(#code))),
        EnumStorage::Text | EnumStorage::Native => slice(std::iter::empty()),
    };
    let idents: Vec<_> = variants.iter().map(|variant| &variant.ident).collect();
    let positions: Vec<_> = (0..variants.len()).map(Literal::usize_unsuffixed).collect();
    Ok(quote! {
        const _: () = {
            static DEF: #krate::types::EnumDef = #krate::types::EnumDef {
                name: #name,
                storage: #krate::types::EnumStorage::#storage_variant,
                labels: #labels,
                codes: #codes,
            };

            fn position(value: &#ident) -> usize {
                match value {
                    #(#ident::#idents => #positions,)*
                }
            }

            #[automatically_derived]
            impl #krate::types::DbType for #ident {
                const SQL_TYPE: #krate::types::SqlType = #krate::types::SqlType::Enum(&DEF);

                fn decode(row: &dyn #krate::types::Row, index: usize) -> #krate::Result<::core::option::Option<Self>> {
                    ::core::result::Result::Ok(match DEF.decode(row, index)? {
                        #(::core::option::Option::Some(#positions) => ::core::option::Option::Some(#ident::#idents),)*
                        _ => ::core::option::Option::None,
                    })
                }

                fn to_value(&self) -> #krate::types::Value {
                    DEF.value(position(self))
                }

                fn same(&self, other: &Self) -> bool {
                    position(self) == position(other)
                }
            }

            impl #krate::types::Element for #ident {
                const ARRAY: #krate::types::SqlType = #krate::types::SqlType::Array(&#krate::types::SqlType::Enum(&DEF));
            }
        };
    })
}
