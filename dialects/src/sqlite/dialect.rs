//! The SQL of SQLite.

use super::{catalog::SqliteCatalog, json, reserved::RESERVED, temporal};
use aludel_core::{
    Error, ErrorKind, Result,
    compile::{
        Capabilities, Comments, Compiler, Dialect, GeneratedKeys, InsertDefaults, InsertMany, JoinedWrites, KeyActions,
        LastInsertId, ListStyle, NativeEnums, Paging, Placeholder, Precedence, StringAgg, UpdateMany, UpdateStyle,
        Upsert, catalog::Catalog, literal_does_not_fit,
    },
    expr::{
        Node,
        tree::{Function, FunctionName, Set},
    },
    schema::{ColumnDef, Literal},
    types::{EnumStorage, SqlType, Value},
};
use rust_decimal::Decimal;
use std::borrow::Cow;

/// The SQL of SQLite, as the linked version understands it.
#[derive(Debug, Clone, Copy, Default)]
pub struct SqliteDialect;

static CAPABILITIES: Capabilities = Capabilities {
    placeholder: Placeholder::Question,
    max_binds: 32_766,
    quote: '"',
    booleans: true,
    nulls_order: true,
    // An expression: SQLite prepares a statement anew each time a LIMIT that is a bare placeholder is bound.
    conditions_are_values: true,
    table_alias: " AS ",
    from_nothing: "",
    except: "EXCEPT",
    paging: Paging::Limit { prefix: "+", none: " LIMIT -1" },
    max_list: usize::MAX,
    groups_by_key: true,
    like_escapes: false,
    ilike: false,
    aggregate_filter: true,
    aggregate_order: true,
    string_agg: StringAgg::GroupConcat,
    frame_groups: true,
    all_of_sets: false,
    lateral: false,
    distinct_on: false,
    merge: None,
    full_join: true,
    quantifiers: false,
    materialized: true,
    with_in_writes: true,
    with_recursive: "WITH RECURSIVE ",
    recursive_union: true,
    named_windows: true,
    insert_defaults: InsertDefaults::Values,
    returning: true,
    update_returning: true,
    delete_returning: true,
    returning_into: false,
    empty_is_null: false,
    joined_writes: JoinedWrites::From,
    last_insert_id: LastInsertId::FirstRow,
    generated_keys: GeneratedKeys::Rows,
    insert_many: InsertMany { most: 64, arrays: false, exact: 1 },
    update_many: UpdateMany { style: UpdateStyle::OneRow, most: 1 },
    bulk_load: false,
    names_constraints: false,
    upsert: Upsert::OnConflict,
    row_locks: None,
    names_columns: true,
    survives_errors: true,
    simultaneous_assignments: true,
    releases_savepoints: true,
    transactional_ddl: true,
    forward_references: true,
    alter_constraints: false,
    key_actions: KeyActions::All,
    deferrable_keys: true,
    schemas: true,
    schemas_are_databases: true,
    uniques_are_indexes: false,
    sequences: None,
    comments: Comments::None,
    native_enums: NativeEnums::None,
    arrays: false,
    max_name: usize::MAX,
};

/// The most digits that an integer of 64 bits keeps.
const MAX_DECIMAL_DIGITS: u8 = 18;

impl Dialect for SqliteDialect {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    fn is_reserved(&self, name: &str) -> bool {
        RESERVED.binary_search(&name).is_ok()
    }

    fn node(&self, compiler: &mut Compiler<'_>, node: &Node) -> Result<bool> {
        match node {
            Node::Function(function) => {
                Ok(call(compiler, function)? || temporal::call(compiler, function)? || json::call(compiler, function)?)
            }
            Node::In { node, set: Set::List(rows), negated } if matches!(rows[..], [Node::Row(_), ..]) => {
                compiler.node(node)?;
                compiler.push(if *negated { " NOT IN (VALUES " } else { " IN (VALUES " });
                compiler.separated(", ", rows, Compiler::node)?;
                compiler.push(")");
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn list_style(&self, sql_type: SqlType) -> ListStyle {
        match sql_type {
            // A double is not always the same after a way through text, a decimal is scaled for its column, JSON knows no bytes.
            SqlType::Real | SqlType::Double | SqlType::Decimal | SqlType::Bytes => ListStyle::Padded,
            _ => ListStyle::Json,
        }
    }

    fn scaled_decimal(&self, column: &ColumnDef) -> Option<u8> {
        match (column.sql_type, column.precision) {
            (SqlType::Decimal, Some((_, scale))) => Some(scale),
            _ => None,
        }
    }

    fn keeps_scaled_decimals(&self) -> bool {
        true
    }

    fn column_type(&self, column: &ColumnDef) -> Result<Cow<'static, str>> {
        // The names tell a reader and reflection what is kept; what SQLite does follows from its affinity rules, and each name is
        // chosen so that no value is changed: a JSON number must stay the text it is, hence TEXT in the name.
        Ok(match column.sql_type {
            SqlType::Boolean => "BOOLEAN".into(),
            // A key that the database generates is the rowid by this very name.
            _ if column.autoincrement => "INTEGER".into(),
            SqlType::TinyInt => "TINYINT".into(),
            SqlType::SmallInt => "SMALLINT".into(),
            SqlType::Integer => "INTEGER".into(),
            SqlType::BigInt => "BIGINT".into(),
            SqlType::TinyUnsigned => "TINYINT UNSIGNED".into(),
            SqlType::SmallUnsigned => "SMALLINT UNSIGNED".into(),
            SqlType::Unsigned => "INTEGER UNSIGNED".into(),
            SqlType::BigUnsigned => "BIGINT UNSIGNED".into(),
            SqlType::Real => "FLOAT".into(),
            SqlType::Double => "DOUBLE".into(),
            SqlType::Decimal => decimal_type(column)?,
            SqlType::Text => match column.length {
                Some(length) => format!("VARCHAR({length})").into(),
                None => "TEXT".into(),
            },
            SqlType::Bytes => "BLOB".into(),
            SqlType::Date => "DATE".into(),
            SqlType::Time => "TIME".into(),
            SqlType::DateTime => "DATETIME".into(),
            SqlType::UtcDateTime => "TIMESTAMP".into(),
            SqlType::Uuid => "CHAR(36)".into(),
            SqlType::Json => "JSON_TEXT".into(),
            SqlType::Enum(def) => match def.storage {
                EnumStorage::Integer => "INTEGER".into(),
                EnumStorage::Native | EnumStorage::Text => {
                    let longest = def.labels.iter().map(|label| label.chars().count()).max().unwrap_or(1);
                    format!("VARCHAR({longest})").into()
                }
            },
            SqlType::Custom(name) => name.into(),
            other => return Err(no_type(other)),
        })
    }

    fn autoincrement(&self) -> &'static str {
        " PRIMARY KEY NOT NULL"
    }

    fn inline_primary_key(&self) -> bool {
        true
    }

    fn type_check(&self, column: &ColumnDef, name: &str) -> Option<String> {
        match (column.sql_type, column.length) {
            (SqlType::Boolean, _) => Some(format!("{name} IN (0, 1)")),
            // To SQLite the length in a type is a remark. It counts characters of texts, and bytes of others.
            (SqlType::Text | SqlType::Bytes, Some(length)) => Some(format!("length({name}) <= {length}")),
            _ => None,
        }
    }

    fn cast_type(&self, sql_type: SqlType) -> Result<Cow<'static, str>> {
        use SqlType::*;
        match sql_type {
            TinyInt | SmallInt | Integer | BigInt | TinyUnsigned | SmallUnsigned | Unsigned | BigUnsigned => {
                Ok("INTEGER".into())
            }
            Real | Double => Ok("REAL".into()),
            Text => Ok("TEXT".into()),
            Bytes => Ok("BLOB".into()),
            other => Err(Error::new(
                ErrorKind::NotSupported,
                format!("sqlite casts only to integers, doubles, text and bytes, not to {other:?}"),
            )),
        }
    }

    fn column_literal(&self, column: &ColumnDef, literal: &Literal) -> Result<String> {
        let scale = self.scaled_decimal(column);
        match (scale, literal.to_value(column.sql_type)) {
            (Some(scale), Some(Value::Decimal(value))) => scaled_literal(value, scale),
            (_, Some(value)) => self.literal(&value),
            (_, None) => Err(literal_does_not_fit(column, literal)),
        }
    }

    fn table_exists(&self, schema: Option<&str>, name: &str) -> (String, Vec<Value>) {
        let master = match schema {
            Some(schema) => format!("\"{}\".sqlite_master", schema.replace('"', "\"\"")),
            None => "sqlite_master".to_owned(),
        };
        let sql = format!("SELECT 1 FROM {master} WHERE type IN ('table', 'view') AND name = ?");
        (sql, vec![Value::Text(name.to_owned())])
    }

    fn catalog(&self) -> Option<&dyn Catalog> {
        Some(&SqliteCatalog)
    }

    fn before_dropping_cycles(&self) -> Option<&'static str> {
        // Tables that refer to each other are empty of each other only when all are gone.
        Some("PRAGMA defer_foreign_keys = ON")
    }
}

fn decimal_type(column: &ColumnDef) -> Result<Cow<'static, str>> {
    match column.precision {
        Some((precision, scale)) if precision <= MAX_DECIMAL_DIGITS => {
            Ok(format!("DECIMAL({precision}, {scale})").into())
        }
        Some((precision, _)) => Err(Error::new(
            ErrorKind::NotSupported,
            format!("sqlite would round decimals of {precision} digits; it keeps at most {MAX_DECIMAL_DIGITS}"),
        )),
        None => Err(Error::new(
            ErrorKind::NotSupported,
            "sqlite keeps decimals as integers of a known scale; say it: #[column(precision = 18, scale = 2)]",
        )),
    }
}

/// The integer that a column of `scale` digits after the point keeps for a decimal.
fn scaled_literal(mut value: Decimal, scale: u8) -> Result<String> {
    let given = value;
    value.rescale(scale.into());
    if value != given || value.scale() != u32::from(scale) {
        let message =
            format!("the default {given} has more than the {scale} digits after the point that its column keeps");
        return Err(Error::new(ErrorKind::Schema, message));
    }
    Ok(value.mantissa().to_string())
}

fn no_type(sql_type: SqlType) -> Error {
    Error::new(ErrorKind::NotSupported, format!("sqlite has no type for {sql_type:?}"))
}

/// Writes the calls that SQLite spells its own way.
fn call(compiler: &mut Compiler<'_>, function: &Function) -> Result<bool> {
    match function.name {
        FunctionName::CurrentTimestamp => {
            // As instants are stored, with the milliseconds that CURRENT_TIMESTAMP leaves out.
            compiler.push("strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now')");
            Ok(true)
        }
        FunctionName::Random => {
            compiler.push("(random() / 18446744073709551616.0 + 0.5)");
            Ok(true)
        }
        FunctionName::Round | FunctionName::Ceil | FunctionName::Floor if function.returns.is_integer() => {
            // A whole number is its own nearest; round() would make it a double.
            compiler.separated("", &function.arguments, |compiler, node| compiler.node_in(node, Precedence::Atom))?;
            Ok(true)
        }
        // The bundled library comes without ceil() and floor().
        FunctionName::Ceil if is_double(function) => whole(compiler, function, " + ", " < "),
        FunctionName::Floor if is_double(function) => whole(compiler, function, " - ", " > "),
        _ => Ok(false),
    }
}

fn is_double(function: &Function) -> bool {
    matches!(function.returns, SqlType::Double | SqlType::Real)
}

/// Writes the whole number on one side of `a`: the nearest one, and one further where that is on the other side.
fn whole(compiler: &mut Compiler<'_>, function: &Function, step: &str, beyond: &str) -> Result<bool> {
    let Some(argument) = function.arguments.first() else { return Ok(false) };
    for (before, after) in [("(round(", step), ("(round(", beyond)] {
        compiler.push(before);
        compiler.node(argument)?;
        compiler.push(")");
        compiler.push(after);
    }
    compiler.node_in(argument, Precedence::Concat)?;
    compiler.push("))");
    Ok(true)
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use super::SqliteDialect;
    use aludel_core::{
        expr::{
            Node,
            tree::{Constant, Select},
        },
        statement::Statement,
    };
    use rusqlite::{Connection, StatementStatus};
    use std::error::Error;

    #[test]
    fn a_limit_leaves_its_statement_prepared() -> Result<(), Box<dyn Error>> {
        let columns = vec![Node::Constant(Constant::True)];
        let select = Select { columns, limit: Some(10), offset: Some(5), ..Select::default() };
        let sql = Statement::Select(select).to_sql(&SqliteDialect)?;
        let connection = Connection::open_in_memory()?;
        let mut statement = connection.prepare(&sql)?;
        for limit in [10, 20, 30] {
            statement.query_row([limit, 0], |_| Ok(()))?;
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0, "{sql}");
        Ok(())
    }
}
