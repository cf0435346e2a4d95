//! Oracle.

mod dialect;
mod expression;
mod large;
mod reserved;
mod temporal;
mod types;

pub use dialect::{OracleDialect, Version};
