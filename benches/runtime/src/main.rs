//! The same SQLite workloads on Aludel and on its peers, as ratios to plain rusqlite.

mod dataset;
mod peer;
mod peers;
mod report;
mod runner;
mod workload;

use anyhow::{Result, ensure};
use clap::Parser;

/// Runs the same SQLite workloads on Aludel and on its peers.
#[derive(Parser)]
struct Options {
    /// Rounds of samples, each round visiting every peer once.
    #[arg(long, default_value_t = 21, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Three rounds: enough to see that everything works, not to quote.
    #[arg(long, conflicts_with = "rounds")]
    quick: bool,
    /// Peers to measure besides the floor, by name; all of them unless given.
    #[arg(long, value_delimiter = ',', value_name = "PEER")]
    only: Vec<String>,
    /// Print JSON in place of the table.
    #[arg(long)]
    json: bool,
}

fn main() -> Result<()> {
    let options = Options::parse();
    // Spawned, since a web service runs its queries in spawned tasks, where blocking costs more than under `block_on`.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async { tokio::spawn(run(options)).await? })
}

async fn run(options: Options) -> Result<()> {
    let mut lanes = peers::connect().await?;
    for name in &options.only {
        ensure!(lanes.iter().any(|lane| lane.name() == name), "there is no peer `{name}`");
    }
    let floor = lanes[0].name();
    lanes.retain(|lane| {
        let name = lane.name();
        options.only.is_empty() || name == floor || options.only.iter().any(|only| only == name)
    });
    let rounds = if options.quick { 3 } else { options.rounds };
    let report = runner::run(&mut lanes, rounds).await?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{report}");
    }
    Ok(())
}
