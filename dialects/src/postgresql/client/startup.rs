//! The first words of a connection: who it is, and the proof.

use super::{
    CancelKey,
    channel::Channel,
    error::refused,
    message,
    reply::{Reader, nonsense},
    settings::Settings,
};
use aludel_core::{Error, ErrorKind, Result};
use postgres_protocol::authentication::{
    md5_hash,
    sasl::{ChannelBinding, SCRAM_SHA_256, ScramSha256},
};
use std::io;

/// Says who it is that connects, and waits for the server to listen.
pub(super) async fn start(channel: &mut Channel, settings: &Settings) -> Result<CancelKey> {
    let user = settings.user.as_deref().ok_or_else(|| {
        Error::new(ErrorKind::Configuration, "nobody is named who connects: write postgresql://user@host/database")
    })?;
    let mut parameters = vec![
        ("user", user),
        ("database", settings.database().unwrap_or(user)),
        ("client_encoding", "UTF8"),
        ("DateStyle", "ISO, MDY"),
        ("TimeZone", "UTC"),
    ];
    parameters.extend(settings.parameters.iter().map(|(name, value)| (*name, value.as_str())));
    message::startup(channel.out(), &parameters)?;
    channel.send().await?;
    let mut key = CancelKey { process: 0, secret: 0 };
    let mut scram = None;
    loop {
        let tag = channel.receive().await?;
        let mut reader = Reader(channel.body());
        match tag {
            b'E' => return Err(refused(channel.body())),
            b'R' => prove(channel, user, settings.password.as_deref(), &mut scram).await?,
            b'K' => {
                let (process, secret) = (reader.u32(), reader.u32());
                key = CancelKey { process: process.ok_or_else(nonsense)?, secret: secret.ok_or_else(nonsense)? };
            }
            b'Z' => break,
            _ => return Err(nonsense()),
        }
    }
    channel.trust();
    Ok(key)
}

/// Answers a request for a proof.
async fn prove(
    channel: &mut Channel,
    user: &str,
    password: Option<&str>,
    scram: &mut Option<ScramSha256>,
) -> Result<()> {
    let mut reader = Reader(channel.body());
    let request = reader.u32().ok_or_else(nonsense)?;
    let rest = reader.0.to_vec();
    let mut reader = Reader(&rest);
    let secret = || {
        password.ok_or_else(|| {
            let message = "the server wants a password: write postgresql://user:password@host, or set PGPASSWORD";
            Error::new(ErrorKind::Connection, message)
        })
    };
    match (request, &mut *scram) {
        // Who it is has been proved.
        (0, _) => return Ok(()),
        (3, _) => message::password(channel.out(), secret()?)?,
        (5, _) => {
            let salt = reader.bytes().ok_or_else(nonsense)?;
            message::password(channel.out(), &md5_hash(user.as_bytes(), secret()?.as_bytes(), salt))?;
        }
        (10, _) => {
            let mut mechanisms = std::iter::from_fn(|| reader.text().filter(|name| !name.is_empty()));
            if !mechanisms.any(|name| name == SCRAM_SHA_256.as_bytes()) {
                return Err(unsupported());
            }
            let begun = ScramSha256::new(secret()?.as_bytes(), ChannelBinding::unsupported());
            message::sasl_initial(channel.out(), SCRAM_SHA_256, begun.message())?;
            *scram = Some(begun);
        }
        (11, Some(scram)) => {
            scram.update(&rest).map_err(untrue)?;
            message::sasl(channel.out(), scram.message())?;
        }
        (12, Some(scram)) => return scram.finish(&rest).map_err(untrue),
        _ => return Err(unsupported()),
    }
    channel.send().await
}

#[cold]
fn untrue(error: io::Error) -> Error {
    Error::new(ErrorKind::Connection, format!("the server does not know the password itself: {error}"))
        .with_source(error)
}

#[cold]
fn unsupported() -> Error {
    let message = "the server wants a proof that is not supported; SCRAM-SHA-256, MD5, passwords and certificates are";
    Error::new(ErrorKind::Connection, message)
}
