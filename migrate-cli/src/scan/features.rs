//! Which cargo features are on.

use crate::problem::Problem;
use cargo_metadata::{Dependency, Package};
use std::collections::BTreeSet;

/// The features asked for.
#[derive(Debug, Clone, Default)]
pub struct Features {
    /// By name.
    pub names: Vec<String>,
    /// All of them.
    pub all: bool,
    /// Without `default`.
    pub no_default: bool,
}

/// What is on.
#[derive(Default)]
pub(crate) struct Switched {
    /// The features that are on, by package.
    pub(crate) features: Vec<BTreeSet<String>>,
    /// The packages that are used at all: an optional dependency may not be.
    pub(crate) used: BTreeSet<usize>,
}

/// The features that are on, as cargo would turn them on for the packages `selected`.
///
/// # Errors
/// A feature that no selected package has.
pub(crate) fn resolve(
    packages: &[Package],
    selected: &[usize],
    wanted: &Features,
    local: &dyn Fn(&Dependency) -> Option<usize>,
) -> Result<Switched, Problem> {
    let mut switches = Switches {
        packages,
        local,
        on: vec![BTreeSet::new(); packages.len()],
        dependencies: BTreeSet::new(),
        used: BTreeSet::new(),
    };
    for &package in selected {
        switches.use_package(package, !wanted.no_default);
        if wanted.all {
            packages[package].features.keys().for_each(|feature| switches.feature(package, feature));
        }
    }
    for name in &wanted.names {
        let has = |package: &&usize| packages[**package].features.contains_key(name);
        let owners: Vec<usize> = selected.iter().filter(has).copied().collect();
        if owners.is_empty() {
            return Err(unknown(name, packages, selected));
        }
        owners.into_iter().for_each(|package| switches.feature(package, name));
    }
    // `a?/b` waits for `a` to be used by another: until nothing changes.
    loop {
        let before = switches.count();
        for package in 0..packages.len() {
            for feature in switches.on[package].clone() {
                switches.values(package, &feature);
            }
        }
        if switches.count() == before {
            return Ok(Switched { features: switches.on, used: switches.used });
        }
    }
}

fn unknown(name: &str, packages: &[Package], selected: &[usize]) -> Problem {
    let known: Vec<&str> =
        selected.iter().flat_map(|&package| packages[package].features.keys().map(String::as_str)).collect();
    let problem = Problem::new(format!("no package that is read has a feature {name:?}"));
    problem.help(if known.is_empty() { "it has none".to_owned() } else { format!("there are: {}", known.join(", ")) })
}

struct Switches<'a> {
    packages: &'a [Package],
    local: &'a dyn Fn(&Dependency) -> Option<usize>,
    on: Vec<BTreeSet<String>>,
    /// Dependencies in use, as (package, position).
    dependencies: BTreeSet<(usize, usize)>,
    /// Packages in use.
    used: BTreeSet<usize>,
}

impl Switches<'_> {
    fn count(&self) -> usize {
        self.dependencies.len() + self.on.iter().map(BTreeSet::len).sum::<usize>()
    }

    fn use_package(&mut self, package: usize, default: bool) {
        if self.used.insert(package) {
            for (position, dependency) in self.packages[package].dependencies.iter().enumerate() {
                if !dependency.optional {
                    self.use_dependency(package, position);
                }
            }
        }
        if default && self.packages[package].features.contains_key("default") {
            self.feature(package, "default");
        }
    }

    fn use_dependency(&mut self, package: usize, position: usize) {
        if !self.dependencies.insert((package, position)) {
            return;
        }
        let dependency = &self.packages[package].dependencies[position];
        let Some(target) = (self.local)(dependency) else { return };
        self.use_package(target, dependency.uses_default_features);
        dependency.features.iter().for_each(|feature| self.feature(target, feature));
    }

    fn feature(&mut self, package: usize, feature: &str) {
        if self.on[package].insert(feature.to_owned()) {
            self.values(package, feature);
        }
    }

    /// Turns on what a feature stands for.
    fn values(&mut self, package: usize, feature: &str) {
        let Some(values) = self.packages[package].features.get(feature) else { return };
        for value in values {
            match value.split_once('/') {
                Some((name, inner)) => self.of_dependency(package, name, inner),
                None => match value.strip_prefix("dep:") {
                    Some(name) => self.positions(package, name).for_each(|p| self.use_dependency(package, p)),
                    None => self.feature(package, value),
                },
            }
        }
    }

    /// `name/inner`, or `name?/inner`.
    fn of_dependency(&mut self, package: usize, name: &str, inner: &str) {
        let (name, weak) = name.strip_suffix('?').map_or((name, false), |name| (name, true));
        for position in self.positions(package, name) {
            if weak && !self.dependencies.contains(&(package, position)) {
                continue;
            }
            self.use_dependency(package, position);
            if let Some(target) = (self.local)(&self.packages[package].dependencies[position]) {
                self.feature(target, inner);
            }
        }
        // The feature that an optional dependency is by itself.
        if !weak && self.packages[package].features.contains_key(name) {
            self.feature(package, name);
        }
    }

    fn positions(&self, package: usize, name: &str) -> std::vec::IntoIter<usize> {
        let dependencies = self.packages[package].dependencies.iter().enumerate();
        let named =
            dependencies.filter(|(_, dependency)| *dependency.rename.as_ref().unwrap_or(&dependency.name) == name);
        named.map(|(position, _)| position).collect::<Vec<_>>().into_iter()
    }
}
