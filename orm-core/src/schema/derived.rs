//! The tables that queries are.

use super::{ColumnDef, ModelDef, TableDef};
use crate::types::SqlType;
use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

/// What is known of a column of a query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct DerivedColumn {
    pub(crate) name: Cow<'static, str>,
    pub(crate) sql_type: SqlType,
    pub(crate) nullable: bool,
    pub(crate) precision: Option<(u8, u8)>,
}

/// The table of a query's columns under the name `name`.
///
/// A definition lives as long as the program, so that columns are `Copy`; two queries with the same columns share one, and a program
/// has as many as it has kinds of subqueries.
pub(crate) fn derived_table(name: &'static str, columns: Vec<DerivedColumn>) -> &'static TableDef {
    type Known = HashMap<(&'static str, Vec<DerivedColumn>), &'static TableDef>;
    static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry((name, columns)).or_insert_with_key(|(name, columns)| Box::leak(Box::new(table(name, columns))))
}

fn table(name: &'static str, columns: &[DerivedColumn]) -> TableDef {
    TableDef {
        name: name.into(),
        schema: None,
        comment: None,
        columns: columns.iter().map(column).collect(),
        primary_key: Cow::Borrowed(&[]),
        foreign_keys: Cow::Borrowed(&[]),
        uniques: Cow::Borrowed(&[]),
        checks: Cow::Borrowed(&[]),
        indexes: Cow::Borrowed(&[]),
        model: ModelDef::UNKNOWN,
    }
}

fn column(column: &DerivedColumn) -> ColumnDef {
    let DerivedColumn { name, sql_type, nullable, precision } = column;
    ColumnDef {
        name: name.clone(),
        sql_type: *sql_type,
        nullable: *nullable,
        length: None,
        precision: *precision,
        autoincrement: false,
        default: None,
        server_default: None,
        role: None,
        comment: None,
    }
}
