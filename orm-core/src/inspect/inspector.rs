//! Whoever asks a database what is in it.

use crate::{
    compile::{
        Compiled, Dialect, StatementKind,
        catalog::{Catalog, CatalogQuery, Scope, TablesFound},
    },
    engine::{Engine, Job, Transaction},
    error::{Error, ErrorKind, Result},
    schema::{ReflectedEnum, ReflectedTable, TableKind},
    suggest::closest,
    types::{Row, RowSink},
};
use std::{any::Any, fmt, ops::ControlFlow, sync::Arc};

/// How many tables the error of a missing one names.
const NAMED_TABLES: usize = 10;

const TABLES: &[TableKind] = &[TableKind::Table];
const VIEWS: &[TableKind] = &[TableKind::View, TableKind::MaterializedView];
const BOTH: &[TableKind] = &[TableKind::Table, TableKind::View, TableKind::MaterializedView];

/// Reads the schema of a database: made by [`Engine::inspect`] and [`Transaction::inspect`].
///
/// It looks into the default schema, or into the one that [`schema`](Self::schema) names. Nothing is kept: each call
/// asks the database, in one query for each kind of thing (columns, foreign keys, indexes …), however many tables there
/// are. Names come in alphabetical order.
///
/// ```
/// # use aludel_doc::*;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> aludel_core::Result<()> {
/// let engine = create_engine("sqlite://")?.connect().await?;
/// metadata![User, Cluster].create_all(&engine).await?;
///
/// let mut inspector = engine.inspect();
/// assert_eq!(inspector.table_names().await?, ["clusters", "users"]);
///
/// let clusters = inspector.table("clusters").await?;
/// let name = clusters.column("name").expect("a column");
/// assert_eq!((name.data_type.name.as_str(), name.nullable), ("VARCHAR(50)", false));
/// assert_eq!(clusters.uniques[0].name.as_deref(), Some("uq_clusters_name"));
/// # Ok(())
/// # }
/// ```
pub struct Inspector<'a> {
    on: On<'a>,
    schema: Option<String>,
}

/// Where the questions are asked.
enum On<'a> {
    Engine(Engine),
    Transaction(&'a mut Transaction),
}

impl Engine {
    /// Reads the database's schema, on connections of the pool; nothing is asked yet.
    #[doc(alias("reflect", "introspect"))]
    pub fn inspect(&self) -> Inspector<'static> {
        Inspector { on: On::Engine(self.clone()), schema: None }
    }
}

impl Transaction {
    /// Reads the database's schema as this transaction sees it, with the tables that it made itself; nothing is asked
    /// yet.
    #[doc(alias("reflect", "introspect"))]
    pub fn inspect(&mut self) -> Inspector<'_> {
        Inspector { on: On::Transaction(self), schema: None }
    }
}

impl Inspector<'_> {
    /// Looks into the schema `name`: on MySQL a database, on SQLite a file that was attached.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> aludel_core::Result<()> {
    /// # let engine = create_engine("sqlite://")?.connect().await?;
    /// # engine.run_script("CREATE TEMP TABLE basket (id INTEGER)").await?;
    /// assert_eq!(engine.inspect().schema("temp").table_names().await?, ["basket"]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn schema(mut self, name: impl Into<String>) -> Self {
        self.schema = Some(name.into());
        self
    }

    /// The name of the schema that names without one are in: PostgreSQL's first of the search path that exists.
    ///
    /// # Errors
    /// Of kind [`NotFound`](ErrorKind::NotFound) if there is none, else as [`table_names`](Self::table_names).
    #[doc(alias("default_schema_name"))]
    pub async fn default_schema(&mut self) -> Result<String> {
        let query = catalog(self.dialect())?.default_schema();
        let names = self.run(query, Vec::new()).await?;
        names.into_iter().next().ok_or_else(|| {
            let message = "the connection has no default schema; name one: `?search_path=…`, or create it";
            Error::new(ErrorKind::NotFound, message)
        })
    }

    /// The names of the schemas, without the server's own.
    ///
    /// # Errors
    /// As [`table_names`](Self::table_names).
    #[doc(alias("get_schema_names"))]
    pub async fn schema_names(&mut self) -> Result<Vec<String>> {
        let query = catalog(self.dialect())?.schema_names();
        self.run(query, Vec::new()).await
    }

    /// The names of the tables.
    ///
    /// # Errors
    /// Of kind [`NotSupported`](ErrorKind::NotSupported) if the dialect has no catalog of ours, else those of the
    /// server.
    #[doc(alias("get_table_names"))]
    pub async fn table_names(&mut self) -> Result<Vec<String>> {
        self.names(TABLES).await
    }

    /// The names of the views, those that keep their rows too.
    ///
    /// # Errors
    /// As [`table_names`](Self::table_names).
    #[doc(alias("get_view_names", "get_materialized_view_names"))]
    pub async fn view_names(&mut self) -> Result<Vec<String>> {
        self.names(VIEWS).await
    }

    /// The names of the sequences, without those behind identity columns; none where there are no sequences.
    ///
    /// # Errors
    /// As [`table_names`](Self::table_names).
    #[doc(alias("get_sequence_names"))]
    pub async fn sequence_names(&mut self) -> Result<Vec<String>> {
        match catalog(self.dialect())?.sequence_names(self.schema.as_deref()) {
            Some(query) => self.run(query, Vec::new()).await,
            None => Ok(Vec::new()),
        }
    }

    /// The enums that are types of their own; none where there are no such types.
    ///
    /// # Errors
    /// As [`table_names`](Self::table_names).
    #[doc(alias("get_enums"))]
    pub async fn enums(&mut self) -> Result<Vec<ReflectedEnum>> {
        match catalog(self.dialect())?.enums(self.schema.as_deref()) {
            Some(query) => self.run(query, Vec::new()).await,
            None => Ok(Vec::new()),
        }
    }

    /// Whether there is a table or a view called `name`, exactly so.
    ///
    /// # Errors
    /// As [`table_names`](Self::table_names).
    pub async fn has_table(&mut self, name: &str) -> Result<bool> {
        Ok(self.names(BOTH).await?.iter().any(|known| known == name))
    }

    /// The table or view called `name`, exactly so.
    ///
    /// ```
    /// # use aludel_doc::*;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> aludel_core::Result<()> {
    /// # let engine = create_engine("sqlite://")?.connect().await?;
    /// # metadata![User, Cluster].create_all(&engine).await?;
    /// let error = engine.inspect().table("usres").await.expect_err("a typo");
    /// assert_eq!(error.kind(), aludel_core::ErrorKind::UndefinedTable);
    /// assert_eq!(error.message(), "there is no table or view \"usres\"; did you mean \"users\"?");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Of kind [`UndefinedTable`](ErrorKind::UndefinedTable) if there is none; the message names one that is called
    /// alike. Else as [`table_names`](Self::table_names).
    #[doc(alias("get_columns", "get_pk_constraint", "get_foreign_keys", "get_indexes", "autoload_with"))]
    pub async fn table(&mut self, name: &str) -> Result<ReflectedTable> {
        if let Some(table) = self.describe(BOTH, Some(name)).await?.pop() {
            return Ok(table);
        }
        let known = self.names(BOTH).await?;
        Err(self.missing(name, &known))
    }

    /// Every table, in as many queries as one alone.
    ///
    /// # Errors
    /// As [`table_names`](Self::table_names).
    #[doc(alias("reflect", "get_multi_columns"))]
    pub async fn tables(&mut self) -> Result<Vec<ReflectedTable>> {
        self.describe(TABLES, None).await
    }

    /// Every view, with its columns and its query.
    ///
    /// # Errors
    /// As [`table_names`](Self::table_names). SQLite refuses to describe a view of a table that is gone.
    #[doc(alias("get_view_definition"))]
    pub async fn views(&mut self) -> Result<Vec<ReflectedTable>> {
        self.describe(VIEWS, None).await
    }

    async fn names(&mut self, kinds: &[TableKind]) -> Result<Vec<String>> {
        let query = catalog(self.dialect())?.table_names(self.schema.as_deref(), kinds);
        self.run(query, Vec::new()).await
    }

    async fn describe(&mut self, kinds: &[TableKind], table: Option<&str>) -> Result<Vec<ReflectedTable>> {
        let queries = catalog(self.dialect())?.tables(Scope { schema: self.schema.as_deref(), kinds, table });
        let mut found = TablesFound::default();
        for query in queries {
            found = self.run(query, found).await?;
        }
        Ok(found.tables.into_values().collect())
    }

    fn dialect(&self) -> &dyn Dialect {
        match &self.on {
            On::Engine(engine) => engine.dialect(),
            On::Transaction(transaction) => &**transaction.dialect(),
        }
    }

    /// Adds to what was found so far.
    async fn run<T: Send + 'static>(&mut self, query: CatalogQuery<T>, found: T) -> Result<T> {
        let CatalogQuery { sql, binds, read } = query;
        let statement = Arc::new(Compiled::new(StatementKind::Select, sql.into_owned()));
        let sink = Some(Box::new(Reader { found, read }) as Box<dyn RowSink>);
        let job = Job { statement, binds, sink, timeout: None };
        let done = match &mut self.on {
            On::Engine(engine) => engine.run(job).await?,
            On::Transaction(transaction) => transaction.run(job).await?,
        };
        match done.sink.map(|sink| sink.into_any().downcast::<Reader<T>>()) {
            Some(Ok(reader)) => Ok(reader.found),
            _ => Err(Error::new(ErrorKind::State, "the driver did not hand the sink back")),
        }
    }

    #[cold]
    fn missing(&self, name: &str, known: &[String]) -> Error {
        let place = self.schema.as_ref().map(|schema| format!(" in the schema {schema:?}")).unwrap_or_default();
        let message = format!("there is no table or view {name:?}{place}");
        let message = match closest(name, known.iter().map(String::as_str)) {
            Some(close) => format!("{message}; did you mean {close:?}?"),
            None if known.is_empty() => format!("{message}, which has none at all: look whether it is the right one"),
            None => {
                let more = if known.len() > NAMED_TABLES { " …" } else { "" };
                format!("{message}; there are {}{more}", known[..known.len().min(NAMED_TABLES)].join(", "))
            }
        };
        Error::new(ErrorKind::UndefinedTable, message).with_table(name)
    }
}

impl fmt::Debug for Inspector<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inspector").field("dialect", &self.dialect().name()).field("schema", &self.schema).finish()
    }
}

pub(super) fn catalog(dialect: &dyn Dialect) -> Result<&dyn Catalog> {
    dialect.catalog().ok_or_else(|| {
        let message =
            format!("the schema of {} cannot be read back yet; ask its catalog with text(\"…\")", dialect.name());
        Error::new(ErrorKind::NotSupported, message)
    })
}

/// Hands rows to a query's own reader.
struct Reader<T> {
    found: T,
    read: fn(&dyn Row, &mut T) -> Result<()>,
}

impl<T: Send + 'static> RowSink for Reader<T> {
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        (self.read)(row, &mut self.found)?;
        Ok(ControlFlow::Continue(()))
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}
