//! The ways in which a server lets somebody prove who it is.

use super::{
    channel::Channel,
    error::refused,
    reader::{Reader, nonsense},
};
use aludel_core::{Error, ErrorKind, Result};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

/// A way to prove who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plugin {
    /// [mysql_native_password](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_authentication_methods_native_password_authentication.html)
    Native,
    /// [caching_sha2_password](https://dev.mysql.com/doc/dev/mysql-server/latest/page_caching_sha2_authentication_exchanges.html)
    CachingSha2,
    /// The password as it is.
    Clear,
}

impl Plugin {
    pub(super) fn named(name: &[u8]) -> Option<Self> {
        [Self::Native, Self::CachingSha2, Self::Clear].into_iter().find(|plugin| plugin.name().as_bytes() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Native => "mysql_native_password",
            Self::CachingSha2 => "caching_sha2_password",
            Self::Clear => "mysql_clear_password",
        }
    }

    /// What shows that somebody knows the password. `private` says whether nobody else hears it.
    pub(super) fn proof(self, password: &str, salt: &[u8], private: bool) -> Result<Vec<u8>> {
        match self {
            Self::Clear => clear(password, private),
            _ if password.is_empty() => Ok(Vec::new()),
            Self::Native => {
                let once = Sha1::digest(password);
                let mask = Sha1::new().chain_update(salt).chain_update(Sha1::digest(once)).finalize();
                Ok(masked(&once, &mask))
            }
            Self::CachingSha2 => {
                let once = Sha256::digest(password);
                let mask =
                    Sha256::new().chain_update(Sha256::digest(Sha256::digest(once))).chain_update(salt).finalize();
                Ok(masked(&once, &mask))
            }
        }
    }
}

fn masked(bytes: &[u8], mask: &[u8]) -> Vec<u8> {
    bytes.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect()
}

fn clear(password: &str, private: bool) -> Result<Vec<u8>> {
    if !private {
        let message = "the server wants the password as it is, which is not sent where others can hear it: let sslmode encrypt the \
                       connection, or use a socket";
        return Err(Error::new(ErrorKind::Connection, message));
    }
    Ok([password.as_bytes(), &[0]].concat())
}

/// Answers what the server asks until it listens.
pub(super) async fn prove(channel: &mut Channel, mut plugin: Plugin, password: &str) -> Result<()> {
    /// What the server says of a proof by [`Plugin::CachingSha2`]: that it is enough, or that it has to see the password once.
    const ENOUGH: &[u8] = &[3];
    const WANTS_PASSWORD: &[u8] = &[4];
    loop {
        channel.receive().await?;
        let private = channel.socket().is_private();
        let answer = match channel.first()? {
            (0, _) => return Ok(()),
            (0xff, error) => return Err(refused(error)),
            // Another way.
            (0xfe, rest) => {
                let mut reader = Reader(rest);
                let name = reader.text().ok_or_else(nonsense)?;
                plugin = Plugin::named(name).ok_or_else(|| unsupported(name))?;
                let salt = reader.0.strip_suffix(&[0]).unwrap_or(reader.0);
                plugin.proof(password, salt, private)?
            }
            (1, ENOUGH) if plugin == Plugin::CachingSha2 => continue,
            (1, WANTS_PASSWORD) if plugin == Plugin::CachingSha2 => clear(password, private)?,
            _ => return Err(nonsense()),
        };
        let write = |out: &mut Vec<u8>| {
            out.extend(&answer);
            Ok(())
        };
        channel.reply(write).await?;
    }
}

#[cold]
fn unsupported(name: &[u8]) -> Error {
    let name = String::from_utf8_lossy(name);
    let message = format!(
        "the server wants a proof by {name}, which is not supported; mysql_native_password, caching_sha2_password, \
         mysql_clear_password and certificates are"
    );
    Error::new(ErrorKind::Connection, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proofs_are_those_of_the_servers() {
        let hex = |bytes: Vec<u8>| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let salt: Vec<u8> = (1..=20).collect();
        let native = Plugin::Native.proof("secret", &salt, false).map(hex);
        let sha2 = Plugin::CachingSha2.proof("secret", &salt, false).map(hex);
        assert_eq!(native.as_deref().ok(), Some("b32bb3a583e1340c0a1108d58b1be49781ad8c2f"));
        assert_eq!(sha2.as_deref().ok(), Some("33f3676ed12f11181e3898714922b5fc3aea77f11729a61eaf781b56a306b82b"));
        assert!(Plugin::Native.proof("", &salt, false).is_ok_and(|proof| proof.is_empty()));
        assert!(Plugin::Clear.proof("secret", &salt, false).is_err());
        assert!(Plugin::Clear.proof("secret", &salt, true).is_ok_and(|proof| proof == b"secret\0"));
    }
}
