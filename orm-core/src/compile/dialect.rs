//! What differs between servers.

use std::fmt::Debug;

/// A server's SQL: small overrides over one generic compiler.
pub trait Dialect: Debug + Send + Sync + 'static {
    /// The name in URLs: `sqlite`, `postgresql`.
    fn name(&self) -> &'static str;
}
