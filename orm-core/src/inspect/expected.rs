//! A model's table in the words of a database.

use crate::{
    compile::{Comments, Dialect, constraint},
    error::Result,
    schema::{
        ColumnDef, IndexKey, IndexPart, NamingConvention, ReferentialAction, ReflectedCheck, ReflectedColumn,
        ReflectedForeignKey, ReflectedIndex, ReflectedKey, ReflectedTable, ServerDefault, TableDef, TableKind,
    },
};

/// The table as an [`Inspector`](super::Inspector) would describe it, had `create_all` made it just now; but a server
/// that keeps the meaning of a check or a default and not its text tells it in words of its own, which
/// [`differences`](super::differences) knows.
///
/// ```
/// # use aludel_doc::*;
/// use aludel_core::{inspect::{differences, expected}, schema::{Model, NamingConvention}};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> aludel_core::Result<()> {
/// # let engine = create_engine("sqlite://")?.connect().await?;
/// # metadata![Cluster].create_all(&engine).await?;
/// let wanted = expected(Cluster::table(), &NamingConvention::default(), engine.dialect())?;
/// let found = engine.inspect().table("clusters").await?;
/// assert_eq!(differences(&wanted, &found, engine.dialect())?, []);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Those of `create_all` before it asks the server; of kind [`NotSupported`](crate::ErrorKind::NotSupported) if the
/// dialect has no catalog of ours.
pub fn expected(table: &TableDef, naming: &NamingConvention, dialect: &dyn Dialect) -> Result<ReflectedTable> {
    let catalog = super::inspector::catalog(dialect)?;
    let short = |name: &str| constraint::shorten(name, dialect.capabilities().max_name).into_owned();
    let names = |columns: &[u16]| columns.iter().map(|&at| short(&table.columns[usize::from(at)].name)).collect();
    let keeps_comments = dialect.capabilities().comments != Comments::None;
    let comment = |text: &Option<_>| text.as_ref().filter(|_| keeps_comments).map(ToString::to_string);

    let mut found = ReflectedTable::new(table.schema.as_deref(), short(&table.name), TableKind::Table);
    found.comment = comment(&table.comment);
    let alone = table.primary_key.len() == 1;
    let mut key_is_inline = false;
    for column in table.columns.iter() {
        let inline = column.autoincrement && alone && dialect.inline_primary_key();
        key_is_inline |= inline;
        found.columns.push(ReflectedColumn {
            name: short(&column.name),
            data_type: catalog.read_type(&dialect.column_type(column)?),
            nullable: column.nullable,
            default: if inline { None } else { default(column, dialect)? },
            generated_key: column.autoincrement.then(|| catalog.generated_key()),
            computed: None,
            comment: comment(&column.comment),
        });
    }
    if !table.primary_key.is_empty() {
        let name = (!key_is_inline).then(|| short(&constraint::primary_key_name(table, naming)));
        found.primary_key = Some(ReflectedKey { name, columns: names(&table.primary_key) });
    }
    for unique in table.uniques.iter() {
        let name = Some(short(&constraint::unique_name(table, unique, naming)));
        found.uniques.push(ReflectedKey { name, columns: names(&unique.columns) });
    }
    for check in constraint::checks(table, naming, dialect)? {
        found.checks.push(ReflectedCheck { name: Some(short(&check.name)), sql: check.sql.into_owned() });
    }
    for key in table.foreign_keys.iter() {
        let target = key.references.first();
        let stays = dialect.capabilities().schemas_are_databases; // in the schema of its table
        let referred_schema = if stays { table.schema.as_deref() } else { target.and_then(|target| target.schema()) };
        found.foreign_keys.push(ReflectedForeignKey {
            name: Some(short(&constraint::foreign_key_name(table, key, naming))),
            columns: names(&key.columns),
            referred_schema: referred_schema.map(str::to_owned),
            referred_table: target.map(|target| short(target.table())).unwrap_or_default(),
            referred_columns: key.references.iter().map(|target| short(target.column())).collect(),
            on_delete: key.on_delete.unwrap_or(ReferentialAction::NoAction),
            on_update: key.on_update.unwrap_or(ReferentialAction::NoAction),
            deferred: key.deferred,
        });
    }
    for index in table.indexes.iter() {
        let columns: Vec<String> = names(&index.columns);
        if index.unique && dialect.capabilities().uniques_are_indexes {
            let name = Some(short(&constraint::index_name(table, index, naming)));
            found.uniques.push(ReflectedKey { name, columns });
            continue;
        }
        let part = |column| IndexPart { key: IndexKey::Column(column), descending: false };
        found.indexes.push(ReflectedIndex {
            name: short(&constraint::index_name(table, index, naming)),
            parts: columns.into_iter().map(part).collect(),
            unique: index.unique,
            filter: None,
            included: Vec::new(),
            method: None,
        });
    }
    Ok(found)
}

fn default(column: &ColumnDef, dialect: &dyn Dialect) -> Result<Option<String>> {
    Ok(match &column.server_default {
        None => None,
        Some(ServerDefault::Literal(literal)) => Some(dialect.column_literal(column, literal)?),
        Some(ServerDefault::Sql(sql)) => Some(sql.to_string()),
    })
}
