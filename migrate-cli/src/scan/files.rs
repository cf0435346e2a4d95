//! Where the file of a module is.

use std::path::{Path, PathBuf};

/// Where a module looks for the files of its children.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    /// For `mod child;`
    children: PathBuf,
    /// For `#[path = "…"] mod child;`
    paths: PathBuf,
}

/// What was found.
#[derive(Debug)]
pub(crate) enum Found {
    /// The file, and where it looks for its own children.
    File(PathBuf, Folder),
    /// Nothing, at these places.
    None(Vec<PathBuf>),
    /// Two files for one module.
    Two(PathBuf, PathBuf),
}

impl Folder {
    /// Of a file that has its children beside it: a crate's root, a `mod.rs`, a file named by `#[path]`.
    pub(crate) fn of_root(file: &Path) -> Self {
        let folder = file.parent().unwrap_or(Path::new("")).to_owned();
        Self { children: folder.clone(), paths: folder }
    }

    /// Of `mod name { … }`, with the value of its `#[path]`.
    pub(crate) fn inline(&self, name: &str, path: Option<&str>) -> Self {
        let folder = match path {
            Some(path) => self.paths.join(path),
            None => self.children.join(name),
        };
        Self { children: folder.clone(), paths: folder }
    }

    /// The file of `mod name;`
    pub(crate) fn child(&self, name: &str) -> Found {
        let flat = self.children.join(format!("{name}.rs"));
        let nested = self.children.join(name).join("mod.rs");
        match (flat.is_file(), nested.is_file()) {
            (true, true) => Found::Two(flat, nested),
            (true, false) => {
                let folder = Self { children: self.children.join(name), paths: self.children.clone() };
                Found::File(flat, folder)
            }
            (false, true) => {
                let folder = Self::of_root(&nested);
                Found::File(nested, folder)
            }
            (false, false) => Found::None(vec![flat, nested]),
        }
    }

    /// The file of `#[path = "path"] mod name;`
    pub(crate) fn at_path(&self, path: &str) -> Found {
        let file = self.paths.join(path);
        if !file.is_file() {
            return Found::None(vec![file]);
        }
        let folder = Self::of_root(&file);
        Found::File(file, folder)
    }
}
