//! Prepared statements: what the server takes values for, and what it yields.

use super::{
    bind::{Declared, declare, fits, unfit, write_sized},
    script::{placeholders, reads},
    types::Types,
    wire::Wire,
};
use crate::postgresql::client::{Client, Description};
use aludel_core::{
    Error, ErrorKind, Result,
    compile::{Compiled, StatementKind},
    types::Value,
};
use lru::LruCache;
use std::{num::NonZeroUsize, sync::Arc};

/// A statement that the server knows.
pub(super) struct Prepared {
    /// What the server calls it.
    name: String,
    /// What each value is declared as, and what the server takes it for.
    parameters: Box<[(Declared, Wire)]>,
    pub(super) columns: Box<[Column]>,
    /// Whether it reads and does nothing else.
    pub(super) reads: bool,
}

/// A column of what a statement yields.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) wire: Wire,
}

impl Prepared {
    async fn new(
        client: &mut Client,
        types: &mut Types,
        compiled: &Compiled,
        values: &[Value],
        declared: &[Declared],
    ) -> Result<Self> {
        let wanted = placeholders(&compiled.sql);
        if values.len() != wanted {
            return Err(wrong_number(wanted, values.len()));
        }
        let numbers: Vec<u32> =
            values.iter().zip(declared).map(|(value, declared)| declare(value, *declared)).collect();
        let Description { name, parameters, columns } = client.prepare(&compiled.sql, &numbers).await?;
        types.learn(client, parameters.iter().copied().chain(columns.iter().map(|column| column.1)).collect()).await?;
        let reads = match compiled.kind {
            StatementKind::Text | StatementKind::Ddl => reads(&compiled.sql),
            kind => kind == StatementKind::Select,
        };
        let parameters = declared.iter().copied().zip(parameters.into_iter().map(|number| types.wire(number)));
        let column = |(name, number)| Column { name, wire: types.wire(number) };
        Ok(Self { name, parameters: parameters.collect(), columns: columns.into_iter().map(column).collect(), reads })
    }

    /// Whether the values can be sent; those that the server was told the type of are refused later.
    fn fits(&self, values: &[Value]) -> bool {
        let mut parameters = values.iter().zip(&self.parameters);
        parameters.all(|(value, (declared, wire))| *declared == Declared::Forced || fits(value, wire))
    }

    /// Sends the statement with its values.
    pub(super) async fn run(&self, client: &mut Client, values: &[Value]) -> Result<()> {
        client.run(&self.name, values.len(), self.writer(values)?).await
    }

    /// Sends the statement with its values behind others.
    pub(super) async fn queue(&self, client: &mut Client, values: &[Value]) -> Result<()> {
        client.queue(&self.name, values.len(), self.writer(values)?).await
    }

    /// What writes the values.
    fn writer<'a>(&'a self, values: &'a [Value]) -> Result<impl FnOnce(&mut Vec<u8>) -> Result<()> + use<'a>> {
        if values.len() != self.parameters.len() {
            return Err(wrong_number(self.parameters.len(), values.len()));
        }
        let mut values = values.iter().zip(&self.parameters).enumerate();
        Ok(move |buffer: &mut Vec<u8>| {
            values.try_for_each(|(index, (value, (_, wire)))| match fits(value, wire) {
                true => write_sized(value, wire, buffer),
                false => Err(unfit(index + 1, value, wire)),
            })
        })
    }
}

#[cold]
fn wrong_number(wanted: usize, given: usize) -> Error {
    Error::new(ErrorKind::Statement, format!("the statement has {wanted} placeholders and was given {given} values"))
}

/// The statements that a connection has prepared, those used last.
pub(super) struct Statements {
    known: LruCache<u64, Arc<Prepared>>,
    types: Types,
}

impl Statements {
    pub(super) fn new(capacity: NonZeroUsize) -> Self {
        Self { known: LruCache::new(capacity), types: Types::default() }
    }

    /// The types that the statements have met.
    pub(super) fn types(&mut self) -> &mut Types {
        &mut self.types
    }

    /// The statement, prepared now if it was not yet.
    pub(super) async fn get(
        &mut self,
        client: &mut Client,
        compiled: &Compiled,
        values: &[Value],
    ) -> Result<Arc<Prepared>> {
        if let Some(known) = self.known(compiled, values) {
            return Ok(known);
        }
        let mut declared = vec![Declared::Own; values.len()];
        let mut prepared = Prepared::new(client, &mut self.types, compiled, values, &declared).await?;
        if !prepared.fits(values) {
            for ((declared, value), (_, wire)) in declared.iter_mut().zip(values).zip(&prepared.parameters) {
                if !fits(value, wire) {
                    *declared = Declared::Forced;
                }
            }
            client.forget(&prepared.name)?;
            prepared = Prepared::new(client, &mut self.types, compiled, values, &declared).await?;
        }
        let prepared = Arc::new(prepared);
        if let Some((_, other)) = self.known.push(compiled.id, Arc::clone(&prepared)) {
            client.forget(&other.name)?;
        }
        Ok(prepared)
    }

    /// The statement, if it is prepared for the values.
    pub(super) fn known(&mut self, compiled: &Compiled, values: &[Value]) -> Option<Arc<Prepared>> {
        self.known.get(&compiled.id).filter(|known| known.fits(values)).cloned()
    }

    /// Has every statement prepared anew: the tables have changed under them.
    pub(super) fn forget_all(&mut self, client: &mut Client) -> Result<()> {
        while let Some((_, known)) = self.known.pop_lru() {
            client.forget(&known.name)?;
        }
        self.types = Types::default();
        Ok(())
    }
}
