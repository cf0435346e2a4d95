//! MERGE as SQL.

use super::{Compiler, MergeStyle, Precedence, write::check_target};
use crate::{
    error::Result,
    expr::Node,
    schema::{ColumnRef, TableRef},
    statement::{Matching, Merge, MergeAction, MergeBranch},
};

impl Compiler<'_> {
    pub(super) fn merge(&mut self, merge: &Merge) -> Result<()> {
        let Merge { table, source, on, branches } = merge;
        check_target(*table)?;
        let Some(style) = self.dialect().capabilities().merge else {
            let cure = "insert with .on_conflict(…), and update or delete over a join";
            return Err(self.unsupported("MERGE", cure));
        };
        if style == MergeStyle::Where {
            self.check_branches(branches)?;
        }
        let nodes = branches.iter().flat_map(|branch| branch.filter.iter().chain(branch.values()));
        let read = Matching { from: vec![source.clone()], ..Matching::default() };
        self.with_of(std::iter::once(on).chain(nodes), &read)?;
        self.push("MERGE INTO ");
        self.table(*table)?;
        self.push(" USING ");
        let both = vec![*table, source.table_ref()];
        self.scoped(both.clone(), |compiler| {
            compiler.source(source)?;
            compiler.push(" ON ");
            compiler.in_parentheses(style == MergeStyle::Where, |compiler| compiler.condition_in(on, Precedence::Or))
        })?;
        branches.iter().try_for_each(|branch| self.merge_branch(branch, *table, &both, style))
    }

    /// Refuses what a MERGE of one update and one insert cannot do.
    fn check_branches(&self, branches: &[MergeBranch]) -> Result<()> {
        let inserts = branches.iter().filter(|branch| matches!(branch.action, MergeAction::Insert(_))).count();
        if branches.iter().any(|branch| matches!(branch.action, MergeAction::Delete)) {
            return Err(self.unsupported("MERGE that deletes", "delete over a join"));
        }
        if inserts > 1 || branches.len() - inserts > 1 {
            return Err(self.unsupported("MERGE of several updates or inserts", "set the columns to a case(…)"));
        }
        Ok(())
    }

    fn merge_branch(
        &mut self,
        branch: &MergeBranch,
        table: TableRef,
        both: &[TableRef],
        style: MergeStyle,
    ) -> Result<()> {
        let MergeBranch { filter, action } = branch;
        let is_insert = matches!(action, MergeAction::Insert(_));
        self.push(if is_insert { " WHEN NOT MATCHED" } else { " WHEN MATCHED" });
        // A row that is to be inserted is not in the table.
        let tables = if is_insert { &both[1..] } else { both };
        self.scoped(tables.to_vec(), |compiler| {
            if style == MergeStyle::Standard {
                compiler.conditions(" AND ", filter)?;
            }
            compiler.push(" THEN ");
            match action {
                MergeAction::Update(assignments) => {
                    compiler.push("UPDATE SET ");
                    compiler.assignments(table, assignments)?;
                }
                MergeAction::Delete => {
                    compiler.push("DELETE");
                }
                MergeAction::Insert(assignments) => {
                    compiler.push("INSERT (");
                    compiler.separated(", ", assignments, |compiler, (index, _)| {
                        compiler.name(ColumnRef { table, index: *index }.name())
                    })?;
                    compiler.push(") VALUES (");
                    compiler.separated(", ", assignments, |compiler, (index, node)| {
                        compiler.assigned(node, ColumnRef { table, index: *index })
                    })?;
                    compiler.push(")");
                }
            }
            if style == MergeStyle::Where {
                compiler.conditions(" WHERE ", filter)?;
            }
            Ok(())
        })
    }
}

impl MergeBranch {
    fn values(&self) -> impl Iterator<Item = &Node> {
        let assignments = match &self.action {
            MergeAction::Update(assignments) | MergeAction::Insert(assignments) => &assignments[..],
            MergeAction::Delete => &[],
        };
        assignments.iter().map(|(_, node)| node)
    }
}
