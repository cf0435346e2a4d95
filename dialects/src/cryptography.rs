//! Which of the implementations of cryptography TLS uses.

use rustls::crypto::CryptoProvider;
#[cfg(not(feature = "network"))]
use rustls::crypto::aws_lc_rs as implementation;
#[cfg(feature = "network")]
use rustls::crypto::ring as implementation;

/// Chooses one for the process, unless the program has.
///
/// oracledb leaves the choice to rustls, which panics where the program's crates bring two.
pub(crate) fn choose() {
    if CryptoProvider::get_default().is_none() {
        // It fails where another thread was first.
        let _ = implementation::default_provider().install_default();
    }
}
