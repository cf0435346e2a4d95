//! Models read from source, without compiling it.
//!
//! Cargo tells the packages, their targets and features; from each target's root file the module tree is walked, with `cfg`
//! decided as cargo would. What derives `Model`, `DbEnum` or `DbType` is read by the same grammar as the derive macros use, and names
//! are looked up through `use` and aliases, across the packages of the workspace. What cannot be known is an error, never a guess.

mod cfg;
mod declared;
mod features;
mod files;
mod graph;
mod hidden;
mod intern;
mod resolve;
pub(crate) mod source;
mod table;
mod types;
mod walk;
mod workspace;

pub use {
    features::Features,
    source::{Place, SourceFile},
    workspace::Targets,
};

use crate::problem::Problem;
use aludel_core::schema::{MetaData, TableDef};
use declared::{Findings, Kind};
use graph::Graph;
use resolve::Resolver;
use std::{borrow::Cow, path::PathBuf};
use syn::ext::IdentExt;
use table::Tables;
use workspace::Workspace;

/// What is read.
#[derive(Debug, Clone, Default)]
pub struct ScanOptions {
    /// The `Cargo.toml` of a package or of a workspace, or its folder; without one, the nearest in this folder or above.
    pub manifest_path: Option<PathBuf>,
    /// Packages of the workspace, by name; without any, the one of the manifest.
    pub packages: Vec<String>,
    /// All packages of the workspace.
    pub workspace: bool,
    /// The features that are on.
    pub features: Features,
    /// The targets that are read.
    pub targets: Targets,
}

/// The models that were read.
#[derive(Debug)]
#[non_exhaustive]
pub struct Scan {
    /// The models, in the order of the source.
    pub models: Vec<ScannedModel>,
    /// What may be missing among them.
    pub warnings: Vec<Problem>,
    /// The crates that were read, for messages: `library of app`.
    pub crates: Vec<String>,
}

/// A model that was read.
#[derive(Debug)]
#[non_exhaustive]
pub struct ScannedModel {
    /// The struct, by its path: `app::models::User`.
    pub path: String,
    /// The crate it was read in, for messages: `example quickstart of app`.
    pub krate: String,
    /// Where its name stands.
    pub place: Place,
    /// Where the names of its columns' fields stand, in the order of the columns.
    pub fields: Vec<Place>,
    /// Its table.
    pub table: TableDef,
}

/// Why no models were read.
#[derive(Debug)]
#[non_exhaustive]
pub struct ScanError {
    /// Everything that is wrong.
    pub errors: Vec<Problem>,
    /// What else was found.
    pub warnings: Vec<Problem>,
    /// Whether the options are wrong, and not the models.
    pub in_options: bool,
}

impl ScanError {
    /// Something other than the options.
    fn new(errors: Vec<Problem>, warnings: Vec<Problem>) -> Self {
        Self { errors, warnings, in_options: false }
    }

    /// A package, target or feature that does not exist.
    fn option(error: Problem) -> Self {
        Self { errors: vec![error], warnings: Vec::new(), in_options: true }
    }
}

impl std::fmt::Display for ScanError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lines: Vec<String> = self.errors.iter().map(Problem::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for ScanError {}

impl Scan {
    /// The tables of the models.
    ///
    /// # Errors
    /// Tables that two models describe, and differently. (One model may be read twice, as a module of two crates.)
    pub fn metadata(&self) -> Result<MetaData, ScanError> {
        let mut errors = Vec::new();
        for (index, model) in self.models.iter().enumerate() {
            let table = &model.table;
            let same = |other: &&ScannedModel| (&other.table.name, &other.table.schema) == (&table.name, &table.schema);
            if let Some(first) = self.models[..index].iter().find(same).filter(|first| first.table != *table) {
                let message = format!("two models describe the table `{}`, and differently", table.full_name());
                let help = format!(
                    "the other is `{}` at {}; give one of them another name, or read one target only: --lib, --bin NAME",
                    first.path, first.place
                );
                errors.push(Problem::at(model.place.clone(), message).help(help));
            }
        }
        if !errors.is_empty() {
            return Err(ScanError::new(errors, self.warnings.clone()));
        }
        let tables = self.models.iter().map(|model| Cow::Owned(model.table.clone()));
        Ok(tables.fold(MetaData::new(), MetaData::with_table))
    }
}

/// Reads the models of a package from its source.
///
/// # Errors
/// Everything that is wrong, each with its place and its cure.
pub fn scan(options: &ScanOptions) -> Result<Scan, ScanError> {
    let workspace = Workspace::load(options)?;
    let sources = workspace.crates(&options.targets)?;
    let mut graph = Graph::default();
    for source in &sources {
        graph.add_crate(source, &workspace);
    }
    let crates = graph.crates.iter().map(|krate| krate.shown.clone()).collect();
    let mut findings =
        Findings { errors: std::mem::take(&mut graph.errors), warnings: std::mem::take(&mut graph.warnings) };
    let resolver = Resolver::new(&graph);
    let kinds = declared::read(&graph, &resolver, &mut findings);
    let tables = Tables { graph: &graph, resolver: &resolver, kinds: &kinds };
    let mut models = Vec::new();
    for (declared, kind) in graph.declared.iter().zip(&kinds) {
        let Kind::Model(Some(model)) = kind else { continue };
        let table = tables.table(declared.module, model, &mut findings.errors);
        let module = &graph.modules[declared.module];
        let krate = &graph.crates[module.krate];
        let path = format!("{}::{}", module.path_from(None, krate), model.ident.unraw());
        let fields = model.columns.iter().map(|column| graph.place(declared.module, column.ident.span())).collect();
        models.push(ScannedModel {
            path,
            krate: krate.shown.clone(),
            place: graph.place(declared.module, model.ident.span()),
            fields,
            table,
        });
    }
    let Findings { mut errors, mut warnings } = findings;
    errors.sort_by_cached_key(order);
    warnings.sort_by_cached_key(order);
    if errors.is_empty() { Ok(Scan { models, warnings, crates }) } else { Err(ScanError::new(errors, warnings)) }
}

/// By files, and by places in them.
fn order(problem: &Problem) -> Option<(String, usize)> {
    problem.place().map(|place| (place.file().shown().to_owned(), place.range().start))
}
