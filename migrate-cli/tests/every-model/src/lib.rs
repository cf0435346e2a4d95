//! Compiles every model of the workspace's examples and tests into one test.
//!
//! The models of an example or a test are private to it, so another test cannot name them. This macro takes their source in as
//! modules, without all that the models do not need, and adds to each module a function that hands its models' tables out. So a model that
//! is written anywhere in the workspace is compared with what the source scan reads, and nobody has to list it.

mod emit;
mod needed;
mod source;
mod tree;

use proc_macro::TokenStream;
use quote::{format_ident, quote};
use std::path::Path;

/// Expands to a module for each example and test that has models, and to
/// `fn every_model() -> Vec<(&'static str, &'static TableDef)>`, which names each by its file and struct.
///
/// It takes the path of the module that it stands in: `every_model!(crate::agreement);`.
#[proc_macro]
pub fn every_model(input: TokenStream) -> TokenStream {
    let here = syn::parse_macro_input!(input as syn::Path);
    let manifest = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let Some(root) = Path::new(&manifest).parent() else { return TokenStream::new() };
    let mut modules = Vec::new();
    let mut names = Vec::new();
    // The test that is being compiled cannot hold itself.
    let own = Path::new(&manifest).join("tests").join(std::env::var("CARGO_CRATE_NAME").unwrap_or_default());
    let targets =
        source::targets(root).into_iter().filter(|file| !file.starts_with(&own) && *file != own.with_extension("rs"));
    for (index, file) in targets.enumerate() {
        let name = format_ident!("target_{index}");
        match tree::read(&file) {
            Ok(target) => {
                if let Some(module) = emit::target(&target, root, &name, &here) {
                    modules.push(module);
                    names.push(name);
                }
            }
            Err(error) => return quote!(compile_error!(#error);).into(),
        }
    }
    quote! {
        #(#modules)*

        fn every_model() -> Vec<(&'static str, &'static ::aludel::schema::TableDef)> {
            let mut models = Vec::new();
            #(#names::every_model_of_module(&mut models);)*
            models
        }
    }
    .into()
}
