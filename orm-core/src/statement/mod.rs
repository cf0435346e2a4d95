//! What can be asked of a database: statements, without their types.

mod ddl;
mod filters;
mod merge;
mod write;

pub use crate::expr::tree::{Select, TextNode};
pub use ddl::Ddl;
pub(crate) use filters::Filters;
pub use merge::{Merge, MergeAction, MergeBranch};
pub use write::{
    Assignment, Assignments, Conflict, ConflictUpdate, Delete, Insert, InsertSource, Matching, StoredIn, Update,
    UpdateMany,
};

/// A statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Statement {
    /// `SELECT`
    Select(Select),
    /// `INSERT`
    Insert(Insert),
    /// `UPDATE`
    Update(Update),
    /// `UPDATE` of rows that each have values of their own
    UpdateMany(UpdateMany),
    /// `DELETE`
    Delete(Delete),
    /// `MERGE`
    Merge(Merge),
    /// SQL text of the user's
    Text(TextNode),
}

impl From<Select> for Statement {
    fn from(select: Select) -> Self {
        Self::Select(select)
    }
}

impl From<Insert> for Statement {
    fn from(insert: Insert) -> Self {
        Self::Insert(insert)
    }
}

impl From<Update> for Statement {
    fn from(update: Update) -> Self {
        Self::Update(update)
    }
}

impl From<UpdateMany> for Statement {
    fn from(update: UpdateMany) -> Self {
        Self::UpdateMany(update)
    }
}

impl From<Delete> for Statement {
    fn from(delete: Delete) -> Self {
        Self::Delete(delete)
    }
}

impl From<Merge> for Statement {
    fn from(merge: Merge) -> Self {
        Self::Merge(merge)
    }
}

impl From<TextNode> for Statement {
    fn from(text: TextNode) -> Self {
        Self::Text(text)
    }
}
