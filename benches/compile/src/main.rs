//! What a hundred models cost to compile, on Aludel and on its peers.

mod emitted;
mod figures;
mod library;
mod project;
mod report;

use anyhow::{Result, bail};
use clap::Parser;

use crate::figures::Samples;
use crate::library::{LIBRARIES, Library};
use crate::project::Project;

/// Measures what a generated crate of models costs to compile, with Aludel and with its peers.
#[derive(Parser)]
struct Options {
    /// Libraries to measure, by name; all of them unless given.
    #[arg(long, value_delimiter = ',', value_name = "LIBRARY")]
    only: Vec<String>,
    /// Runs of each measurement, whose median is reported.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Models in the generated crate.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    models: u32,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let libraries = choose(&options.only)?;
    let mut subjects = Vec::new();
    for library in libraries {
        eprintln!("{}: dependencies", library.name);
        let project = Project::create(library, options.models)?;
        project.build_dependencies()?;
        project.write_models()?;
        subjects.push((project, Samples::default()));
    }
    // The libraries take turns, so that a slow spell of the machine falls on all of them.
    for run in 1..=options.runs {
        for (project, samples) in &mut subjects {
            eprintln!("{}: run {run} of {}", project.name(), options.runs);
            samples.take(project)?;
        }
    }
    let mut measured = Vec::new();
    for (project, samples) in subjects {
        measured.push((project.name(), samples.finish(&project)?));
    }
    print!("{}", report::table(&measured, options.models, options.runs)?);
    Ok(())
}

fn choose(names: &[String]) -> Result<Vec<&'static Library>> {
    for name in names {
        if !LIBRARIES.iter().any(|library| library.name == name) {
            let known: Vec<_> = LIBRARIES.iter().map(|library| library.name).collect();
            bail!("there is no library `{name}`; there are {}", known.join(", "));
        }
    }
    let chosen = |library: &&Library| names.is_empty() || names.iter().any(|name| name == library.name);
    Ok(LIBRARIES.iter().filter(chosen).collect())
}
