//! The way to a server, encrypted or not.

use super::{Encryption, lost, tls};
use aludel_core::{Error, ErrorKind, Result};
use std::{
    io,
    path::Path,
    pin::Pin,
    task::{Context, Poll},
};
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

/// An open socket.
pub(crate) enum Socket {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Socket {
    pub(crate) async fn tcp(host: &str, port: u16) -> Result<Self> {
        let stream = TcpStream::connect((host, port)).await.map_err(lost)?;
        // A statement that goes out in two writes would wait for the server's delayed acknowledgement.
        stream.set_nodelay(true).map_err(lost)?;
        Ok(Self::Tcp(stream))
    }

    #[cfg(unix)]
    pub(crate) async fn unix(path: &Path) -> Result<Self> {
        Ok(Self::Unix(UnixStream::connect(path).await.map_err(lost)?))
    }

    #[cfg(not(unix))]
    pub(crate) async fn unix(_path: &Path) -> Result<Self> {
        Err(Error::new(ErrorKind::Configuration, "this system has no Unix sockets"))
    }

    /// The same, encrypted to a host. The server is ready for it.
    pub(crate) async fn encrypted(self, host: &str, encryption: &Encryption) -> Result<Self> {
        match self {
            Self::Tcp(stream) => Ok(Self::Tls(Box::new(tls::connect(stream, host, encryption).await?))),
            _ => Err(Error::new(ErrorKind::Configuration, "only a connection by TCP can be encrypted")),
        }
    }

    /// Whether nobody else hears what is said.
    #[cfg(feature = "mysql")]
    pub(crate) fn is_private(&self) -> bool {
        !matches!(self, Self::Tcp(_))
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
