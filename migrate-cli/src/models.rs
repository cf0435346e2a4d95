//! The models that a command works on.

use crate::{
    args::SourceArgs,
    problem::Problem,
    report::{Failure, FailureKind},
    scan::{ScanError, ScanOptions, ScannedModel, Targets, scan},
};
use aludel_core::{Error, schema::MetaData};

/// The tables of the models, and where they were found.
pub(crate) struct Models {
    pub(crate) metadata: MetaData,
    pub(crate) warnings: Vec<Problem>,
    scanned: Vec<ScannedModel>,
}

/// Reads the models from source.
pub(crate) fn from_source(args: &SourceArgs) -> Result<Models, Failure> {
    let options = args.options();
    let found = scan(&options).map_err(refused)?;
    if found.models.is_empty() {
        let problem = Problem::new(format!("no model was found in the {}", listed(&found.crates)));
        return Err(Failure::of(vec![problem.help(elsewhere(options))]).warn(found.warnings));
    }
    Ok(Models { metadata: found.metadata().map_err(refused)?, warnings: found.warnings, scanned: found.models })
}

fn refused(error: ScanError) -> Failure {
    let kind = if error.in_options { FailureKind::Usage } else { FailureKind::Error };
    Failure { kind, errors: error.errors, warnings: error.warnings }
}

/// Where there are models, if not where they were looked for.
fn elsewhere(mut options: ScanOptions) -> String {
    options.targets = Targets { lib: true, bins: true, examples: true, tests: true, ..Targets::default() };
    options.features.all = true;
    options.workspace = options.packages.is_empty();
    let mut crates: Vec<String> = Vec::new();
    for model in scan(&options).map(|found| found.models).unwrap_or_default() {
        if !crates.contains(&model.krate) {
            crates.push(model.krate);
        }
    }
    if crates.is_empty() {
        return "a model is a struct with `#[derive(Model)]`".into();
    }
    format!(
        "there are models in the {}; say which with --package, --bin, --example, --test or --features",
        listed(&crates)
    )
}

/// Some names, and how many more there are.
fn listed(crates: &[String]) -> String {
    const SHOWN: usize = 5;
    let names = crates.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", the ");
    if crates.len() > SHOWN { format!("{names}, and {} more", crates.len() - SHOWN) } else { names }
}

impl Models {
    /// Models that a program names itself.
    pub(crate) fn embedded(metadata: MetaData) -> Result<Self, Failure> {
        if metadata.tables().next().is_none() {
            let problem = Problem::new("this program names no model");
            return Err(Failure::of(vec![
                problem.help("name them in its `main`: `aludel_cli::run(metadata![User, Post])`"),
            ]));
        }
        Ok(Self { metadata, warnings: Vec::new(), scanned: Vec::new() })
    }

    /// An error of the library, at the field or model it is about, where that is known.
    pub(crate) fn problem(&self, error: &Error) -> Problem {
        let model = self.scanned.iter().find(|model| error.table() == Some(&*model.table.full_name()));
        let field = model.and_then(|model| Some(&model.fields[model.table.position(error.column()?)?]));
        let place = field.or(model.map(|model| &model.place));
        let mut problem = Problem::new(error.to_string());
        problem.place = place.cloned();
        problem
    }
}
