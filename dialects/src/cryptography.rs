//! Which of the implementations of cryptography TLS uses.

use rustls::crypto::CryptoProvider;
#[cfg(not(any(feature = "mysql", feature = "postgresql")))]
use rustls::crypto::aws_lc_rs as implementation;
#[cfg(any(feature = "mysql", feature = "postgresql"))]
use rustls::crypto::ring as implementation;

/// Chooses one for the process, unless the program has.
///
/// oracledb, and sqlx where it checks an authority and no name, leave the choice to rustls, which panics where the program's crates bring two.
pub(crate) fn choose() {
    if CryptoProvider::get_default().is_none() {
        // It fails where another thread was first.
        let _ = implementation::default_provider().install_default();
    }
}
