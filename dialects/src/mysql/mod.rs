//! MySQL and MariaDB.

mod dialect;
pub mod driver;
mod expression;
mod reserved;

pub use dialect::MysqlDialect;
