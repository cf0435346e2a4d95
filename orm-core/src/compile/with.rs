//! WITH: the queries that a statement names at its beginning.

use super::Compiler;
use crate::{
    error::{Error, ErrorKind, Result},
    expr::{Node, ctes_in, tree::Cte},
};
use std::sync::Arc;

impl Compiler<'_> {
    /// Writes `WITH name AS (…), … `, or nothing if there is none.
    ///
    /// # Errors
    /// Of kind [`Statement`](ErrorKind::Statement) if two queries have one name; those of the queries.
    pub(super) fn with(&mut self, ctes: &[Arc<Cte>]) -> Result<()> {
        if ctes.is_empty() {
            return Ok(());
        }
        for (index, cte) in ctes.iter().enumerate() {
            if ctes[..index].iter().any(|other| other.name == cte.name) {
                let message = format!("two queries are named {:?} by .cte(…); give one of them another name", cte.name);
                return Err(Error::new(ErrorKind::Statement, message));
            }
        }
        self.push("WITH ");
        if ctes.iter().any(|cte| cte.recursive) {
            self.push("RECURSIVE ");
        }
        // What it names sees nothing of the statement.
        let scopes = std::mem::take(&mut self.scopes);
        self.separated(", ", ctes, |compiler, cte| compiler.cte(cte))?;
        self.scopes = scopes;
        self.push(" ");
        Ok(())
    }

    /// Writes the queries that an UPDATE or a DELETE names in the subqueries of these expressions.
    pub(super) fn with_of<'n>(&mut self, nodes: impl IntoIterator<Item = &'n Node>) -> Result<()> {
        let mut named = Vec::new();
        nodes.into_iter().for_each(|node| ctes_in(node, &mut named));
        if !named.is_empty() && !self.dialect().capabilities().with_in_writes {
            return Err(
                self.unsupported("WITH in UPDATE and DELETE", "name the query by .subquery(…) instead of .cte(…)")
            );
        }
        self.with(&named)
    }

    fn cte(&mut self, cte: &Cte) -> Result<()> {
        self.name(cte.name)?;
        if cte.recursive {
            self.push(" (");
            self.separated(", ", &cte.columns, |compiler, name| compiler.name(name))?;
            self.push(")");
        }
        self.push(match cte.materialized.filter(|_| self.dialect().capabilities().materialized) {
            None => " AS (",
            Some(true) => " AS MATERIALIZED (",
            Some(false) => " AS NOT MATERIALIZED (",
        });
        self.subselect(&cte.select)?;
        self.push(")");
        Ok(())
    }
}
