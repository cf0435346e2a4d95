//! Schemas read back: what tables a database has, and how they differ from those that a program wants.
//!
//! [`Engine::inspect`](crate::engine::Engine::inspect) makes an [`Inspector`], which asks the database's own catalog. A
//! model's table in the words of the same database is [`expected`], and [`differences`] compares the two.

mod difference;
mod expected;
mod inspector;

pub use difference::{Change, Difference, differences};
pub use expected::expected;
pub use inspector::Inspector;
