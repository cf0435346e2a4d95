//! The SQL of MySQL and MariaDB.

use super::{
    catalog::{MARIADB as MARIADB_CATALOG, MYSQL as MYSQL_CATALOG},
    expression,
    reserved::RESERVED,
};
use aludel_core::{
    Error, ErrorKind, Result,
    compile::{
        Capabilities, Comments, Compiler, Dialect, GeneratedKeys, InsertDefaults, InsertMany, JoinedWrites, KeyActions,
        LastInsertId, LockOf, NativeEnums, NextValue, Paging, Placeholder, RowLocks, StringAgg, UpdateMany,
        UpdateStyle, Upsert, catalog::Catalog, literal_does_not_fit, plain_literal, quote_text,
    },
    expr::Node,
    schema::{ColumnDef, Literal},
    types::{EnumStorage, SqlType, Value},
};
use std::borrow::Cow;

/// The SQL of MySQL, version 8.0.19 and later, or of MariaDB, version 10.5 and later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MysqlDialect {
    /// Whether MariaDB's own SQL may be used.
    extended: bool,
    /// Whether the server is a MariaDB, which need not mean that its own SQL is asked for.
    mariadb: bool,
    /// Whether it has a type for UUIDs.
    uuids: bool,
    capabilities: Capabilities,
}

const CAPABILITIES: Capabilities = Capabilities {
    placeholder: Placeholder::Question,
    max_binds: 65_535,
    quote: '`',
    booleans: true,
    nulls_order: false,
    conditions_are_values: true,
    table_alias: " AS ",
    from_nothing: "",
    except: "EXCEPT",
    paging: Paging::Limit { prefix: "", none: " LIMIT 18446744073709551615" },
    max_list: usize::MAX,
    groups_by_key: true,
    like_escapes: true,
    ilike: false,
    aggregate_filter: false,
    aggregate_order: false,
    string_agg: StringAgg::Separator,
    frame_groups: false,
    all_of_sets: true,
    lateral: true,
    distinct_on: false,
    merge: None,
    full_join: false,
    quantifiers: true,
    materialized: false,
    with_in_writes: true,
    with_recursive: "WITH RECURSIVE ",
    recursive_union: true,
    named_windows: true,
    insert_defaults: InsertDefaults::EmptyRow,
    returning: false,
    update_returning: false,
    delete_returning: false,
    returning_into: false,
    empty_is_null: false,
    joined_writes: JoinedWrites::Joined,
    last_insert_id: LastInsertId::FirstRow,
    generated_keys: GeneratedKeys::RowsAndCounter,
    insert_many: InsertMany { most: 1_000, arrays: false, exact: 1_000 },
    update_many: UpdateMany { style: UpdateStyle::Cases, most: 128 },
    bulk_load: false,
    upsert: Upsert::OnDuplicateKey,
    // What both MySQL and MariaDB take.
    row_locks: Some(RowLocks { share: " LOCK IN SHARE MODE", of: LockOf::Nothing }),
    names_constraints: true,
    names_columns: false,
    survives_errors: true,
    simultaneous_assignments: false,
    releases_savepoints: true,
    transactional_ddl: false,
    forward_references: false,
    alter_constraints: true,
    key_actions: KeyActions::All,
    deferrable_keys: false,
    schemas: true,
    schemas_are_databases: false,
    uniques_are_indexes: true,
    sequences: None,
    comments: Comments::Inline,
    native_enums: NativeEnums::Columns,
    arrays: false,
    max_name: 64,
};

const MARIADB: Capabilities = Capabilities {
    returning: true,
    delete_returning: true,
    sequences: Some(NextValue::FunctionOfName),
    last_insert_id: LastInsertId::Untold,
    lateral: false,
    with_in_writes: false,
    simultaneous_assignments: true, // the driver asks for it
    ..CAPABILITIES
};

/// The most digits that a `Decimal` of the program's has.
const MAX_DECIMAL_DIGITS: u8 = 28;
/// The most digits that a DECIMAL has.
const MAX_DIGITS: u8 = 65;
/// The most characters that a `VARCHAR` has, four bytes each: a row of all columns but the largest types holds 65,535
/// bytes.
const MAX_VARCHAR: u32 = 16_383;
const MAX_VARBINARY: u32 = 65_532;
/// The most bytes of a column in a key.
const MAX_KEY: u32 = 3_072;

/// What a server says of itself, as far as its SQL depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Server {
    /// Whether it is a MariaDB.
    pub mariadb: bool,
    /// Its version: 10, 11.
    pub version: (u16, u16),
    /// How far generated keys are apart: `auto_increment_increment`.
    pub key_step: u64,
}

impl MysqlDialect {
    /// MySQL 8.
    pub const fn mysql() -> Self {
        Self { extended: false, mariadb: false, uuids: false, capabilities: CAPABILITIES }
    }

    /// MariaDB 10.7 and later, with its own SQL.
    pub const fn mariadb() -> Self {
        Self { extended: true, mariadb: true, uuids: true, capabilities: MARIADB }
    }

    /// The dialect of a server; MariaDB's own SQL is used if it is one and that is `wanted`.
    pub fn of(server: Server, wanted: bool) -> Self {
        let Server { mariadb, version, key_step } = server;
        if mariadb && wanted && version >= (10, 5) {
            return Self { uuids: version >= (10, 7), ..Self::mariadb() };
        }
        let mut dialect = Self { mariadb, ..Self::mysql() };
        dialect.capabilities.lateral = !mariadb;
        dialect.capabilities.with_in_writes = !mariadb;
        if key_step != 1 {
            dialect.capabilities.last_insert_id = LastInsertId::OneRow;
        }
        dialect
    }

    fn type_name(&self, sql_type: SqlType) -> Result<Cow<'static, str>> {
        Ok(match sql_type {
            SqlType::Boolean => "TINYINT(1)".into(),
            SqlType::TinyInt => "TINYINT".into(),
            SqlType::SmallInt => "SMALLINT".into(),
            SqlType::Integer => "INT".into(),
            SqlType::BigInt => "BIGINT".into(),
            SqlType::TinyUnsigned => "TINYINT UNSIGNED".into(),
            SqlType::SmallUnsigned => "SMALLINT UNSIGNED".into(),
            SqlType::Unsigned => "INT UNSIGNED".into(),
            SqlType::BigUnsigned => "BIGINT UNSIGNED".into(),
            SqlType::Real => "FLOAT".into(),
            SqlType::Double => "DOUBLE".into(),
            SqlType::Text => "LONGTEXT".into(),
            SqlType::Bytes => "LONGBLOB".into(),
            SqlType::Date => "DATE".into(),
            SqlType::Time => "TIME(6)".into(),
            // A TIMESTAMP ends in 2038. Instants are kept in UTC, which is the session's zone too.
            SqlType::DateTime | SqlType::UtcDateTime => "DATETIME(6)".into(),
            SqlType::Uuid if self.uuids => "UUID".into(),
            SqlType::Uuid => "CHAR(36)".into(),
            SqlType::Json => "JSON".into(),
            SqlType::Enum(def) => match def.storage {
                EnumStorage::Integer => "BIGINT".into(),
                EnumStorage::Native => {
                    let labels: Vec<String> = def.labels.iter().map(|label| self.text_literal(label)).collect();
                    format!("ENUM({})", labels.join(", ")).into()
                }
                EnumStorage::Text => {
                    let longest = def.labels.iter().map(|label| label.chars().count()).max().unwrap_or(1);
                    format!("VARCHAR({longest})").into()
                }
            },
            SqlType::Custom(name) => name.into(),
            other => return Err(self.no(format!("type for {other:?}"))),
        })
    }

    fn no(&self, what: impl std::fmt::Display) -> Error {
        Error::new(ErrorKind::NotSupported, format!("{} has no {what}", self.name()))
    }
}

impl Dialect for MysqlDialect {
    fn name(&self) -> &'static str {
        if self.extended { "mariadb" } else { "mysql" }
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn is_reserved(&self, name: &str) -> bool {
        RESERVED.binary_search(&name).is_ok()
    }

    fn node(&self, compiler: &mut Compiler<'_>, node: &Node) -> Result<bool> {
        expression::node(compiler, node)
    }

    fn column_type(&self, column: &ColumnDef) -> Result<Cow<'static, str>> {
        match (column.sql_type, column.length, column.precision) {
            (SqlType::Text, Some(length), _) if length <= MAX_VARCHAR => Ok(format!("VARCHAR({length})").into()),
            (SqlType::Bytes, Some(length), _) if length <= MAX_VARBINARY => Ok(format!("VARBINARY({length})").into()),
            (SqlType::Decimal, _, Some((precision, _))) if precision > MAX_DECIMAL_DIGITS => Err(Error::new(
                ErrorKind::NotSupported,
                format!(
                    "a Decimal has at most {MAX_DECIMAL_DIGITS} digits, not {precision}; a BigDecimal, of the feature `bigdecimal`, has more"
                ),
            )),
            (SqlType::BigDecimal, _, Some((precision, _))) if precision > MAX_DIGITS => {
                Err(self.no("decimals of more than 65 digits"))
            }
            (SqlType::Decimal | SqlType::BigDecimal, _, Some((precision, scale))) => {
                Ok(format!("DECIMAL({precision}, {scale})").into())
            }
            (SqlType::Decimal | SqlType::BigDecimal, ..) => {
                Err(self.no("decimals of any number of digits; say how many: precision = 18, scale = 6"))
            }
            (sql_type, ..) => self.type_name(sql_type),
        }
    }

    fn autoincrement(&self) -> &'static str {
        " AUTO_INCREMENT"
    }

    fn table_options(&self) -> &'static str {
        // By code point, and with spaces at the end, as other databases compare text.
        if self.mariadb { " COLLATE utf8mb4_nopad_bin" } else { " COLLATE utf8mb4_0900_bin" }
    }

    fn check_key(&self, column: &ColumnDef) -> Result<()> {
        let (most, what) = match column.sql_type {
            SqlType::Text => (MAX_KEY / 4, "characters"),
            SqlType::Bytes => (MAX_KEY, "bytes"),
            SqlType::Json => return Err(self.no("keys of JSON")),
            _ => return Ok(()),
        };
        match column.length {
            Some(length) if length <= most => Ok(()),
            Some(length) => Err(self.no(format!("keys of {length} {what}; at most {most} fit"))),
            None => {
                Err(self.no(format!("keys of unlimited length; give the column one of at most {most}: length = 190")))
            }
        }
    }

    fn type_check(&self, column: &ColumnDef, name: &str) -> Option<String> {
        match (column.sql_type, column.length) {
            (SqlType::Boolean, _) => Some(format!("{name} IN (0, 1)")),
            (SqlType::Text, Some(length)) if length > MAX_VARCHAR => Some(format!("char_length({name}) <= {length}")),
            (SqlType::Bytes, Some(length)) if length > MAX_VARBINARY => {
                Some(format!("octet_length({name}) <= {length}"))
            }
            _ => None,
        }
    }

    fn cast_type(&self, sql_type: SqlType) -> Result<Cow<'static, str>> {
        Ok(match sql_type {
            // Of a negative number, UNSIGNED would make a huge one.
            SqlType::BigUnsigned => "DECIMAL(20, 0)".into(),
            sql_type if sql_type.is_integer() => "SIGNED".into(),
            SqlType::Enum(def) if def.storage == EnumStorage::Integer => "SIGNED".into(),
            SqlType::Text | SqlType::Enum(_) => "CHAR".into(),
            SqlType::Bytes => "BINARY".into(),
            // As many digits as there can be: without them there were 10 before the point and none after it.
            SqlType::Decimal | SqlType::BigDecimal => "DECIMAL(65, 30)".into(),
            SqlType::Json if self.mariadb => return Err(self.no("casts to JSON")),
            SqlType::Boolean => return Err(self.no("casts to bool; compare with 0: .ne(0)")),
            other => self.type_name(other)?,
        })
    }

    fn text_literal(&self, text: &str) -> String {
        quote_text(&text.replace('\\', "\\\\"))
    }

    fn literal(&self, value: &Value) -> Result<String> {
        Ok(match value {
            Value::Text(v) | Value::Json(v) => self.text_literal(v),
            Value::Enum(_, v) => self.text_literal(v),
            Value::Date(v) => quote_text(&v.to_string()),
            Value::Time(v) => quote_text(&v.to_string()),
            Value::DateTime(v) => quote_text(&v.to_string()),
            Value::UtcDateTime(v) => quote_text(&v.naive_utc().to_string()),
            other => return plain_literal(&self.capabilities, self.name(), other),
        })
    }

    fn column_literal(&self, column: &ColumnDef, literal: &Literal) -> Result<String> {
        let Some(value) = literal.to_value(column.sql_type) else { return Err(literal_does_not_fit(column, literal)) };
        let literal = self.literal(&value)?;
        // A default of the largest types is an expression.
        let is_large = self.column_type(column).is_ok_and(|name| name.starts_with("LONG") || name == "JSON");
        Ok(if is_large { format!("({literal})") } else { literal })
    }

    fn catalog(&self) -> Option<&dyn Catalog> {
        Some(if self.mariadb { &MARIADB_CATALOG } else { &MYSQL_CATALOG })
    }

    fn table_exists(&self, schema: Option<&str>, name: &str) -> (String, Vec<Value>) {
        let schema = match schema {
            Some(schema) => Value::Text(schema.to_string()),
            None => Value::Null(SqlType::Text),
        };
        let sql =
            "SELECT 1 FROM information_schema.tables WHERE table_schema = coalesce(?, database()) AND table_name = ?";
        (sql.into(), vec![schema, Value::Text(name.to_owned())])
    }
}
