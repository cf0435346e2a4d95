//! What the models of a target need: a test's functions, and the crates that they use, are left behind.

use crate::tree::Module;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::HashSet;
use syn::{Attribute, Ident, Item, ItemImpl, Type, UseTree};

/// The names of the items that models need, with those of all modules.
pub(crate) struct Needed {
    names: HashSet<String>,
    modules: HashSet<String>,
}

/// Crates that the columns of models may come from.
const CRATES: &[&str] = &["aludel", "bigdecimal", "chrono", "rust_decimal", "serde", "serde_json", "std", "uuid"];

/// Traits that a model or a column type may implement by hand.
const TRAITS: &[&str] = &["Clone", "Copy", "DbType", "Debug", "Default", "Deserialize", "PartialEq", "Serialize"];

impl Needed {
    /// What the models in `root` need; nothing, if there are none.
    pub(crate) fn by_models(root: &Module) -> Option<Self> {
        let mut types = Vec::new();
        let mut modules = HashSet::new();
        collect(root, &mut types, &mut modules);
        let mut names: HashSet<String> =
            types.iter().filter(|(_, item)| is_model(item)).map(|(name, _)| name.clone()).collect();
        if names.is_empty() {
            return None;
        }
        loop {
            let mut mentioned = HashSet::new();
            for (_, item) in types.iter().filter(|(name, _)| names.contains(name)) {
                idents(item.to_token_stream(), &mut mentioned);
            }
            let before = names.len();
            names.extend(types.iter().map(|(name, _)| name).filter(|name| mentioned.contains(*name)).cloned());
            if names.len() == before {
                return Some(Self { names, modules });
            }
        }
    }

    /// The item, or what is needed of it.
    pub(crate) fn of(&self, item: &Item) -> Option<TokenStream> {
        match item {
            Item::Use(item) => {
                let mut item = item.clone();
                let local = match &item.tree {
                    UseTree::Path(path) if item.leading_colon.is_none() => self.is_local(&path.ident)?,
                    UseTree::Path(path) if CRATES.contains(&path.ident.to_string().as_str()) => false,
                    _ => return None,
                };
                if local {
                    item.tree = self.prune(&item.tree)?;
                }
                Some(item.into_token_stream())
            }
            Item::Impl(item) => self.implements(item).then(|| item.to_token_stream()),
            other => name_of(other).is_some_and(|name| self.names.contains(&name)).then(|| other.to_token_stream()),
        }
    }

    /// Whether a path that begins like this leads into the target itself; `None` if to a crate that models do not need.
    fn is_local(&self, first: &Ident) -> Option<bool> {
        let first = first.to_string();
        if matches!(first.as_str(), "crate" | "self" | "super") || self.modules.contains(&first) {
            return Some(true);
        }
        CRATES.contains(&first.as_str()).then_some(false)
    }

    /// Without the names that are left behind.
    fn prune(&self, tree: &UseTree) -> Option<UseTree> {
        let keep = |name: &Ident| self.names.contains(&name.to_string()) || self.modules.contains(&name.to_string());
        match tree {
            UseTree::Path(path) => {
                let mut path = path.clone();
                path.tree = Box::new(self.prune(&path.tree)?);
                Some(UseTree::Path(path))
            }
            UseTree::Name(name) => keep(&name.ident).then(|| tree.clone()),
            UseTree::Rename(rename) => keep(&rename.ident).then(|| tree.clone()),
            UseTree::Glob(_) => Some(tree.clone()),
            UseTree::Group(group) => {
                let mut group = group.clone();
                group.items = group.items.iter().filter_map(|tree| self.prune(tree)).collect();
                (!group.items.is_empty()).then_some(UseTree::Group(group))
            }
        }
    }

    fn implements(&self, item: &ItemImpl) -> bool {
        let Type::Path(target) = &*item.self_ty else { return false };
        let target = target.path.segments.last().is_some_and(|name| self.names.contains(&name.ident.to_string()));
        let tokens = item.to_token_stream();
        let head = tokens.into_iter().take_while(|token| !matches!(token, TokenTree::Ident(name) if name == "for"));
        let mut mentioned = HashSet::new();
        idents(head.collect(), &mut mentioned);
        target && TRAITS.iter().any(|name| mentioned.contains(*name))
    }
}

/// Whether the item is a struct that derives `Model`.
pub(crate) fn is_model(item: &Item) -> bool {
    matches!(item, Item::Struct(item) if derives_model(&item.attrs))
}

/// Whether the struct says `#[table(hooks)]`.
pub(crate) fn has_hooks(item: &Item) -> bool {
    let Item::Struct(item) = item else { return false };
    item.attrs.iter().filter(|attr| attr.path().is_ident("table")).any(|attr| {
        let mut said = HashSet::new();
        idents(attr.to_token_stream(), &mut said);
        said.contains("hooks")
    })
}

fn derives_model(attrs: &[Attribute]) -> bool {
    attrs.iter().filter(|attr| attr.path().is_ident("derive")).any(|attr| {
        let mut derived = HashSet::new();
        idents(attr.to_token_stream(), &mut derived);
        derived.contains("Model")
    })
}

fn collect<'m>(module: &'m Module, types: &mut Vec<(String, &'m Item)>, modules: &mut HashSet<String>) {
    modules.extend(module.name.iter().map(Ident::to_string));
    types.extend(module.items.iter().filter_map(|item| Some((name_of(item)?, item))));
    module.children.iter().for_each(|child| collect(child, types, modules));
}

/// The name of an item that is a type.
fn name_of(item: &Item) -> Option<String> {
    Some(match item {
        Item::Struct(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        _ => return None,
    })
}

fn idents(tokens: TokenStream, out: &mut HashSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                out.insert(name.to_string());
            }
            TokenTree::Group(group) => idents(group.stream(), out),
            _ => {}
        }
    }
}
