//! The examples and tests of the workspace.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The root file of every example and integration test of the packages in and below `root`.
pub(crate) fn targets(root: &Path) -> Vec<PathBuf> {
    let mut targets = Vec::new();
    for package in packages(root, 2) {
        for folder in ["examples", "tests"] {
            for entry in entries(&package.join(folder)) {
                if entry.extension().is_some_and(|extension| extension == "rs") {
                    targets.push(entry);
                } else if entry.join("main.rs").is_file() {
                    targets.push(entry.join("main.rs"));
                }
            }
        }
    }
    targets
}

/// Folders with a `Cargo.toml`, which are members of the workspace.
fn packages(folder: &Path, depth: usize) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    // Benchmarks are a workspace of their own.
    if manifest.contains("[package]") && (!manifest.contains("[workspace]") || depth == 2) {
        found.push(folder.to_owned());
    }
    if depth > 0 {
        for entry in entries(folder).into_iter().filter(|entry| entry.is_dir()) {
            let name = entry.file_name().unwrap_or_default();
            if name != "target" && name != "tests" && !name.to_string_lossy().starts_with('.') {
                found.extend(packages(&entry, depth - 1));
            }
        }
    }
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries
}
