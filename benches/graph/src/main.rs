//! Graphs of objects, inserted, loaded and changed: Aludel's session beside its peers.

mod aludel_peer;
mod diesel_peer;
mod schema;
mod sea_orm_peer;
mod sqlalchemy_peer;

use anyhow::Result;
use clap::{Parser, ValueEnum};
use schema::Server;
use std::{future::Future, pin::Pin, time::Duration};

/// Compares Aludel's session with SQLAlchemy, SeaORM and Diesel: on SQLite in memory, or on a server, whose tables owners, pets, parents,
/// children and grandchildren are dropped and made anew.
#[derive(Parser)]
struct Args {
    /// The PostgreSQL database to use.
    #[arg(long)]
    postgresql: Option<String>,
    /// The MariaDB database to use.
    #[arg(long)]
    mariadb: Option<String>,
    /// The Python that has SQLAlchemy 2, with psycopg2 and pymysql; without it SQLAlchemy is left out.
    #[arg(long)]
    python: Option<String>,
    /// Leaves the peers out.
    #[arg(long)]
    alone: bool,
    /// The workloads to run; all of them by default.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Workload>,
    /// How often each peer does each workload.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
}

/// What is timed.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum Workload {
    /// 10,000 objects with a parent of its own each are added and committed, the generated keys included.
    Insert,
    /// 100 parents with 10 children with 10 grandchildren each are loaded.
    Load,
    /// One column of 1,000 objects that were loaded before is changed, each to another value, and committed.
    Update,
}

impl Workload {
    const ALL: [Self; 3] = [Self::Insert, Self::Load, Self::Update];

    pub fn name(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Load => "load",
            Self::Update => "update",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Insert => "add and commit 10,000 objects with a parent each",
            Self::Load => "load 100 parents, 1,000 children, 10,000 grandchildren",
            Self::Update => "change a column of 1,000 objects and commit",
        }
    }
}

pub type Timed<'a> = Pin<Box<dyn Future<Output = Result<Duration>> + Send + 'a>>;

pub trait Peer: Send {
    fn name(&self) -> &'static str;
    /// Does the workload once and answers how long it took, without what had to be there before.
    fn run(&mut self, workload: Workload) -> Timed<'_>;
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let server = match (&args.postgresql, &args.mariadb) {
        (Some(url), _) => Server::Postgresql(url.clone()),
        (None, Some(url)) => Server::Mariadb(url.clone()),
        (None, None) => Server::Sqlite,
    };
    // In a spawned task, as in a web service.
    tokio::spawn(compare(args, server)).await?
}

async fn compare(args: Args, server: Server) -> Result<()> {
    let mut peers: Vec<Box<dyn Peer>> = vec![Box::new(aludel_peer::Aludel::connect(&server).await?)];
    if !args.alone {
        peers.push(diesel_peer::connect(&server).await?);
        peers.push(Box::new(sea_orm_peer::SeaOrm::connect(&server).await?));
    }
    if let Some(python) = args.python.as_ref().filter(|_| !args.alone) {
        peers.push(Box::new(sqlalchemy_peer::SqlAlchemy::start(python, &server).await?));
    }
    println!("{}", server.title());
    for workload in Workload::ALL.into_iter().filter(|workload| args.only.is_empty() || args.only.contains(workload)) {
        let mut times: Vec<Vec<Duration>> = vec![Vec::new(); peers.len()];
        for round in 0..args.rounds {
            for offset in 0..peers.len() {
                // There and back, so that nobody always comes after the same one.
                let index = (round / 2 + if round % 2 == 0 { offset } else { peers.len() - 1 - offset }) % peers.len();
                let time = peers[index].run(workload).await?;
                times[index].push(time);
            }
        }
        println!("  {}", workload.title());
        let own = median(times[0].clone());
        for (peer, times) in peers.iter().zip(times) {
            let ratios: Vec<f64> = times.iter().map(|time| time.as_secs_f64() / own.as_secs_f64()).collect();
            let (low, high) =
                ratios.iter().fold((f64::MAX, 0.0_f64), |(low, high), &ratio| (low.min(ratio), high.max(ratio)));
            let time = median(times);
            let ratio = time.as_secs_f64() / own.as_secs_f64();
            println!(
                "    {:<12} {:>9.1} ms   x{ratio:<6.2} ({low:.2} to {high:.2})",
                peer.name(),
                time.as_secs_f64() * 1_000.0
            );
        }
    }
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
