//! Keys that every cache takes.

use aludel_core::{Error, ErrorKind, Result};

/// The longest key of memcached, in bytes: with a client for each cache, a program can change its cache by changing a URL.
const LONGEST: usize = 250;

/// The key with the prefix of its client.
///
/// # Errors
/// Of kind [`Encode`](ErrorKind::Encode) if it is empty, longer than 250 bytes with the prefix, or holds white space or a control character.
pub(crate) fn full(prefix: &str, key: &str) -> Result<String> {
    let full = format!("{prefix}{key}");
    let refuse = |why: &str| Err(Error::new(ErrorKind::Encode, format!("{key:?} cannot be a key: it {why}")));
    if key.is_empty() {
        return refuse("is empty");
    }
    if full.len() > LONGEST {
        return refuse(&format!("has {} bytes with its prefix, and {LONGEST} are allowed: hash it", full.len()));
    }
    if full.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
        return refuse("holds white space or a control character: percent-encode it");
    }
    Ok(full)
}

#[cfg(test)]
mod tests {
    use super::full;

    #[test]
    fn keys_are_those_that_memcached_takes() {
        assert_eq!(full("app:", "user:7").as_deref().ok(), Some("app:user:7"));
        assert_eq!(full("", "schlüssel").as_deref().ok(), Some("schlüssel"));
        for key in ["", "a b", "a\n", "a\u{7f}", &"k".repeat(251)] {
            assert!(full("", key).is_err(), "{key:?}");
        }
        let error = full("app:", &"k".repeat(247)).expect_err("it is too long");
        assert!(error.message().ends_with("it has 251 bytes with its prefix, and 250 are allowed: hash it"), "{error}");
    }
}
