//! What `create_all` makes of a model is read back as the model says, for every model of the workspace.

use crate::{
    agreement::{models, types},
    connect,
};
use aludel::{
    ErrorKind,
    engine::Engine,
    inspect::{differences, expected},
    schema::{ColumnDef, ColumnTarget, MetaData, Model as _, ReflectedTable, TableDef},
    types::SqlType,
};
use std::{borrow::Cow, collections::BTreeSet};

#[tokio::test]
async fn on_sqlite() -> aludel::Result<()> {
    for (name, table) in every_table() {
        let metadata = with_referred(table);
        let engine = connect("sqlite://?pool_size=1&max_overflow=0").await?;
        for schema in schemas(&metadata) {
            engine.run_script(&format!("ATTACH ':memory:' AS {schema}")).await?;
        }
        is_read_back(&engine, &name, table, &metadata).await?;
    }
    Ok(())
}

#[cfg(feature = "postgresql")]
#[tokio::test]
async fn on_postgresql() -> aludel::Result<()> {
    on_server("postgresql").await
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn on_mariadb() -> aludel::Result<()> {
    on_server("mariadb").await
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn on_mysql() -> aludel::Result<()> {
    on_server("mysql").await
}

#[cfg(any(feature = "postgresql", feature = "mysql"))]
async fn on_server(dialect: &str) -> aludel::Result<()> {
    for (name, table) in every_table() {
        let metadata = with_referred(table);
        let Some(database) = crate::servers::Database::of(dialect).await else { return Ok(()) };
        let engine = connect(database.url()).await?;
        if dialect == "postgresql" {
            // The one type of an extension that models here name.
            engine.run_script("CREATE DOMAIN citext AS text").await?;
        } else if let Some(column) = table.columns.iter().find(|column| is_of_postgresql(column)) {
            println!("skipped on {dialect}: {name}: {} has a type of PostgreSQL's", column.name);
            continue;
        }
        // A name of the test's own, on a server that others use too.
        let own = engine.inspect().default_schema().await?;
        let renamed = |schema: &str| format!("{own}_{schema}");
        for schema in schemas(&metadata) {
            engine.run_script(&format!("CREATE SCHEMA {}", renamed(schema))).await?;
        }
        let tables = metadata.tables().map(|table| in_schemas(table, &renamed));
        let moved = tables.fold(MetaData::new(), |metadata, table| metadata.with_table(Cow::Owned(table)));
        let result = is_read_back(&engine, &name, &in_schemas(table, &renamed), &moved).await;
        for schema in schemas(&metadata) {
            let cascade = if dialect == "postgresql" { " CASCADE" } else { "" };
            engine.run_script(&format!("DROP SCHEMA {}{cascade}", renamed(schema))).await?;
        }
        result?;
    }
    Ok(())
}

async fn is_read_back(engine: &Engine, name: &str, table: &TableDef, metadata: &MetaData) -> aludel::Result<()> {
    let dialect = engine.dialect();
    match metadata.create_all(engine).await {
        Err(error) if error.kind() == ErrorKind::NotSupported => {
            println!("skipped on {}: {name}: {}", dialect.name(), error.message());
            return Ok(());
        }
        created => created?,
    }
    let mut inspector = engine.inspect();
    if let Some(schema) = &table.schema {
        inspector = inspector.schema(schema.to_string());
    }
    let wanted = expected(table, metadata.naming_convention(), dialect)?;
    let found = inspector.table(&table.name).await?;
    assert_eq!(differences(&wanted, &found, dialect)?, [], "{name} on {}", dialect.name());
    let order = |table: &ReflectedTable| table.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    assert_eq!(order(&wanted), order(&found), "{name}");
    Ok(())
}

fn every_table() -> Vec<(String, &'static TableDef)> {
    use types::*;
    let mut tables = models();
    let fixture =
        [Scalars::table(), Named::table(), OwnKey::table(), Half::table(), Pair::table(), names::Other::table()];
    tables.extend(fixture.map(|table| (format!("fixtures/types {}", table.model.name), table)));
    assert!(tables.len() > 50, "{}", tables.len());
    tables
}

/// The table and those that it refers to.
fn with_referred(table: &'static TableDef) -> MetaData {
    let mut tables = vec![table];
    let mut next = 0;
    while let Some(&table) = tables.get(next) {
        for target in table.foreign_keys.iter().flat_map(|key| key.references.iter()) {
            if let ColumnTarget::Model(column) = target
                && !tables.contains(&column().table.def)
            {
                tables.push(column().table.def);
            }
        }
        next += 1;
    }
    tables.into_iter().fold(MetaData::new(), |metadata, table| metadata.with_table(Cow::Borrowed(table)))
}

fn schemas(metadata: &MetaData) -> BTreeSet<&str> {
    metadata.tables().filter_map(|table| table.schema.as_deref()).collect()
}

/// Whether the model says a type that only PostgreSQL has.
#[cfg(any(feature = "postgresql", feature = "mysql"))]
fn is_of_postgresql(column: &ColumnDef) -> bool {
    matches!(column.sql_type, SqlType::Custom("citext"))
}

/// The table with its schemas called otherwise.
#[cfg(any(feature = "postgresql", feature = "mysql"))]
fn in_schemas(table: &TableDef, renamed: &dyn Fn(&str) -> String) -> TableDef {
    let mut table = table.clone();
    table.schema = table.schema.as_deref().map(|schema| renamed(schema).into());
    for key in table.foreign_keys.to_mut() {
        for target in key.references.to_mut() {
            *target = ColumnTarget::Named {
                schema: target.schema().map(|schema| renamed(schema).into()),
                table: target.table().to_owned().into(),
                column: target.column().to_owned().into(),
            };
        }
    }
    table.model = aludel::schema::ModelDef::UNKNOWN;
    table
}
