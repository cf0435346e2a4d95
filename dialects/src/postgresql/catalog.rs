//! What PostgreSQL says of its tables: `pg_catalog`, which tells more and faster than `information_schema`.

use super::canonical::{plain, read_type, without_parentheses};
use aludel_core::{
    Error, ErrorKind, Result,
    compile::catalog::{Catalog, CatalogQuery, Scope, TablesFound, read},
    schema::{
        Computed, GeneratedKey, IndexKey, IndexPart, ReferentialAction, ReflectedCheck, ReflectedColumn, ReflectedEnum,
        ReflectedForeignKey, ReflectedIndex, ReflectedKey, ReflectedTable, ReflectedType, TableKind,
    },
    types::{Row, SqlType, Value},
};

/// The catalog of PostgreSQL.
#[derive(Debug)]
pub(super) struct PostgresqlCatalog;

impl Catalog for PostgresqlCatalog {
    fn default_schema(&self) -> CatalogQuery<Vec<String>> {
        let sql = "SELECT current_schema()::text WHERE current_schema() IS NOT NULL";
        CatalogQuery::names(sql, Vec::new())
    }

    fn schema_names(&self) -> CatalogQuery<Vec<String>> {
        let sql = r"SELECT nspname::text FROM pg_namespace
            WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema' ORDER BY nspname";
        CatalogQuery::names(sql, Vec::new())
    }

    fn table_names(&self, schema: Option<&str>, kinds: &[TableKind]) -> CatalogQuery<Vec<String>> {
        let (tables, binds) = tables(Scope { schema, kinds, table: None });
        CatalogQuery::names(format!("SELECT c.relname::text FROM {tables} ORDER BY c.relname"), binds)
    }

    fn sequence_names(&self, schema: Option<&str>) -> Option<CatalogQuery<Vec<String>>> {
        // One behind an identity column depends on it internally.
        let sql = "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'S' AND n.nspname = coalesce($1::text, current_schema()::text)
              AND NOT EXISTS (SELECT 1 FROM pg_depend d
              WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')
            ORDER BY c.relname";
        Some(CatalogQuery::names(sql, vec![text(schema)]))
    }

    fn enums(&self, schema: Option<&str>) -> Option<CatalogQuery<Vec<ReflectedEnum>>> {
        let sql = "SELECT $1::text, t.typname::text,
              ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
              obj_description(t.oid, 'pg_type')
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
            WHERE t.typtype = 'e' AND n.nspname = coalesce($1::text, current_schema()::text) ORDER BY t.typname";
        let read = |row: &dyn Row, enums: &mut Vec<ReflectedEnum>| {
            let (schema, name, labels, comment) = read(row)?;
            enums.push(ReflectedEnum { schema, name, labels, comment });
            Ok(())
        };
        Some(CatalogQuery { sql: sql.into(), binds: vec![text(schema)], read })
    }

    fn tables(&self, scope: Scope<'_>) -> Vec<CatalogQuery<TablesFound>> {
        let (tables, binds) = tables(scope);
        let query = |sql: String, read| CatalogQuery { sql: sql.into(), binds: binds.clone(), read };
        vec![
            query(
                format!(
                    "SELECT $1::text, c.relname::text, c.relkind::text, obj_description(c.oid, 'pg_class'),
                       CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END
                     FROM {tables} ORDER BY c.relname"
                ),
                read_table,
            ),
            // A sequence of its own is that of an identity column or of a serial one.
            query(
                format!(
                    "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
                       pg_get_expr(d.adbin, d.adrelid), a.attidentity::text, a.attgenerated::text,
                       col_description(c.oid, a.attnum),
                       (SELECT s.relname::text FROM pg_depend o JOIN pg_class s ON s.oid = o.objid
                         WHERE o.refclassid = 'pg_class'::regclass AND o.refobjid = c.oid AND o.refobjsubid = a.attnum
                           AND o.classid = 'pg_class'::regclass AND o.deptype = 'a' AND s.relkind = 'S' LIMIT 1)
                     FROM {tables} JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                     LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum ORDER BY c.relname, a.attnum"
                ),
                read_column,
            ),
            query(
                format!(
                    "SELECT c.relname::text, k.conname::text, k.contype::text, {},
                       NULLIF(rn.nspname, current_schema())::text,
                       r.relname::text, {}, k.confdeltype::text, k.confupdtype::text, k.condeferred,
                       pg_get_expr(k.conbin, k.conrelid)
                     FROM {tables} JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype IN ('p', 'u', 'f', 'c')
                     LEFT JOIN pg_class r ON r.oid = k.confrelid LEFT JOIN pg_namespace rn ON rn.oid = r.relnamespace
                     ORDER BY c.relname, k.oid",
                    columns("k.conrelid", "k.conkey"),
                    columns("k.confrelid", "k.confkey")
                ),
                read_constraint,
            ),
            query(
                format!(
                    "SELECT c.relname::text, i.relname::text, x.indisunique, m.amname::text,
                       pg_get_expr(x.indpred, x.indrelid),
                       p.place, a.attname::text, pg_get_indexdef(x.indexrelid, p.place, false), p.place > x.indnkeyatts,
                       coalesce(x.indoption[p.place - 1], 0) & 1 = 1
                     FROM {tables} JOIN pg_index x ON x.indrelid = c.oid JOIN pg_class i ON i.oid = x.indexrelid
                     JOIN pg_am m ON m.oid = i.relam
                     CROSS JOIN generate_series(1, x.indnatts::int) p (place)
                     LEFT JOIN pg_attribute a
                       ON a.attrelid = c.oid AND a.attnum = x.indkey[p.place - 1] AND a.attnum <> 0
                     WHERE NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = x.indexrelid
                       AND k.contype IN ('p', 'u', 'x'))
                     ORDER BY c.relname, i.relname, p.place"
                ),
                read_index,
            ),
        ]
    }

    fn generated_key(&self) -> GeneratedKey {
        GeneratedKey::Identity { always: false }
    }

    fn read_type(&self, name: &str) -> ReflectedType {
        read_type(name)
    }

    fn same_default(&self, _: &ReflectedType, a: &str, b: &str) -> bool {
        plain(a) == plain(b)
    }

    fn same_check(&self, _: &str, _: &str) -> Option<bool> {
        None // BETWEEN comes back as two comparisons, IN as = ANY
    }
}

/// The tables of the scope as `c`, for a FROM, and their values: `$1` is the schema, `$2` the table.
fn tables(Scope { schema, kinds, table }: Scope<'_>) -> (String, Vec<Value>) {
    let letters = kinds.iter().map(|kind| match kind {
        TableKind::View => "'v'",
        TableKind::MaterializedView => "'m'",
        _ => "'r', 'p', 'f'",
    });
    let letters: Vec<&str> = letters.collect();
    let from = format!(
        "(SELECT t.oid, t.relname, t.relkind FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
          WHERE n.nspname = coalesce($1::text, current_schema()::text) AND t.relkind IN ({})
            AND t.relname = coalesce($2::text, t.relname::text)) c",
        letters.join(", ")
    );
    (from, vec![text(schema), text(table)])
}

fn text(name: Option<&str>) -> Value {
    name.map_or(Value::Null(SqlType::Text), |name| Value::Text(name.to_owned()))
}

/// The names of a list of columns, in its order; NULL if there is no list.
fn columns(table: &str, numbers: &str) -> String {
    format!(
        "(SELECT array_agg(a.attname::text ORDER BY l.place) FROM unnest({numbers}) WITH ORDINALITY l (number, place)
          JOIN pg_attribute a ON a.attrelid = {table} AND a.attnum = l.number)"
    )
}

fn read_table(row: &dyn Row, found: &mut TablesFound) -> Result<()> {
    let (schema, name, kind, comment, definition): (Option<String>, String, String, _, Option<String>) = read(row)?;
    let kind = match kind.as_str() {
        "v" => TableKind::View,
        "m" => TableKind::MaterializedView,
        _ => TableKind::Table,
    };
    let definition = definition.map(|sql| sql.trim().trim_end_matches(';').to_owned());
    found.add(ReflectedTable { comment, definition, ..ReflectedTable::new(schema.as_deref(), name, kind) });
    Ok(())
}

fn read_column(row: &dyn Row, found: &mut TablesFound) -> Result<()> {
    type Columns = (String, String, String, bool, Option<String>, String, String, Option<String>, Option<String>);
    let (table, name, type_name, nullable, default, identity, generated, comment, sequence): Columns = read(row)?;
    let Some(table) = found.get(&table) else { return Ok(()) };
    let mut column = ReflectedColumn {
        name,
        data_type: read_type(&type_name),
        nullable,
        default: None,
        generated_key: None,
        computed: None,
        comment,
    };
    match (identity.as_str(), generated.as_str(), sequence, default) {
        ("", "", Some(sequence), Some(default)) if default.starts_with("nextval(") => {
            column.generated_key = Some(GeneratedKey::Sequence(sequence));
        }
        ("", "", _, default) => column.default = default,
        ("", stored, _, Some(sql)) => column.computed = Some(Computed { sql, stored: stored == "s" }),
        (identity, ..) => column.generated_key = Some(GeneratedKey::Identity { always: identity == "a" }),
    }
    table.columns.push(column);
    Ok(())
}

fn read_constraint(row: &dyn Row, found: &mut TablesFound) -> Result<()> {
    type Columns = (
        String,
        String,
        String,
        Option<Vec<String>>,
        Option<String>,
        Option<String>,
        Option<Vec<String>>,
        String,
        String,
        bool,
        Option<String>,
    );
    let (
        table,
        name,
        kind,
        columns,
        referred_schema,
        referred_table,
        referred_columns,
        on_delete,
        on_update,
        deferred,
        sql,
    ): Columns = read(row)?;
    let Some(table) = found.get(&table) else { return Ok(()) };
    let (name, columns) = (Some(name), columns.unwrap_or_default());
    match kind.as_str() {
        "p" => table.primary_key = Some(ReflectedKey { name, columns }),
        "u" => table.uniques.push(ReflectedKey { name, columns }),
        "c" => {
            table.checks.push(ReflectedCheck { name, sql: without_parentheses(&sql.unwrap_or_default()).to_owned() })
        }
        _ => table.foreign_keys.push(ReflectedForeignKey {
            name,
            columns,
            referred_schema,
            referred_table: referred_table.unwrap_or_default(),
            referred_columns: referred_columns.unwrap_or_default(),
            on_delete: action(&on_delete)?,
            on_update: action(&on_update)?,
            deferred,
        }),
    }
    Ok(())
}

fn action(letter: &str) -> Result<ReferentialAction> {
    Ok(match letter {
        "a" => ReferentialAction::NoAction,
        "r" => ReferentialAction::Restrict,
        "c" => ReferentialAction::Cascade,
        "n" => ReferentialAction::SetNull,
        "d" => ReferentialAction::SetDefault,
        other => {
            return Err(Error::new(ErrorKind::Decode, format!("the catalog has an action {other:?} of a foreign key")));
        }
    })
}

fn read_index(row: &dyn Row, found: &mut TablesFound) -> Result<()> {
    type Columns = (String, String, bool, String, Option<String>, i32, Option<String>, String, bool, bool);
    let (table, name, unique, method, filter, place, column, definition, is_included, descending): Columns = read(row)?;
    let Some(table) = found.get(&table) else { return Ok(()) };
    if place == 1 {
        let filter = filter.map(|sql| without_parentheses(&sql).to_owned());
        let (parts, included) = (Vec::new(), Vec::new());
        table.indexes.push(ReflectedIndex { name, parts, unique, filter, included, method: Some(method) });
    }
    let Some(index) = table.indexes.last_mut() else { return Ok(()) };
    if is_included {
        index.included.extend(column);
    } else {
        let key = column.map_or(IndexKey::Expression(definition), IndexKey::Column);
        index.parts.push(IndexPart { key, descending });
    }
    Ok(())
}
