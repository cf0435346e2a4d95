//! The database that a command works on.

use crate::{args::DatabaseArgs, problem::Problem, report::Failure};
use aludel_core::{
    Error,
    engine::{Engine, EngineUrl, create_engine},
};
use aludel_dialects::BACKENDS;
use std::path::Path;

/// A database, by its URL.
pub(crate) struct Database {
    text: String,
    /// The URL, read; its `Display` hides the password.
    pub(crate) url: EngineUrl,
}

/// What a command is going to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Look only.
    Read,
    /// Change.
    Write,
}

impl Database {
    /// The database of the command line.
    pub(crate) fn of(args: &DatabaseArgs) -> Result<Self, Failure> {
        let Some(text) = args.url.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
            let problem = Problem::new("no database was given");
            let help = "say it with --database sqlite:///app.db, or in the environment variable DATABASE_URL";
            return Err(Failure::usage(problem.help(help)));
        };
        let url = EngineUrl::parse(text).map_err(|error| refused(&error))?;
        Ok(Self { text: text.to_owned(), url })
    }

    /// Whether it is a file that is not there yet: so it has no tables.
    pub(crate) fn is_missing(&self) -> bool {
        let is_file = matches!(self.url.dialect(), "sqlite" | "sqlite3") && self.url.option("mode") != Some("memory");
        is_file && self.url.database().is_some_and(|name| name != ":memory:" && !Path::new(name).exists())
    }

    /// Connects.
    pub(crate) async fn connect(&self, access: Access) -> Result<Engine, Failure> {
        let is_file = matches!(self.url.dialect(), "sqlite" | "sqlite3") && self.url.database().is_some();
        let text = match access {
            // Looking at a file must not even change its journal mode.
            Access::Read if is_file && self.url.option("mode").is_none() && self.url.database() != Some(":memory:") => {
                format!("{}{}mode=ro", self.text, if self.text.contains('?') { '&' } else { '?' })
            }
            _ => self.text.clone(),
        };
        let builder = create_engine(&text, BACKENDS).map_err(|error| refused(&error))?;
        let unreachable = |error: Error| {
            Failure::of(vec![Problem::new(error.to_string()).help(format!("the database: {}", self.url))])
        };
        builder.pool_size(1).max_overflow(0).connect().await.map_err(unreachable)
    }
}

/// What is wrong with a URL; the message of the library never shows the password.
fn refused(error: &Error) -> Failure {
    Failure::usage(Problem::new(error.message()))
}
