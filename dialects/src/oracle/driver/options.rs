//! What a URL says about a server and its connections.

use super::error;
use crate::cryptography;
use aludel_core::{
    Error, ErrorKind, Result,
    engine::{EngineUrl, UrlOptions},
};
use oracledb::Config;
use std::time::Duration;

/// Everything that a URL says.
pub(super) struct Options {
    config: Config,
    pub(super) connect_timeout: Duration,
}

impl Options {
    pub(super) fn read(url: &EngineUrl, options: &mut UrlOptions<'_>) -> Result<Self> {
        let (Some(user), Some(password), Some(service)) = (url.username(), url.password(), url.database()) else {
            return Err(misconfigured("a user, a password and a service are wanted"));
        };
        // The rest of the connect string has a grammar of its own.
        if !service.chars().all(|c| c.is_ascii_alphanumeric() || "_.$#-".contains(c)) {
            return Err(misconfigured("the name of the service is of letters, digits and _ . $ # -"));
        }
        let protocol = options.choice("sslmode", &[("disable", "tcp"), ("verify-full", "tcps")])?.unwrap_or("tcp");
        if protocol == "tcps" {
            cryptography::choose();
        }
        let host = url.host().unwrap_or("localhost");
        let host = if host.contains(':') && !host.starts_with('[') { format!("[{host}]") } else { host.to_owned() };
        let connect_timeout = options.duration("connect_timeout")?.unwrap_or(Duration::from_secs(10));
        let mut config = Config::default()
            .set_credentials(user, password)
            .set_connect_string(&format!("{protocol}://{host}:{}/{service}", url.port().unwrap_or(1521)))
            .map_err(error::unreachable)?
            .set_transport_connect_timeout(Some(connect_timeout))
            .set_driver_name("aludel")
            .set_stmtcachesize(options.number("statement_cache")?.unwrap_or(128));
        if let Some(wallet) = options.text("wallet") {
            config = config.set_wallet_location(wallet);
        }
        if let Some(password) = options.text("wallet_password") {
            config = config.set_wallet_password(password);
        }
        Ok(Self { config, connect_timeout })
    }

    pub(super) fn connect(&self) -> Result<oracledb::Connection> {
        oracledb::connect(self.config.clone()).map_err(error::unreachable)
    }
}

fn misconfigured(why: &str) -> Error {
    Error::new(ErrorKind::Configuration, format!("{why}: oracle://user:password@host:1521/service"))
}
