//! What a command says in the end: to a person or as JSON, and by its exit code.

mod human;
mod json;

use crate::problem::Problem;
use serde_json::{Map, Value};
use std::{
    io::{self, Write},
    process::ExitCode,
};

/// What a command did.
#[derive(Debug, Default)]
pub(crate) struct Success {
    /// For a person, and for a file: goes to standard output.
    pub(crate) text: String,
    /// The same as JSON.
    pub(crate) json: Map<String, Value>,
    pub(crate) warnings: Vec<Problem>,
}

/// Why a command did nothing.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    pub(crate) errors: Vec<Problem>,
    pub(crate) warnings: Vec<Problem>,
}

/// Why a command did nothing, as its exit code tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// Something went wrong.
    Error,
    /// The command line, or the URL in it, is wrong.
    Usage,
    /// It would destroy data and was not confirmed.
    Blocked,
}

impl FailureKind {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Error => 1,
            Self::Usage => 2,
            Self::Blocked => 4,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Usage => "usage",
            Self::Blocked => "blocked",
        }
    }
}

impl Failure {
    /// Errors.
    pub(crate) fn of(errors: Vec<Problem>) -> Self {
        Self { kind: FailureKind::Error, errors, warnings: Vec::new() }
    }

    /// A mistake on the command line.
    pub(crate) fn usage(problem: Problem) -> Self {
        Self { kind: FailureKind::Usage, ..Self::of(vec![problem]) }
    }

    /// Destruction that was not confirmed.
    pub(crate) fn blocked(problem: Problem) -> Self {
        Self { kind: FailureKind::Blocked, ..Self::of(vec![problem]) }
    }

    /// With warnings too.
    #[must_use]
    pub(crate) fn warn(mut self, warnings: Vec<Problem>) -> Self {
        self.warnings.extend(warnings);
        self
    }
}

/// Prints the result, and answers with the exit code.
pub(crate) fn finish(result: Result<Success, Failure>, as_json: bool) -> ExitCode {
    let code = result.as_ref().err().map_or(0, |failure| failure.kind.code());
    let written = if as_json { print(&json::document(result)) } else { say(result) };
    match written {
        Ok(()) => ExitCode::from(code),
        // Who reads half of the output, as `head` does, has what he wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(code),
        Err(_) => ExitCode::FAILURE,
    }
}

fn say(result: Result<Success, Failure>) -> io::Result<()> {
    let (errors, warnings, text) = match result {
        Ok(success) => (Vec::new(), success.warnings, success.text),
        Err(failure) => (failure.errors, failure.warnings, String::new()),
    };
    io::stderr().lock().write_all(human::render(&errors, &warnings).as_bytes())?;
    print(&text)
}

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
