//! Hooks: what a program does when rows are written, and when a session flushes, commits and rolls back.

use super::{Session, State, object::Object, undo::Change};
use crate::{
    engine::EngineBuilder,
    error::Result,
    schema::{AnyModel, Model, TableDef, When, Write},
};
use std::{any::Any, fmt, ptr, sync::Arc};

/// What is called at which step of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    BeforeFlush,
    AfterFlush,
    BeforeCommit,
    AfterCommit,
    BeforeRollback,
    AfterRollback,
}

type OfSession = Arc<dyn Fn(&mut Session) -> Result<()> + Send + Sync>;

/// What is called when rows of a table are written.
#[derive(Clone)]
struct OfRow {
    table: &'static TableDef,
    when: When,
    write: Write,
    call: Arc<dyn Fn(&mut dyn AnyModel) -> Result<()> + Send + Sync>,
}

/// The hooks of an engine or a session.
#[derive(Clone, Default)]
pub(super) struct Listeners {
    rows: Vec<OfRow>,
    steps: Vec<(Step, OfSession)>,
}

impl Listeners {
    fn before<M: Model>(&mut self, write: Write, hook: impl Fn(&mut M) -> Result<()> + Send + Sync + 'static) {
        self.row::<M>(When::Before, write, move |model| match (model as &mut dyn Any).downcast_mut() {
            Some(model) => hook(model),
            None => Ok(()),
        });
    }

    fn after<M: Model>(&mut self, write: Write, hook: impl Fn(&M) -> Result<()> + Send + Sync + 'static) {
        self.row::<M>(When::After, write, move |model| match (model as &dyn Any).downcast_ref() {
            Some(model) => hook(model),
            None => Ok(()),
        });
    }

    fn row<M: Model>(
        &mut self,
        when: When,
        write: Write,
        call: impl Fn(&mut dyn AnyModel) -> Result<()> + Send + Sync + 'static,
    ) {
        self.rows.push(OfRow { table: M::table(), when, write, call: Arc::new(call) });
    }

    fn step(&mut self, step: Step, hook: impl Fn(&mut Session) -> Result<()> + Send + Sync + 'static) {
        self.steps.push((step, Arc::new(hook)));
    }

    /// Whether something is called when rows of a table are written.
    pub(super) fn listens(&self, table: &'static TableDef) -> bool {
        table.model.hooks.is_some() || self.rows.iter().any(|row| ptr::eq(row.table, table))
    }

    fn call(&self, when: When, write: Write, model: &mut dyn AnyModel, stored: Option<&dyn AnyModel>) -> Result<()> {
        let table = model.table();
        if let Some(run) = table.model.hooks {
            run(when, write, model, stored)?;
        }
        let own = self.rows.iter().filter(|row| ptr::eq(row.table, table) && row.when == when && row.write == write);
        own.map(|row| &row.call).try_for_each(|call| call(model))
    }
}

/// The methods that a session and the builder of an engine share.
macro_rules! listening {
    ($($listeners:tt)+) => {
        /// Calls `hook` before a flush inserts, changes or deletes each `M`, after the [model's own](crate::schema::Hooks). It may change
        /// the object; an error stops the flush before anything was written.
        ///
        /// ```
        /// # use aludel_doc::*;
        /// use aludel_core::schema::Write;
        /// # fn example(engine: Engine, tenant: i64) {
        /// let session = engine.session().before(Write::Insert, move |user: &mut User| {
        ///     user.cluster_id = Some(tenant);
        ///     Ok(())
        /// });
        /// # }
        /// ```
        pub fn before<M: Model>(
            mut self,
            write: Write,
            hook: impl Fn(&mut M) -> Result<()> + Send + Sync + 'static,
        ) -> Self {
            self.$($listeners)+.before(write, hook);
            self
        }

        /// Calls `hook` after a flush has inserted, changed or deleted each `M`; an error takes the flush back.
        pub fn after<M: Model>(mut self, write: Write, hook: impl Fn(&M) -> Result<()> + Send + Sync + 'static) -> Self {
            self.$($listeners)+.after(write, hook);
            self
        }

        /// Calls `hook` before a flush that has something to write; what it adds and changes is flushed too.
        pub fn before_flush(mut self, hook: impl Fn(&mut Session) -> Result<()> + Send + Sync + 'static) -> Self {
            self.$($listeners)+.step(Step::BeforeFlush, hook);
            self
        }

        /// Calls `hook` after a flush that has written something; an error takes the flush back.
        pub fn after_flush(mut self, hook: impl Fn(&mut Session) -> Result<()> + Send + Sync + 'static) -> Self {
            self.$($listeners)+.step(Step::AfterFlush, hook);
            self
        }

        /// Calls `hook` before a commit, and before the flush that begins it; an error stops the commit.
        pub fn before_commit(mut self, hook: impl Fn(&mut Session) -> Result<()> + Send + Sync + 'static) -> Self {
            self.$($listeners)+.step(Step::BeforeCommit, hook);
            self
        }

        /// Calls `hook` after a commit. The commit is done, whatever `hook` does.
        pub fn after_commit(mut self, hook: impl Fn(&mut Session) + Send + Sync + 'static) -> Self {
            self.$($listeners)+.step(Step::AfterCommit, quiet(hook));
            self
        }

        /// Calls `hook` before a rollback that the program asks for.
        pub fn before_rollback(mut self, hook: impl Fn(&mut Session) + Send + Sync + 'static) -> Self {
            self.$($listeners)+.step(Step::BeforeRollback, quiet(hook));
            self
        }

        /// Calls `hook` after the transaction was rolled back, also by a flush or a commit that failed.
        pub fn after_rollback(mut self, hook: impl Fn(&mut Session) + Send + Sync + 'static) -> Self {
            self.$($listeners)+.step(Step::AfterRollback, quiet(hook));
            self
        }
    };
}

fn quiet(
    hook: impl Fn(&mut Session) + Send + Sync + 'static,
) -> impl Fn(&mut Session) -> Result<()> + Send + Sync + 'static {
    move |session| {
        hook(session);
        Ok(())
    }
}

/// Hooks of every session of the engine.
impl EngineBuilder {
    listening!(for_sessions::<Listeners>());
}

/// Hooks of this session, after those of its engine.
impl Session {
    listening!(listeners);

    /// Calls what is to be called at a step.
    pub(super) fn step(&mut self, step: Step) -> Result<()> {
        if self.listeners.steps.is_empty() {
            return Ok(());
        }
        let hooks: Vec<OfSession> =
            self.listeners.steps.iter().filter(|(at, _)| *at == step).map(|(_, hook)| Arc::clone(hook)).collect();
        hooks.iter().try_for_each(|hook| hook(self))
    }

    /// Calls what is to be called before rows are written.
    pub(super) fn before_writes(&mut self) -> Result<()> {
        let dirty = self.arena.dirty().filter(|(_, object)| self.listeners.listens(object.value.table()));
        let slots: Vec<u32> = dirty.map(|(slot, _)| slot).collect();
        slots.into_iter().try_for_each(|slot| {
            let write = match self.arena.get(slot).map(|object| object.state) {
                Some(State::Pending) => Write::Insert,
                Some(State::Deleted) => Write::Delete,
                _ => Write::Update,
            };
            self.call(When::Before, write, slot)
        })
    }

    /// Calls what is to be called after rows were written: those that were noted to be undone since `mark`.
    pub(super) fn after_writes(&mut self, mark: usize) -> Result<()> {
        let written = |undo: &super::undo::Undo| {
            let object = self.arena.get(undo.slot)?;
            let write = match undo.what {
                Change::Insert { .. } => Write::Insert,
                Change::Update { .. } => Write::Update,
                Change::Delete => Write::Delete,
            };
            self.listeners.listens(object.value.table()).then_some((undo.slot, write))
        };
        let written: Vec<_> = self.undo.iter().skip(mark).filter_map(written).collect();
        written.into_iter().try_for_each(|(slot, write)| self.call(When::After, write, slot))
    }

    fn call(&mut self, when: When, write: Write, slot: u32) -> Result<()> {
        let Self { listeners, arena, .. } = self;
        let Some(object) = arena.get_mut(slot) else { return Ok(()) };
        if when == When::Before && write == Write::Update {
            // One that waits for a key alone has not changed yet.
            object.keep_stored();
        }
        let Object { value, stored, .. } = object;
        let stored = stored.as_deref();
        listeners.call(when, write, &mut **value, stored).map_err(|error| error.with_table(value.table().full_name()))
    }
}

impl fmt::Debug for Listeners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listeners").field("rows", &self.rows.len()).field("steps", &self.steps.len()).finish()
    }
}
