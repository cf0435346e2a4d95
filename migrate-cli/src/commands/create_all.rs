//! `aludel create-all`

use super::{script, tables};
use crate::{
    args::CreateAll,
    database::{Access, Database},
    dialect,
    models::Models,
    report::{Failure, Success},
};
use aludel_core::{
    Error,
    compile::create_script,
    engine::{SchemaPlan, TransactionOptions},
};
use clap::Args;
use serde_json::json;

pub(crate) async fn run<M: Args + Sync>(args: &CreateAll<M>, models: Models) -> Result<Success, Failure> {
    let database = Database::of(&args.database)?;
    let failed = |error: Error| Failure::of(vec![models.problem(&error)]).warn(models.warnings.clone());
    if args.dry_run && database.is_missing() {
        let dialect = dialect::by_name(database.url.dialect())?;
        let statements = create_script(&models.metadata, dialect).map_err(failed)?;
        let tables = models.metadata.sorted().map_err(failed)?.tables;
        return Ok(report(args, &database, &models, &SchemaPlan { tables, statements }));
    }
    let engine = database.connect(if args.dry_run { Access::Read } else { Access::Write }).await?;
    // Everything is compiled before anything is sent.
    create_script(&models.metadata, engine.dialect()).map_err(failed)?;
    let options = TransactionOptions { read_only: args.dry_run, ..TransactionOptions::default() };
    let mut transaction = engine.begin_with(options).await.map_err(failed)?;
    let plan = models.metadata.create_plan(&mut transaction).await.map_err(failed)?;
    if !args.dry_run {
        for sql in &plan.statements {
            transaction.run_script(sql).await.map_err(|error| failed(error.with_sql(sql)))?;
        }
        transaction.commit().await.map_err(failed)?;
    }
    let success = report(args, &database, &models, &plan);
    engine.dispose().await.map_err(failed)?;
    Ok(success)
}

fn report<M: Args + Sync>(args: &CreateAll<M>, database: &Database, models: &Models, plan: &SchemaPlan<'_>) -> Success {
    let created: Vec<String> = plan.tables.iter().map(|table| table.full_name().into_owned()).collect();
    let existing = (models.metadata.tables()).filter(|table| !plan.tables.contains(table));
    let existing: Vec<String> = existing.map(|table| table.full_name().into_owned()).collect();
    let url = &database.url;
    let text = match (args.dry_run, created.is_empty(), existing.len()) {
        (true, ..) => script(&plan.statements),
        (false, true, 1) => format!("Nothing to create in {url}: its table is there already.\n"),
        (false, true, count) => format!("Nothing to create in {url}: all {count} tables are there already.\n"),
        (false, false, 0) => format!("Created {} in {url}.\n", tables(&created)),
        (false, false, 1) => format!("Created {} in {url}; one table was there already.\n", tables(&created)),
        (false, false, count) => {
            format!("Created {} in {url}; {count} tables were there already.\n", tables(&created))
        }
    };
    let json = json!({
        "command": "create-all",
        "database": url.to_string(),
        "dry_run": args.dry_run,
        "created": created,
        "existing": existing,
        "statements": plan.statements,
    });
    Success { text, json: super::object(json), warnings: models.warnings.clone() }
}
