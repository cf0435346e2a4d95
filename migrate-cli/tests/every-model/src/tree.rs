//! The modules of an example or a test.

use std::{
    fs,
    path::{Path, PathBuf},
};
use syn::{Attribute, Ident, Item, ItemMod, Meta};

type Result<T> = std::result::Result<T, String>;

/// A module with its items; those of other files are in it too.
pub(crate) struct Module {
    /// Its name; that of the root is not used.
    pub(crate) name: Option<Ident>,
    /// The file that it is written in.
    pub(crate) file: PathBuf,
    pub(crate) items: Vec<Item>,
    pub(crate) children: Vec<Module>,
}

/// Reads a root file and the files of its modules.
pub(crate) fn read(file: &Path) -> Result<Module> {
    let folder = file.parent().unwrap_or(Path::new("")).to_owned();
    read_file(None, file, &folder)
}

fn read_file(name: Option<Ident>, file: &Path, folder: &Path) -> Result<Module> {
    let named = |error: String| format!("{}: {error}", file.display());
    let text = fs::read_to_string(file).map_err(|error| named(error.to_string()))?;
    let parsed = syn::parse_file(&text).map_err(|error| named(error.to_string()))?;
    module(name, file, folder, parsed.items)
}

/// A module written in `file`, whose own modules are in `folder`.
fn module(name: Option<Ident>, file: &Path, folder: &Path, items: Vec<Item>) -> Result<Module> {
    let mut module = Module { name, file: file.to_owned(), items: Vec::new(), children: Vec::new() };
    for item in items {
        match item {
            Item::Mod(item) => module.children.push(child(item, file, folder)?),
            item => module.items.push(item),
        }
    }
    Ok(module)
}

fn child(item: ItemMod, file: &Path, folder: &Path) -> Result<Module> {
    let name = item.ident;
    let own_folder = folder.join(name.to_string());
    if let Some((_, items)) = item.content {
        return module(Some(name), file, &own_folder, items);
    }
    if let Some(path) = item.attrs.iter().find_map(path_attribute) {
        let path = file.parent().unwrap_or(folder).join(path);
        let folder = path.parent().unwrap_or(folder).to_owned();
        return read_file(Some(name), &path, &folder);
    }
    let beside = folder.join(format!("{name}.rs"));
    let path = if beside.is_file() { beside } else { own_folder.join("mod.rs") };
    read_file(Some(name), &path, &own_folder)
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
