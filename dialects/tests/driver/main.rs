//! One suite for all drivers: what holds of one database holds of all, as far as the dialect's capabilities say so.
//!
//! The folder `suite` is compiled once for each dialect, and finds out which by the name of its module.

#[path = "../jobs/mod.rs"]
mod jobs;
#[path = "../../../tests/servers/mod.rs"]
mod servers;

#[cfg(feature = "mysql")]
#[path = "suite/mod.rs"]
mod mariadb;
#[cfg(feature = "mysql")]
#[path = "suite/mod.rs"]
#[allow(clippy::duplicate_mod, reason = "that is the way of this suite")]
mod mysql;
#[cfg(feature = "mysql")]
mod mysql_own;
#[path = "suite/mod.rs"]
#[allow(clippy::duplicate_mod, reason = "that is the way of this suite")]
mod oracle;
#[cfg(feature = "oracle")]
#[path = "suite/mod.rs"]
#[allow(clippy::duplicate_mod, reason = "that is the way of this suite")]
mod oracle_live;
#[cfg(feature = "oracle")]
mod oracle_own;
#[cfg(feature = "postgresql")]
#[path = "suite/mod.rs"]
#[allow(clippy::duplicate_mod, reason = "that is the way of this suite")]
mod postgresql;
#[cfg(feature = "postgresql")]
mod postgresql_own;
#[cfg(feature = "sqlite")]
#[path = "suite/mod.rs"]
#[allow(clippy::duplicate_mod, reason = "that is the way of this suite")]
mod sqlite;
#[cfg(any(feature = "mysql", feature = "postgresql"))]
mod strangers;
mod tables;

use aludel_core::{
    Result,
    engine::{Engine, create_engine},
};

async fn connect(url: &str) -> Result<Engine> {
    create_engine(url, &aludel_oracle_emulator::backends())?.connect().await
}
