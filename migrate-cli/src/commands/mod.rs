//! The commands, and how one of them is run.

mod confirm;
mod create_all;
mod drop_all;
mod sql;

use crate::{
    args::{Cli, Command},
    models::Models,
    problem::Problem,
    redact::redact,
    report::{Failure, Success, finish},
};
use clap::{Args, Parser};
use std::{future::Future, process::ExitCode, thread};

/// Reads the program's arguments and does what they say; `load` finds the models.
pub(crate) fn main<M: Args + Sync>(load: impl Fn(&M) -> Result<Models, Failure>) -> ExitCode {
    let cli = match Cli::<M>::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    match cli.command {
        Command::CreateAll(args) => {
            let models = load(&args.models);
            finish(models.and_then(|models| block_on(create_all::run(&args, models))), args.output.json)
        }
        Command::DropAll(args) => {
            let models = load(&args.models);
            finish(models.and_then(|models| block_on(drop_all::run(&args, models))), args.output.json)
        }
        Command::Sql(args) => {
            let models = load(&args.models);
            finish(models.and_then(|models| sql::run(&args, models)), args.output.json)
        }
    }
}

/// The help that was asked for, or what is wrong with the command line, which may hold a password.
fn refuse(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = redact(&error.render().to_string());
    if std::env::args_os().any(|argument| argument == "--json") {
        let message = text.trim().trim_start_matches("error: ").to_owned();
        return finish(Err(Failure::usage(Problem::new(message))), true);
    }
    eprint!("{text}");
    ExitCode::from(crate::report::FailureKind::Usage.code())
}

/// Runs a command on a runtime of its own; on a thread of its own too, where a runtime is running already.
fn block_on(command: impl Future<Output = Result<Success, Failure>> + Send) -> Result<Success, Failure> {
    let run = || match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(command),
        Err(error) => Err(Failure::of(vec![Problem::new(format!("no runtime could be started: {error}"))])),
    };
    if tokio::runtime::Handle::try_current().is_err() {
        return run();
    }
    let ended = thread::scope(|scope| scope.spawn(run).join());
    ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// The statements as a script.
fn script(statements: &[String]) -> String {
    statements.iter().map(|sql| format!("{sql};\n")).collect()
}

/// `users`, `2 tables: users, posts`.
fn tables(names: &[String]) -> String {
    match names {
        [one] => format!("the table {one}"),
        several => format!("{} tables: {}", several.len(), several.join(", ")),
    }
}

/// The members of a JSON object.
fn object(value: serde_json::Value) -> serde_json::Map<String, serde_json::Value> {
    match value {
        serde_json::Value::Object(members) => members,
        other => serde_json::Map::from_iter([("value".to_owned(), other)]),
    }
}
