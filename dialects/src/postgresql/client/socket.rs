//! The way to a server, encrypted or not.

use super::{
    error::lost,
    message,
    reply::nonsense,
    settings::{Address, Settings, SslMode},
    tls,
};
use aludel_core::{Error, ErrorKind, Result};
use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

/// An open socket.
pub(super) enum Socket {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Socket {
    /// Opens one, encrypted as the settings say.
    pub(super) async fn open(settings: &Settings) -> Result<Self> {
        let (host, port) = match &settings.address {
            Address::Tcp(host, port) => (host.as_str(), *port),
            #[cfg(unix)]
            Address::Unix(folder, port) => {
                let path = super::settings::socket_path(folder, *port);
                return Ok(Self::Unix(UnixStream::connect(path).await.map_err(lost)?));
            }
            #[cfg(not(unix))]
            Address::Unix(..) => {
                return Err(Error::new(ErrorKind::Configuration, "this system has no Unix sockets"));
            }
        };
        let mut stream = TcpStream::connect((host, port)).await.map_err(lost)?;
        // A statement that goes out in two writes would wait for the server's delayed acknowledgement.
        stream.set_nodelay(true).map_err(lost)?;
        let mode = settings.encryption.mode;
        if mode == SslMode::Disable {
            return Ok(Self::Tcp(stream));
        }
        stream.write_all(&message::ssl_request()).await.map_err(lost)?;
        match stream.read_u8().await.map_err(lost)? {
            b'S' => {
                let stream = tls::connect(stream, host, &settings.encryption).await?;
                Ok(Self::Tls(Box::new(stream)))
            }
            b'N' if mode == SslMode::Prefer => Ok(Self::Tcp(stream)),
            b'N' => Err(Error::new(ErrorKind::Connection, "the server does not encrypt, and sslmode wants it to")),
            _ => Err(nonsense()),
        }
    }
}

/// Calls a method of the stream within.
macro_rules! within {
    ($self:expr, $stream:ident => $call:expr) => {
        match $self.get_mut() {
            Socket::Tcp($stream) => $call,
            #[cfg(unix)]
            Socket::Unix($stream) => $call,
            Socket::Tls($stream) => $call,
        }
    };
}

impl AsyncRead for Socket {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        within!(self, stream => Pin::new(stream).poll_read(context, buffer))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        within!(self, stream => Pin::new(stream).poll_write(context, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        within!(self, stream => Pin::new(stream).poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        within!(self, stream => Pin::new(stream).poll_shutdown(context))
    }
}
