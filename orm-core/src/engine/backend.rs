//! The dialects and drivers that a program can name in a URL.

use super::{Driver, EngineUrl, UrlOptions, options::configuration};
use crate::error::{Error, Result};
use crate::suggest::closest;
use std::{fmt::Write, sync::Arc};

/// Makes a driver from a URL, taking the options it knows.
pub type OpenDriver = fn(&EngineUrl, &mut UrlOptions<'_>) -> Result<Arc<dyn Driver>>;

/// One driver of one dialect, as URLs name it. The first one listed of a dialect is the dialect's default.
#[derive(Debug, Clone, Copy)]
pub struct Backend {
    /// The dialect in URLs: `postgresql`.
    pub dialect: &'static str,
    /// Other names of the dialect: `postgres`.
    pub aliases: &'static [&'static str],
    /// The driver in URLs: `native`.
    pub driver: &'static str,
    /// The cargo feature that brings it, for the message where it is not compiled in.
    pub feature: &'static str,
    /// How it is opened; `None` if it is not compiled in.
    pub open: Option<OpenDriver>,
}

impl Backend {
    fn name(&self) -> String {
        format!("{}+{}", self.dialect, self.driver)
    }

    fn speaks(&self, dialect: &str) -> bool {
        self.dialect == dialect || self.aliases.contains(&dialect)
    }
}

/// The backend that the URL names.
pub(super) fn find(url: &EngineUrl, backends: &[Backend]) -> Result<OpenDriver> {
    let mut candidates = backends.iter().filter(|backend| backend.speaks(url.dialect()));
    let backend = match url.driver() {
        None => candidates.next(),
        Some(driver) => candidates.find(|backend| backend.driver == driver),
    };
    let Some(backend) = backend else { return Err(unknown(url, backends)) };
    if let Some(open) = backend.open {
        return Ok(open);
    }
    let here: Vec<String> = backends.iter().filter(|backend| backend.open.is_some()).map(Backend::name).collect();
    let here = if here.is_empty() { "no driver".to_owned() } else { here.join(", ") };
    Err(configuration(format!(
        "{} is not compiled in: enable it, aludel = {{ version = \"…\", features = [{:?}] }}; this build has {here}",
        backend.name(),
        backend.feature
    )))
}

#[cold]
fn unknown(url: &EngineUrl, backends: &[Backend]) -> Error {
    let ours: Vec<_> = backends.iter().filter(|backend| backend.speaks(url.dialect())).collect();
    let mut message = match (ours.first(), url.driver()) {
        (Some(default), Some(driver)) => {
            format!(
                "{0} has no driver {driver:?}; write {0}+{1}://…, or {0}://… for short.",
                default.dialect, default.driver
            )
        }
        _ => {
            let names = backends
                .iter()
                .flat_map(|backend| std::iter::once(backend.dialect).chain(backend.aliases.iter().copied()));
            match closest(url.dialect(), names) {
                Some(meant) => format!("unknown dialect {:?} in the URL; did you mean {meant}?", url.dialect()),
                None => format!("unknown dialect {:?} in the URL.", url.dialect()),
            }
        }
    };
    message.push_str(" Known:");
    let listed: Vec<&Backend> = if ours.is_empty() { backends.iter().collect() } else { ours };
    for (index, backend) in listed.iter().enumerate() {
        let Backend { dialect, driver, feature, .. } = backend;
        let comma = if index == 0 { "" } else { "," };
        let state = match backend.open {
            Some(_) => String::new(),
            None => format!(" (cargo feature {feature:?})"),
        };
        // Writing to a String cannot fail.
        let _ = write!(message, "{comma} {dialect}+{driver}{state}");
    }
    configuration(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    const BACKENDS: &[Backend] = &[
        Backend { dialect: "sqlite", aliases: &[], driver: "rusqlite", feature: "sqlite", open: Some(open) },
        Backend { dialect: "mysql", aliases: &["mariadb"], driver: "native", feature: "mysql", open: None },
    ];

    fn open(_: &EngineUrl, _: &mut UrlOptions<'_>) -> Result<Arc<dyn Driver>> {
        Err(configuration("opened"))
    }

    fn message(url: &str) -> String {
        let error = EngineUrl::parse(url).and_then(|url| find(&url, BACKENDS)).expect_err(url);
        assert_eq!(error.kind(), ErrorKind::Configuration);
        error.message().to_owned()
    }

    #[test]
    fn the_first_driver_is_the_default() -> Result<()> {
        for url in ["sqlite:///a.db", "sqlite+rusqlite:///a.db"] {
            find(&EngineUrl::parse(url)?, BACKENDS)?;
        }
        Ok(())
    }

    #[test]
    fn errors_list_what_is_known() {
        let known = "Known: sqlite+rusqlite, mysql+native (cargo feature \"mysql\")";
        assert_eq!(
            message("sqlit:///a"),
            format!("unknown dialect \"sqlit\" in the URL; did you mean sqlite? {known}")
        );
        assert_eq!(message("mongodb://h/d"), format!("unknown dialect \"mongodb\" in the URL. {known}"));
        assert_eq!(
            message("mysql+pymysql://u:secret@h/d"),
            "mysql has no driver \"pymysql\"; write mysql+native://…, or mysql://… for short. \
             Known: mysql+native (cargo feature \"mysql\")"
        );
        assert_eq!(
            message("mariadb://h/d"),
            "mysql+native is not compiled in: enable it, aludel = { version = \"…\", features = [\"mysql\"] }; this build has \
             sqlite+rusqlite"
        );
    }
}
