//! The command line.

use crate::scan::{Features, ScanOptions, Targets};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  an error
  2  the command line, or the URL in it, is wrong
  4  it would destroy data and was not confirmed

The models are read from the source of the crate in this folder, without compiling it.";

/// Create and drop the tables of models.
#[derive(Debug, Parser)]
#[command(name = "aludel", version, about, after_help = EXIT_CODES, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Cli<M: Args> {
    #[command(subcommand)]
    pub(crate) command: Command<M>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command<M: Args> {
    CreateAll(CreateAll<M>),
    DropAll(DropAll<M>),
    Sql(Sql<M>),
}

/// Create the tables that do not exist yet
///
/// Creates the tables that do not exist yet, with their constraints and indexes, each after those it refers to. Tables that
/// exist are left as they are. Where the server can roll DDL back, all are created or none.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  aludel create-all --database sqlite:///app.db
  aludel create-all --dry-run              with DATABASE_URL set: print the SQL, change nothing
  aludel create-all --example quickstart   the models of an example")]
pub(crate) struct CreateAll<M: Args> {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    /// Print the SQL that would be run on this database now, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) models: M,
}

/// Drop the tables, and all rows in them
///
/// Drops the tables that exist, each before those it refers to. ALL THEIR ROWS ARE LOST, so it asks first; where there is
/// no terminal to ask on, it does nothing without --yes.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  aludel drop-all --database sqlite:///app.db
  aludel drop-all --dry-run   with DATABASE_URL set: print the SQL, change nothing
  aludel drop-all --yes       do not ask")]
pub(crate) struct DropAll<M: Args> {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    /// Print the SQL that would be run on this database now, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) models: M,
}

/// Print the SQL that creates the tables
///
/// Prints the SQL that creates all tables in an empty database, or drops them. Nothing is connected to.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  aludel sql --dialect sqlite
  aludel sql --dialect sqlite --drop
  aludel sql --dialect sqlite --package shop > schema.sql")]
pub(crate) struct Sql<M: Args> {
    /// The SQL to write: sqlite; without it, that of the database's URL
    #[arg(long, value_name = "NAME")]
    pub(crate) dialect: Option<String>,
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    /// Print the SQL that drops the tables
    #[arg(long)]
    pub(crate) drop: bool,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) models: M,
}

#[derive(Debug, Args)]
pub(crate) struct DatabaseArgs {
    /// The database: dialect://user:password@host:port/name
    #[arg(long = "database", short = 'd', value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) url: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct OutputArgs {
    /// Print one JSON document, errors included
    #[arg(long)]
    pub(crate) json: bool,
}

/// For a program that names its models itself.
#[derive(Debug, Args)]
pub(crate) struct NoArgs {}

/// Where the models are.
#[derive(Debug, Args)]
#[command(next_help_heading = "Models")]
pub(crate) struct SourceArgs {
    /// The Cargo.toml of the crate, or its folder [default: the nearest in this folder or above]
    #[arg(long, value_name = "PATH")]
    manifest_path: Option<PathBuf>,
    /// A package of the workspace; may be repeated
    #[arg(long = "package", short, value_name = "NAME")]
    packages: Vec<String>,
    /// All packages of the workspace
    #[arg(long, conflicts_with = "packages")]
    workspace: bool,
    /// Features that are on, separated by commas
    #[arg(long, short = 'F', value_name = "NAMES", value_delimiter = ',')]
    features: Vec<String>,
    /// All features are on
    #[arg(long)]
    all_features: bool,
    /// The feature `default` is off
    #[arg(long)]
    no_default_features: bool,
    /// Read the library only
    #[arg(long)]
    lib: bool,
    /// Read this binary, and the libraries it uses
    #[arg(long, value_name = "NAME")]
    bin: Vec<String>,
    /// Read all binaries
    #[arg(long)]
    bins: bool,
    /// Read this example, and the libraries it uses
    #[arg(long, value_name = "NAME")]
    example: Vec<String>,
    /// Read all examples
    #[arg(long)]
    examples: bool,
    /// Read this integration test, and the libraries it uses
    #[arg(long, value_name = "NAME")]
    test: Vec<String>,
    /// Read all integration tests
    #[arg(long)]
    tests: bool,
}

impl SourceArgs {
    pub(crate) fn options(&self) -> ScanOptions {
        ScanOptions {
            manifest_path: self.manifest_path.clone(),
            packages: self.packages.clone(),
            workspace: self.workspace,
            features: Features {
                // As with cargo, a space separates them too.
                names: self.features.iter().flat_map(|names| names.split_whitespace()).map(str::to_owned).collect(),
                all: self.all_features,
                no_default: self.no_default_features,
            },
            targets: Targets {
                lib: self.lib,
                bins: self.bins,
                bin: self.bin.clone(),
                examples: self.examples,
                example: self.example.clone(),
                tests: self.tests,
                test: self.test.clone(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::<SourceArgs>::command().debug_assert();
        Cli::<NoArgs>::command().debug_assert();
    }
}
