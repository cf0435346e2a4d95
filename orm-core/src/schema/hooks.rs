//! What a model does when its rows are written.

use super::{AnyModel, Model};
use crate::error::{Error, ErrorKind, Result};
use std::any::Any;

/// What is written of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Write {
    /// It is inserted.
    Insert,
    /// It is changed.
    Update,
    /// It is deleted.
    Delete,
}

/// Whether a write is to come or was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum When {
    /// Before any statement of the flush.
    Before,
    /// After all statements of the flush.
    After,
}

/// What a model does when a flush writes its rows; `#[table(hooks)]` says that there is this for it.
///
/// What is done before may change the object, and an error of it stops the flush before anything was written; one of what is done after takes
/// the flush back. Bulk statements pass by.
///
/// ```
/// # use aludel_doc::*;
/// use aludel_core::{ErrorKind, Result, schema::Hooks};
/// # #[derive(Clone)] struct Member { name: String }
/// # trait Example { fn before_insert(&mut self) -> Result<()>; }
/// # impl Example for Member {
/// // impl Hooks for Member {
/// fn before_insert(&mut self) -> Result<()> {
///     self.name = self.name.trim().to_owned();
///     Ok(())
/// }
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` says that it has hooks, and has none",
    label = "no `impl Hooks for {Self}`",
    note = "write `impl Hooks for {Self} {{ … }}` with the hooks that it has, or remove `hooks`"
)]
pub trait Hooks: Model {
    /// Before it is inserted.
    ///
    /// # Errors
    /// Its own.
    fn before_insert(&mut self) -> Result<()> {
        Ok(())
    }

    /// After it was inserted.
    ///
    /// # Errors
    /// Its own.
    fn after_insert(&self) -> Result<()> {
        Ok(())
    }

    /// Before it is changed; `stored` is as the database has it.
    ///
    /// # Errors
    /// Its own.
    fn before_update(&mut self, stored: &Self) -> Result<()> {
        let _ = stored;
        Ok(())
    }

    /// After it was changed.
    ///
    /// # Errors
    /// Its own.
    fn after_update(&self) -> Result<()> {
        Ok(())
    }

    /// Before it is deleted.
    ///
    /// # Errors
    /// Its own.
    fn before_delete(&self) -> Result<()> {
        Ok(())
    }

    /// After it was deleted.
    ///
    /// # Errors
    /// Its own.
    fn after_delete(&self) -> Result<()> {
        Ok(())
    }
}

/// Runs the hooks of a model: what is written, and when, the object, and as the database has it where that is another.
pub type RunHooks = fn(When, Write, &mut dyn AnyModel, Option<&dyn AnyModel>) -> Result<()>;

/// Runs the hooks of an `M`; written by `#[derive(Model)]`.
///
/// # Errors
/// Those of the hooks.
#[doc(hidden)]
pub fn run_hooks<M: Hooks>(
    when: When,
    write: Write,
    model: &mut dyn AnyModel,
    stored: Option<&dyn AnyModel>,
) -> Result<()> {
    let other = || Error::new(ErrorKind::State, "a hook of another model");
    let model = (model as &mut dyn Any).downcast_mut::<M>().ok_or_else(other)?;
    match (when, write) {
        (When::Before, Write::Insert) => model.before_insert(),
        (When::Before, Write::Update) => {
            let stored = stored.and_then(|stored| (stored as &dyn Any).downcast_ref::<M>());
            model.before_update(stored.ok_or_else(other)?)
        }
        (When::Before, Write::Delete) => model.before_delete(),
        (When::After, Write::Insert) => model.after_insert(),
        (When::After, Write::Update) => model.after_update(),
        (When::After, Write::Delete) => model.after_delete(),
    }
}
