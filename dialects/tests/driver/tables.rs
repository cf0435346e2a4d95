//! Tables that no model describes.

use aludel_core::{
    schema::{ColumnDef, ModelDef, TableDef, TableRef},
    types::SqlType,
};
use std::borrow::Cow;

/// A column that may be NULL; decimals have 18 digits, six of them after the point.
pub(crate) fn column(name: &'static str, sql_type: SqlType) -> ColumnDef {
    ColumnDef {
        name: name.into(),
        sql_type,
        nullable: true,
        length: None,
        precision: (sql_type == SqlType::Decimal).then_some((18, 6)),
        autoincrement: false,
        default: None,
        server_default: None,
        role: None,
        comment: None,
    }
}

/// A table `t` of these columns.
pub(crate) fn table(columns: Vec<ColumnDef>) -> TableRef {
    let table = TableDef {
        name: "t".into(),
        schema: None,
        comment: None,
        columns: columns.into(),
        primary_key: Cow::Borrowed(&[]),
        foreign_keys: Cow::Borrowed(&[]),
        uniques: Cow::Borrowed(&[]),
        checks: Cow::Borrowed(&[]),
        indexes: Cow::Borrowed(&[]),
        model: ModelDef::UNKNOWN,
    };
    TableRef::new(Box::leak(Box::new(table)))
}
