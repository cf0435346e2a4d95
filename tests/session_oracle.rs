//! The session on Oracle, which H2 stands for: the tests of `session.rs`, on another database.

#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

/// The dialect that these tests run on.
const DIALECT: &str = "oracle";

#[path = "session/database.rs"]
mod database;
#[path = "session/models.rs"]
mod models;
#[path = "servers/mod.rs"]
mod servers;

#[path = "session/again.rs"]
mod again;
#[path = "session/bulk.rs"]
mod bulk;
#[path = "session/cancellation.rs"]
mod cancellation;
#[path = "session/cascades.rs"]
mod cascades;
#[path = "session/dependents.rs"]
mod dependents;
#[path = "session/errors.rs"]
mod errors;
#[path = "session/filters.rs"]
mod filters;
#[path = "session/flush.rs"]
mod flush;
#[path = "session/graphs.rs"]
mod graphs;
#[path = "session/hooks.rs"]
mod hooks;
#[path = "session/loading.rs"]
mod loading;
#[path = "session/locks.rs"]
mod locks;
#[path = "session/model_based.rs"]
mod model_based;
#[path = "session/objects.rs"]
mod objects;
#[path = "session/queries.rs"]
mod queries;
#[path = "session/relate.rs"]
mod relate;
#[path = "session/relations.rs"]
mod relations;
#[path = "session/replicas.rs"]
mod replicas;
#[path = "session/savepoints.rs"]
mod savepoints;
#[path = "session/text.rs"]
mod text;
#[path = "session/tracking.rs"]
mod tracking;
#[path = "session/transactions.rs"]
mod transactions;
#[path = "session/types.rs"]
mod types;
#[path = "session/unit_of_work.rs"]
mod unit_of_work;
#[path = "session/versions.rs"]
mod versions;

use database::connect;
