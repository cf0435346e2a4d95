//! From a URL to a client.

use crate::{client::Client, memory::Memory};
use aludel_core::{Error, ErrorKind, Result};
use std::str::FromStr;
#[cfg(any(feature = "memcached", feature = "redis"))]
use std::time::Duration;

/// A client of the cache that a URL names:
///
/// - `memory://`: in this process; `?size=64MB` is how much it holds at the most (`kB`, `MB`, `GB`; 64 MB without it), keys and values.
/// - `memcached://one:11211,two:11211`: servers that share the keys as python-memcached has it, in this order; `?weight=1,2` is how much each has
///   against the others (1 without it). A server that does not answer is an error of its keys. Feature `memcached`.
/// - `redis://user:password@host:6379/0`: Redis or Valkey, by one connection that all share and that is made anew when it breaks. Feature `redis`.
///
/// With `?prefix=app:` every key begins so; `?timeout=1s` is how long a server is waited for, for an answer and for a connection (`ms`, `s`; 1 s
/// without it).
///
/// # Errors
/// Of kind [`Configuration`](ErrorKind::Configuration) if the URL or an option is wrong, and then the message does not repeat the URL, which may hold
/// a password; of kind [`Connection`](ErrorKind::Connection) or [`Timeout`](ErrorKind::Timeout) if the server cannot be reached.
pub async fn connect(url: &str) -> Result<Client> {
    let (scheme, rest) = url.split_once("://").ok_or_else(|| configuration("the URL of a cache is scheme://…"))?;
    let (address, options) = rest.split_once('?').unwrap_or((rest, ""));
    let mut options = Options::parse(options);
    let prefix = options.take("prefix").unwrap_or_default();
    match scheme {
        "memory" => {
            if !address.is_empty() {
                return Err(configuration("memory:// takes nothing behind it but options"));
            }
            let size = options.read("size", size)?.unwrap_or(64_000_000);
            options.none_left()?;
            Ok(Client::new(Memory::new(size), prefix))
        }
        #[cfg(feature = "memcached")]
        "memcached" => {
            let weights = options.take("weight");
            let timeout = options.timeout()?;
            options.none_left()?;
            let servers = servers(address, weights.as_deref())?;
            Ok(Client::new(crate::memcached::Memcached::connect(servers, timeout).await?, prefix))
        }
        #[cfg(feature = "redis")]
        "redis" | "valkey" => {
            let timeout = options.timeout()?;
            options.none_left()?;
            let url = url::Url::parse(&format!("{scheme}://{address}"));
            let url = url.map_err(|error| configuration(format!("the URL of the cache cannot be read: {error}")))?;
            Ok(Client::new(crate::resp::Resp::connect(&url, timeout).await?, prefix))
        }
        other => Err(configuration(format!(
            "there is no cache {other} here: it is memory, or with the cargo feature of its name memcached or redis"
        ))),
    }
}

/// The servers of `one:11211,two` and `1,2`.
#[cfg(feature = "memcached")]
fn servers(addresses: &str, weights: Option<&str>) -> Result<Vec<crate::memcached::Server>> {
    let server = |address: &str, weight| match address.trim_end_matches('/') {
        "" => Err(configuration("a server of the cache has no name")),
        address if address.contains('@') => Err(configuration("memcached takes no user and no password")),
        address if address.ends_with(']') || !address.contains(':') => {
            Ok(crate::memcached::Server { address: format!("{address}:11211"), weight })
        }
        address => Ok(crate::memcached::Server { address: address.to_owned(), weight }),
    };
    let addresses: Vec<&str> = addresses.split(',').collect();
    let weights: Vec<&str> = weights.map_or_else(|| vec!["1"; addresses.len()], |weights| weights.split(',').collect());
    if weights.len() != addresses.len() {
        return Err(configuration(format!("{} servers have {} weights", addresses.len(), weights.len())));
    }
    let weigh = |weight: &str| weight.parse().ok().filter(|weight| (1..=1_000).contains(weight));
    addresses
        .into_iter()
        .zip(weights)
        .map(|(address, weight)| match weigh(weight) {
            Some(weight) => server(address, weight),
            None => Err(configuration(format!("{weight:?} is no weight of a server: an integer from 1 to 1000"))),
        })
        .collect()
}

/// The options of a URL that are ours.
struct Options(Vec<(String, String)>);

impl Options {
    fn parse(text: &str) -> Self {
        Self(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    #[cfg(any(feature = "memcached", feature = "redis"))]
    fn timeout(&mut self) -> Result<Duration> {
        Ok(self.read("timeout", duration)?.unwrap_or(Duration::from_secs(1)))
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let position = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(position).1)
    }

    fn read<T>(&mut self, name: &str, read: fn(&str) -> Option<T>) -> Result<Option<T>> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let wrong =
            || configuration(format!("{value:?} is no {name} of a cache: a number and a unit, as 64MB or 500ms"));
        read(&value).map(Some).ok_or_else(wrong)
    }

    fn none_left(self) -> Result<()> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(configuration(format!("the cache has no option {name}, or was given it twice"))),
        }
    }
}

fn size(text: &str) -> Option<u64> {
    quantity(text, &[("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000)])
}

#[cfg(any(feature = "memcached", feature = "redis"))]
fn duration(text: &str) -> Option<Duration> {
    quantity(text, &[("ms", 1), ("s", 1_000)]).filter(|millis| *millis > 0).map(Duration::from_millis)
}

/// A number and its unit.
fn quantity(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let factor = units.iter().find(|(name, _)| *name == unit)?.1;
    u64::from_str(number).ok()?.checked_mul(factor)
}

fn configuration(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Configuration, message)
}

#[cfg(all(test, feature = "memcached"))]
mod tests {
    use super::{duration, servers, size};
    use std::time::Duration;

    #[test]
    fn quantities_have_units() {
        let sizes = ["64MB", "1kB", "64", "MB", "1KB"].map(size);
        assert_eq!(sizes, [Some(64_000_000), Some(1_000), None, None, None]);
        let durations = ["500ms", "2s", "0s", "99999999999999999999s"].map(duration);
        assert_eq!(durations, [Some(Duration::from_millis(500)), Some(Duration::from_secs(2)), None, None]);
    }

    #[test]
    fn servers_have_ports_and_weights() {
        let found = |addresses, weights| {
            let servers = servers(addresses, weights).map_err(|error| error.message().to_owned())?;
            Ok(servers.into_iter().map(|server| (server.address, server.weight)).collect::<Vec<_>>())
        };
        let expected =
            [("a:11211", 1), ("b:2", 3), ("[::1]:11211", 1)].map(|(address, weight)| (address.into(), weight));
        assert_eq!(found("a,b:2,[::1]/", Some("1,3,1")), Ok(expected.to_vec()));
        assert_eq!(found("a,b", Some("1")), Err("2 servers have 1 weights".to_owned()));
        for (addresses, weights) in [("", None), ("a,,b", None), ("u:p@a", None), ("a", Some("0")), ("a", Some("x"))] {
            assert!(found(addresses, weights).is_err(), "{addresses} {weights:?}");
        }
    }
}
