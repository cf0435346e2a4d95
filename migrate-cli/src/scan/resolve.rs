//! What a path means.

use super::{
    graph::{DeclaredId, Graph, Item, ModuleId},
    workspace::{Extern, is_aludel},
};
use std::collections::{HashMap, HashSet};
use syn::{Path, ext::IdentExt};

/// What a path means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Def {
    /// A module of ours.
    Module(ModuleId),
    /// A struct or enum of ours.
    Declared(DeclaredId),
    /// A type alias of ours, by its module and name.
    Alias(ModuleId, String),
    /// What a crate from elsewhere has under this path; the first part is the name of the crate's package.
    External(Vec<String>),
}

/// The two kinds of names that concern us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Namespace {
    /// Types and modules.
    Types,
    /// Derive macros, which can only be brought in by `use`.
    Macros,
}

/// One of Aludel's derive macros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Derive {
    Model,
    DbEnum,
    DbType,
}

/// What a derive macro turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Macro {
    /// One of ours.
    Ours(Derive),
    /// One of this crate's, under the name of one of ours.
    Foreign(String),
    /// None that concerns us.
    Other,
}

/// Looks names up in what was read.
pub(crate) struct Resolver<'g> {
    graph: &'g Graph,
    /// The library of each package that was read.
    libraries: HashMap<usize, ModuleId>,
}

/// The look-ups under way: what asks for itself is not found that way.
type UnderWay = HashSet<(ModuleId, String, Namespace)>;

impl<'g> Resolver<'g> {
    /// Over `graph`.
    pub(crate) fn new(graph: &'g Graph) -> Self {
        let libraries = graph.crates.iter().filter(|krate| krate.is_library && krate.root < graph.modules.len());
        Self { graph, libraries: libraries.map(|krate| (krate.package, krate.root)).collect() }
    }

    /// What `path` means in `module`.
    pub(crate) fn path(&self, module: ModuleId, path: &Path) -> Option<Def> {
        let names = names(path);
        self.names(module, &names, path.leading_colon.is_some(), Namespace::Types, &mut HashSet::new())
    }

    /// Which derive macro `path` is in `module`.
    pub(crate) fn derive(&self, module: ModuleId, path: &Path) -> Macro {
        let names = names(path);
        let absolute = path.leading_colon.is_some();
        match self.names(module, &names, absolute, Namespace::Macros, &mut HashSet::new()) {
            Some(Def::External(path)) => {
                let (Some(package), Some(derive)) = (path.first(), path.last().and_then(|name| named(name))) else {
                    return Macro::Other;
                };
                if is_aludel(package) { Macro::Ours(derive) } else { Macro::Foreign(package.clone()) }
            }
            // Brought in by a glob from a crate whose source is not here, as by `use aludel::prelude::*`.
            None if names.len() == 1 => named(&names[0]).map_or(Macro::Other, Macro::Ours),
            _ => Macro::Other,
        }
    }

    fn names(
        &self,
        module: ModuleId,
        path: &[String],
        absolute: bool,
        namespace: Namespace,
        under_way: &mut UnderWay,
    ) -> Option<Def> {
        let (first, rest) = path.split_first()?;
        // All but the last name are modules.
        let namespace_of_first = if rest.is_empty() { namespace } else { Namespace::Types };
        let mut def = if absolute {
            self.krate(module, first)?
        } else {
            match first.as_str() {
                "crate" => Def::Module(self.graph.crates[self.graph.modules[module].krate].root),
                "self" => Def::Module(module),
                "super" => Def::Module(self.graph.modules[module].parent?),
                _ => match self.member(module, first, namespace_of_first, under_way) {
                    Some(def) => def,
                    None => self.krate(module, first)?,
                },
            }
        };
        for (index, name) in rest.iter().enumerate() {
            let namespace = if index + 1 == rest.len() { namespace } else { Namespace::Types };
            def = match def {
                Def::Module(module) if name == "super" => Def::Module(self.graph.modules[module].parent?),
                Def::Module(module) if name == "self" => Def::Module(module),
                Def::Module(module) => self.member(module, name, namespace, under_way)?,
                Def::External(mut path) => {
                    path.push(name.clone());
                    Def::External(path)
                }
                Def::Declared(_) | Def::Alias(..) => return None,
            };
        }
        Some(def)
    }

    /// The crate called `name`.
    fn krate(&self, module: ModuleId, name: &str) -> Option<Def> {
        let krate = &self.graph.crates[self.graph.modules[module].krate];
        match krate.externs.get(name) {
            Some(Extern::Package(package)) => self.libraries.get(package).map(|&root| Def::Module(root)),
            Some(Extern::Other(package)) => Some(Def::External(vec![package.clone()])),
            None if matches!(name, "std" | "core" | "alloc") => Some(Def::External(vec![name.to_owned()])),
            None => None,
        }
    }

    /// What `module` calls `name`.
    fn member(&self, module: ModuleId, name: &str, namespace: Namespace, under_way: &mut UnderWay) -> Option<Def> {
        let key = (module, name.to_owned(), namespace);
        if !under_way.insert(key.clone()) {
            return None;
        }
        let found = self.own(module, name, namespace).or_else(|| self.imported(module, name, namespace, under_way));
        // What was not found stays marked, so that modules that import all of each other are gone through once.
        if found.is_some() {
            under_way.remove(&key);
        }
        found
    }

    fn own(&self, module: ModuleId, name: &str, namespace: Namespace) -> Option<Def> {
        if namespace == Namespace::Macros {
            return None;
        }
        let data = &self.graph.modules[module];
        match data.items.get(name) {
            Some(Item::Declared(declared)) => Some(Def::Declared(*declared)),
            Some(Item::Alias(_)) => Some(Def::Alias(module, name.to_owned())),
            None => data.children.get(name).map(|&child| Def::Module(child)),
        }
    }

    fn imported(&self, module: ModuleId, name: &str, namespace: Namespace, under_way: &mut UnderWay) -> Option<Def> {
        let imports = &self.graph.modules[module].imports;
        for import in imports.iter().filter(|import| import.name.as_deref() == Some(name)) {
            // One name may be brought in twice, as a type and as a macro.
            if let Some(def) = self.names(module, &import.path, import.absolute, namespace, under_way) {
                return Some(def);
            }
        }
        for import in imports.iter().filter(|import| import.name.is_none()) {
            let from = self.names(module, &import.path, import.absolute, Namespace::Types, under_way);
            if let Some(Def::Module(from)) = from
                && let Some(def) = self.member(from, name, namespace, under_way)
            {
                return Some(def);
            }
        }
        None
    }
}

fn named(name: &str) -> Option<Derive> {
    match name {
        "Model" => Some(Derive::Model),
        "DbEnum" => Some(Derive::DbEnum),
        "DbType" => Some(Derive::DbType),
        _ => None,
    }
}

/// The names of a path.
pub(crate) fn names(path: &Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect()
}
