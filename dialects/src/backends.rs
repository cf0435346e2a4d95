//! The dialects and drivers that a URL can name.

use aludel_core::engine::{Backend, OpenDriver};

#[cfg(feature = "mysql")]
const MYSQL: Option<OpenDriver> = Some(crate::mysql::driver::open);
#[cfg(not(feature = "mysql"))]
const MYSQL: Option<OpenDriver> = None;

#[cfg(feature = "oracle")]
const ORACLE: Option<OpenDriver> = Some(crate::oracle::driver::open);
#[cfg(not(feature = "oracle"))]
const ORACLE: Option<OpenDriver> = None;

#[cfg(feature = "postgresql")]
const POSTGRESQL: Option<OpenDriver> = Some(crate::postgresql::driver::open);
#[cfg(not(feature = "postgresql"))]
const POSTGRESQL: Option<OpenDriver> = None;

#[cfg(feature = "sqlite")]
const SQLITE: Option<OpenDriver> = Some(crate::sqlite::driver::open);
#[cfg(not(feature = "sqlite"))]
const SQLITE: Option<OpenDriver> = None;

/// All drivers that a URL can name; those that are not compiled in say which cargo feature brings them.
pub const BACKENDS: &[Backend] = &[
    Backend { dialect: "sqlite", aliases: &["sqlite3"], driver: "rusqlite", feature: "sqlite", open: SQLITE },
    Backend {
        dialect: "postgresql",
        aliases: &["postgres"],
        driver: "native",
        feature: "postgresql",
        open: POSTGRESQL,
    },
    Backend { dialect: "mysql", aliases: &[], driver: "native", feature: "mysql", open: MYSQL },
    Backend { dialect: "mariadb", aliases: &[], driver: "native", feature: "mysql", open: MYSQL },
    Backend { dialect: "oracle", aliases: &[], driver: "oracledb", feature: "oracle", open: ORACLE },
];
