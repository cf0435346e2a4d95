//! `aludel sql`

use super::script;
use crate::{
    args::Sql,
    database::Database,
    dialect,
    models::Models,
    problem::Problem,
    report::{Failure, Success},
};
use aludel_core::compile::{create_script, drop_script};
use clap::Args;
use serde_json::json;

pub(crate) fn run<M: Args + Sync>(args: &Sql<M>, models: Models) -> Result<Success, Failure> {
    let dialect = match (&args.dialect, &args.database.url) {
        (Some(name), _) => dialect::by_name(name)?,
        (None, Some(_)) => dialect::by_name(Database::of(&args.database)?.url.dialect())?,
        (None, None) => {
            return Err(Failure::usage(Problem::new("no dialect was given").help("say it: --dialect sqlite")));
        }
    };
    let statements = if args.drop { drop_script } else { create_script }(&models.metadata, dialect)
        .map_err(|error| Failure::of(vec![models.problem(&error)]).warn(models.warnings.clone()))?;
    let json = json!({
        "command": "sql",
        "dialect": dialect.name(),
        "drop": args.drop,
        "statements": statements,
    });
    Ok(Success { text: script(&statements), json: super::object(json), warnings: models.warnings })
}
