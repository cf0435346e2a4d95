//! The options of a URL, taken one by one.

use crate::error::{Error, ErrorKind, Result};
use crate::suggest::closest;
use std::{fmt, time::Duration};

/// The options of a URL, taken one by one by those who know them: the engine first, then the driver.
///
/// What nobody took is an error that lists all that could have been given.
pub struct UrlOptions<'a> {
    left: Vec<(&'a str, &'a str)>,
    known: Vec<&'static str>,
}

impl<'a> UrlOptions<'a> {
    pub(super) fn new(options: &'a [(String, String)]) -> Self {
        Self { left: options.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(), known: Vec::new() }
    }

    /// Takes an option as text.
    pub fn text(&mut self, name: &'static str) -> Option<&'a str> {
        self.known.push(name);
        let index = self.left.iter().position(|(given, _)| *given == name)?;
        Some(self.left.remove(index).1)
    }

    /// Takes a whole number.
    ///
    /// # Errors
    /// If it is none, or too large for its type.
    pub fn number<T: std::str::FromStr>(&mut self, name: &'static str) -> Result<Option<T>> {
        self.parsed(name, "a whole number", |text| text.parse().ok())
    }

    /// Takes a switch: `on`, `true`, `yes` or `1`, and `off`, `false`, `no` or `0`.
    ///
    /// # Errors
    /// If it is another word.
    pub fn switch(&mut self, name: &'static str) -> Result<Option<bool>> {
        self.parsed(name, "on or off", |text| match text {
            "on" | "true" | "yes" | "1" => Some(true),
            "off" | "false" | "no" | "0" => Some(false),
            _ => None,
        })
    }

    /// Takes a length of time: `30` and `30s` are seconds, `500ms` milliseconds, `5m` minutes, `1h` an hour.
    ///
    /// # Errors
    /// If it is none.
    pub fn duration(&mut self, name: &'static str) -> Result<Option<Duration>> {
        self.parsed(name, "a duration such as 30, 30s, 500ms, 5m or 1h", duration)
    }

    /// Takes a length of time as [`duration`](Self::duration) does, or `none` for no limit.
    ///
    /// # Errors
    /// If it is neither.
    pub fn limit(&mut self, name: &'static str) -> Result<Option<Option<Duration>>> {
        self.parsed(name, "a duration such as 30, 30s, 500ms, 5m or 1h, or none", |text| match text {
            "none" => Some(None),
            text => duration(text).map(Some),
        })
    }

    /// Takes one of a few words.
    ///
    /// # Errors
    /// If it is another word; the message lists those that are possible.
    pub fn choice<T: Copy>(&mut self, name: &'static str, words: &[(&'static str, T)]) -> Result<Option<T>> {
        let Some(text) = self.text(name) else { return Ok(None) };
        match words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)) {
            Some((_, value)) => Ok(Some(*value)),
            None => {
                let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
                Err(unfit(name, text, &format!("one of {}", words.join(", "))))
            }
        }
    }

    /// Ends the taking.
    ///
    /// # Errors
    /// Of kind [`Configuration`](crate::ErrorKind::Configuration) if an option is left that nobody knows; the message lists those that are known.
    pub fn finish(mut self) -> Result<()> {
        let Some((name, _)) = self.left.first() else { return Ok(()) };
        self.known.sort_unstable();
        let hint = match closest(name, self.known.iter().copied()) {
            Some(meant) => format!("; did you mean {meant}?"),
            None => ".".to_owned(),
        };
        Err(configuration(format!("unknown option {name} in the URL{hint} Known: {}", self.known.join(", "))))
    }

    fn parsed<T>(
        &mut self,
        name: &'static str,
        wanted: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some(text) = self.text(name) else { return Ok(None) };
        parse(text).map(Some).ok_or_else(|| unfit(name, text, wanted))
    }
}

impl fmt::Debug for UrlOptions<'_> {
    /// The names alone: a value may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.left.iter().map(|(name, _)| name)).finish()
    }
}

#[cold]
/// Whether the option may hold what nobody should read in a log.
pub(super) fn is_secret(option: &str) -> bool {
    let option = option.to_ascii_lowercase();
    ["pass", "pwd", "secret", "token"].iter().any(|word| option.contains(word))
}

#[cold]
pub(super) fn configuration(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Configuration, message)
}

fn unfit(name: &str, text: &str, wanted: &str) -> Error {
    let text = if is_secret(name) { "***" } else { text };
    configuration(format!("the option {name} of the URL must be {wanted}, not {text:?}"))
}

fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().ok()?;
    match &text[digits..] {
        "ms" => Some(Duration::from_millis(number)),
        "" | "s" => Some(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs),
        "h" => number.checked_mul(3600).map(Duration::from_secs),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::EngineUrl;

    fn url(options: &str) -> EngineUrl {
        EngineUrl::parse(&format!("x://h/d?{options}")).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn options_have_types() -> Result<()> {
        let url = url("a=5&b=on&c=500ms&d=none&e=WAL&f=30&g=2m");
        let mut options = url.options();
        assert_eq!(options.number("a")?, Some(5_u32));
        assert_eq!(options.switch("b")?, Some(true));
        assert_eq!(options.duration("c")?, Some(Duration::from_millis(500)));
        assert_eq!(options.limit("d")?, Some(None));
        assert_eq!(options.choice("e", &[("delete", 1), ("wal", 2)])?, Some(2));
        assert_eq!(options.duration("f")?, Some(Duration::from_secs(30)));
        assert_eq!(options.duration("g")?, Some(Duration::from_secs(120)));
        assert_eq!(options.duration("absent")?, None);
        options.finish()
    }

    #[test]
    fn a_value_that_does_not_fit_is_an_error() {
        let url = url("n=many&s=perhaps&d=5%20minutes&c=wall&big=300&neg=-1");
        let mut options = url.options();
        for error in [
            options.number::<u32>("n").expect_err("n"),
            options.switch("s").expect_err("s"),
            options.duration("d").expect_err("d"),
            options.choice("c", &[("wal", 1), ("delete", 2)]).expect_err("c"),
            options.number::<u8>("big").expect_err("big"),
            options.duration("neg").expect_err("neg"),
        ] {
            assert!(error.message().contains("must be"), "{error}");
        }
    }

    #[test]
    fn what_nobody_knows_is_an_error_with_a_hint() -> Result<()> {
        let url = url("pool_sise=3");
        let mut options = url.options();
        options.number::<u32>("pool_size")?;
        options.duration("busy_timeout")?;
        let error = options.finish().expect_err("unknown");
        assert_eq!(
            error.message(),
            "unknown option pool_sise in the URL; did you mean pool_size? Known: busy_timeout, pool_size"
        );
        Ok(())
    }
}
