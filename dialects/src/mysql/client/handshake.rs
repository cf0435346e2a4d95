//! The first words of a connection: who it is, and the proof.

use super::{
    channel::Channel,
    error::refused,
    password::{self, Plugin},
    reader::{Reader, nonsense},
};
use crate::network::{Encryption, Socket, SslMode, unencrypted};
use aludel_core::{Error, ErrorKind, Result};
use std::path::PathBuf;

/// Where a server is, and who wants to talk to it.
pub(crate) struct Settings {
    pub(crate) address: Address,
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) database: Option<String>,
    pub(crate) encryption: Encryption,
}

/// Where a server is.
pub(crate) enum Address {
    Tcp(String, u16),
    Unix(PathBuf),
}

/// utf8mb4_general_ci, which every version has; the session says more.
const CHARSET: u8 = 45;

/// [What a client can](https://mariadb.com/kb/en/connection/#capabilities).
mod can {
    pub(super) const LONG_PASSWORD: u32 = 1;
    /// Rows that were found count as changed, whether a value of theirs is another one now or not.
    pub(super) const FOUND_ROWS: u32 = 1 << 1;
    pub(super) const LONG_FLAG: u32 = 1 << 2;
    pub(super) const DATABASE: u32 = 1 << 3;
    pub(super) const PROTOCOL_41: u32 = 1 << 9;
    pub(super) const SSL: u32 = 1 << 11;
    pub(super) const TRANSACTIONS: u32 = 1 << 13;
    pub(super) const SECURE_CONNECTION: u32 = 1 << 15;
    pub(super) const MULTI_STATEMENTS: u32 = 1 << 16;
    pub(super) const MULTI_RESULTS: u32 = 1 << 17;
    pub(super) const PREPARED_MULTI_RESULTS: u32 = 1 << 18;
    pub(super) const PLUGINS: u32 = 1 << 19;
    /// The end of columns has no packet, and that of rows is like the end of other statements.
    pub(super) const NO_END_MARKS: u32 = 1 << 24;

    pub(super) const WANTED: u32 = LONG_PASSWORD
        | FOUND_ROWS
        | LONG_FLAG
        | PROTOCOL_41
        | TRANSACTIONS
        | SECURE_CONNECTION
        | MULTI_STATEMENTS
        | MULTI_RESULTS
        | PREPARED_MULTI_RESULTS
        | PLUGINS
        | NO_END_MARKS;
}

/// What a server says first.
struct Greeting {
    capabilities: u32,
    salt: Vec<u8>,
    plugin: Vec<u8>,
}

impl Greeting {
    fn read(packet: &[u8]) -> Option<Self> {
        let mut reader = Reader(packet);
        if reader.u8()? != 10 {
            return None;
        }
        let (_version, _number) = (reader.text()?, reader.u32()?);
        let mut salt = reader.take(8)?.to_vec();
        let (_filler, low) = (reader.u8()?, reader.u16()?);
        let (_charset, _status, high, salt_length) = (reader.u8()?, reader.u16()?, reader.u16()?, reader.u8()?);
        reader.take(10)?;
        // 12 bytes and a zero, unless it says that they are more.
        let rest = reader.take(usize::from(salt_length).saturating_sub(8).max(13))?;
        salt.extend(rest.strip_suffix(&[0]).unwrap_or(rest));
        // Some do not end the name with a zero.
        let plugin = Reader(reader.0).text().unwrap_or(reader.0).to_vec();
        Some(Self { capabilities: u32::from(low) | u32::from(high) << 16, salt, plugin })
    }
}

/// Opens a connection, and waits for the server to listen. Answers too whether it marks the end of columns and rows with packets of their
/// own kind.
pub(super) async fn connect(settings: &Settings) -> Result<(Channel, bool)> {
    let socket = match &settings.address {
        Address::Tcp(host, port) => Socket::tcp(host, *port).await?,
        Address::Unix(path) => Socket::unix(path).await?,
    };
    let mut channel = Channel::new(socket);
    channel.receive().await?;
    if let [0xff, error @ ..] = channel.packet() {
        return Err(refused(error));
    }
    let greeting = Greeting::read(channel.packet()).ok_or_else(nonsense)?;
    let mut capabilities = can::WANTED & greeting.capabilities;
    if capabilities & can::PROTOCOL_41 == 0 || capabilities & can::PLUGINS == 0 {
        return Err(nonsense());
    }
    if settings.database.is_some() {
        capabilities |= can::DATABASE;
    }
    if let (Address::Tcp(host, _), mode) = (&settings.address, settings.encryption.mode)
        && mode != SslMode::Disable
    {
        if greeting.capabilities & can::SSL != 0 {
            capabilities |= can::SSL;
            let request = |out: &mut Vec<u8>| {
                head(out, capabilities);
                Ok(())
            };
            channel.reply(request).await?;
            channel = channel.encrypted(host, &settings.encryption).await?;
        } else if mode != SslMode::Prefer {
            return Err(unencrypted());
        }
    }
    let plugin = Plugin::named(&greeting.plugin).unwrap_or(Plugin::Native);
    let proof = plugin.proof(&settings.password, &greeting.salt, channel.socket().is_private())?;
    let answer = |out: &mut Vec<u8>| {
        head(out, capabilities);
        text(out, &settings.user)?;
        // As short as they are, the length is one byte.
        out.push(u8::try_from(proof.len()).map_err(|_| nonsense())?);
        out.extend(&proof);
        if let Some(database) = &settings.database {
            text(out, database)?;
        }
        text(out, plugin.name())
    };
    channel.reply(answer).await?;
    password::prove(&mut channel, plugin, &settings.password).await?;
    Ok((channel, capabilities & can::NO_END_MARKS == 0))
}

/// How the answer to a greeting begins, and the request to encrypt what follows.
fn head(out: &mut Vec<u8>, capabilities: u32) {
    out.extend(capabilities.to_le_bytes());
    out.extend(u32::MAX.to_le_bytes()); // as large packets as the server likes
    out.push(CHARSET);
    out.extend([0; 23]);
}

/// A text that ends with a zero.
fn text(out: &mut Vec<u8>, text: &str) -> Result<()> {
    if text.as_bytes().contains(&0) {
        return Err(Error::new(ErrorKind::Configuration, "a name for MySQL cannot have a NUL character"));
    }
    out.extend(text.as_bytes());
    out.push(0);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greetings_are_told_apart_from_nonsense() {
        let mut packet = b"\x0a5.5.5-10.11\0\x07\0\0\0abcdefgh\0".to_vec();
        packet.extend([0xff, 0xff, 45, 2, 0, 0xff, 0x81, 21]);
        packet.extend([0; 10]);
        packet.extend(b"ijklmnopqrst\0mysql_native_password\0");
        let greeting = Greeting::read(&packet).expect("a greeting");
        assert_eq!(greeting.capabilities, 0x81ff_ffff);
        assert_eq!(
            (greeting.salt, greeting.plugin),
            (b"abcdefghijklmnopqrst".to_vec(), b"mysql_native_password".to_vec())
        );
        for length in 0..packet.len() - 22 {
            assert!(Greeting::read(&packet[..length]).is_none(), "{length}");
        }
        assert!(Greeting::read(b"\x09").is_none());
    }
}
