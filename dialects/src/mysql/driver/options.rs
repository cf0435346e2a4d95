//! What a URL says about a server and its connections.

use super::error;
use crate::{cryptography, nodelay};
use aludel_core::{
    Error, ErrorKind, Result,
    engine::{EngineUrl, UrlOptions},
};
use sqlx::{
    ConnectOptions,
    mysql::{MySqlConnectOptions, MySqlConnection, MySqlSslMode},
};
use std::{num::NonZeroUsize, time::Duration};

/// Everything that a URL says.
pub(super) struct Options {
    connect: MySqlConnectOptions,
    connect_timeout: Duration,
    /// Whether MariaDB's own SQL is wanted.
    pub(super) mariadb: bool,
    pub(super) lock_timeout: Option<Duration>,
    pub(super) statement_cache: NonZeroUsize,
}

impl Options {
    pub(super) fn read(url: &EngineUrl, options: &mut UrlOptions<'_>) -> Result<Self> {
        // What sqlx would set of a session is set by us, with the rest of it, in one statement.
        let mut connect = MySqlConnectOptions::new()
            .disable_statement_logging()
            .pipes_as_concat(false)
            .no_engine_substitution(false)
            .timezone(None)
            .set_names(false)
            .host(url.host().unwrap_or("localhost"));
        if let Some(socket) = options.text("socket").or(options.text("unix_socket")) {
            connect = connect.socket(socket);
        }
        if let Some(port) = url.port() {
            connect = connect.port(port);
        }
        if let Some(user) = url.username() {
            connect = connect.username(user);
        }
        if let Some(password) = url.password() {
            connect = connect.password(password);
        }
        if let Some(database) = url.database() {
            connect = connect.database(database);
        }
        // URLs from elsewhere name it; there is no other.
        options.choice("charset", &[("utf8mb4", ())])?;
        connect = encryption(connect, options)?;
        let statement_cache =
            options.number("statement_cache")?.unwrap_or(const { NonZeroUsize::new(128).expect("128 is not 0") });
        Ok(Self {
            // What sqlx forgets before we do, it prepares again in the middle of a statement, where no future can be
            // dropped safely.
            connect: connect.statement_cache_capacity(statement_cache.get().saturating_add(32)),
            connect_timeout: options.duration("connect_timeout")?.unwrap_or(Duration::from_secs(10)),
            mariadb: url.dialect() == "mariadb",
            lock_timeout: options.duration("lock_timeout")?,
            statement_cache,
        })
    }

    /// Opens a connection, and sees to it that the server answers in time.
    pub(super) async fn connect(&self) -> Result<MySqlConnection> {
        match tokio::time::timeout(self.connect_timeout, self.connect.connect()).await {
            Ok(Ok(connection)) => {
                nodelay::send_at_once(self.connect.get_port());
                Ok(connection)
            }
            Ok(Err(error)) => Err(error::unreachable(error)),
            Err(_) => Err(Error::new(
                ErrorKind::Connection,
                format!("the server did not answer within {:?}; see connect_timeout", self.connect_timeout),
            )),
        }
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

fn encryption(mut connect: MySqlConnectOptions, options: &mut UrlOptions<'_>) -> Result<MySqlConnectOptions> {
    // The names that every dialect of ours has, and MySQL's own.
    const MODES: &[(&str, MySqlSslMode)] = &[
        ("disable", MySqlSslMode::Disabled),
        ("prefer", MySqlSslMode::Preferred),
        ("require", MySqlSslMode::Required),
        ("verify-ca", MySqlSslMode::VerifyCa),
        ("verify-full", MySqlSslMode::VerifyIdentity),
        ("disabled", MySqlSslMode::Disabled),
        ("preferred", MySqlSslMode::Preferred),
        ("required", MySqlSslMode::Required),
        ("verify_ca", MySqlSslMode::VerifyCa),
        ("verify_identity", MySqlSslMode::VerifyIdentity),
    ];
    let mode = options.choice("sslmode", MODES)?;
    let ca = options.text("ssl_ca");
    if let Some(ca) = ca {
        connect = connect.ssl_ca(ca);
    }
    if let Some(certificate) = options.text("ssl_cert") {
        connect = connect.ssl_client_cert(certificate);
    }
    if let Some(key) = options.text("ssl_key") {
        connect = connect.ssl_client_key(key);
    }
    // Who names an authority wants the server to be one that it vouches for.
    let default = if ca.is_some() { MySqlSslMode::VerifyIdentity } else { MySqlSslMode::Preferred };
    let mode = mode.unwrap_or(default);
    if matches!(mode, MySqlSslMode::VerifyCa) {
        cryptography::choose();
    }
    Ok(connect.ssl_mode(mode))
}
