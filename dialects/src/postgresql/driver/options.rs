//! What a URL says about a server and its connections.

use crate::{
    network::{Encryption, SslMode, in_time, unreachable},
    postgresql::client::{Address, Client, Settings},
};
use aludel_core::{
    Result,
    engine::{EngineUrl, UrlOptions},
};
use std::{num::NonZeroUsize, time::Duration};

/// Everything that a URL says.
pub(super) struct Options {
    pub(super) settings: Settings,
    pub(super) connect_timeout: Duration,
    pub(super) statement_cache: NonZeroUsize,
}

impl Options {
    pub(super) fn read(url: &EngineUrl, options: &mut UrlOptions<'_>) -> Result<Self> {
        let name = options.text("application_name").unwrap_or("aludel").to_owned();
        let mut parameters = vec![("application_name", name)];
        let host = options.text("host").or(url.host());
        let encryption = encryption(options)?;
        if let Some(path) = options.text("search_path") {
            parameters.push(("search_path", path.to_owned()));
        }
        if let Some(limit) = options.duration("lock_timeout")? {
            parameters.push(("lock_timeout", limit.as_millis().to_string()));
        }
        // What the URL leaves out is as for every other client: PGUSER, PGPASSWORD, ~/.pgpass.
        let settings = Settings {
            address: Address::new(host, url.port()),
            user: url.username().map(str::to_owned),
            password: url.password().map(str::to_owned),
            database: url.database().map(str::to_owned),
            encryption,
            parameters,
        };
        Ok(Self {
            settings: settings.complete(),
            connect_timeout: options.duration("connect_timeout")?.unwrap_or(Duration::from_secs(10)),
            statement_cache: options
                .number("statement_cache")?
                .unwrap_or(const { NonZeroUsize::new(128).expect("128 is not 0") }),
        })
    }

    /// Opens a connection, and sees to it that the server answers in time.
    pub(super) async fn connect(&self) -> Result<Client> {
        in_time(self.connect_timeout, async { Client::connect(&self.settings).await.map_err(unreachable) }).await
    }
}

fn encryption(options: &mut UrlOptions<'_>) -> Result<Encryption> {
    const MODES: &[(&str, SslMode)] = &[
        ("disable", SslMode::Disable),
        // A server that insists on encryption says so.
        ("allow", SslMode::Disable),
        ("prefer", SslMode::Prefer),
        ("require", SslMode::Require),
        ("verify-ca", SslMode::VerifyCa),
        ("verify-full", SslMode::VerifyFull),
    ];
    Encryption::read(options.choice("sslmode", MODES)?, options)
}
