//! What a URL says about a server and its connections.

use crate::{
    mysql::client::{Address, Client, Settings},
    network::{Encryption, SslMode, in_time, unreachable},
};
use aludel_core::{
    Result,
    engine::{EngineUrl, UrlOptions},
};
use std::{num::NonZeroUsize, time::Duration};

/// Everything that a URL says.
pub(super) struct Options {
    settings: Settings,
    connect_timeout: Duration,
    /// Whether MariaDB's own SQL is wanted.
    pub(super) mariadb: bool,
    pub(super) lock_timeout: Option<Duration>,
    pub(super) statement_cache: NonZeroUsize,
}

impl Options {
    pub(super) fn read(url: &EngineUrl, options: &mut UrlOptions<'_>) -> Result<Self> {
        const PORT: u16 = 3306;
        let address = match options.text("socket").or(options.text("unix_socket")) {
            Some(socket) => Address::Unix(socket.into()),
            None => Address::Tcp(url.host().unwrap_or("localhost").to_owned(), url.port().unwrap_or(PORT)),
        };
        // URLs from elsewhere name it; there is no other.
        options.choice("charset", &[("utf8mb4", ())])?;
        let settings = Settings {
            address,
            user: url.username().unwrap_or("root").to_owned(),
            password: url.password().unwrap_or_default().to_owned(),
            database: url.database().map(str::to_owned),
            encryption: encryption(options)?,
        };
        Ok(Self {
            settings,
            connect_timeout: options.duration("connect_timeout")?.unwrap_or(Duration::from_secs(10)),
            mariadb: url.dialect() == "mariadb",
            lock_timeout: options.duration("lock_timeout")?,
            statement_cache: options
                .number("statement_cache")?
                .unwrap_or(const { NonZeroUsize::new(128).expect("128 is not 0") }),
        })
    }

    /// Opens a connection, and sees to it that the server answers in time.
    pub(super) async fn connect(&self) -> Result<Client> {
        in_time(self.connect_timeout, async { Client::connect(&self.settings).await.map_err(unreachable) }).await
    }

    /// What a new connection says and asks first, in one round trip. MySQL reads `/*!80000 … */` and MariaDB `/*M! …
    /// */`.
    pub(super) fn greeting(&self) -> String {
        let locks = self.lock_timeout.map(|limit| {
            let seconds = limit.as_millis().div_ceil(1_000);
            format!(", innodb_lock_wait_timeout = {0}, lock_wait_timeout = {0}", seconds.max(1))
        });
        // Each mode has a surprise in it that other databases do not have: values changed to fit, || for OR,
        // differences of unsigned numbers that may not be negative. What an UPDATE assigns is computed from the row as
        // it was.
        let modes = "STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,\
            PIPES_AS_CONCAT,NO_UNSIGNED_SUBTRACTION";
        let simultaneous = if self.mariadb { "/*M! ',SIMULTANEOUS_ASSIGNMENT' */" } else { "" };
        format!(
            "SET NAMES utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin */ /*M! utf8mb4_nopad_bin */, time_zone = '+00:00', \
             autocommit = 1, group_concat_max_len = 4294967295, sql_mode = '{modes}' {simultaneous}, \
             /*!80000 cte_max_recursion_depth */ /*M! max_recursive_iterations */ = 4294967295{}; \
             SELECT CONNECTION_ID(), VERSION(), @@auto_increment_increment, @@innodb_rollback_on_timeout",
            locks.unwrap_or_default(),
        )
    }
}

fn encryption(options: &mut UrlOptions<'_>) -> Result<Encryption> {
    // The names that every dialect of ours has, and MySQL's own.
    const MODES: &[(&str, SslMode)] = &[
        ("disable", SslMode::Disable),
        ("prefer", SslMode::Prefer),
        ("require", SslMode::Require),
        ("verify-ca", SslMode::VerifyCa),
        ("verify-full", SslMode::VerifyFull),
        ("disabled", SslMode::Disable),
        ("preferred", SslMode::Prefer),
        ("required", SslMode::Require),
        ("verify_ca", SslMode::VerifyCa),
        ("verify_identity", SslMode::VerifyFull),
    ];
    Encryption::read(options.choice("sslmode", MODES)?, options)
}
