//! The SQLite driver, at the level of drivers, connections and engines.
