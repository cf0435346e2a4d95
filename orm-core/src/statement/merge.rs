//! MERGE.

use crate::{
    expr::{Node, tree::Source},
    schema::TableRef,
};

/// A MERGE: what becomes of the rows of a table, and of those that are not in it yet, by the rows of a source.
#[derive(Debug, Clone, PartialEq)]
pub struct Merge {
    /// The table.
    pub table: TableRef,
    /// The rows that it is compared with.
    pub source: Source,
    /// Which of them is meant by a row of the table.
    pub on: Node,
    /// What is done, by the first that holds.
    pub branches: Vec<MergeBranch>,
}

/// What a MERGE does with rows.
#[derive(Debug, Clone, PartialEq)]
pub struct MergeBranch {
    /// Conditions on the rows, all of which hold.
    pub filter: Vec<Node>,
    /// What is done.
    pub action: MergeAction,
}

/// What a MERGE does with a row.
#[derive(Debug, Clone, PartialEq)]
pub enum MergeAction {
    /// A row of the table is changed: the columns, by position, and what they are set to.
    Update(Vec<(u16, Node)>),
    /// A row of the table is deleted.
    Delete,
    /// A row of the source becomes one of the table.
    Insert(Vec<(u16, Node)>),
}
