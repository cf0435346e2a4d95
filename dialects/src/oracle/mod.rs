//! Oracle.

mod dialect;
#[cfg(feature = "oracle")]
pub mod driver;
mod expression;
mod large;
mod reserved;
mod temporal;
mod types;
mod version;

pub use dialect::OracleDialect;
pub use version::Version;
