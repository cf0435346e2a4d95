//! Where a server is, and who wants to talk to it.

use super::password_file;
use crate::network::Encryption;
use std::{
    env,
    path::{Path, PathBuf},
};

/// Everything that a connection begins with.
pub(crate) struct Settings {
    pub(crate) address: Address,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<String>,
    /// That of the user's name without one.
    pub(crate) database: Option<String>,
    pub(crate) encryption: Encryption,
    /// Settings of the session, by name.
    pub(crate) parameters: Vec<(&'static str, String)>,
}

/// Where a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Address {
    Tcp(String, u16),
    /// A socket in a folder, and the port that names it.
    #[cfg_attr(not(unix), expect(dead_code, reason = "there are none"))]
    Unix(PathBuf, u16),
}

impl Address {
    const PORT: u16 = 5432;

    /// A host, or the folder of a socket. What is left out is as other clients have it: `PGHOST` and `PGPORT`, then a socket where one is
    /// usually found, then this machine.
    pub(crate) fn new(host: Option<&str>, port: Option<u16>) -> Self {
        let port = port.or_else(|| variable("PGPORT")?.parse().ok()).unwrap_or(Self::PORT);
        let host = host.map(str::to_owned).or_else(|| variable("PGHOST")).unwrap_or_else(|| {
            let folders = ["/var/run/postgresql", "/tmp"];
            let found = folders.iter().find(|folder| cfg!(unix) && socket_path(Path::new(folder), port).exists());
            found.map_or("localhost", |folder| folder).to_owned()
        });
        if host.starts_with('/') { Self::Unix(host.into(), port) } else { Self::Tcp(host, port) }
    }
}

/// The path of a socket in a folder.
pub(super) fn socket_path(folder: &Path, port: u16) -> PathBuf {
    folder.join(format!(".s.PGSQL.{port}"))
}

impl Settings {
    /// Fills in what is left out, as other clients do: `PGUSER` or the name of the account, `PGPASSWORD` or `~/.pgpass`, `PGDATABASE`.
    pub(crate) fn complete(mut self) -> Self {
        self.user = self.user.or_else(|| ["PGUSER", "USER", "LOGNAME"].into_iter().find_map(variable));
        self.database = self.database.or_else(|| variable("PGDATABASE"));
        self.password = self.password.take().or_else(|| variable("PGPASSWORD")).or_else(|| self.kept_password());
        self
    }

    /// The password in `~/.pgpass`.
    fn kept_password(&self) -> Option<String> {
        let (host, port) = match &self.address {
            Address::Tcp(host, port) => (host.as_str(), port),
            Address::Unix(_, port) => ("localhost", port),
        };
        password_file::find([host, &port.to_string(), self.database()?, self.user.as_deref()?])
    }

    /// The database's name.
    pub(super) fn database(&self) -> Option<&str> {
        self.database.as_deref().or(self.user.as_deref())
    }
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
