//! SQLAlchemy's way of working, with Rust's types and speed.

pub use aludel_core::{Error, ErrorKind, Result, compile, engine, expr, schema, types};
pub use aludel_derive::{DbEnum, DbType, Model};
