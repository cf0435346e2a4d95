//! What is asked of a cache, and answered.

use std::collections::BTreeMap;

/// When an entry is written.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum When {
    Missing,
    There,
}

/// Where bytes are added to a value.
#[derive(Clone, Copy)]
pub(crate) enum End {
    Front,
    Back,
}

/// What is counted to a number.
#[derive(Clone, Copy)]
pub(crate) enum Count {
    Up(u64),
    Down(u64),
}

/// What a server tells of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerStats {
    /// Its address; `memory` in process.
    pub server: String,
    /// By the server's own names: memcached's `stats`, Redis's `INFO`; in process `entries` and `bytes`, which lag a moment behind.
    pub values: BTreeMap<String, String>,
}
