//! Checks the peers, then takes their samples in interleaved rounds.

use std::time::Duration;

use anyhow::Result;

use crate::peer::Lane;
use crate::report::{Measurement, Report, Row};
use crate::workload::{Call, WORKLOADS};

/// A sample shorter than this says more about the clock and the scheduler than about the peer.
const SAMPLE: Duration = Duration::from_millis(20);

pub async fn run(lanes: &mut [Box<dyn Lane>], server: &'static str, rounds: u32) -> Result<Report> {
    // What the floor cannot do has no ratio.
    let workloads: Vec<_> = WORKLOADS.iter().filter(|workload| lanes[0].can(workload.call)).collect();
    for lane in lanes.iter_mut() {
        for workload in workloads.iter().filter(|workload| lane.can(workload.call)).collect::<Vec<_>>() {
            lane.check(workload.call).await?;
        }
    }
    let names: Vec<_> = lanes.iter().map(|lane| lane.name()).collect();
    let mut rows = Vec::new();
    for workload in workloads {
        eprintln!("{}", workload.name);
        let mut able: Vec<_> = lanes.iter_mut().filter(|lane| lane.can(workload.call)).collect();
        let samples = samples(&mut able, workload.call, rounds).await?;
        let floor = &samples[0];
        let peers = able.iter().zip(&samples).map(|(lane, samples)| Measurement {
            peer: lane.name(),
            nanoseconds: median(samples.clone()),
            // Within a round the machine is as fast for both, which over all rounds it need not be.
            ratio: median(samples.iter().zip(floor).map(|(sample, floor)| sample / floor).collect()),
        });
        rows.push(Row { workload: workload.name, peers: peers.collect() });
    }
    Ok(Report { server, rounds, names, rows })
}

/// The nanoseconds that one call took in each round, for each peer.
///
/// The peers take turns, so that a slow spell of the machine falls on all of them, and each round begins with another
/// peer, so that none always runs on its neighbour's warm or cold caches.
async fn samples(lanes: &mut [&mut Box<dyn Lane>], call: Call, rounds: u32) -> Result<Vec<Vec<f64>>> {
    let mut times = Vec::new();
    for lane in lanes.iter_mut() {
        times.push(calibrate(&mut ***lane, call).await?);
    }
    let mut samples = vec![Vec::new(); lanes.len()];
    for round in 0..rounds as usize {
        for turn in 0..lanes.len() {
            let peer = (round + turn) % lanes.len();
            let elapsed = lanes[peer].time(call, times[peer]).await?;
            samples[peer].push(elapsed.as_secs_f64() * 1e9 / f64::from(times[peer]));
        }
    }
    Ok(samples)
}

/// How many calls fill a sample; finding out warms the peer up as well.
async fn calibrate(lane: &mut dyn Lane, call: Call) -> Result<u32> {
    let mut times = 1;
    loop {
        let elapsed = lane.time(call, times).await?;
        if elapsed >= SAMPLE {
            return Ok(times);
        }
        times *= 2;
    }
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    let middle = samples.len() / 2;
    if samples.len().is_multiple_of(2) { samples[middle - 1].midpoint(samples[middle]) } else { samples[middle] }
}
