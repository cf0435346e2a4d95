//! SQLAlchemy's way of working, with Rust's types and speed.
//!
//! ```
//! use aludel::prelude::*;
//!
//! #[derive(Model, Debug, Clone, Default)]
//! #[table("users")]
//! struct User {
//!     #[column(primary_key)]
//!     id: i64,
//!     #[column(length = 50, unique)]
//!     name: String,
//!     email: Option<String>,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> aludel::Result<()> {
//! let engine = create_engine("sqlite://")?.connect().await?;
//! metadata![User].create_all(&engine).await?;
//!
//! let mut session = engine.session();
//! session.add(User { name: "Ada".into(), ..Default::default() });
//! session.commit().await?;
//!
//! let users = session.query(User).filter(User.name.starts_with("A")).all().await?;
//! assert_eq!(users[0].id, 1);
//! # Ok(())
//! # }
//! ```
//!
//! The guide is in the folder `docs`.

#[cfg(feature = "cache")]
pub use aludel_cache as cache;
pub use aludel_core::{
    Error, ErrorKind, RefusedRow, Result, compile, engine, expr, inspect, schema, session, statement, types,
};
pub use aludel_core::{schema::Model, types::DbType};
pub use aludel_derive::{DbEnum, DbType, Model, View};
pub use aludel_dialects as dialects;

use aludel_core::engine::EngineBuilder;

/// Reads a URL, `dialect[+driver]://user:password@host:port/database?option=value`, and begins an engine for it; nothing is opened
/// before `.connect().await`.
///
/// # Errors
/// Of kind [`Configuration`](ErrorKind::Configuration) if the URL cannot be read, or names a dialect, a driver or an option that is not
/// known, or whose cargo feature is off; the message lists the known ones.
pub fn create_engine(url: &str) -> Result<EngineBuilder> {
    engine::create_engine(url, dialects::BACKENDS)
}

/// The tables of models, to create, drop and migrate together: `metadata![User, Cluster]`.
#[macro_export]
macro_rules! metadata {
    ($($model:path),* $(,)?) => {
        $crate::schema::MetaData::new()$(.with($model))*
    };
}

/// A call of a function of the server's, said to yield a type: `func!("pow", Point.x, 2.0 => f64)`.
#[macro_export]
macro_rules! func {
    ($name:literal $(, $argument:expr)* => $type:ty) => {
        $crate::expr::func::function::<$type>($name, ($($argument,)*))
    };
}

/// What most programs need: `use aludel::prelude::*`.
pub mod prelude {
    pub use crate::{DbEnum, DbType, Model, View, create_engine, func, metadata};
    pub use aludel_core::{
        engine::{Engine, IsolationLevel, TransactionOptions},
        expr::{
            ArrayExpression, Expr, Expression, JsonExpression, Selectable, Temporal, case, func, literal, row, text,
            tree::{Bound, TimeUnit},
            window,
        },
        schema::Table,
        session::{
            Handle, Session,
            query::{Executor, Query, RunsOn, bulk_load, excluded, insert, merge, query, values},
        },
        types::Json,
    };
}

/// The README's page of code, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmePage;

/// The guide's page on models, compiled.
#[cfg(doctest)]
#[doc = include_str!("../docs/models.md")]
struct ModelsPage;

/// The guide's page on sessions, compiled.
#[cfg(doctest)]
#[doc = include_str!("../docs/session.md")]
struct SessionsPage;

/// The guide's page on relations, compiled.
#[cfg(doctest)]
#[doc = include_str!("../docs/relations.md")]
struct RelationsPage;

/// The guide's page on caches, compiled.
#[cfg(all(doctest, feature = "cache"))]
#[doc = include_str!("../docs/cache.md")]
struct CachePage;

/// The guide's page on engines, compiled.
#[cfg(doctest)]
#[doc = include_str!("../docs/engine.md")]
struct EnginesPage;

/// The guide's page on PostgreSQL, compiled.
#[cfg(doctest)]
#[doc = include_str!("../docs/postgresql.md")]
struct PostgresqlPage;

/// The guide's page on queries, compiled.
#[cfg(doctest)]
#[doc = include_str!("../docs/queries.md")]
struct QueriesPage;

/// The guide's page on what differs between servers, compiled.
#[cfg(doctest)]
#[doc = include_str!("../docs/dialects.md")]
struct DialectsPage;

/// The guide's page on MySQL and MariaDB, compiled.
#[cfg(doctest)]
#[doc = include_str!("../docs/mysql.md")]
struct MysqlPage;

/// The guide's page on Oracle, compiled.
#[cfg(doctest)]
#[doc = include_str!("../docs/oracle.md")]
struct OraclePage;

/// The guide's page on the inspector, compiled.
#[cfg(doctest)]
#[doc = include_str!("../docs/inspector.md")]
struct InspectorPage;

/// The guide's page for those who know SQLAlchemy, compiled.
#[cfg(doctest)]
#[doc = include_str!("../docs/coming-from-sqlalchemy.md")]
struct SqlAlchemyPage;
