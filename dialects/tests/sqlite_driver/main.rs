//! The SQLite driver and the engine over it, at the level of drivers, connections and engines.

#[path = "../jobs/mod.rs"]
mod jobs;

mod cancel;
mod errors;
mod locks;
mod log;
mod options;
mod pool;
mod processes;
mod runtimes;
mod stream;
mod support;
mod transactions;
mod values;
