//! Clients of caches, of one kind whatever the cache is: [`connect`] takes a URL and answers a [`Client`].
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> aludel_core::Result<()> {
//! use std::time::Duration;
//!
//! let cache = aludel_cache::connect("memory://").await?;
//! cache.set("greeting", "hello", Duration::from_secs(60)).await?;
//! assert_eq!(cache.get("greeting").await?.as_deref(), Some(&b"hello"[..]));
//! # Ok(())
//! # }
//! ```

mod client;
mod command;
mod connect;
mod entries;
mod expiry;
mod key;
#[cfg(feature = "memcached")]
mod memcached;
mod memory;
mod protocol;
#[cfg(feature = "redis")]
mod resp;
mod token;

pub use client::Client;
pub use command::ServerStats;
pub use connect::connect;
pub use entries::{Entries, Locks};
pub use expiry::Expiry;
pub use token::{Cas, Swap};
