//! A row of any model, and what the program knows of a table beyond what a server does.

use super::{Model, RelationDef, RunHooks, TableDef};
use crate::{
    error::Result,
    types::{AnyField, Row},
};
use std::{any::Any, borrow::Cow, fmt};

/// A row of any model, through which the session handles all of them by code that is written once.
pub trait AnyModel: Any + Send + Sync {
    /// The table's description.
    fn table(&self) -> &'static TableDef;
    /// The field of the column at `index`.
    fn field(&self, index: usize) -> &dyn AnyField;
    /// The field of the column at `index`, to change.
    fn field_mut(&mut self, index: usize) -> &mut dyn AnyField;
    /// A copy of it.
    fn boxed(&self) -> Box<dyn AnyModel>;
}

impl<M: Model> AnyModel for M {
    fn table(&self) -> &'static TableDef {
        M::table()
    }

    fn field(&self, index: usize) -> &dyn AnyField {
        Model::field(self, index)
    }

    fn field_mut(&mut self, index: usize) -> &mut dyn AnyField {
        Model::field_mut(self, index)
    }

    fn boxed(&self) -> Box<dyn AnyModel> {
        Box::new(self.copy())
    }
}

/// Reads a row of a model, whose first column is at the position.
pub type ReadAny = fn(&dyn Row, usize) -> Result<Box<dyn AnyModel>>;

/// Reads a row as an `M`; written by `#[derive(Model)]`.
#[doc(hidden)]
pub fn read_any<M: Model>(row: &dyn Row, start: usize) -> Result<Box<dyn AnyModel>> {
    Ok(Box::new(M::decode(row, start)?))
}

/// What the program knows of a table beyond what a server does: known for a model, not for a table that is described by hand.
///
/// A table is the same whatever is known of it, so all are equal.
#[derive(Clone)]
pub struct ModelDef {
    /// The model's name; empty if there is none.
    pub name: Cow<'static, str>,
    /// Its relations.
    pub relations: Cow<'static, [RelationDef]>,
    /// Reads one of its rows.
    pub read: Option<ReadAny>,
    /// What it does when its rows are written.
    pub hooks: Option<RunHooks>,
}

impl ModelDef {
    /// No model.
    pub const UNKNOWN: Self = Self { name: Cow::Borrowed(""), relations: Cow::Borrowed(&[]), read: None, hooks: None };
}

impl PartialEq for ModelDef {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl fmt::Debug for ModelDef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelDef").field("name", &self.name).field("relations", &self.relations).finish_non_exhaustive()
    }
}
