//! What is measured, as data.

/// One call into a peer.
#[derive(Clone, Copy)]
pub enum Call {
    /// Read this many rows into structs.
    Select(i64),
    /// Read one row by its primary key, another one each time.
    Get,
    /// Insert this many rows, in one call and one transaction.
    Insert(i64),
    /// The same, and learn the keys that the database generates.
    Add(i64),
    /// Read one row by its key in each of so many tasks at once, through a pool.
    Crowd(usize),
}

/// Tasks of the workload of many; pools have as many connections.
pub const TASKS: usize = 16;

pub struct Workload {
    pub name: &'static str,
    pub call: Call,
}

pub const WORKLOADS: [Workload; 7] = [
    Workload { name: "select 1 row", call: Call::Select(1) },
    Workload { name: "select 100 rows", call: Call::Select(100) },
    Workload { name: "select 10,000 rows", call: Call::Select(10_000) },
    Workload { name: "get by primary key", call: Call::Get },
    Workload { name: "insert 100 rows", call: Call::Insert(100) },
    Workload { name: "insert 100 rows, with keys", call: Call::Add(100) },
    Workload { name: "get in 16 tasks at once", call: Call::Crowd(TASKS) },
];
