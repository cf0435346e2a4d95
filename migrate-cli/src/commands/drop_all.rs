//! `aludel drop-all`

use super::{confirm::confirm, script, tables};
use crate::{
    args::DropAll,
    database::{Access, Database},
    models::Models,
    problem::Problem,
    report::{Failure, Success},
};
use aludel_core::{
    Error,
    engine::{Engine, SchemaPlan, TransactionOptions},
};
use clap::Args;
use serde_json::json;

pub(crate) async fn run<M: Args + Sync>(args: &DropAll<M>, models: Models) -> Result<Success, Failure> {
    let database = Database::of(&args.database)?;
    let failed = |error: Error| Failure::of(vec![models.problem(&error)]).warn(models.warnings.clone());
    if database.is_missing() {
        models.metadata.sorted().map_err(failed)?;
        return Ok(report(args, &database, &models, &SchemaPlan::default()));
    }
    // The plan is made without a lock, since the user may think about it for long.
    let engine = database.connect(Access::Read).await?;
    let shown = plan(&engine, &models).await.map_err(failed)?;
    engine.dispose().await.map_err(failed)?;
    if args.dry_run || shown.tables.is_empty() {
        return Ok(report(args, &database, &models, &shown));
    }
    confirm(&tables(&names(&shown)), &database.url.to_string(), args.yes, !args.output.json)
        .map_err(|failure| failure.warn(models.warnings.clone()))?;
    let engine = database.connect(Access::Write).await?;
    let mut transaction = engine.begin().await.map_err(failed)?;
    let plan = models.metadata.drop_plan(&mut transaction).await.map_err(failed)?;
    if plan.statements != shown.statements {
        return Err(Failure::of(vec![
            Problem::new("the database has changed meanwhile; nothing was done").help("run the command again"),
        ]));
    }
    for sql in &plan.statements {
        transaction.run_script(sql).await.map_err(|error| failed(error.with_sql(sql)))?;
    }
    transaction.commit().await.map_err(failed)?;
    let success = report(args, &database, &models, &plan);
    engine.dispose().await.map_err(failed)?;
    Ok(success)
}

async fn plan<'m>(engine: &Engine, models: &'m Models) -> Result<SchemaPlan<'m>, Error> {
    let options = TransactionOptions { read_only: true, ..TransactionOptions::default() };
    let mut transaction = engine.begin_with(options).await?;
    let plan = models.metadata.drop_plan(&mut transaction).await?;
    transaction.rollback().await?;
    Ok(plan)
}

fn names(plan: &SchemaPlan<'_>) -> Vec<String> {
    plan.tables.iter().map(|table| table.full_name().into_owned()).collect()
}

fn report<M: Args + Sync>(args: &DropAll<M>, database: &Database, models: &Models, plan: &SchemaPlan<'_>) -> Success {
    let url = &database.url;
    let dropped = names(plan);
    let text = match (args.dry_run, dropped.is_empty()) {
        (true, _) => script(&plan.statements),
        (false, true) => format!("Nothing to drop in {url}: it has none of the tables.\n"),
        (false, false) => format!("Dropped {} in {url}.\n", tables(&dropped)),
    };
    let json = json!({
        "command": "drop-all",
        "database": url.to_string(),
        "dry_run": args.dry_run,
        "dropped": dropped,
        "statements": plan.statements,
    });
    Success { text, json: super::object(json), warnings: models.warnings.clone() }
}
