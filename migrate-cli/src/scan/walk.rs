//! The module tree, from a crate's root file.

use super::{
    files::{Folder, Found},
    graph::{Alias, Crate, Declared, Graph, Import, Item, Module, ModuleId, derives, problems},
    hidden,
    source::{Place, SourceFile, show},
    workspace::{CrateSource, Workspace},
};
use crate::problem::Problem;
use std::{
    collections::{BTreeSet, HashMap},
    path::{Path, PathBuf},
    sync::Arc,
};
use syn::{DeriveInput, GenericParam, ItemMod, UseTree, ext::IdentExt};

impl Graph {
    /// Reads a crate.
    pub(crate) fn add_crate(&mut self, source: &CrateSource, workspace: &Workspace) {
        let krate = self.crates.len();
        let mut features: BTreeSet<String> = BTreeSet::new();
        features.extend(workspace.features(source.package).iter().cloned());
        self.crates.push(Crate {
            shown: source.shown.clone(),
            name: source.name.clone(),
            cfg: super::cfg::Cfg { features, test: source.test },
            externs: workspace.externs(source),
            package: source.package,
            is_library: source.is_library,
            root: None,
        });
        let Some((file, parsed)) = self.open(&source.root, None) else { return };
        let folder = Folder::of_root(&source.root);
        self.crates[krate].root = Some(self.modules.len());
        self.module_of_file(krate, None, Vec::new(), file, parsed, &folder);
    }

    /// Reads and parses a file; `from` is the place that asks for it.
    fn open(&mut self, path: &Path, from: Option<&Place>) -> Option<(Arc<SourceFile>, syn::File)> {
        let file = match SourceFile::read(path) {
            Ok(file) => Arc::new(file),
            Err(error) => {
                let message = format!("{} cannot be read: {error}", show(path));
                let problem =
                    from.map_or_else(|| Problem::new(message.clone()), |at| Problem::at(at.clone(), message.clone()));
                self.errors.push(problem);
                return None;
            }
        };
        match syn::parse_file(file.text()) {
            Ok(parsed) => Some((file, parsed)),
            Err(error) => {
                let mut found = problems(&file, &error);
                for problem in &mut found {
                    problem.message = format!("this file cannot be parsed: {}", problem.message);
                }
                self.errors.extend(found);
                None
            }
        }
    }

    fn module_of_file(
        &mut self,
        krate: usize,
        parent: Option<ModuleId>,
        path: Vec<String>,
        file: Arc<SourceFile>,
        parsed: syn::File,
        folder: &Folder,
    ) -> Option<ModuleId> {
        let conditions = self.crates[krate].cfg.apply(&parsed.attrs);
        let module = self.new_module(krate, parent, path, file);
        match conditions {
            Ok(applied) if !applied.truth.holds => {}
            Ok(_) => self.items(module, parsed.items, folder),
            Err(error) => self.refuse(module, &error),
        }
        Some(module)
    }

    fn new_module(
        &mut self,
        krate: usize,
        parent: Option<ModuleId>,
        path: Vec<String>,
        file: Arc<SourceFile>,
    ) -> ModuleId {
        self.modules.push(Module {
            krate,
            parent,
            path,
            file,
            children: HashMap::new(),
            items: HashMap::new(),
            imports: Vec::new(),
        });
        self.modules.len() - 1
    }

    fn items(&mut self, module: ModuleId, items: Vec<syn::Item>, folder: &Folder) {
        for item in items {
            if let Err(error) = self.item(module, item, folder) {
                self.refuse(module, &error);
            }
        }
    }

    fn item(&mut self, module: ModuleId, item: syn::Item, folder: &Folder) -> syn::Result<()> {
        match item {
            syn::Item::Mod(item) => self.module(module, item, folder)?,
            syn::Item::Struct(item) => self.declare(module, item.into())?,
            syn::Item::Enum(item) => self.declare(module, item.into())?,
            syn::Item::Union(item) => self.declare(module, item.into())?,
            syn::Item::Type(item) if self.is_there(module, &item.attrs)? => {
                let parameters = item.generics.params.iter().filter_map(|parameter| match parameter {
                    GenericParam::Type(parameter) => Some(parameter.ident.unraw().to_string()),
                    _ => None,
                });
                let alias = Alias { parameters: parameters.collect(), ty: *item.ty };
                self.modules[module].items.insert(item.ident.unraw().to_string(), Item::Alias(Box::new(alias)));
            }
            syn::Item::Use(item) if self.is_there(module, &item.attrs)? => {
                let mut imports = Vec::new();
                flatten(&item.tree, &mut Vec::new(), item.leading_colon.is_some(), &mut imports);
                self.modules[module].imports.extend(imports);
            }
            syn::Item::ExternCrate(item) if self.is_there(module, &item.attrs)? => {
                if let Some((_, name)) = item.rename {
                    let path = vec![item.ident.unraw().to_string()];
                    let absolute = item.ident != "self";
                    let path = if absolute { path } else { vec!["crate".to_owned()] };
                    self.modules[module].imports.push(Import { name: Some(name.unraw().to_string()), path, absolute });
                }
            }
            syn::Item::Macro(item) if self.is_there(module, &item.attrs)? => self.warn(module, hidden::in_macro(&item)),
            syn::Item::Fn(item) if self.is_there(module, &item.attrs)? => {
                self.warn(module, hidden::in_body(&item.block))
            }
            syn::Item::Impl(item) if self.is_there(module, &item.attrs)? => self.warn(module, hidden::in_impl(&item)),
            syn::Item::Const(item) if self.is_there(module, &item.attrs)? => {
                self.warn(module, hidden::in_expression(&item.expr));
            }
            _ => {}
        }
        Ok(())
    }

    fn warn(&mut self, module: ModuleId, found: Vec<hidden::Hidden>) {
        for hidden in found {
            let place = self.place(module, hidden.span);
            self.warnings.push(Problem::at(place, hidden.message).help(hidden.help));
        }
    }

    /// Whether an item is there.
    fn is_there(&self, module: ModuleId, attrs: &[syn::Attribute]) -> syn::Result<bool> {
        let krate = &self.crates[self.modules[module].krate];
        Ok(krate.cfg.apply(attrs)?.truth.holds)
    }

    fn declare(&mut self, module: ModuleId, mut input: DeriveInput) -> syn::Result<()> {
        let cfg = &self.crates[self.modules[module].krate].cfg;
        let applied = cfg.apply(&input.attrs)?;
        let derives = derives(&applied.attrs);
        input.attrs = applied.attrs;
        if !derives.is_empty() {
            cfg.apply_within(&mut input.data)?;
        }
        let exists = applied.truth.holds;
        if !exists && (derives.is_empty() || applied.truth.unknown.is_none()) {
            return Ok(());
        }
        if exists {
            let name = input.ident.unraw().to_string();
            self.modules[module].items.insert(name, Item::Declared(self.declared.len()));
        }
        self.declared.push(Declared { module, input, derives, unknown_flag: applied.truth.unknown, exists });
        Ok(())
    }

    fn module(&mut self, parent: ModuleId, item: ItemMod, folder: &Folder) -> syn::Result<()> {
        let krate = self.modules[parent].krate;
        let applied = self.crates[krate].cfg.apply(&item.attrs)?;
        if let Some(flag) = applied.truth.unknown {
            let place = self.place(parent, item.ident.span());
            let state = if applied.truth.holds { "read" } else { "left out" };
            let message = format!(
                "the module `{}` depends on the flag `{flag}`, which only a build sets: it is {state}",
                item.ident
            );
            self.warnings.push(Problem::at(place, message));
        }
        if !applied.truth.holds {
            return Ok(());
        }
        let name = item.ident.unraw().to_string();
        let path = [self.modules[parent].path.as_slice(), std::slice::from_ref(&name)].concat();
        let given = path_attribute(&applied.attrs)?;
        let child = match item.content {
            Some((_, items)) => {
                let file = Arc::clone(&self.modules[parent].file);
                let child = self.new_module(krate, Some(parent), path, file);
                self.items(child, items, &folder.inline(&name, given.as_deref()));
                Some(child)
            }
            None => self.module_elsewhere(parent, &item, path, given.as_deref(), folder),
        };
        if let Some(child) = child {
            self.modules[parent].children.insert(name, child);
        }
        Ok(())
    }

    /// `mod name;`
    fn module_elsewhere(
        &mut self,
        parent: ModuleId,
        item: &ItemMod,
        path: Vec<String>,
        given: Option<&str>,
        folder: &Folder,
    ) -> Option<ModuleId> {
        let place = self.place(parent, item.ident.span());
        let name = item.ident.unraw().to_string();
        let found = match given {
            Some(given) => folder.at_path(given),
            None => folder.child(&name),
        };
        let (file, child_folder): (PathBuf, Folder) = match found {
            Found::File(file, folder) => (file, folder),
            Found::None(tried) => {
                let tried: Vec<String> = tried.iter().map(|path| show(path)).collect();
                let message = format!("the file of the module `{name}` is missing");
                self.errors.push(Problem::at(place, message).help(format!("create {}", tried.join(" or "))));
                return None;
            }
            Found::Two(first, second) => {
                let message = format!("the module `{name}` has two files: {} and {}", show(&first), show(&second));
                self.errors.push(Problem::at(place, message).help("remove one of them"));
                return None;
            }
        };
        // A module that includes itself by #[path] never ends; the compiler refuses it.
        let mut above = Some(parent);
        while let Some(module) = above {
            if self.modules[module].file.path() == file {
                self.errors.push(Problem::at(place, format!("the module `{name}` contains itself")));
                return None;
            }
            above = self.modules[module].parent;
        }
        let (file, parsed) = self.open(&file, Some(&place))?;
        let krate = self.modules[parent].krate;
        self.module_of_file(krate, Some(parent), path, file, parsed, &child_folder)
    }
}

/// The value of `#[path = "…"]`.
fn path_attribute(attrs: &[syn::Attribute]) -> syn::Result<Option<String>> {
    let Some(attr) = attrs.iter().find(|attr| attr.path().is_ident("path")) else { return Ok(None) };
    if let syn::Meta::NameValue(pair) = &attr.meta
        && let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &pair.value
    {
        return Ok(Some(text.value()));
    }
    Err(syn::Error::new_spanned(attr, "a module's path is a text: #[path = \"file.rs\"]"))
}

/// The names that a `use` brings in.
fn flatten(tree: &UseTree, path: &mut Vec<String>, absolute: bool, out: &mut Vec<Import>) {
    let mut import = |name: Option<String>, path: Vec<String>| out.push(Import { name, path, absolute });
    match tree {
        UseTree::Path(tree) => {
            path.push(tree.ident.unraw().to_string());
            flatten(&tree.tree, path, absolute, out);
            path.pop();
        }
        UseTree::Name(tree) if tree.ident == "self" => import(path.last().cloned(), path.clone()),
        UseTree::Name(tree) => {
            let name = tree.ident.unraw().to_string();
            import(Some(name.clone()), [path.as_slice(), &[name]].concat());
        }
        UseTree::Rename(tree) if tree.rename == "_" => {}
        UseTree::Rename(tree) => {
            let mut full = path.clone();
            if tree.ident != "self" {
                full.push(tree.ident.unraw().to_string());
            }
            import(Some(tree.rename.unraw().to_string()), full);
        }
        UseTree::Glob(_) => import(None, path.clone()),
        UseTree::Group(tree) => tree.items.iter().for_each(|tree| flatten(tree, path, absolute, out)),
    }
}
