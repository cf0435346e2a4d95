//! Encryption: whom a connection trusts.

use super::lost;
use aludel_core::{Error, ErrorKind, Result, engine::UrlOptions};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{self, CryptoProvider},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject as _},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

/// How a connection by TCP is encrypted.
pub(crate) struct Encryption {
    pub(crate) mode: SslMode,
    /// The file with the authorities that are trusted; the usual public ones without it.
    pub(crate) authorities: Option<PathBuf>,
    /// The files of a client's certificate and its key.
    pub(crate) certificate: Option<(PathBuf, PathBuf)>,
}

/// As the servers' own clients have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SslMode {
    Disable,
    /// If the server can.
    Prefer,
    Require,
    /// By a certificate that an authority vouches for.
    VerifyCa,
    /// By a certificate of the name that one talks to.
    VerifyFull,
}

impl Encryption {
    /// What the options `ssl_ca`, `ssl_cert` and `ssl_key` say, and `mode`, if something was said of it.
    pub(crate) fn read(mode: Option<SslMode>, options: &mut UrlOptions<'_>) -> Result<Self> {
        let authorities: Option<PathBuf> = options.text("ssl_ca").map(Into::into);
        let certificate = match (options.text("ssl_cert"), options.text("ssl_key")) {
            (Some(certificate), Some(key)) => Some((certificate.into(), key.into())),
            (None, None) => None,
            _ => {
                let message = "ssl_cert and ssl_key belong together: the file of a certificate, and that of its key";
                return Err(Error::new(ErrorKind::Configuration, message));
            }
        };
        // Who names an authority wants the server to be one that it vouches for.
        let mode = mode.unwrap_or(if authorities.is_some() { SslMode::VerifyFull } else { SslMode::Prefer });
        Ok(Self { mode, authorities, certificate })
    }
}

/// Encrypts a connection to a host.
pub(super) async fn connect(stream: TcpStream, host: &str, encryption: &Encryption) -> Result<TlsStream<TcpStream>> {
    let config = config(encryption)?;
    let name = ServerName::try_from(host.to_owned()).map_err(|error| {
        Error::new(ErrorKind::Configuration, format!("no name of a server: {host:?}")).with_source(error)
    })?;
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.map_err(lost)
}

fn config(encryption: &Encryption) -> Result<ClientConfig> {
    let provider = Arc::new(crypto::ring::default_provider());
    let checks = match encryption.mode {
        SslMode::VerifyFull => Checks::Name,
        SslMode::VerifyCa => Checks::Authority,
        // As libpq does, where an authority is named.
        SslMode::Require if encryption.authorities.is_some() => Checks::Authority,
        SslMode::Disable | SslMode::Prefer | SslMode::Require => Checks::Nothing,
    };
    let authority = match checks {
        Checks::Nothing => None,
        Checks::Authority | Checks::Name => {
            let roots = roots(encryption.authorities.as_deref())?;
            let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
            Some(verifier.build().map_err(unfit)?)
        }
    };
    let verifier = Verifier { provider: Arc::clone(&provider), authority, checks };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(unfit)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    match &encryption.certificate {
        None => Ok(builder.with_no_client_auth()),
        Some((certificate, key)) => {
            let key = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable(key, error))?;
            builder.with_client_auth_cert(certificates(certificate)?, key).map_err(unfit)
        }
    }
}

fn roots(authorities: Option<&Path>) -> Result<RootCertStore> {
    let Some(path) = authorities else {
        return Ok(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() });
    };
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        roots.add(certificate).map_err(unfit)?;
    }
    Ok(roots)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let certificates = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    certificates.map_err(|error| unreadable(path, error))
}

/// What is looked at in a server's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Checks {
    Nothing,
    Authority,
    Name,
}

/// Looks at a server's certificate as far as the URL asks for it.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    authority: Option<Arc<WebPkiServerVerifier>>,
    checks: Checks,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let Some(authority) = &self.authority else { return Ok(ServerCertVerified::assertion()) };
        match authority.verify_server_cert(certificate, intermediates, name, ocsp, now) {
            Err(TlsError::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if self.checks == Checks::Authority => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cold]
fn unreadable(path: &Path, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    let message = format!("{} cannot be read: {error}", path.display());
    Error::new(ErrorKind::Configuration, message).with_source(error)
}

#[cold]
fn unfit(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Configuration, format!("the certificates do not fit: {error}")).with_source(error)
}
