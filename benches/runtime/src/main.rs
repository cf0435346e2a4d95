//! The same workloads on Aludel and on its peers, as ratios to a client used by hand.

mod dataset;
mod peer;
mod peers;
mod report;
mod runner;
mod server;
mod workload;

use anyhow::{Result, ensure};
use clap::Parser;
use server::Server;

/// Runs the same workloads on Aludel and on its peers: on SQLite in memory, or on a server.
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
    /// A PostgreSQL server in place of SQLite: `postgresql://user@host:port/database`. Its table `users` is made anew.
    #[arg(long, value_name = "URL", conflicts_with = "mariadb")]
    postgresql: Option<String>,
    /// A MariaDB server in place of SQLite: `mysql://user@host:port/database`. Its table `users` is made anew.
    #[arg(long, value_name = "URL")]
    mariadb: Option<String>,
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
    let server = match (options.postgresql, options.mariadb) {
        (Some(url), _) => Server::Postgresql(url),
        (None, Some(url)) => Server::Mariadb(url),
        (None, None) => Server::Sqlite,
    };
    let mut lanes = peers::connect(&server).await?;
    for name in &options.only {
        ensure!(lanes.iter().any(|lane| lane.name() == name), "there is no peer `{name}`");
    }
    let floor = lanes[0].name();
    lanes.retain(|lane| {
        let name = lane.name();
        options.only.is_empty() || name == floor || options.only.iter().any(|only| only == name)
    });
    let rounds = if options.quick { 3 } else { options.rounds };
    let report = runner::run(&mut lanes, server.title(), rounds).await?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{report}");
    }
    Ok(())
}
