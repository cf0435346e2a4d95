//! MySQL and MariaDB.

mod canonical;
mod catalog;
#[cfg(feature = "mysql")]
mod client;
mod dialect;
#[cfg(feature = "mysql")]
pub mod driver;
mod expression;
mod json;
mod reserved;
mod temporal;

pub use dialect::{MysqlDialect, Server};
