//! What holds for every query and every session of an engine.

use super::{Engine, EngineBuilder};
use crate::{
    compile::SchemaNames,
    engine::{PooledConnection, options::configuration},
    error::{ErrorKind, Result},
    expr::Condition,
    schema::Table,
    statement::Filters,
};
use std::{
    any::Any,
    fmt,
    sync::atomic::{AtomicUsize, Ordering},
};

/// What a builder says of every query and every session.
#[derive(Default)]
pub(super) struct Rules {
    pub(super) filters: Filters,
    pub(super) schemas: SchemaNames,
    pub(super) replicas: Vec<EngineBuilder>,
    pub(super) for_sessions: Option<ForSessions>,
}

/// What sessions keep here, of which the engine knows nothing.
pub(super) type ForSessions = Box<dyn Any + Send + Sync>;

impl EngineBuilder {
    /// A condition that holds for a model in every query of the engine, relations that are loaded and joined included, and in bulk updates and
    /// deletions: that of one tenant, or of rows that are published. A query that wants all rows says
    /// [`.unfiltered()`](crate::session::query::Query::unfiltered); objects of a session are changed and deleted by their keys, whatever hides
    /// their rows from queries. A session may have [its own](crate::session::Session::global_filter).
    ///
    /// ```
    /// # use aludel_doc::*;
    /// # fn example(builder: aludel_core::engine::EngineBuilder) -> aludel_core::engine::EngineBuilder {
    /// builder.global_filter(|user: <User as Model>::Table| user.active)
    /// # }
    /// ```
    pub fn global_filter<T: Table, C: Condition>(mut self, condition: impl Fn(T) -> C + Send + Sync + 'static) -> Self {
        self.rules.filters.add(condition);
        self
    }

    /// Calls a schema of the models by another name in the database, in statements, and in what `create_all` makes: `None` is the default
    /// schema. So one set of models serves a schema for each tenant, or a database without schemas.
    #[doc(alias = "schema_translate_map")]
    pub fn translate_schema(mut self, schema: Option<&str>, name: Option<&str>) -> Self {
        self.rules.schemas.insert(schema.map(str::to_owned), name.map(str::to_owned));
        self
    }

    /// Sends reads to a copy of the database that follows it, in turn where there are several: those of queries on the engine, and those of a
    /// session that has no transaction and has not written yet. After its first write a session reads from the primary, since a copy may be
    /// late; so do row locks and transactions, but one that is begun for reading only. A copy that cannot be reached is passed over.
    pub fn replica(mut self, replica: Self) -> Self {
        self.rules.replicas.push(replica);
        self
    }
}

impl EngineBuilder {
    /// What every session of the engine begins with.
    pub(crate) fn for_sessions<T: Any + Send + Sync + Default>(&mut self) -> &mut T {
        let kept = self.rules.for_sessions.take().and_then(|kept| kept.downcast::<T>().ok()).unwrap_or_default();
        let kept = self.rules.for_sessions.insert(kept);
        kept.downcast_mut().expect("it was put there as this type")
    }
}

/// The copies of a database, in turn.
#[derive(Default)]
pub(super) struct Replicas {
    engines: Vec<Engine>,
    next: AtomicUsize,
}

impl Replicas {
    /// Connects to each.
    pub(super) async fn connect(replicas: Vec<EngineBuilder>, dialect: &str) -> Result<Self> {
        let mut engines = Vec::with_capacity(replicas.len());
        for replica in replicas {
            if replica.url().dialect() != dialect {
                let message =
                    format!("a replica of a {dialect} database is one too, and this is {}", replica.url().dialect());
                return Err(configuration(message));
            }
            engines.push(Box::pin(replica.connect()).await?);
        }
        Ok(Self { engines, next: AtomicUsize::new(0) })
    }
}

impl Engine {
    /// The copies of the database that reads go to; see [`EngineBuilder::replica`].
    pub fn replicas(&self) -> &[Self] {
        &self.shared().replicas.engines
    }

    /// What every session begins with.
    pub(crate) fn for_sessions<T: Any>(&self) -> Option<&T> {
        self.shared().for_sessions.as_ref()?.downcast_ref()
    }

    /// Borrows a connection to read by: to a copy of the database, if there is one that can be reached.
    pub(crate) async fn acquire_for_read(&self) -> Result<PooledConnection> {
        let Replicas { engines, next } = &self.shared().replicas;
        let start = if engines.len() > 1 { next.fetch_add(1, Ordering::Relaxed) } else { 0 };
        for offset in 0..engines.len() {
            match engines[(start + offset) % engines.len()].acquire().await {
                Err(error) if error.kind() == ErrorKind::Connection => {}
                connection => return connection,
            }
        }
        self.acquire().await
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules")
            .field("filters", &self.filters)
            .field("schemas", &self.schemas)
            .field("replicas", &self.replicas.len())
            .finish()
    }
}
