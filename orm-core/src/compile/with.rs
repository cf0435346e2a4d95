//! WITH: the queries that a statement names at its beginning.

use super::Compiler;
use crate::{
    error::{Error, ErrorKind, Result},
    expr::{
        Node, ctes, ctes_in, ctes_of,
        tree::{Compound, Cte, Select},
    },
    statement::Matching,
};
use std::sync::Arc;

impl Compiler<'_> {
    /// Writes `WITH name AS (…), … `, or nothing if there is none.
    ///
    /// # Errors
    /// Of kind [`Statement`](ErrorKind::Statement) if two queries have one name; those of the queries.
    fn with(&mut self, ctes: &[Arc<Cte>]) -> Result<()> {
        if ctes.is_empty() {
            return Ok(());
        }
        for (index, cte) in ctes.iter().enumerate() {
            if ctes[..index].iter().any(|other| other.name == cte.name) {
                let message = format!("two queries are named {:?} by .cte(…); give one of them another name", cte.name);
                return Err(Error::new(ErrorKind::Statement, message));
            }
        }
        let recursive = ctes.iter().any(|cte| cte.recursive);
        self.push(if recursive { self.dialect().capabilities().with_recursive } else { "WITH " });
        // What it names sees nothing of the statement.
        let scopes = std::mem::take(&mut self.scopes);
        self.separated(", ", ctes, |compiler, cte| compiler.cte(cte))?;
        self.scopes = scopes;
        self.push(" ");
        Ok(())
    }

    /// Writes the queries that a SELECT names.
    pub(super) fn with_of_select(&mut self, select: &Select) -> Result<()> {
        let mut named = Vec::new();
        ctes(select, &mut named);
        self.with(&named)
    }

    /// An error if the query names others, for a place where nothing can be named.
    pub(super) fn without_with(&self, select: &Select) -> Result<()> {
        let mut named = Vec::new();
        ctes(select, &mut named);
        if named.is_empty() {
            return Ok(());
        }
        Err(self.unsupported("named queries in a MERGE", "make each a subquery: .subquery(…)"))
    }

    /// Writes the queries that an UPDATE or a DELETE names.
    pub(super) fn with_of<'n>(
        &mut self,
        nodes: impl IntoIterator<Item = &'n Node>,
        matching: &'n Matching,
    ) -> Result<()> {
        let Matching { from, joins, filter, .. } = matching;
        let mut named = Vec::new();
        ctes_of(from, joins, &mut named);
        joins.iter().flat_map(|join| &join.on).for_each(|node| ctes_in(node, &mut named));
        nodes.into_iter().chain(filter).for_each(|node| ctes_in(node, &mut named));
        if !named.is_empty() && !self.dialect().capabilities().with_in_writes {
            return Err(
                self.unsupported("WITH in UPDATE and DELETE", "name the query by .subquery(…) instead of .cte(…)")
            );
        }
        self.with(&named)
    }

    fn cte(&mut self, cte: &Cte) -> Result<()> {
        let unites = |compound: &Compound| compound.rest.iter().any(|part| !part.all);
        if cte.recursive
            && !self.dialect().capabilities().recursive_union
            && cte.select.compound.as_deref().is_some_and(unites)
        {
            let cure = "unite by .union_all(…), and end circles by a number of steps";
            return Err(self.unsupported("UNION in a recursive query", cure));
        }
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
