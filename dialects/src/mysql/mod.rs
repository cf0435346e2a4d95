//! MySQL and MariaDB.

mod dialect;
#[cfg(feature = "mysql")]
pub mod driver;
mod expression;
mod reserved;

pub use dialect::{MysqlDialect, Server};
