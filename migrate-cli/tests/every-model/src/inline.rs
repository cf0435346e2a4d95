//! A file and the files of its modules, as one module.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::{
    fs,
    path::{Path, PathBuf},
};
use syn::{Attribute, Ident, Item, ItemMod, Meta, parse::ParseStream};

type Result<T> = std::result::Result<T, String>;

/// The file as a module called `name` in the module `here`; `None` if there is no model in it.
pub(crate) fn module(root: &Path, file: &Path, name: &Ident, here: &syn::Path) -> Result<Option<TokenStream>> {
    let folder = file.parent().unwrap_or(root).to_owned();
    let mut content = Content { root, files: Vec::new(), models: 0 };
    let items = content.file(file, &folder)?;
    if content.models == 0 {
        return Ok(None);
    }
    let items = rebase(items, &quote!(#here::#name));
    // So that a change of one of them is noticed.
    let files = content.files.iter().map(|file| file.to_string_lossy().into_owned());
    Ok(Some(quote! {
        #[allow(warnings, clippy::all)]
        mod #name {
            #(const _: &str = include_str!(#files);)*
            #items
        }
    }))
}

struct Content<'r> {
    root: &'r Path,
    files: Vec<PathBuf>,
    models: usize,
}

impl Content<'_> {
    /// The items of a file whose modules are in `folder`.
    fn file(&mut self, file: &Path, folder: &Path) -> Result<TokenStream> {
        let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
        let parsed = syn::parse_file(&text).map_err(|error| error.to_string())?;
        self.files.push(file.to_owned());
        self.items(parsed.items, file, folder)
    }

    fn items(&mut self, items: Vec<Item>, file: &Path, folder: &Path) -> Result<TokenStream> {
        let mut out = TokenStream::new();
        let mut models = Vec::new();
        let mut modules = Vec::new();
        for item in items {
            match item {
                // Tests and main functions would run nowhere; a macro of another crate may be among their attributes.
                Item::Fn(item) if item.sig.ident == "main" || item.attrs.iter().any(is_code) => {}
                // What a macro writes, a scan does not see.
                Item::Macro(_) => {}
                Item::Mod(item) if item.attrs.iter().any(|attr| attr.path().is_ident("cfg")) => {
                    return Err(format!("the module `{}` has a condition, which this macro cannot decide", item.ident));
                }
                Item::Mod(item) => {
                    modules.push(item.ident.clone());
                    out.extend(self.module(item, file, folder)?);
                }
                item => {
                    if let Item::Struct(item) = &item
                        && derives_model(&item.attrs)
                    {
                        models.push(item.ident.clone());
                    }
                    item.to_tokens(&mut out);
                }
            }
        }
        self.models += models.len();
        let shown = file.strip_prefix(self.root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let names = models.iter().map(|model| format!("{shown} {model}"));
        out.extend(quote! {
            pub(super) fn every_model_of_module(models: &mut Vec<(&'static str, &'static ::aludel::schema::TableDef)>) {
                #(models.push((#names, <#models as ::aludel::schema::Model>::table()));)*
                #(#modules::every_model_of_module(models);)*
            }
        });
        Ok(out)
    }

    fn module(&mut self, item: ItemMod, file: &Path, folder: &Path) -> Result<TokenStream> {
        let name = &item.ident;
        let child_folder = folder.join(name.to_string());
        let items = match item.content {
            Some((_, items)) => self.items(items, file, &child_folder)?,
            None => {
                let path = item.attrs.iter().find_map(path_attribute);
                let beside = folder.join(format!("{name}.rs"));
                match path {
                    Some(path) => {
                        let path = file.parent().unwrap_or(folder).join(path);
                        let folder = path.parent().unwrap_or(folder).to_owned();
                        self.file(&path, &folder)?
                    }
                    None if beside.is_file() => self.file(&beside, &child_folder)?,
                    None => self.file(&child_folder.join("mod.rs"), &child_folder)?,
                }
            }
        };
        Ok(quote!(pub(super) mod #name { #items }))
    }
}

/// Whether the attribute is more than a remark to the compiler: `#[test]`, `#[tokio::main]`.
fn is_code(attr: &Attribute) -> bool {
    !["doc", "allow", "expect", "cfg", "inline"].iter().any(|name| attr.path().is_ident(name))
}

fn derives_model(attrs: &[Attribute]) -> bool {
    attrs.iter().filter(|attr| attr.path().is_ident("derive")).any(|attr| {
        attr.parse_args_with(|input: ParseStream<'_>| input.parse::<TokenStream>()).is_ok_and(|tokens| {
            tokens.into_iter().any(|token| matches!(token, TokenTree::Ident(name) if name == "Model"))
        })
    })
}

fn path_attribute(attr: &Attribute) -> Option<String> {
    match &attr.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// The tokens with `crate::` replaced by the path of the module that the crate has become.
fn rebase(tokens: TokenStream, root: &TokenStream) -> TokenStream {
    let mut out = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    let mut after_dollar = false;
    while let Some(token) = tokens.next() {
        let colon = matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':');
        let is_dollar = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '$');
        match token {
            TokenTree::Ident(ident) if ident == "crate" && colon && !after_dollar => out.extend(root.clone()),
            TokenTree::Group(group) => {
                let mut rebased = Group::new(group.delimiter(), rebase(group.stream(), root));
                rebased.set_span(group.span());
                out.extend([TokenTree::Group(rebased)]);
            }
            other => out.extend([other]),
        }
        after_dollar = is_dollar;
    }
    out
}
