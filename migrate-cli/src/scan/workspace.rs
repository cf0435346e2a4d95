//! Packages and targets, as cargo knows them.

use super::{
    ScanOptions,
    features::{self, Switched},
    source::show,
};
use crate::problem::Problem;
use cargo_metadata::{Dependency, DependencyKind, Metadata, MetadataCommand, Package, Target, TargetKind};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    path::{Path, PathBuf},
};

/// Which targets of a package are read; without any, its library and its binaries.
#[derive(Debug, Clone, Default)]
pub struct Targets {
    /// The library.
    pub lib: bool,
    /// All binaries.
    pub bins: bool,
    /// Binaries by name.
    pub bin: Vec<String>,
    /// All examples.
    pub examples: bool,
    /// Examples by name.
    pub example: Vec<String>,
    /// All integration tests.
    pub tests: bool,
    /// Integration tests by name.
    pub test: Vec<String>,
}

/// The packages that are read.
pub(crate) struct Workspace {
    packages: Vec<Package>,
    by_manifest: HashMap<PathBuf, usize>,
    /// The packages asked for.
    selected: Vec<usize>,
    /// The features and packages that are used.
    on: Switched,
}

/// One crate to be read.
pub(crate) struct CrateSource {
    /// The package.
    pub(crate) package: usize,
    /// The name of the crate.
    pub(crate) name: String,
    /// The root file.
    pub(crate) root: PathBuf,
    /// What messages call it: `example quickstart of aludel`.
    pub(crate) shown: String,
    /// Whether it is compiled as a test.
    pub(crate) test: bool,
    /// Whether it is the library of its package.
    pub(crate) is_library: bool,
    /// Whether it sees the package's dev-dependencies.
    pub(crate) sees_dev: bool,
}

/// What a name before `::` stands for.
pub(crate) enum Extern {
    /// The library of a package whose source is here.
    Package(usize),
    /// A crate from elsewhere, by the name of its package.
    Other(String),
}

impl Workspace {
    /// Asks cargo, and chooses the packages.
    ///
    /// # Errors
    /// What cargo says; a package or feature that does not exist.
    pub(crate) fn load(options: &ScanOptions) -> Result<Self, Problem> {
        let manifest = match options.manifest_path.as_deref() {
            Some(path) if path.is_dir() => path.join("Cargo.toml"),
            Some(path) => path.to_owned(),
            None => nearest_manifest()?,
        };
        let metadata = ask_cargo(&manifest)?;
        let selected_ids = select(&metadata, &manifest, options)?;
        let mut workspace =
            Self { packages: Vec::new(), by_manifest: HashMap::new(), selected: Vec::new(), on: Switched::default() };
        workspace.add(metadata);
        workspace.selected = (workspace.packages.iter().enumerate())
            .filter(|(_, package)| selected_ids.contains(package.id.repr.as_str()))
            .map(|(index, _)| index)
            .collect();
        workspace.follow_paths()?;
        let local = |dependency: &Dependency| workspace.local(dependency);
        workspace.on = features::resolve(&workspace.packages, &workspace.selected, &options.features, &local)?;
        Ok(workspace)
    }

    fn add(&mut self, metadata: Metadata) {
        for package in metadata.packages {
            let manifest = canonical(package.manifest_path.as_std_path());
            if !self.by_manifest.contains_key(&manifest) {
                self.by_manifest.insert(manifest, self.packages.len());
                self.packages.push(package);
            }
        }
    }

    /// Reads packages that are depended on by their path, and lie outside the workspace.
    fn follow_paths(&mut self) -> Result<(), Problem> {
        let mut next = 0;
        while next < self.packages.len() {
            let outside: Vec<PathBuf> = (self.packages[next].dependencies.iter())
                .filter_map(|dependency| dependency.path.as_ref())
                .map(|path| path.join("Cargo.toml").into_std_path_buf())
                .filter(|manifest| manifest.is_file() && !self.by_manifest.contains_key(&canonical(manifest)))
                .collect();
            for manifest in outside {
                self.add(ask_cargo(&manifest)?);
            }
            next += 1;
        }
        Ok(())
    }

    /// The package of ours that a dependency means.
    fn local(&self, dependency: &Dependency) -> Option<usize> {
        let path = dependency.path.as_ref()?;
        self.by_manifest.get(&canonical(path.join("Cargo.toml").as_std_path())).copied()
    }

    /// The features of a package that are on.
    pub(crate) fn features(&self, package: usize) -> &BTreeSet<String> {
        &self.on.features[package]
    }

    /// The name of a package.
    pub(crate) fn name(&self, package: usize) -> &str {
        self.packages[package].name.as_str()
    }

    /// The names of the packages asked for, for messages.
    pub(crate) fn selected_names(&self) -> String {
        let names: Vec<&str> = self.selected.iter().map(|&package| self.name(package)).collect();
        names.join(", ")
    }

    /// The crates to read: the targets asked for, and the libraries they use, as far as their source is here.
    ///
    /// # Errors
    /// A target that does not exist, or whose features are off.
    pub(crate) fn crates(&self, wanted: &Targets) -> Result<Vec<CrateSource>, Problem> {
        let mut targets = Vec::new();
        let mut found: HashSet<(&str, &str)> = HashSet::new();
        for &package in &self.selected {
            for target in &self.packages[package].targets {
                let Some((kind, asked)) = wanted.asks_for(target) else { continue };
                if let Some(missing) = target.required_features.iter().find(|f| !self.features(package).contains(*f)) {
                    if asked == Asked::ByName {
                        let problem = format!("the {kind} {} needs the feature {missing:?}", target.name);
                        return Err(Problem::new(problem).help(format!("add --features {missing}")));
                    }
                    continue;
                }
                found.insert((kind, target.name.as_str()));
                targets.push(self.crate_source(package, target, kind));
            }
        }
        self.check_names(wanted, &found)?;
        let mut libraries = Vec::new();
        let mut seen: HashSet<usize> = targets.iter().filter(|c| c.is_library).map(|c| c.package).collect();
        for target in &targets {
            self.libraries(target, &mut seen, &mut libraries);
        }
        libraries.extend(targets);
        Ok(libraries)
    }

    fn crate_source(&self, package: usize, target: &Target, kind: &str) -> CrateSource {
        CrateSource {
            package,
            name: target.name.replace('-', "_"),
            root: target.src_path.as_std_path().to_owned(),
            shown: format!("{kind} {} of {}", target.name, self.name(package)),
            test: kind == "test",
            is_library: kind == "library",
            sees_dev: matches!(kind, "test" | "example"),
        }
    }

    /// Adds the libraries that `from` uses, each after those it uses itself.
    fn libraries(&self, from: &CrateSource, seen: &mut HashSet<usize>, out: &mut Vec<CrateSource>) {
        let mut packages: Vec<usize> = Vec::new();
        for (_, external) in self.externs(from) {
            if let Extern::Package(package) = external {
                packages.push(package);
            }
        }
        packages.sort_unstable();
        for package in packages {
            if !seen.insert(package) {
                continue;
            }
            if let Some(target) = self.library(package) {
                let library = self.crate_source(package, target, "library");
                self.libraries(&library, seen, out);
                out.push(library);
            }
        }
    }

    fn library(&self, package: usize) -> Option<&Target> {
        self.packages[package].targets.iter().find(|target| is_library(target))
    }

    /// What the names of crates stand for in `from`.
    pub(crate) fn externs(&self, from: &CrateSource) -> HashMap<String, Extern> {
        let package = &self.packages[from.package];
        let mut externs = HashMap::new();
        for dependency in &package.dependencies {
            let seen = match dependency.kind {
                DependencyKind::Normal => true,
                DependencyKind::Development => from.sees_dev,
                _ => false,
            };
            if !seen {
                continue;
            }
            let local = self.local(dependency).filter(|&package| !is_aludel(self.name(package)));
            if local.is_some_and(|package| !self.on.used.contains(&package)) {
                continue;
            }
            let name = match (&dependency.rename, local.and_then(|package| self.library(package))) {
                (Some(rename), _) => rename.clone(),
                (None, Some(library)) => library.name.clone(),
                (None, None) => dependency.name.clone(),
            };
            let external = local.map_or_else(|| Extern::Other(dependency.name.clone()), Extern::Package);
            externs.insert(name.replace('-', "_"), external);
        }
        if !from.is_library
            && let Some(library) = self.library(from.package)
        {
            let own = match is_aludel(&package.name) {
                true => Extern::Other(package.name.to_string()),
                false => Extern::Package(from.package),
            };
            externs.insert(library.name.replace('-', "_"), own);
        }
        externs
    }

    /// A target named on the command line that no package has.
    fn check_names(&self, wanted: &Targets, found: &HashSet<(&str, &str)>) -> Result<(), Problem> {
        for (kind, names) in [("binary", &wanted.bin), ("example", &wanted.example), ("test", &wanted.test)] {
            if let Some(name) = names.iter().find(|name| !found.contains(&(kind, name.as_str()))) {
                let known: Vec<&str> = (self.selected.iter())
                    .flat_map(|&package| &self.packages[package].targets)
                    .filter(|target| kind_of(target) == Some(kind))
                    .map(|target| target.name.as_str())
                    .collect();
                let problem = Problem::new(format!("no {kind} is called {name} in {}", self.selected_names()));
                return Err(if known.is_empty() {
                    problem.help(format!("there is no {kind} there at all"))
                } else {
                    problem.help(format!("there are: {}", known.join(", ")))
                });
            }
        }
        Ok(())
    }
}

/// How a target was asked for.
#[derive(PartialEq)]
enum Asked {
    ByName,
    ByKind,
}

impl Targets {
    fn is_default(&self) -> bool {
        let Self { lib, bins, bin, examples, example, tests, test } = self;
        !(*lib || *bins || *examples || *tests) && bin.is_empty() && example.is_empty() && test.is_empty()
    }

    fn asks_for(&self, target: &Target) -> Option<(&'static str, Asked)> {
        let kind = kind_of(target)?;
        let (all, names): (bool, &[String]) = match kind {
            "library" => (self.lib || self.is_default(), &[]),
            "binary" => (self.bins || self.is_default(), &self.bin),
            "example" => (self.examples, &self.example),
            _ => (self.tests, &self.test),
        };
        if names.contains(&target.name) {
            return Some((kind, Asked::ByName));
        }
        all.then_some((kind, Asked::ByKind))
    }
}

fn kind_of(target: &Target) -> Option<&'static str> {
    if is_library(target) {
        return Some("library");
    }
    target.kind.iter().find_map(|kind| match kind {
        TargetKind::Bin => Some("binary"),
        TargetKind::Example => Some("example"),
        TargetKind::Test => Some("test"),
        _ => None,
    })
}

fn is_library(target: &Target) -> bool {
    use TargetKind::{CDyLib, DyLib, Lib, RLib, StaticLib};
    target.kind.iter().any(|kind| matches!(kind, Lib | RLib | DyLib | CDyLib | StaticLib))
}

/// Whether the package is part of Aludel, whose types are known by the names they have.
pub(crate) fn is_aludel(package: &str) -> bool {
    matches!(package, "aludel" | "aludel-core" | "aludel-derive" | "aludel-dialects" | "aludel-syntax" | "aludel-cli")
}

fn nearest_manifest() -> Result<PathBuf, Problem> {
    let here = std::env::current_dir().map_err(|error| Problem::new(format!("the current folder is gone: {error}")))?;
    let found = here.ancestors().map(|folder| folder.join("Cargo.toml")).find(|manifest| manifest.is_file());
    found.ok_or_else(|| {
        Problem::new("there is no Cargo.toml in this folder or above it")
            .help("say where the models are: --manifest-path path/to/Cargo.toml")
    })
}

fn ask_cargo(manifest: &Path) -> Result<Metadata, Problem> {
    if !manifest.is_file() {
        return Err(Problem::new(format!("there is no file {}", show(manifest)))
            .help("--manifest-path takes the path of a Cargo.toml, or of its folder"));
    }
    MetadataCommand::new().manifest_path(manifest).no_deps().exec().map_err(|error| match error {
        cargo_metadata::Error::CargoMetadata { stderr } => {
            Problem::new(format!("cargo cannot read {}", show(manifest))).help(stderr.trim().to_owned())
        }
        other => Problem::new(format!("cargo cannot be asked about {}: {other}", show(manifest)))
            .help("the models are found with `cargo metadata`: is cargo on the PATH?"),
    })
}

/// The ids of the packages asked for: those named, else the one of the manifest, else all that cargo would build there.
fn select(metadata: &Metadata, manifest: &Path, options: &ScanOptions) -> Result<HashSet<String>, Problem> {
    let id = |package: &Package| package.id.repr.clone();
    if options.workspace {
        return Ok(metadata.workspace_packages().into_iter().map(id).collect());
    }
    if options.packages.is_empty() {
        let manifest = canonical(manifest);
        let own = metadata.packages.iter().find(|package| canonical(package.manifest_path.as_std_path()) == manifest);
        return Ok(match own {
            Some(own) => HashSet::from([id(own)]),
            None => metadata.workspace_default_packages().into_iter().map(id).collect(),
        });
    }
    let mut selected = HashSet::new();
    for name in &options.packages {
        let Some(package) = metadata.packages.iter().find(|package| package.name.as_str() == name) else {
            let known: Vec<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
            return Err(Problem::new(format!("no package of this workspace is called {name}"))
                .help(format!("there are: {}", known.join(", "))));
        };
        selected.insert(id(package));
    }
    Ok(selected)
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
