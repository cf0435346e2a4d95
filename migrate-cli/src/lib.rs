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
//! use aludel::prelude::*;
//! # #[derive(Model, Clone)] struct User { #[column(primary_key)] id: i64 }
//! # #[derive(Model, Clone)] struct Post { #[column(primary_key)] id: i64 }
//!
//! fn main() -> std::process::ExitCode {
//!     aludel_cli::run(metadata![User, Post])
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
use std::{ffi::OsString, process::ExitCode};

/// The command of the program `aludel`: models are read from source.
pub fn main() -> ExitCode {
    commands::main::<args::SourceArgs>(std::env::args_os().collect(), models::from_source)
}

/// The same command over the models named here: for a `main` of one's own.
///
/// It reads the program's arguments, does what they say, and answers with the exit code: 0 done, 1 error, 2 usage, 4 destructive and
/// so refused. It blocks until it is done, on a runtime of its own, and may be called from within another one.
#[must_use = "the exit code is what `main` returns"]
pub fn run(metadata: MetaData) -> ExitCode {
    run_from(metadata, std::env::args_os())
}

/// As [`run`], with the arguments given, the first of which is the program's name: for a program that has commands of its own too.
#[must_use = "the exit code is what `main` returns"]
pub fn run_from<A: Into<OsString>>(metadata: MetaData, arguments: impl IntoIterator<Item = A>) -> ExitCode {
    let arguments = arguments.into_iter().map(Into::into).collect();
    commands::main::<args::NoArgs>(arguments, move |_| models::Models::embedded(metadata.clone()))
}
