//! The `aludel` command, and a library for building it into a program of one's own.
//!
//! The command reads models from a crate's source, so it needs no build and no `main` of yours:
//!
//! ```console
//! $ aludel sql --dialect sqlite
//! $ aludel create-all --database sqlite:///app.db
//! ```
//!
//! Where it cannot see a model (one that a macro makes, one in a crate from a registry), build the same command into a program of
//! yours, which names the models itself:
//!
//! ```no_run
//! # use aludel_core as aludel;
//! # macro_rules! metadata { () => { aludel::schema::MetaData::new() } }
//! # /*
//! use aludel::prelude::*;
//! # */
//! fn main() -> std::process::ExitCode {
//!     aludel_cli::run(metadata![/* User, Post */])
//! }
//! ```
//!
//! The page `docs/cli.md` has the whole of it.

mod args;
mod commands;
mod database;
mod dialect;
mod models;
mod problem;
mod redact;
mod report;
pub mod scan;

pub use problem::Problem;

use aludel_core::schema::MetaData;
use std::process::ExitCode;

/// The command of the program `aludel`: models are read from source.
pub fn main() -> ExitCode {
    commands::main::<args::SourceArgs>(models::from_source)
}

/// The same command over the models named here: for a `main` of one's own.
///
/// It reads the program's arguments, does what they say, and answers with the exit code: 0 done, 1 error, 2 usage, 4 destructive and
/// so refused. It blocks until it is done, on a runtime of its own, and may be called from within another one.
#[must_use = "the exit code is what `main` returns"]
pub fn run(metadata: MetaData) -> ExitCode {
    commands::main::<args::NoArgs>(move |_| Ok(models::Models::embedded(metadata.clone())))
}
