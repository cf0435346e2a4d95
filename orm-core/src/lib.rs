//! The part of Aludel that knows SQL and sessions, and no database.
//!
//! Applications use it through the facade crate `aludel`; dialects and drivers are written against it.
//!
//! Its modules build on one another, left to right:
//! `types <- schema <- expr <- statement <- compile <- engine <- {inspect, session}`.

mod error;
mod suggest;

pub mod compile;
pub mod engine;
pub mod expr;
pub mod inspect;
pub mod schema;
pub mod session;
pub mod statement;
pub mod types;

pub use error::{Error, ErrorKind, RefusedRow, Result};
