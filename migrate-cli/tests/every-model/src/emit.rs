//! A target as a module of the test.

use crate::{
    needed::{Needed, has_hooks, is_model},
    tree::Module,
};
use proc_macro2::{Group, TokenStream, TokenTree};
use quote::quote;
use std::{collections::BTreeSet, path::Path};
use syn::{Ident, Item};

/// The target as a module called `name` in the module `here`; `None` if there is no model in it.
pub(crate) fn target(module: &Module, root: &Path, name: &Ident, here: &syn::Path) -> Option<TokenStream> {
    let needed = Needed::by_models(module)?;
    let items = rebase(items(module, root, &needed), &quote!(#here::#name));
    let mut files = BTreeSet::new();
    collect_files(module, &mut files);
    Some(quote! {
        #[allow(warnings, clippy::all)]
        mod #name {
            // So that a change of one of them is noticed.
            #(const _: &str = include_str!(#files);)*
            #items
        }
    })
}

fn items(module: &Module, root: &Path, needed: &Needed) -> TokenStream {
    let kept = module.items.iter().filter_map(|item| needed.of(item));
    let models: Vec<&Ident> = module.items.iter().filter(|item| is_model(item)).filter_map(struct_name).collect();
    // What a model does when its rows are written needs more of the program than its table does.
    let hooked = module.items.iter().filter(|item| is_model(item) && has_hooks(item)).filter_map(struct_name);
    let file = module.file.strip_prefix(root).unwrap_or(&module.file).to_string_lossy().replace('\\', "/");
    let shown = models.iter().map(|model| format!("{file} {model}"));
    let children = module.children.iter().filter_map(|child| {
        let name = child.name.as_ref()?;
        let items = items(child, root, needed);
        Some(quote!(pub(super) mod #name { #items }))
    });
    let names = module.children.iter().filter_map(|child| child.name.as_ref());
    quote! {
        #(#kept)*
        #(#children)*
        #(impl ::aludel::schema::Hooks for #hooked {})*

        pub(super) fn every_model_of_module(models: &mut Vec<(&'static str, &'static ::aludel::schema::TableDef)>) {
            #(models.push((#shown, <#models as ::aludel::schema::Model>::table()));)*
            #(#names::every_model_of_module(models);)*
        }
    }
}

fn struct_name(item: &Item) -> Option<&Ident> {
    match item {
        Item::Struct(item) => Some(&item.ident),
        _ => None,
    }
}

fn collect_files(module: &Module, files: &mut BTreeSet<String>) {
    files.insert(module.file.to_string_lossy().into_owned());
    module.children.iter().for_each(|child| collect_files(child, files));
}

/// The tokens with `crate::` replaced by the path of the module that the crate has become.
fn rebase(tokens: TokenStream, root: &TokenStream) -> TokenStream {
    let mut out = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let colon = matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':');
        match token {
            TokenTree::Ident(ident) if ident == "crate" && colon => out.extend(root.clone()),
            TokenTree::Group(group) => {
                let mut rebased = Group::new(group.delimiter(), rebase(group.stream(), root));
                rebased.set_span(group.span());
                out.extend([TokenTree::Group(rebased)]);
            }
            other => out.extend([other]),
        }
    }
    out
}
