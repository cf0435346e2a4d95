//! The URL of a database.

use super::options::{UrlOptions, configuration, is_secret};
use crate::error::{Error, Result};
use percent_encoding::percent_decode_str;
use std::{fmt, str::FromStr};
use url::{ParseError, Url};

/// The URL of a database: `dialect[+driver]://user:password@host:port/database?option=value`.
///
/// Each part is percent-decoded, so a password may hold any character: write `@` as `%40`, `:` as `%3A`, `/` as `%2F`,
/// `#` as `%23`, `?` as `%3F` and `%` as `%25`. What follows the host's slash is the database, verbatim:
/// `sqlite:///app.db` is relative, `sqlite:////var/lib/app.db` absolute.
///
/// Neither `Display` nor `Debug` shows the password or an option that may hold a secret.
///
/// ```
/// use aludel_core::engine::EngineUrl;
///
/// let url: EngineUrl = "mysql+native://root:p%40ss@127.0.0.1:3306/s11".parse()?;
/// assert_eq!(url.password(), Some("p@ss"));
/// assert_eq!(url.to_string(), "mysql+native://root:***@127.0.0.1:3306/s11");
/// # Ok::<_, aludel_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct EngineUrl {
    dialect: String,
    driver: Option<String>,
    username: Option<String>,
    password: Option<String>,
    host: Option<String>,
    port: Option<u16>,
    database: Option<String>,
    options: Vec<(String, String)>,
}

impl EngineUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// Of kind [`Configuration`](crate::ErrorKind::Configuration); the message never repeats the URL, since it may hold
    /// a password.
    pub fn parse(text: &str) -> Result<Self> {
        let Some((scheme, rest)) = text.trim().split_once("://") else { return Err(no_slashes(text)) };
        // `Url` knows no `_` in a scheme, which `oracle+cx_oracle` has: the answer to that is not "invalid URL".
        let url = Url::parse(&format!("database://{rest}")).map_err(unreadable)?;
        let scheme = scheme.to_ascii_lowercase();
        let (dialect, driver) = match scheme.split_once('+') {
            Some((dialect, driver)) => (dialect, Some(driver.to_owned())),
            None => (scheme.as_str(), None),
        };
        if url.fragment().is_some() {
            return Err(configuration("the URL holds a bare #: write it as %23"));
        }
        // The path is taken from the text: `Url` would resolve the `..` of a relative file name.
        let rest = rest.split_once('?').map_or(rest, |(path, _)| path);
        let database = rest.split_once('/').map(|(_, database)| database).filter(|database| !database.is_empty());
        let mut options: Vec<(String, String)> = Vec::new();
        for (name, value) in url.query_pairs() {
            if options.iter().any(|(known, _)| *known == name) {
                return Err(configuration(format!("the option {name} is given twice in the URL")));
            }
            options.push((name.into_owned(), value.into_owned()));
        }
        let username = Some(url.username()).filter(|name| !name.is_empty());
        let host = url.host_str().filter(|host| !host.is_empty());
        Ok(Self {
            dialect: dialect.to_owned(),
            driver,
            username: username.map(|name| decoded(name, "user name")).transpose()?,
            password: url.password().map(|password| decoded(password, "password")).transpose()?,
            // An IPv6 address is written in brackets, and used without them.
            host: host.map(|host| decoded(host.trim_matches(['[', ']']), "host")).transpose()?,
            port: url.port(),
            database: database.map(|database| decoded(database, "database")).transpose()?,
            options,
        })
    }

    /// What stands before the `+` or the colon: `postgresql`.
    pub fn dialect(&self) -> &str {
        &self.dialect
    }

    /// What stands after the `+`, if there is one.
    pub fn driver(&self) -> Option<&str> {
        self.driver.as_deref()
    }

    /// The user name.
    pub fn username(&self) -> Option<&str> {
        self.username.as_deref()
    }

    /// The password, in the clear.
    pub fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// The host; without the brackets of an IPv6 address.
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// The port.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The database: what follows the slash after the host.
    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// The value of the option `name`, as text.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The options, to be taken one by one, so that an unknown one is noticed.
    pub fn options(&self) -> UrlOptions<'_> {
        UrlOptions::new(&self.options)
    }
}

impl FromStr for EngineUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

impl fmt::Display for EngineUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.dialect)?;
        if let Some(driver) = &self.driver {
            write!(f, "+{driver}")?;
        }
        f.write_str("://")?;
        if let Some(username) = &self.username {
            f.write_str(username)?;
        }
        if self.password.is_some() {
            f.write_str(":***")?;
        }
        if self.username.is_some() || self.password.is_some() {
            f.write_str("@")?;
        }
        match &self.host {
            Some(host) if host.contains(':') => write!(f, "[{host}]")?,
            Some(host) => f.write_str(host)?,
            None => {}
        }
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        if let Some(database) = &self.database {
            write!(f, "/{database}")?;
        }
        for (index, (name, value)) in self.options.iter().enumerate() {
            let value = if is_secret(name) { "***" } else { value };
            write!(f, "{}{name}={value}", if index == 0 { '?' } else { '&' })?;
        }
        Ok(())
    }
}

impl fmt::Debug for EngineUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EngineUrl({self})")
    }
}

fn decoded(part: &str, what: &str) -> Result<String> {
    match percent_decode_str(part).decode_utf8() {
        Ok(part) => Ok(part.into_owned()),
        Err(_) => Err(configuration(format!("the {what} in the URL is not UTF-8 once its % escapes are decoded"))),
    }
}

#[cold]
fn unreadable(error: ParseError) -> Error {
    configuration(format!(
        "the database URL cannot be read: {error}; \
         in a user name, a password or a host write @ : / ? # % as %40 %3A %2F %3F %23 %25"
    ))
}

#[cold]
fn no_slashes(text: &str) -> Error {
    configuration(match text.split_once(':') {
        Some((dialect @ ("sqlite" | "sqlite3"), ":memory:")) => {
            format!("a database in memory is {dialect}:///:memory:")
        }
        Some((dialect, _)) if dialect.chars().all(|c| c.is_ascii_alphanumeric() || c == '+') => {
            format!(
                "a database URL has two slashes after the colon, {dialect}://…, and one more before the name of the database"
            )
        }
        _ => "a database URL begins with the dialect, such as sqlite:///app.db".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn parse(text: &str) -> EngineUrl {
        EngineUrl::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn every_part_is_decoded() {
        let url = parse("postgresql+native://o%27hara:p%40%2F%3A%25@[::1]:5433/my%20db?sslmode=require&app=a%26b");
        assert_eq!((url.dialect(), url.driver()), ("postgresql", Some("native")));
        assert_eq!((url.username(), url.password()), (Some("o'hara"), Some("p@/:%")));
        assert_eq!((url.host(), url.port(), url.database()), (Some("::1"), Some(5433), Some("my db")));
        assert_eq!((url.option("sslmode"), url.option("app")), (Some("require"), Some("a&b")));
    }

    #[test]
    fn a_socket_can_be_a_host() {
        assert_eq!(parse("postgresql://%2Fvar%2Frun%2Fpostgresql/db").host(), Some("/var/run/postgresql"));
    }

    #[test]
    fn sqlite_paths_are_verbatim() {
        for (text, database) in [
            ("sqlite://", None),
            ("sqlite:///", None),
            ("sqlite:///:memory:", Some(":memory:")),
            ("sqlite:///app.db", Some("app.db")),
            ("sqlite:///../data/./app.db?mode=ro", Some("../data/./app.db")),
            ("sqlite:////var/lib/app.db", Some("/var/lib/app.db")),
            ("sqlite:////var/lib/a%3Fb%23c.db", Some("/var/lib/a?b#c.db")),
            ("sqlite:///C:/data/app.db", Some("C:/data/app.db")),
        ] {
            let url = parse(text);
            assert_eq!((url.host(), url.database()), (None, database), "{text}");
        }
    }

    #[test]
    fn mistakes_are_explained() {
        for (text, hint) in [
            ("sqlite::memory:", "sqlite:///:memory:"),
            ("sqlite:app.db", "two slashes"),
            ("app.db", "begins with the dialect"),
            ("mysql://u:p#x@h/db", "%23"),
            ("mysql://h/db?a=1&a=2", "given twice"),
            ("mysql://u:%FF@h/db", "password in the URL is not UTF-8"),
        ] {
            let error = EngineUrl::parse(text).expect_err(text);
            assert_eq!(error.kind(), ErrorKind::Configuration, "{text}");
            assert!(error.message().contains(hint), "{text}: {error}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let url = parse("mysql://u:hunter2@h/db?ssl_key_password=hunter2&charset=utf8mb4");
        for shown in [format!("{url}"), format!("{url:?}"), format!("{url:#?}"), format!("{:?}", url.options())] {
            assert!(!shown.contains("hunter2"), "{shown}");
        }
        assert!(url.to_string().contains("charset=utf8mb4"));
        for text in
            ["mysql://u:hunter2@h:port/db", "mysql://u:hunter2/@h/db", "mysql:hunter2", "mysql://u:hunter2@h/d#b"]
        {
            let error = EngineUrl::parse(text).expect_err(text);
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}
