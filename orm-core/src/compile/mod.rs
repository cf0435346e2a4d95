//! From a statement and a dialect to SQL.

mod compiled;
mod dialect;

pub use compiled::{Compiled, Output, StatementKind};
pub use dialect::Dialect;
