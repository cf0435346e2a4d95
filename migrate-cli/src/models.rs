//! The models that a command works on.

use crate::{
    args::SourceArgs,
    problem::Problem,
    report::Failure,
    scan::{ScannedModel, scan},
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
    let found = scan(&args.options()).map_err(|error| Failure::of(error.errors).warn(error.warnings))?;
    if found.models.is_empty() {
        let help = format!(
            "read were: {}; other packages are read with --package, examples with --example, and what a feature hides with --features",
            found.crates.join(", ")
        );
        let problem = Problem::new("no model was found: no struct with `#[derive(Model)]`").help(help);
        return Err(Failure::of(vec![problem]).warn(found.warnings));
    }
    Ok(Models { metadata: found.metadata(), warnings: found.warnings, scanned: found.models })
}

impl Models {
    /// Models that a program names itself.
    pub(crate) fn embedded(metadata: MetaData) -> Self {
        Self { metadata, warnings: Vec::new(), scanned: Vec::new() }
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
