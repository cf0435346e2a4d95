//! Chinook from its own scripts: whatever a script declares, as a parser of SQL reads it, is what the inspector finds.
//!
//! CHINOOK_DIR names a folder with the scripts; without it the tests say so and pass, and with CI=1 they fail.

use crate::empty;
use aludel::{
    compile::Dialect,
    schema::{
        GeneratedKey, IndexKey, IndexPart, ReferentialAction, ReflectedColumn, ReflectedForeignKey, ReflectedIndex,
        ReflectedKey, ReflectedTable, TableKind,
    },
    types::SqlType,
};
use sqlparser::{
    ast::{
        AlterTableOperation, ColumnOption, ForeignKeyConstraint, IndexColumn, Statement, TableConstraint as Constraint,
    },
    dialect::{Dialect as Grammar, MySqlDialect, PostgreSqlDialect, SQLiteDialect},
    parser::Parser,
};
use std::{collections::BTreeMap, path::Path};

#[tokio::test]
async fn on_sqlite() -> aludel::Result<()> {
    is_read_back("sqlite", "Chinook_Sqlite.sql", &SQLiteDialect {}).await
}

#[tokio::test]
async fn on_postgresql() -> aludel::Result<()> {
    is_read_back("postgresql", "Chinook_PostgreSql.sql", &PostgreSqlDialect {}).await
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn on_mariadb() -> aludel::Result<()> {
    is_read_back("mariadb", "Chinook_MySql.sql", &MySqlDialect {}).await
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn on_mysql() -> aludel::Result<()> {
    is_read_back("mysql", "Chinook_MySql.sql", &MySqlDialect {}).await
}

async fn is_read_back(dialect: &str, script: &str, grammar: &dyn Grammar) -> aludel::Result<()> {
    let Some(folder) = std::env::var_os("CHINOOK_DIR") else {
        assert!(std::env::var_os("CI").is_none(), "CHINOOK_DIR is not set, and with CI no test may be skipped");
        eprintln!("SKIPPED: set CHINOOK_DIR to a folder with {script}");
        return Ok(());
    };
    let Some((_database, engine)) = empty(dialect).await else { return Ok(()) };
    let script = std::fs::read_to_string(Path::new(&folder).join(script)).unwrap();
    let schema = &script[script.find("CREATE TABLE").unwrap()..script.find("INSERT INTO").unwrap()];
    engine.run_script(schema).await?;

    let declared = declared(schema, grammar, engine.dialect());
    let mut found = engine.inspect().tables().await?;
    for table in &mut found {
        table.indexes.iter_mut().for_each(|index| index.method = None);
    }
    assert_eq!(declared.len(), 11);
    assert_eq!(declared.into_values().collect::<Vec<_>>(), found);
    Ok(())
}

/// The tables of a script, by name.
fn declared(script: &str, grammar: &dyn Grammar, dialect: &dyn Dialect) -> BTreeMap<String, ReflectedTable> {
    let mut tables = BTreeMap::new();
    for statement in Parser::parse_sql(grammar, script).unwrap() {
        match statement {
            Statement::CreateTable(create) => {
                let mut table = ReflectedTable::new(None, name(&create.name), TableKind::Table);
                for column in &create.columns {
                    let not_null = column.options.iter().any(|option| matches!(option.option, ColumnOption::NotNull));
                    table.columns.push(ReflectedColumn {
                        name: name(&column.name),
                        data_type: dialect.catalog().unwrap().read_type(&column.data_type.to_string()),
                        nullable: !not_null,
                        default: None,
                        generated_key: None,
                        computed: None,
                        comment: None,
                    });
                }
                create.constraints.into_iter().for_each(|constraint| add(&mut table, constraint, dialect));
                tables.insert(table.name.clone(), table);
            }
            Statement::AlterTable(alter) => {
                let table = tables.get_mut(&name(&alter.name)).unwrap();
                for operation in alter.operations {
                    let AlterTableOperation::AddConstraint { constraint, .. } = operation else {
                        panic!("{operation}")
                    };
                    add(table, constraint, dialect);
                }
            }
            Statement::CreateIndex(index) => {
                let part = |column| IndexPart { key: IndexKey::Column(column), descending: false };
                tables.get_mut(&name(&index.table_name)).unwrap().indexes.push(ReflectedIndex {
                    name: name(&index.name.unwrap()),
                    parts: columns(&index.columns).into_iter().map(part).collect(),
                    unique: index.unique,
                    filter: None,
                    included: Vec::new(),
                    method: None,
                });
            }
            other => panic!("{other}"),
        }
    }
    tables.values_mut().for_each(|table| table.indexes.sort_by(|a, b| a.name.cmp(&b.name)));
    tables
}

fn add(table: &mut ReflectedTable, constraint: Constraint, dialect: &dyn Dialect) {
    match constraint {
        Constraint::PrimaryKey(key) => {
            let columns = columns(&key.columns);
            let column = table.columns.iter_mut().find(|column| column.name == columns[0]).unwrap();
            if dialect.name() == "sqlite" && columns.len() == 1 && column.data_type.name == "INTEGER" {
                column.generated_key = Some(GeneratedKey::RowId);
                column.data_type.sql_type = Some(SqlType::BigInt);
            }
            // MySQL calls every primary key PRIMARY.
            let name = key.name.as_ref().map(name).filter(|_| !["mysql", "mariadb"].contains(&dialect.name()));
            table.primary_key = Some(ReflectedKey { name, columns });
        }
        Constraint::ForeignKey(ForeignKeyConstraint { on_delete, on_update, .. })
            if [&on_delete, &on_update]
                .iter()
                .any(|action| action.is_some_and(|action| action.to_string() != "NO ACTION")) =>
        {
            panic!("{on_delete:?} {on_update:?}")
        }
        Constraint::ForeignKey(key) => table.foreign_keys.push(ReflectedForeignKey {
            name: key.name.as_ref().map(name),
            columns: key.columns.iter().map(name).collect(),
            referred_schema: None,
            referred_table: name(&key.foreign_table),
            referred_columns: key.referred_columns.iter().map(name).collect(),
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            deferred: false,
        }),
        other => panic!("{other}"),
    }
}

fn columns(columns: &[IndexColumn]) -> Vec<String> {
    columns.iter().map(|column| name(&column.column)).collect()
}

fn name(name: &impl ToString) -> String {
    name.to_string().trim_matches(['[', ']', '"', '`']).to_owned()
}
