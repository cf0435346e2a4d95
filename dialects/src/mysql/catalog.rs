//! What MySQL and MariaDB say of their tables: `information_schema`, which each of the two has in a shape of its own.

use super::canonical::{plain, read_type};
use aludel_core::{
    Result,
    compile::{
        catalog::{Catalog, CatalogQuery, Scope, TablesFound, read, referential_action},
        quote_text,
    },
    schema::{
        Computed, GeneratedKey, IndexKey, IndexPart, ReferentialAction, ReflectedCheck, ReflectedColumn,
        ReflectedForeignKey, ReflectedIndex, ReflectedKey, ReflectedTable, ReflectedType, TableKind,
    },
    types::{Row, SqlType, Value},
};

/// The catalog of a MySQL.
pub(super) static MYSQL: MysqlCatalog = MysqlCatalog { mariadb: false };
/// The catalog of a MariaDB.
pub(super) static MARIADB: MysqlCatalog = MysqlCatalog { mariadb: true };

/// The catalog of a MySQL or a MariaDB.
#[derive(Debug)]
pub(super) struct MysqlCatalog {
    mariadb: bool,
}

impl Catalog for MysqlCatalog {
    fn default_schema(&self) -> CatalogQuery<Vec<String>> {
        CatalogQuery::names("SELECT database() FROM dual WHERE database() IS NOT NULL", Vec::new())
    }

    fn schema_names(&self) -> CatalogQuery<Vec<String>> {
        let sql = "SELECT schema_name FROM information_schema.schemata
            WHERE schema_name NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys') ORDER BY schema_name";
        CatalogQuery::names(sql, Vec::new())
    }

    fn table_names(&self, schema: Option<&str>, kinds: &[TableKind]) -> CatalogQuery<Vec<String>> {
        let (tables, binds) = tables(Scope { schema, kinds, table: None });
        CatalogQuery::names(format!("SELECT t.table_name FROM {tables} ORDER BY CAST(t.table_name AS BINARY)"), binds)
    }

    fn sequence_names(&self, schema: Option<&str>) -> Option<CatalogQuery<Vec<String>>> {
        let sql = "SELECT table_name FROM information_schema.tables
            WHERE table_schema = coalesce(?, database()) AND table_type = 'SEQUENCE' ORDER BY CAST(table_name AS BINARY)";
        self.mariadb.then(|| CatalogQuery::names(sql, vec![text(schema)]))
    }

    fn tables(&self, scope: Scope<'_>) -> Vec<CatalogQuery<TablesFound>> {
        let (tables, binds) = tables(scope);
        let query = |sql: String, read| CatalogQuery { sql: sql.into(), binds: binds.clone(), read };
        let read_column = if self.mariadb { read_mariadb_column } else { read_mysql_column };
        // MariaDB's constraints have names of their own in each table, and so does a column's own check.
        let checks = if self.mariadb {
            "JOIN information_schema.check_constraints k
               ON k.constraint_schema = t.table_schema AND k.table_name = t.table_name"
        } else {
            "JOIN information_schema.table_constraints c
               ON c.table_schema = t.table_schema AND c.table_name = t.table_name AND c.constraint_type = 'CHECK'
             JOIN information_schema.check_constraints k
               ON k.constraint_schema = c.constraint_schema AND k.constraint_name = c.constraint_name"
        };
        let expression = if self.mariadb { "NULL" } else { "s.expression" };
        vec![
            CatalogQuery {
                sql: format!(
                    "SELECT ?, t.table_name, t.table_type, NULLIF(t.table_comment, ''), v.view_definition
                     FROM {tables} LEFT JOIN information_schema.views v
                       ON v.table_schema = t.table_schema AND v.table_name = t.table_name
                     ORDER BY t.table_name"
                )
                .into(),
                binds: [text(scope.schema)].into_iter().chain(binds.iter().cloned()).collect(),
                read: read_table,
            },
            query(
                format!(
                    "SELECT t.table_name, c.column_name, c.column_type, c.is_nullable, c.column_default, c.extra,
                       NULLIF(c.generation_expression, ''), NULLIF(c.column_comment, '')
                     FROM {tables} JOIN information_schema.columns c
                       ON c.table_schema = t.table_schema AND c.table_name = t.table_name
                     ORDER BY t.table_name, c.ordinal_position"
                ),
                read_column,
            ),
            query(
                format!(
                    "SELECT t.table_name, k.constraint_name, k.column_name,
                       NULLIF(k.referenced_table_schema, database()), k.referenced_table_name,
                       k.referenced_column_name, r.delete_rule, r.update_rule
                     FROM {tables} JOIN information_schema.key_column_usage k
                       ON k.table_schema = t.table_schema AND k.table_name = t.table_name
                     LEFT JOIN information_schema.referential_constraints r
                       ON r.constraint_schema = k.constraint_schema AND r.table_name = k.table_name
                         AND r.constraint_name = k.constraint_name AND k.referenced_table_name IS NOT NULL
                     WHERE k.constraint_name = 'PRIMARY' OR k.referenced_table_name IS NOT NULL
                     ORDER BY t.table_name, k.constraint_name, k.ordinal_position"
                ),
                read_key,
            ),
            query(
                format!(
                    "SELECT t.table_name, k.constraint_name, k.check_clause FROM {tables} {checks}
                     ORDER BY t.table_name, k.constraint_name"
                ),
                read_check,
            ),
            // A foreign key makes an index of its name, unless there is one that serves it.
            query(
                format!(
                    "SELECT t.table_name, s.index_name, s.non_unique = 0,
                       max(s.column_name IS NULL OR s.sub_part IS NOT NULL OR s.collation = 'D')
                         OVER (PARTITION BY t.table_name, s.index_name) = 0,
                       s.index_type, s.seq_in_index, s.column_name,
                       {expression}, s.sub_part, s.collation = 'D'
                     FROM {tables} JOIN information_schema.statistics s
                       ON s.table_schema = t.table_schema AND s.table_name = t.table_name AND s.index_name <> 'PRIMARY'
                     LEFT JOIN information_schema.referential_constraints r
                       ON r.constraint_schema = s.table_schema AND r.table_name = s.table_name
                         AND r.constraint_name = s.index_name
                     WHERE r.constraint_name IS NULL
                     ORDER BY t.table_name, s.index_name, s.seq_in_index"
                ),
                read_index,
            ),
        ]
    }

    fn generated_key(&self) -> GeneratedKey {
        GeneratedKey::AutoIncrement
    }

    fn read_type(&self, name: &str) -> ReflectedType {
        read_type(name)
    }

    fn same_type(&self, a: &ReflectedType, b: &ReflectedType) -> bool {
        a.name == b.name
    }

    fn same_default(&self, _: &ReflectedType, a: &str, b: &str) -> bool {
        plain(a) == plain(b)
    }

    fn same_check(&self, _: &str, _: &str) -> Option<bool> {
        None // names come back in quotes, and with their parentheses or without
    }

    fn same_action(&self, a: ReferentialAction, b: ReferentialAction) -> bool {
        // Every check is made at once.
        let plain = |action| if action == ReferentialAction::NoAction { ReferentialAction::Restrict } else { action };
        plain(a) == plain(b)
    }
}

/// The tables of the scope as `t`, for a FROM, and their values.
fn tables(Scope { schema, kinds, table }: Scope<'_>) -> (String, Vec<Value>) {
    let types = kinds.iter().filter_map(|kind| match kind {
        TableKind::View => Some("'VIEW'"),
        TableKind::MaterializedView => None,
        _ => Some("'BASE TABLE', 'SYSTEM VERSIONED'"),
    });
    let types: Vec<&str> = types.collect();
    let named = if table.is_some() { " AND table_name = ?" } else { "" };
    let from = format!(
        "(SELECT table_schema, table_name, table_type, table_comment FROM information_schema.tables
          WHERE table_schema = coalesce(?, database()) AND table_type IN ({}){named}) t",
        types.join(", ")
    );
    let binds = [text(schema)].into_iter().chain(table.map(|name| Value::Text(name.to_owned())));
    (from, binds.collect())
}

fn text(name: Option<&str>) -> Value {
    name.map_or(Value::Null(SqlType::Text), |name| Value::Text(name.to_owned()))
}

fn read_table(row: &dyn Row, found: &mut TablesFound) -> Result<()> {
    let (schema, name, kind, comment, definition): (Option<String>, String, String, _, _) = read(row)?;
    let kind = if kind == "VIEW" { TableKind::View } else { TableKind::Table };
    let mut table = ReflectedTable::new(schema.as_deref(), name, kind);
    // A view's is the word VIEW.
    if kind == TableKind::Table {
        table.comment = comment;
    }
    table.definition = definition;
    found.add(table);
    Ok(())
}

fn read_mysql_column(row: &dyn Row, found: &mut TablesFound) -> Result<()> {
    read_column(row, found, |default, extra, data_type| {
        // A value is told as it is, an expression as SQL.
        let is_number = data_type.sql_type.is_some_and(|known| {
            known.is_integer() || matches!(known, SqlType::Boolean | SqlType::Real | SqlType::Double | SqlType::Decimal)
        });
        Some(if is_number || extra.contains("DEFAULT_GENERATED") {
            default
        } else {
            quote_text(&default.replace('\\', "\\\\"))
        })
    })
}

fn read_mariadb_column(row: &dyn Row, found: &mut TablesFound) -> Result<()> {
    // Always SQL, and for a column that may be NULL never nothing.
    read_column(row, found, |default, _, _| Some(default).filter(|default| default != "NULL"))
}

fn read_column(
    row: &dyn Row,
    found: &mut TablesFound,
    default_of: fn(String, &str, &ReflectedType) -> Option<String>,
) -> Result<()> {
    type Columns = (String, String, String, String, Option<String>, String, Option<String>, Option<String>);
    let (table, name, type_name, nullable, default, extra, computed, comment): Columns = read(row)?;
    let Some(table) = found.get(&table) else { return Ok(()) };
    let data_type = read_type(&type_name);
    let default = default.filter(|_| computed.is_none());
    table.columns.push(ReflectedColumn {
        name,
        nullable: nullable == "YES",
        default: default.and_then(|default| default_of(default, &extra, &data_type)),
        generated_key: extra.contains("auto_increment").then_some(GeneratedKey::AutoIncrement),
        computed: computed.map(|sql| Computed { sql, stored: extra.contains("STORED") }),
        comment,
        data_type,
    });
    Ok(())
}

fn read_key(row: &dyn Row, found: &mut TablesFound) -> Result<()> {
    type Columns =
        (String, String, String, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);
    let (table, name, column, referred_schema, referred_table, referred_column, on_delete, on_update): Columns =
        read(row)?;
    let Some(table) = found.get(&table) else { return Ok(()) };
    let (Some(referred_table), Some(referred_column)) = (referred_table, referred_column) else {
        // Every primary key is called PRIMARY.
        let key = table.primary_key.get_or_insert_with(|| ReflectedKey { name: None, columns: Vec::new() });
        key.columns.push(column);
        return Ok(());
    };
    let name = Some(name);
    if table.foreign_keys.last().is_none_or(|key| key.name != name) {
        table.foreign_keys.push(ReflectedForeignKey {
            name,
            columns: Vec::new(),
            referred_schema,
            referred_table,
            referred_columns: Vec::new(),
            on_delete: referential_action(on_delete.as_deref().unwrap_or("NO ACTION"))?,
            on_update: referential_action(on_update.as_deref().unwrap_or("NO ACTION"))?,
            deferred: false,
        });
    }
    if let Some(key) = table.foreign_keys.last_mut() {
        key.columns.push(column);
        key.referred_columns.push(referred_column);
    }
    Ok(())
}

fn read_check(row: &dyn Row, found: &mut TablesFound) -> Result<()> {
    let (table, name, sql): (String, String, String) = read(row)?;
    let Some(table) = found.get(&table) else { return Ok(()) };
    // MariaDB's JSON is a text with a check.
    let column = table.columns.iter_mut().find(|column| column.name == name);
    match column {
        Some(column) if sql == format!("json_valid(`{}`)", name.replace('`', "``")) => {
            column.data_type = read_type("json");
        }
        _ => table.checks.push(ReflectedCheck { name: Some(name), sql }),
    }
    Ok(())
}

fn read_index(row: &dyn Row, found: &mut TablesFound) -> Result<()> {
    type Columns = (String, String, bool, bool, String, u64, Option<String>, Option<String>, Option<u64>, Option<bool>);
    let (table, name, unique, as_it_is, method, place, column, expression, prefix, descending): Columns = read(row)?;
    let Some(table) = found.get(&table) else { return Ok(()) };
    // A unique constraint is an index that is unique.
    if let (true, true, Some(column)) = (unique, as_it_is, &column) {
        if place == 1 {
            table.uniques.push(ReflectedKey { name: Some(name), columns: Vec::new() });
        }
        if let Some(key) = table.uniques.last_mut() {
            key.columns.push(column.clone());
        }
        return Ok(());
    }
    let key = match (column, prefix) {
        (Some(column), None) => IndexKey::Column(column),
        (Some(column), Some(length)) => IndexKey::Expression(format!("{column}({length})")),
        (None, _) => IndexKey::Expression(expression.unwrap_or_default()),
    };
    if place == 1 {
        let (parts, included, method) = (Vec::new(), Vec::new(), Some(method.to_lowercase()));
        table.indexes.push(ReflectedIndex { name, parts, unique, filter: None, included, method });
    }
    if let Some(index) = table.indexes.last_mut() {
        index.parts.push(IndexPart { key, descending: descending.unwrap_or(false) });
    }
    Ok(())
}
