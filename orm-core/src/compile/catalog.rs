//! What a database says of itself.

use crate::{
    error::{Error, ErrorKind, Result},
    schema::{GeneratedKey, ReferentialAction, ReflectedEnum, ReflectedTable, ReflectedType, TableKind},
    types::{FromRow, Row, Value},
};
use std::{borrow::Cow, collections::BTreeMap, fmt::Debug};

/// A server's catalog: the queries that tell what is in the database, and how their rows are read.
///
/// A dialect answers with data, SQL and plain functions; who runs the queries, and on which connection, is not its
/// business. What the server makes by itself, its own tables and the indexes behind keys and uniques, is left out.
pub trait Catalog: Debug + Send + Sync {
    /// The name of the schema that names without one are in.
    fn default_schema(&self) -> CatalogQuery<Vec<String>>;

    /// The names of the schemas, without the server's own.
    fn schema_names(&self) -> CatalogQuery<Vec<String>>;

    /// The names of what is in a schema (the default one without a name) and of one of `kinds`.
    fn table_names(&self, schema: Option<&str>, kinds: &[TableKind]) -> CatalogQuery<Vec<String>>;

    /// The names of the sequences; `None` where there are no sequences.
    fn sequence_names(&self, schema: Option<&str>) -> Option<CatalogQuery<Vec<String>>> {
        let _ = schema;
        None
    }

    /// The enums; `None` where they are no types of their own.
    fn enums(&self, schema: Option<&str>) -> Option<CatalogQuery<Vec<ReflectedEnum>>> {
        let _ = schema;
        None
    }

    /// Queries that describe tables, one for each kind of thing, to be run in order: the first adds the tables, later
    /// ones add to them.
    fn tables(&self, scope: Scope<'_>) -> Vec<CatalogQuery<TablesFound>>;

    /// How a key is generated for a model that leaves it to the database.
    fn generated_key(&self) -> GeneratedKey;

    /// The type of this name, as CREATE TABLE and the catalog write it.
    fn read_type(&self, name: &str) -> ReflectedType;

    /// Whether two types are one.
    fn same_type(&self, a: &ReflectedType, b: &ReflectedType) -> bool {
        let letters = |name: &str| name.split_whitespace().collect::<String>().to_lowercase();
        letters(&a.name) == letters(&b.name)
    }

    /// Whether two texts are the same default of a column of this type, though the server may have written one of them
    /// anew.
    fn same_default(&self, data_type: &ReflectedType, a: &str, b: &str) -> bool {
        let _ = data_type;
        a == b
    }

    /// Whether two actions of a foreign key do the same.
    fn same_action(&self, a: ReferentialAction, b: ReferentialAction) -> bool {
        a == b
    }

    /// Whether two texts are the same condition of a CHECK; `None` where the server keeps the meaning and not the text,
    /// so that a check is known by its name alone.
    fn same_check(&self, a: &str, b: &str) -> Option<bool> {
        Some(a == b)
    }
}

/// Which tables are described.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The schema; the default one without a name.
    pub schema: Option<&'a str>,
    /// Tables, views, or both.
    pub kinds: &'a [TableKind],
    /// One table alone.
    pub table: Option<&'a str>,
}

/// A query of the catalog, and what becomes of its rows.
#[derive(Debug, Clone)]
pub struct CatalogQuery<T> {
    /// The SQL.
    pub sql: Cow<'static, str>,
    /// Its values.
    pub binds: Vec<Value>,
    /// Adds a row to what was found so far.
    pub read: fn(&dyn Row, &mut T) -> Result<()>,
}

impl CatalogQuery<Vec<String>> {
    /// A query for rows of one text.
    pub fn names(sql: impl Into<Cow<'static, str>>, binds: Vec<Value>) -> Self {
        Self {
            sql: sql.into(),
            binds,
            read: |row, names| {
                names.push(read(row)?);
                Ok(())
            },
        }
    }
}

/// A row of the catalog as the values it holds, from the first column on.
///
/// # Errors
/// Of kind [`Decode`](ErrorKind::Decode) if a value does not fit its type.
pub fn read<R: FromRow>(row: &dyn Row) -> Result<R> {
    R::from_row(row, &mut 0)
}

/// The tables that were found so far.
#[derive(Debug, Default)]
pub struct TablesFound {
    /// By name.
    pub tables: BTreeMap<String, ReflectedTable>,
}

impl TablesFound {
    /// Adds a table.
    pub fn add(&mut self, table: ReflectedTable) {
        self.tables.insert(table.name.clone(), table);
    }

    /// The table called `name`; one that was created between two queries is passed over.
    pub fn get(&mut self, name: &str) -> Option<&mut ReflectedTable> {
        self.tables.get_mut(name)
    }
}

/// The action of this name, in SQL's words.
///
/// # Errors
/// Of kind [`Decode`](ErrorKind::Decode) if there is no such action.
pub fn referential_action(sql: &str) -> Result<ReferentialAction> {
    use ReferentialAction::*;
    let known = [NoAction, Restrict, Cascade, SetNull, SetDefault];
    known.into_iter().find(|action| action.as_sql().eq_ignore_ascii_case(sql)).ok_or_else(|| {
        Error::new(ErrorKind::Decode, format!("the catalog names {sql:?}, which is no action of a foreign key"))
    })
}

/// A type's name taken apart: in lower case without what stands in parentheses, and the numbers that stood there.
///
/// ```
/// use aludel_core::compile::catalog::type_parts;
/// assert_eq!(type_parts("NUMERIC(10, 2)"), ("numeric".to_owned(), vec![10, 2]));
/// assert_eq!(type_parts("timestamp(3) with time zone"), ("timestamp with time zone".to_owned(), vec![3]));
/// ```
pub fn type_parts(name: &str) -> (String, Vec<i64>) {
    let (before, rest) = name.split_once('(').unwrap_or((name, ""));
    let (inside, after) = rest.split_once(')').unwrap_or((rest, ""));
    let words: Vec<String> =
        before.split_whitespace().chain(after.split_whitespace()).map(str::to_ascii_lowercase).collect();
    (words.join(" "), inside.split(',').filter_map(|number| number.trim().parse().ok()).collect())
}
