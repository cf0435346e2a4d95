//! What SQLite says of its tables: pragmas, as functions that join with `sqlite_schema`, and the text that made the
//! table.

use super::declared;
use aludel_core::{
    Result,
    compile::{
        catalog::{Catalog, CatalogQuery, Scope, TablesFound, read, referential_action, type_parts},
        quote_text,
    },
    schema::{
        Computed, GeneratedKey, IndexKey, IndexPart, ReflectedColumn, ReflectedForeignKey, ReflectedIndex,
        ReflectedKey, ReflectedTable, ReflectedType, TableKind,
    },
    types::{Row, SqlType, Value},
};

/// The catalog of SQLite.
#[derive(Debug)]
pub(super) struct SqliteCatalog;

/// The schema that names without one are in.
const MAIN: &str = "main";

impl Catalog for SqliteCatalog {
    fn default_schema(&self) -> CatalogQuery<Vec<String>> {
        CatalogQuery::names("SELECT 'main'", Vec::new())
    }

    fn schema_names(&self) -> CatalogQuery<Vec<String>> {
        CatalogQuery::names("SELECT name FROM pragma_database_list ORDER BY name", Vec::new())
    }

    fn table_names(&self, schema: Option<&str>, kinds: &[TableKind]) -> CatalogQuery<Vec<String>> {
        let tables = tables(Scope { schema, kinds, table: None });
        CatalogQuery::names(format!("SELECT m.name FROM {tables} ORDER BY m.name"), Vec::new())
    }

    fn tables(&self, scope: Scope<'_>) -> Vec<CatalogQuery<TablesFound>> {
        let tables = tables(scope);
        let asked = scope.schema.map_or_else(|| "NULL".to_owned(), quote_text);
        let schema = quote_text(scope.schema.unwrap_or(MAIN));
        let texts = texts(scope.schema);
        let binds = Vec::from_iter(scope.table.map(|name| Value::Text(name.to_owned())));
        let query = |sql: String, read| CatalogQuery { sql: sql.into(), binds: binds.clone(), read };
        vec![
            // A key without an index is the rowid.
            query(
                format!(
                    "SELECT {asked}, m.name, m.type = 'view', c.name, c.type, c.\"notnull\", c.dflt_value, c.pk,
                       c.pk AND NOT EXISTS (SELECT 1 FROM pragma_index_list(m.name, {schema}) WHERE origin = 'pk'),
                       c.hidden
                     FROM {tables} JOIN pragma_table_xinfo(m.name, {schema}) c
                     WHERE c.hidden <> 1 ORDER BY m.name, c.cid"
                ),
                read_column,
            ),
            // A key that names no column refers to the primary key.
            query(
                format!(
                    "SELECT m.name, f.seq, f.\"from\", {asked}, f.\"table\", coalesce(f.\"to\", p.name),
                       f.on_delete, f.on_update
                     FROM {tables} JOIN pragma_foreign_key_list(m.name, {schema}) f
                     LEFT JOIN pragma_table_xinfo(f.\"table\", {schema}) p ON p.pk = f.seq + 1 AND f.\"to\" IS NULL
                     ORDER BY m.name, f.id DESC, f.seq"
                ),
                read_foreign_key,
            ),
            query(
                format!(
                    "SELECT m.name, i.name, i.\"unique\", i.origin = 'u', x.seqno, x.name, x.\"desc\", t.sql
                     FROM {tables} JOIN pragma_index_list(m.name, {schema}) i
                     JOIN pragma_index_xinfo(i.name, {schema}) x
                     LEFT JOIN {texts} t ON t.type = 'index' AND t.name = i.name
                     WHERE i.origin <> 'pk' AND x.\"key\" ORDER BY m.name, i.seq DESC, x.seqno"
                ),
                read_index,
            ),
            query(format!("SELECT m.name, m.sql FROM {tables} WHERE m.sql IS NOT NULL"), read_text),
        ]
    }

    fn generated_key(&self) -> GeneratedKey {
        GeneratedKey::RowId
    }

    fn read_type(&self, name: &str) -> ReflectedType {
        let (base, numbers) = type_parts(name);
        let number = |at: usize| numbers.get(at).copied();
        let sql_type = match base.as_str() {
            "boolean" | "bool" => SqlType::Boolean,
            "tinyint" => SqlType::TinyInt,
            "smallint" | "int2" => SqlType::SmallInt,
            "integer" | "int" | "mediumint" | "int4" => SqlType::Integer,
            "bigint" | "int8" => SqlType::BigInt,
            "tinyint unsigned" => SqlType::TinyUnsigned,
            "smallint unsigned" => SqlType::SmallUnsigned,
            "integer unsigned" | "int unsigned" => SqlType::Unsigned,
            "bigint unsigned" | "unsigned big int" => SqlType::BigUnsigned,
            "float" => SqlType::Real,
            "double" | "double precision" | "real" => SqlType::Double,
            "decimal" | "numeric" => SqlType::Decimal,
            "char" if number(0) == Some(36) => SqlType::Uuid,
            "text" | "clob" | "varchar" | "nvarchar" | "char" | "nchar" | "character" | "character varying" => {
                SqlType::Text
            }
            "blob" => SqlType::Bytes,
            "date" => SqlType::Date,
            "time" => SqlType::Time,
            "datetime" => SqlType::DateTime,
            "timestamp" => SqlType::UtcDateTime,
            "json_text" | "json" => SqlType::Json,
            _ => return ReflectedType { name: name.to_owned(), sql_type: None, length: None, precision: None },
        };
        let has_length = matches!(sql_type, SqlType::Text | SqlType::Bytes);
        let precision = || Some((number(0)?.try_into().ok()?, number(1).unwrap_or(0).try_into().ok()?));
        ReflectedType {
            name: name.to_owned(),
            sql_type: Some(sql_type),
            length: number(0).filter(|_| has_length).and_then(|length| length.try_into().ok()),
            precision: precision().filter(|_| sql_type == SqlType::Decimal),
        }
    }
}

/// Where the schema's CREATE statements are.
fn texts(schema: Option<&str>) -> String {
    format!("\"{}\".sqlite_schema", schema.unwrap_or(MAIN).replace('"', "\"\""))
}

/// The tables of the scope as `m`, for a FROM; the one that is asked for is a value.
fn tables(Scope { schema, kinds, table }: Scope<'_>) -> String {
    let types = [("'table'", TableKind::Table), ("'view'", TableKind::View)];
    let types: Vec<&str> = types.iter().filter(|(_, kind)| kinds.contains(kind)).map(|(name, _)| *name).collect();
    let one = if table.is_some() { " AND name = ?" } else { "" };
    format!(
        "(SELECT name, type, sql FROM {} WHERE type IN ({}) AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'{one}) m",
        texts(schema),
        types.join(", ")
    )
}

fn read_column(row: &dyn Row, found: &mut TablesFound) -> Result<()> {
    type Columns = (Option<String>, String, bool, String, String, bool, Option<String>, i64, bool, i64);
    let (schema, table, is_view, name, type_name, not_null, default, place_in_key, is_rowid, hidden): Columns =
        read(row)?;
    if found.get(&table).is_none() {
        let kind = if is_view { TableKind::View } else { TableKind::Table };
        found.add(ReflectedTable::new(schema.as_deref(), &*table, kind));
    }
    let Some(table) = found.get(&table) else { return Ok(()) };
    if let Ok(place @ 1..) = usize::try_from(place_in_key) {
        let key = table.primary_key.get_or_insert(ReflectedKey { name: None, columns: Vec::new() });
        key.columns.resize(key.columns.len().max(place), String::new());
        key.columns[place - 1].clone_from(&name);
    }
    let mut data_type = SqliteCatalog.read_type(&type_name);
    if is_rowid {
        data_type.sql_type = Some(SqlType::BigInt); // whatever other INTEGERs may hold
    }
    table.columns.push(ReflectedColumn {
        name,
        data_type,
        nullable: !not_null && !is_rowid,
        default,
        generated_key: is_rowid.then_some(GeneratedKey::RowId),
        // The expression comes with the table's text.
        computed: (hidden > 1).then(|| Computed { sql: String::new(), stored: hidden == 3 }),
        comment: None,
    });
    Ok(())
}

fn read_foreign_key(row: &dyn Row, found: &mut TablesFound) -> Result<()> {
    type Columns = (String, i64, String, Option<String>, String, Option<String>, String, String);
    let (table, place, column, referred_schema, referred_table, referred_column, on_delete, on_update): Columns =
        read(row)?;
    let Some(table) = found.get(&table) else { return Ok(()) };
    if place == 0 {
        table.foreign_keys.push(ReflectedForeignKey {
            name: None,
            columns: Vec::new(),
            referred_schema,
            referred_table,
            referred_columns: Vec::new(),
            on_delete: referential_action(&on_delete)?,
            on_update: referential_action(&on_update)?,
            deferred: false,
        });
    }
    if let Some(key) = table.foreign_keys.last_mut() {
        key.columns.push(column);
        key.referred_columns.extend(referred_column);
    }
    Ok(())
}

fn read_index(row: &dyn Row, found: &mut TablesFound) -> Result<()> {
    type Columns = (String, String, bool, bool, i64, Option<String>, bool, Option<String>);
    let (table, name, unique, is_constraint, place, column, descending, sql): Columns = read(row)?;
    let Some(table) = found.get(&table) else { return Ok(()) };
    if is_constraint {
        if place == 0 {
            table.uniques.push(ReflectedKey { name: None, columns: Vec::new() });
        }
        table.uniques.last_mut().into_iter().for_each(|unique| unique.columns.extend(column.clone()));
        return Ok(());
    }
    let (parts, filter) = sql.as_deref().map(declared::index).unwrap_or_default();
    if place == 0 {
        let (parts, included) = (Vec::new(), Vec::new());
        table.indexes.push(ReflectedIndex { name, parts, unique, filter, included, method: None });
    }
    let expression = || usize::try_from(place).ok().and_then(|place| parts.into_iter().nth(place)).unwrap_or_default();
    let key = column.map_or_else(|| IndexKey::Expression(expression()), IndexKey::Column);
    table.indexes.last_mut().into_iter().for_each(|index| index.parts.push(IndexPart { key: key.clone(), descending }));
    Ok(())
}

/// Adds what only the text knows: names, checks, and what is deferred.
fn read_text(row: &dyn Row, found: &mut TablesFound) -> Result<()> {
    let (table, sql): (String, String) = read(row)?;
    let Some(table) = found.get(&table) else { return Ok(()) };
    if table.kind == TableKind::View {
        table.definition = declared::view(&sql);
        return Ok(());
    }
    let mut declared = declared::table(&sql);
    if let (Some(key), Some(declared)) = (&mut table.primary_key, declared.primary_key) {
        key.name = declared.name;
    }
    for unique in &mut table.uniques {
        unique.name = take(&mut declared.uniques, |key| same(&key.columns, &unique.columns)).and_then(|key| key.name);
    }
    for key in &mut table.foreign_keys {
        if let Some(declared) = take(&mut declared.foreign_keys, |found| same(&found.key.columns, &key.columns)) {
            (key.name, key.deferred) = (declared.key.name, declared.deferred);
        }
    }
    for column in &mut table.columns {
        if declared.autoincrement && column.generated_key.is_some() {
            column.generated_key = Some(GeneratedKey::AutoIncrement);
        }
        if let Some(computed) = &mut column.computed {
            let expression = take(&mut declared.computed, |(name, _)| name.eq_ignore_ascii_case(&column.name));
            computed.sql = expression.map(|(_, sql)| sql).unwrap_or_default();
        }
    }
    table.checks = declared.checks;
    Ok(())
}

/// Takes the first that is meant: two keys of the same columns stand in the same order in the text and in the pragma.
fn take<T>(declared: &mut Vec<T>, is_meant: impl FnMut(&T) -> bool) -> Option<T> {
    declared.iter().position(is_meant).map(|at| declared.remove(at))
}

/// Whether the columns are the same; a constraint can write them in other letters than the table.
fn same(a: &[String], b: &[String]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.eq_ignore_ascii_case(b))
}
