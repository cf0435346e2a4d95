//! The results, as a table for people and as JSON for programs.

use std::fmt;

use serde::Serialize;

#[derive(Serialize)]
pub struct Report {
    pub rounds: u32,
    pub rows: Vec<Row>,
}

/// What every peer took for one workload.
#[derive(Serialize)]
pub struct Row {
    pub workload: &'static str,
    pub peers: Vec<Measurement>,
}

#[derive(Serialize)]
pub struct Measurement {
    pub peer: &'static str,
    /// The median time of one call.
    pub nanoseconds: f64,
    /// The median, over the rounds, of this peer's time over the floor's in the same round.
    pub ratio: f64,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let floor = self.rows[0].peers[0].peer;
        writeln!(
            f,
            "SQLite in memory: the median time of a call over {} rounds, and its ratio to {floor}\n",
            self.rounds
        )?;
        write!(f, "{:<28}", "")?;
        for measurement in &self.rows[0].peers {
            write!(f, "{:>20}", measurement.peer)?;
        }
        writeln!(f)?;
        for row in &self.rows {
            write!(f, "{:<28}", row.workload)?;
            for Measurement { nanoseconds, ratio, .. } in &row.peers {
                write!(f, "{:>9.2} µs{:>8}", nanoseconds / 1e3, format!("×{ratio:.2}"))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
