//! What a path means.

use super::{
    graph::{DeclaredId, Graph, Import, Item, ModuleId},
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
    /// For each module, what it brings in by name.
    imports: Vec<HashMap<&'g str, Vec<&'g Import>>>,
    /// For each module, itself and all modules whose names it has by `*`, the nearest first.
    reach: Vec<Vec<ModuleId>>,
}

/// The look-ups under way: what asks for itself is not found that way.
type UnderWay = HashSet<(ModuleId, String, Namespace)>;

impl<'g> Resolver<'g> {
    /// Over `graph`.
    pub(crate) fn new(graph: &'g Graph) -> Self {
        let libraries = graph.crates.iter().filter(|krate| krate.is_library);
        let imports = graph.modules.iter().map(|module| {
            let mut imports: HashMap<&str, Vec<&Import>> = HashMap::new();
            for import in &module.imports {
                if let Some(name) = &import.name {
                    imports.entry(name).or_default().push(import);
                }
            }
            imports
        });
        let mut resolver = Self {
            graph,
            libraries: libraries.filter_map(|krate| Some((krate.package, krate.root?))).collect(),
            imports: imports.collect(),
            reach: (0..graph.modules.len()).map(|module| vec![module]).collect(),
        };
        resolver.follow_globs();
        resolver
    }

    /// Finds out what each `*` brings in. A path to a `*` may itself lead through another, so until nothing is new.
    fn follow_globs(&mut self) {
        let mut direct: Vec<Vec<ModuleId>> = vec![Vec::new(); self.graph.modules.len()];
        loop {
            let mut is_new = false;
            for (module, targets) in direct.iter_mut().enumerate() {
                for import in self.graph.modules[module].imports.iter().filter(|import| import.name.is_none()) {
                    let under_way = &mut HashSet::new();
                    let found = self.names(module, &import.path, import.absolute, Namespace::Types, under_way);
                    if let Some(Def::Module(target)) = found
                        && !targets.contains(&target)
                    {
                        targets.push(target);
                        is_new = true;
                    }
                }
            }
            if !is_new {
                return;
            }
            for (module, reach) in self.reach.iter_mut().enumerate() {
                *reach = vec![module];
                let mut next = 0;
                while let Some(&near) = reach.get(next) {
                    let far: Vec<ModuleId> = direct[near].iter().filter(|far| !reach.contains(far)).copied().collect();
                    reach.extend(far);
                    next += 1;
                }
            }
        }
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
                "crate" => Def::Module(self.graph.crates[self.graph.modules[module].krate].root?),
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
        // What is in the module itself, or brought in by name, is before what `*` brings in.
        self.reach[module].iter().find_map(|&near| {
            self.own(near, name, namespace).or_else(|| self.imported(near, name, namespace, under_way))
        })
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

    /// What `module` brings in under `name`; there may be two, a type and a macro.
    fn imported(&self, module: ModuleId, name: &str, namespace: Namespace, under_way: &mut UnderWay) -> Option<Def> {
        let imports = self.imports[module].get(name)?;
        let key = (module, name.to_owned(), namespace);
        if !under_way.insert(key.clone()) {
            return None;
        }
        let names = |import: &&Import| self.names(module, &import.path, import.absolute, namespace, under_way);
        let found = imports.iter().find_map(names);
        // What was not found stays marked: to look again would be in vain, and could take for ever.
        if found.is_some() {
            under_way.remove(&key);
        }
        found
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
