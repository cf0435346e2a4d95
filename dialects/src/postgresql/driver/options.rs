//! What a URL says about a server and its connections.

use super::error;
use crate::{cryptography, nodelay};
use aludel_core::{
    Error, ErrorKind, Result,
    engine::{EngineUrl, UrlOptions},
};
use sqlx::{
    ConnectOptions,
    postgres::{PgConnectOptions, PgConnection, PgSslMode},
};
use std::{num::NonZeroUsize, time::Duration};

/// Everything that a URL says.
pub(super) struct Options {
    connect: PgConnectOptions,
    connect_timeout: Duration,
    pub(super) statement_cache: NonZeroUsize,
}

impl Options {
    pub(super) fn read(url: &EngineUrl, options: &mut UrlOptions<'_>) -> Result<Self> {
        // What the URL leaves out is as for every other client: PGUSER, PGPASSWORD, ~/.pgpass.
        let mut connect = PgConnectOptions::new().disable_statement_logging();
        connect = match options.text("host").or(url.host()) {
            Some(folder) if folder.starts_with('/') => connect.socket(folder),
            Some(host) => connect.host(host),
            None => connect,
        };
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
        connect = encryption(connect, options)?;
        connect = connect.application_name(options.text("application_name").unwrap_or("aludel"));
        if let Some(path) = options.text("search_path") {
            connect = connect.options([("search_path", escaped(path))]);
        }
        if let Some(limit) = options.duration("lock_timeout")? {
            connect = connect.options([("lock_timeout", limit.as_millis().to_string())]);
        }
        let statement_cache =
            options.number("statement_cache")?.unwrap_or(const { NonZeroUsize::new(128).expect("128 is not 0") });
        Ok(Self {
            connect: connect.statement_cache_capacity(statement_cache.get()),
            connect_timeout: options.duration("connect_timeout")?.unwrap_or(Duration::from_secs(10)),
            statement_cache,
        })
    }

    /// Opens a connection, and sees to it that the server answers in time.
    pub(super) async fn connect(&self) -> Result<PgConnection> {
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
}

fn encryption(mut connect: PgConnectOptions, options: &mut UrlOptions<'_>) -> Result<PgConnectOptions> {
    const MODES: &[(&str, PgSslMode)] = &[
        ("disable", PgSslMode::Disable),
        ("allow", PgSslMode::Allow),
        ("prefer", PgSslMode::Prefer),
        ("require", PgSslMode::Require),
        ("verify-ca", PgSslMode::VerifyCa),
        ("verify-full", PgSslMode::VerifyFull),
    ];
    let mode = options.choice("sslmode", MODES)?;
    let ca = options.text("ssl_ca");
    if let Some(ca) = ca {
        connect = connect.ssl_root_cert(ca);
    }
    if let Some(certificate) = options.text("ssl_cert") {
        connect = connect.ssl_client_cert(certificate);
    }
    if let Some(key) = options.text("ssl_key") {
        connect = connect.ssl_client_key(key);
    }
    // Who names an authority wants the server to be one that it vouches for.
    let mode = mode.unwrap_or(if ca.is_some() { PgSslMode::VerifyFull } else { PgSslMode::Prefer });
    if matches!(mode, PgSslMode::VerifyCa) {
        cryptography::choose();
    }
    Ok(connect.ssl_mode(mode))
}

/// A value of the startup packet's `options`, where a space ends a word.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace(' ', "\\ ")
}
