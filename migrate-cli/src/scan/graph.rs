//! Crates, modules, and what is declared in them.

use super::{
    cfg::Cfg,
    source::{Place, SourceFile},
    workspace::Extern,
};
use crate::problem::Problem;
use std::{collections::HashMap, sync::Arc};
use syn::{Attribute, DeriveInput, Path, Type};

/// A module by its position in [`Graph::modules`].
pub(crate) type ModuleId = usize;

/// A struct or enum by its position in [`Graph::declared`].
pub(crate) type DeclaredId = usize;

/// Everything read, before any name is looked up.
#[derive(Default)]
pub(crate) struct Graph {
    pub(crate) crates: Vec<Crate>,
    pub(crate) modules: Vec<Module>,
    pub(crate) declared: Vec<Declared>,
    pub(crate) errors: Vec<Problem>,
    pub(crate) warnings: Vec<Problem>,
}

/// A crate.
pub(crate) struct Crate {
    /// What messages call it.
    pub(crate) shown: String,
    /// Its own name, with which paths from other crates begin.
    pub(crate) name: String,
    /// What is known of its build.
    pub(crate) cfg: Cfg,
    /// What the names of other crates stand for.
    pub(crate) externs: HashMap<String, Extern>,
    /// The package.
    pub(crate) package: usize,
    /// Whether it is the library of its package.
    pub(crate) is_library: bool,
    /// Its root module, if its file could be read.
    pub(crate) root: Option<ModuleId>,
}

/// A module.
pub(crate) struct Module {
    pub(crate) krate: usize,
    pub(crate) parent: Option<ModuleId>,
    /// The names above it and its own: none for the root.
    pub(crate) path: Vec<String>,
    pub(crate) file: Arc<SourceFile>,
    pub(crate) children: HashMap<String, ModuleId>,
    pub(crate) items: HashMap<String, Item>,
    pub(crate) imports: Vec<Import>,
}

impl Module {
    /// Its path, as one writes it in the crate `from`; `krate` is its own.
    pub(crate) fn path_from(&self, from: Option<usize>, krate: &Crate) -> String {
        let root = if from == Some(self.krate) { "crate" } else { krate.name.as_str() };
        self.path.iter().fold(root.to_owned(), |path, name| path + "::" + name)
    }
}

/// A name in a module.
pub(crate) enum Item {
    /// A struct or enum.
    Declared(DeclaredId),
    /// `type Id = i64;`
    Alias(Box<Alias>),
}

/// A type alias.
pub(crate) struct Alias {
    /// The names of its type parameters.
    pub(crate) parameters: Vec<String>,
    pub(crate) ty: Type,
}

/// A struct, enum or union.
pub(crate) struct Declared {
    pub(crate) module: ModuleId,
    /// As the derive macro is given it: conditions applied.
    pub(crate) input: DeriveInput,
    /// The macros it derives.
    pub(crate) derives: Vec<Path>,
    /// A flag that decides whether it is there, and that only a build could set.
    pub(crate) unknown_flag: Option<String>,
    /// Whether it is there.
    pub(crate) exists: bool,
}

/// One name brought in by `use`, or all names of a module.
pub(crate) struct Import {
    /// The name, or `None` for `*`.
    pub(crate) name: Option<String>,
    pub(crate) path: Vec<String>,
    /// Whether the path begins with `::`.
    pub(crate) absolute: bool,
}

impl Graph {
    /// The place of `span` in a module.
    pub(crate) fn place(&self, module: ModuleId, span: proc_macro2::Span) -> Place {
        Place::new(&self.modules[module].file, span)
    }

    /// Keeps the errors of `syn`, each at its place in `module`.
    pub(crate) fn refuse(&mut self, module: ModuleId, error: &syn::Error) {
        let file = Arc::clone(&self.modules[module].file);
        self.errors.extend(problems(&file, error));
    }
}

/// The errors of `syn`, each at its place.
pub(crate) fn problems(file: &Arc<SourceFile>, error: &syn::Error) -> Vec<Problem> {
    error.clone().into_iter().map(|one| Problem::at(Place::new(file, one.span()), one.to_string())).collect()
}

/// The macros that the attributes derive.
pub(crate) fn derives(attrs: &[Attribute]) -> Vec<Path> {
    let mut paths = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("derive")) {
        // What is no list of paths is for the compiler to refuse.
        let _ = attr.parse_nested_meta(|meta| {
            paths.push(meta.path);
            Ok(())
        });
    }
    paths
}
