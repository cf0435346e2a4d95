//! The results, as a table for people and as JSON for programs.

use std::fmt;

use serde::Serialize;

#[derive(Serialize)]
pub struct Report {
    pub server: &'static str,
    pub rounds: u32,
    /// The peers, the floor first.
    pub names: Vec<&'static str>,
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
        let Self { server, rounds, names, rows } = self;
        writeln!(f, "{server}: the median time of a call over {rounds} rounds, and its ratio to {}\n", names[0])?;
        write!(f, "{:<28}", "")?;
        for name in names {
            write!(f, "{name:>22}")?;
        }
        writeln!(f)?;
        for row in rows {
            write!(f, "{:<28}", row.workload)?;
            for name in names {
                match row.peers.iter().find(|measurement| measurement.peer == *name) {
                    Some(Measurement { nanoseconds, ratio, .. }) => {
                        write!(f, "{:>11.2} µs{:>8}", nanoseconds / 1e3, format!("×{ratio:.2}"))?;
                    }
                    None => write!(f, "{:>22}", "-")?,
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
