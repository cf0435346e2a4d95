//! The SQL of Oracle.

use super::{expression, large, reserved::RESERVED, types};
use aludel_core::{
    Result,
    compile::{
        Capabilities, Comments, Compiler, Dialect, GeneratedKeys, InsertDefaults, InsertMany, JoinedWrites, KeyActions,
        LastInsertId, LockOf, MergeStyle, NativeEnums, Paging, Placeholder, RowLocks, StringAgg, Upsert, plain_literal,
        quote_text,
    },
    expr::{Node, tree::Select},
    schema::{ColumnDef, TableDef},
    types::{SqlType, Value},
};
use std::borrow::Cow;

/// A version of Oracle: its number and that of the release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u8, pub u8);

impl Version {
    /// 12.1, the first with generated keys and FETCH.
    pub const V12_1: Self = Self(12, 1);
    /// 12.2, the first with names of more than 30 bytes.
    pub const V12_2: Self = Self(12, 2);
    /// 19c, which is what a server is taken for that does not say.
    pub const V19: Self = Self(19, 0);
    /// 21c
    pub const V21: Self = Self(21, 0);
    /// 23ai, the first with booleans.
    pub const V23: Self = Self(23, 0);
}

/// The SQL of Oracle, version 11.2 and later.
///
/// It was checked by snapshots, by a lint of what Oracle refuses, and by running it on H2 in its Oracle mode; it never ran on Oracle itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OracleDialect {
    version: Version,
    capabilities: Capabilities,
}

const CAPABILITIES: Capabilities = Capabilities {
    placeholder: Placeholder::Colon,
    max_binds: 65_535,
    quote: '"',
    booleans: false,
    nulls_order: true,
    conditions_are_values: false,
    table_alias: " ",
    from_nothing: " FROM dual",
    except: "MINUS",
    paging: Paging::Fetch,
    max_list: 1_000,
    groups_by_key: false,
    like_escapes: false,
    ilike: false,
    aggregate_filter: false,
    aggregate_order: false,
    string_agg: StringAgg::Listagg,
    frame_groups: false,
    all_of_sets: false,
    lateral: true,
    distinct_on: false,
    merge: Some(MergeStyle::Where),
    full_join: true,
    quantifiers: true,
    materialized: false,
    with_in_writes: false,
    with_recursive: "WITH ",
    recursive_union: false,
    named_windows: false,
    insert_defaults: InsertDefaults::OfColumn,
    returning: true,
    update_returning: true,
    delete_returning: true,
    returning_into: true,
    empty_is_null: true,
    joined_writes: JoinedWrites::Subquery,
    last_insert_id: LastInsertId::Untold,
    generated_keys: GeneratedKeys::Counter,
    insert_many: InsertMany { most: 1_000, arrays: true, powers_of_two: false },
    bulk_load: false,
    upsert: Upsert::Merge,
    // There is no weaker lock.
    row_locks: Some(RowLocks { share: " FOR UPDATE", of: LockOf::Columns }),
    names_constraints: true,
    names_columns: false,
    simultaneous_assignments: true,
    releases_savepoints: false,
    transactional_ddl: false,
    forward_references: false,
    alter_constraints: true,
    key_actions: KeyActions::OnDelete,
    deferrable_keys: true,
    schemas: true,
    schemas_are_databases: false,
    uniques_are_indexes: false,
    comments: Comments::Statements,
    native_enums: NativeEnums::None,
    arrays: false,
    max_name: 128,
};

impl Default for OracleDialect {
    fn default() -> Self {
        Self::V19
    }
}

impl OracleDialect {
    /// Oracle 19c.
    pub const V19: Self = Self { version: Version::V19, capabilities: CAPABILITIES };

    /// The dialect of a version.
    pub fn of(version: Version) -> Self {
        let mut capabilities = CAPABILITIES;
        if version < Version::V12_1 {
            capabilities.paging = Paging::Rownum;
            capabilities.lateral = false;
        }
        if version < Version::V12_2 {
            capabilities.max_name = 30;
        }
        if version >= Version::V21 {
            capabilities.all_of_sets = true;
            capabilities.frame_groups = true;
            capabilities.named_windows = true;
        }
        if version >= Version::V23 {
            capabilities.booleans = true;
            capabilities.conditions_are_values = true;
            capabilities.from_nothing = "";
        }
        Self { version, capabilities }
    }

    /// A dialect that can do less or more: of a server that is nearly an Oracle.
    pub fn with_capabilities(self, change: impl FnOnce(&mut Capabilities)) -> Self {
        let Self { version, mut capabilities } = self;
        change(&mut capabilities);
        Self { version, capabilities }
    }
}

impl Dialect for OracleDialect {
    fn name(&self) -> &'static str {
        "oracle"
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn is_reserved(&self, name: &str) -> bool {
        // A name begins with a letter.
        name.starts_with('_') || RESERVED.binary_search(&name).is_ok()
    }

    fn node(&self, compiler: &mut Compiler<'_>, node: &Node) -> Result<bool> {
        expression::node(compiler, node)
    }

    fn check_select(&self, select: &Select) -> Result<()> {
        large::check(select)
    }

    fn column_type(&self, column: &ColumnDef) -> Result<Cow<'static, str>> {
        types::of_column(column, self.version)
    }

    fn autoincrement(&self) -> &'static str {
        " GENERATED BY DEFAULT AS IDENTITY"
    }

    fn check_key(&self, column: &ColumnDef) -> Result<()> {
        types::check_key(column)
    }

    fn type_check(&self, column: &ColumnDef, name: &str) -> Option<String> {
        types::check(column, name, self.version)
    }

    fn cast_type(&self, sql_type: SqlType) -> Result<Cow<'static, str>> {
        types::of_cast(sql_type, self.version)
    }

    fn literal(&self, value: &Value) -> Result<String> {
        Ok(match value {
            Value::Date(v) => format!("DATE '{v}'"),
            Value::Time(v) => format!("INTERVAL '0 {v}' DAY TO SECOND"),
            Value::DateTime(v) => format!("TIMESTAMP '{}'", v.format("%Y-%m-%d %H:%M:%S%.f")),
            Value::UtcDateTime(v) => format!("TIMESTAMP '{} +00:00'", v.format("%Y-%m-%d %H:%M:%S%.f")),
            Value::Uuid(v) => format!("hextoraw({})", quote_text(&v.simple().to_string())),
            other => return plain_literal(&self.capabilities, self.name(), other),
        })
    }

    fn table_exists(&self, table: &TableDef) -> (String, Vec<Value>) {
        let owner = match &table.schema {
            Some(schema) => Value::Text(self.stored(schema)),
            None => Value::Null(SqlType::Text),
        };
        let sql = "SELECT 1 FROM all_tables WHERE owner = coalesce(:1, sys_context('USERENV', 'CURRENT_SCHEMA')) \
                   AND table_name = :2";
        (sql.into(), vec![owner, Value::Text(self.stored(&table.name))])
    }
}

impl OracleDialect {
    /// A name as the database keeps it: in capitals unless it is quoted.
    fn stored(&self, name: &str) -> String {
        let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if plain && !name.starts_with(|first: char| first.is_ascii_digit()) && !self.is_reserved(name) {
            name.to_ascii_uppercase()
        } else {
            name.to_owned()
        }
    }
}
