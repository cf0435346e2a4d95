//! The SQL of PostgreSQL.

use super::{catalog::PostgresqlCatalog, json, reserved::RESERVED, search, temporal};
use aludel_core::{
    Error, ErrorKind, Result,
    compile::{
        Capabilities, Comments, Compiler, Dialect, GeneratedKeys, InsertDefaults, InsertMany, JoinedWrites, KeyActions,
        LastInsertId, ListStyle, LockOf, MergeStyle, NativeEnums, NextValue, Paging, Placeholder, Precedence, RowLocks,
        StringAgg, UpdateMany, UpdateStyle, Upsert, catalog::Catalog, plain_literal, quote_text, quoted, sql_type,
    },
    expr::{
        Node,
        tree::{Function, FunctionName},
    },
    schema::ColumnDef,
    types::{EnumDef, EnumStorage, SqlType, Value},
};
use std::borrow::Cow;

/// The SQL of PostgreSQL, version 12 and later.
#[derive(Debug, Clone, Copy, Default)]
pub struct PostgresqlDialect;

static CAPABILITIES: Capabilities = Capabilities {
    placeholder: Placeholder::Dollar,
    max_binds: 65_535,
    quote: '"',
    booleans: true,
    nulls_order: true,
    conditions_are_values: true,
    table_alias: " AS ",
    from_nothing: "",
    except: "EXCEPT",
    paging: Paging::Limit { prefix: "", none: "" },
    max_list: usize::MAX,
    groups_by_key: true,
    like_escapes: true,
    ilike: true,
    aggregate_filter: true,
    aggregate_order: true,
    string_agg: StringAgg::StringAgg,
    frame_groups: true,
    all_of_sets: true,
    lateral: true,
    distinct_on: true,
    merge: Some(MergeStyle::Standard),
    full_join: true,
    quantifiers: true,
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
    joined_writes: JoinedWrites::Using,
    last_insert_id: LastInsertId::Untold,
    generated_keys: GeneratedKeys::Counter,
    insert_many: InsertMany { most: 8_192, arrays: false, exact: 1_000 },
    update_many: UpdateMany { style: UpdateStyle::Values, most: 512 },
    bulk_load: true,
    names_constraints: true,
    upsert: Upsert::OnConflict,
    row_locks: Some(RowLocks { share: " FOR SHARE", of: LockOf::Tables }),
    names_columns: true,
    survives_errors: false,
    simultaneous_assignments: true,
    releases_savepoints: true,
    transactional_ddl: true,
    forward_references: false,
    alter_constraints: true,
    key_actions: KeyActions::All,
    deferrable_keys: true,
    schemas: true,
    schemas_are_databases: false,
    uniques_are_indexes: false,
    sequences: Some(NextValue::Function),
    comments: Comments::Statements,
    native_enums: NativeEnums::Types,
    arrays: true,
    max_name: 63,
};

/// The most digits that a `Decimal` of the program's has.
const MAX_DECIMAL_DIGITS: u8 = 28;

impl Dialect for PostgresqlDialect {
    fn name(&self) -> &'static str {
        "postgresql"
    }

    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    fn is_reserved(&self, name: &str) -> bool {
        RESERVED.binary_search(&name).is_ok()
    }

    fn node(&self, compiler: &mut Compiler<'_>, node: &Node) -> Result<bool> {
        match node {
            Node::Function(function) => Ok(call(compiler, function)?
                || temporal::call(compiler, function)?
                || json::call(compiler, function)?
                || search::call(compiler, function)?),
            // By itself it would be text, which is no enum and no JSON: `CASE … THEN $1`.
            Node::Bind(value) => match named_type(value) {
                Some(sql_type) => compiler
                    .cast(sql_type, |compiler| {
                        compiler.bind(value);
                        Ok(())
                    })
                    .map(|()| true),
                None => Ok(false),
            },
            Node::Cast(inner, target) if target.is_integer() => cast_to_integer(compiler, inner, *target),
            _ => Ok(false),
        }
    }

    fn list_style(&self, _: SqlType) -> ListStyle {
        ListStyle::Array
    }

    fn column_type(&self, column: &ColumnDef) -> Result<Cow<'static, str>> {
        match (column.sql_type, column.length, column.precision) {
            (SqlType::Text, Some(length), _) => Ok(format!("VARCHAR({length})").into()),
            (SqlType::Decimal, _, Some((precision, _))) if precision > MAX_DECIMAL_DIGITS => Err(Error::new(
                ErrorKind::NotSupported,
                format!(
                    "a Decimal has at most {MAX_DECIMAL_DIGITS} digits, not {precision}; a BigDecimal, of the feature `bigdecimal`, has more"
                ),
            )),
            (SqlType::Decimal | SqlType::BigDecimal, _, Some((precision, scale))) => {
                Ok(format!("NUMERIC({precision}, {scale})").into())
            }
            (sql_type, ..) => type_name(sql_type),
        }
    }

    fn autoincrement(&self) -> &'static str {
        " GENERATED BY DEFAULT AS IDENTITY"
    }

    fn type_check(&self, column: &ColumnDef, name: &str) -> Option<String> {
        match (column.sql_type, column.length) {
            (SqlType::TinyInt, _) => Some(format!("{name} BETWEEN -128 AND 127")),
            (SqlType::TinyUnsigned, _) => Some(format!("{name} BETWEEN 0 AND {}", u8::MAX)),
            (SqlType::SmallUnsigned, _) => Some(format!("{name} BETWEEN 0 AND {}", u16::MAX)),
            (SqlType::Unsigned, _) => Some(format!("{name} BETWEEN 0 AND {}", u32::MAX)),
            (SqlType::BigUnsigned, _) => Some(format!("{name} >= 0")),
            (SqlType::Bytes, Some(length)) => Some(format!("octet_length({name}) <= {length}")),
            _ => None,
        }
    }

    fn cast_type(&self, sql_type: SqlType) -> Result<Cow<'static, str>> {
        type_name(sql_type)
    }

    fn literal(&self, value: &Value) -> Result<String> {
        Ok(match value {
            Value::Date(v) => quote_text(&v.to_string()),
            Value::Time(v) => quote_text(&v.to_string()),
            Value::DateTime(v) => quote_text(&v.to_string()),
            Value::UtcDateTime(v) => quote_text(&v.to_rfc3339()),
            other => return plain_literal(&CAPABILITIES, self.name(), other),
        })
    }

    fn table_exists(&self, schema: Option<&str>, name: &str) -> (String, Vec<Value>) {
        // As a statement would find it: along the search path, unless it names a schema.
        let name: Vec<_> = schema.into_iter().chain([name]).map(in_quotes).collect();
        let name = name.join(".");
        ("SELECT 1 WHERE to_regclass($1) IS NOT NULL".into(), vec![Value::Text(name)])
    }

    fn catalog(&self) -> Option<&dyn Catalog> {
        Some(&PostgresqlCatalog)
    }

    fn enum_exists(&self, def: &EnumDef) -> (String, Vec<Value>) {
        ("SELECT 1 WHERE to_regtype($1) IS NOT NULL".into(), vec![Value::Text(in_quotes(&def.name))])
    }
}

fn in_quotes(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn type_name(sql_type: SqlType) -> Result<Cow<'static, str>> {
    Ok(match sql_type {
        SqlType::Boolean => "BOOLEAN".into(),
        SqlType::TinyInt | SqlType::SmallInt | SqlType::TinyUnsigned => "SMALLINT".into(),
        SqlType::Integer | SqlType::SmallUnsigned => "INTEGER".into(),
        SqlType::BigInt | SqlType::Unsigned | SqlType::BigUnsigned => "BIGINT".into(),
        SqlType::Real => "REAL".into(),
        SqlType::Double => "DOUBLE PRECISION".into(),
        SqlType::Decimal | SqlType::BigDecimal => "NUMERIC".into(),
        SqlType::Text => "TEXT".into(),
        SqlType::Bytes => "BYTEA".into(),
        SqlType::Date => "DATE".into(),
        SqlType::Time => "TIME".into(),
        SqlType::DateTime => "TIMESTAMP".into(),
        SqlType::UtcDateTime => "TIMESTAMP WITH TIME ZONE".into(),
        SqlType::Uuid => "UUID".into(),
        SqlType::Json => "JSONB".into(),
        SqlType::Enum(def) => match def.storage {
            EnumStorage::Integer => "INTEGER".into(),
            EnumStorage::Native => quoted(&PostgresqlDialect, &def.name)?.into(),
            EnumStorage::Text => {
                let longest = def.labels.iter().map(|label| label.chars().count()).max().unwrap_or(1);
                format!("VARCHAR({longest})").into()
            }
        },
        SqlType::Array(item) => format!("{}[]", type_name(*item)?).into(),
        SqlType::Custom(name) => name.into(),
        other => return Err(Error::new(ErrorKind::NotSupported, format!("postgresql has no type for {other:?}"))),
    })
}

/// The type of a value that is sent as text and is of another type, however it is used.
fn named_type(value: &Value) -> Option<SqlType> {
    match value {
        Value::Json(_) | Value::Null(SqlType::Json) => Some(SqlType::Json),
        Value::Enum(def, _) | Value::Null(SqlType::Enum(def)) if def.storage == EnumStorage::Native => {
            Some(SqlType::Enum(def))
        }
        _ => None,
    }
}

/// Writes the calls that PostgreSQL spells its own way, or whose type it would change.
fn call(compiler: &mut Compiler<'_>, function: &Function) -> Result<bool> {
    let argument = function.arguments.first();
    match function.name {
        // Of a BIGINT it would be NUMERIC.
        FunctionName::Sum if function.returns.is_integer() => {
            compiler.cast(SqlType::BigInt, |compiler| compiler.function(function))?;
        }
        // Of a REAL it would be a REAL, added up with the digits of one.
        FunctionName::Sum if argument.and_then(sql_type) == Some(SqlType::Real) => {
            compiler.cast(SqlType::Double, |compiler| {
                compiler.call(function, |compiler, node| compiler.cast(SqlType::Double, |compiler| compiler.node(node)))
            })?;
        }
        // It is an INTEGER, whatever its argument.
        FunctionName::Ntile => compiler.cast(SqlType::BigInt, |compiler| compiler.function(function))?,
        // Of an integer it would be NUMERIC.
        FunctionName::Avg
            if function.returns == SqlType::Double
                && !matches!(argument.and_then(sql_type), Some(SqlType::Real | SqlType::Double)) =>
        {
            compiler.cast(SqlType::Double, |compiler| compiler.function(function))?;
        }
        // A whole number is its own nearest; round() would make it a double.
        FunctionName::Round | FunctionName::Ceil | FunctionName::Floor if function.returns.is_integer() => {
            compiler.separated("", argument, |compiler, node| compiler.node_in(node, Precedence::Atom))?;
        }
        // It takes no BIGINT.
        FunctionName::Substring => {
            compiler.push("substr(");
            compiler.separated(", ", function.arguments.iter().enumerate(), |compiler, (index, node)| {
                if index == 0 {
                    return compiler.node(node);
                }
                compiler.cast(SqlType::Integer, |compiler| compiler.node(node))
            })?;
            compiler.push(")");
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Writes a cast to an integer that cuts off the fraction, as it does elsewhere, and takes booleans.
fn cast_to_integer(compiler: &mut Compiler<'_>, inner: &Node, target: SqlType) -> Result<bool> {
    match sql_type(inner) {
        Some(SqlType::Real | SqlType::Double | SqlType::Decimal | SqlType::BigDecimal) => {
            compiler.cast(target, |compiler| {
                compiler.push("trunc(");
                compiler.node(inner)?;
                compiler.push(")");
                Ok(())
            })?
        }
        Some(SqlType::Boolean) => {
            compiler.cast(target, |compiler| compiler.cast(SqlType::Integer, |compiler| compiler.node(inner)))?
        }
        _ => return Ok(false),
    }
    Ok(true)
}
