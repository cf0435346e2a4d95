//! Engines, connections and transactions.

mod driver;

pub use driver::{BoxFuture, Connection, Cursor, Done, Driver, IsolationLevel, Job, TransactionOptions};
