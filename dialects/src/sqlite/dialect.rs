//! The SQL of SQLite.

use aludel_core::compile::Dialect;

/// The SQL of SQLite, as the linked version understands it.
#[derive(Debug, Clone, Copy)]
pub struct SqliteDialect;

impl Dialect for SqliteDialect {
    fn name(&self) -> &'static str {
        "sqlite"
    }
}
