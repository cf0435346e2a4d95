//! Engines, connections and transactions.
//!
//! A URL names a database ([`EngineUrl`]), a [`Backend`] brings its driver, [`create_engine`] makes an [`EngineBuilder`] of both, and
//! [`EngineBuilder::connect`] an [`Engine`]: a dialect and a pool of connections.
//!
//! # Logging
//!
//! Each statement is an event of `tracing` at the level DEBUG, target `aludel::sql`, with `sql`, `elapsed`, `rows` (given to the caller),
//! `affected` and, if it failed, `error`. Values are never in it. With `echo` the level is INFO and the values are added as `binds`;
//! where the program has set no `tracing` subscriber, the echo goes to standard error. While nobody listens, nothing is measured or allocated.

mod backend;
mod builder;
mod driver;
#[allow(clippy::module_inception, reason = "the type is the heart of the module")]
mod engine;
mod execute;
mod options;
mod pool;
mod pooled;
mod rules;
mod savepoint;
mod schema;
mod stream;
mod transaction;
mod url;

pub use backend::{Backend, OpenDriver};
pub use builder::{EngineBuilder, create_engine};
pub use driver::{BoxFuture, Connection, Cursor, Done, Driver, IsolationLevel, Job, LoadJob, TransactionOptions};
pub use engine::Engine;
pub use options::UrlOptions;
pub use pool::PoolStatus;
pub use pooled::PooledConnection;
pub use schema::SchemaPlan;
pub use stream::RowStream;
pub use transaction::Transaction;
pub use url::EngineUrl;
