//! `cargo run --release --package background-tasks-simulation -- [SEEDS]`, or
//! `SEED=n cargo run …` for one.
#![allow(clippy::unwrap_used, reason = "a test tool: it may fail loudly")]

use std::process::ExitCode;
use std::time::Instant;

use background_tasks_simulation::{Report, Scenario, run, shrink, trace};

fn main() -> ExitCode {
    let seeds: u64 = std::env::args()
        .nth(1)
        .map_or(1_000, |it| it.parse().unwrap());
    let only = std::env::var("SEED")
        .ok()
        .map(|seed| seed.parse::<u64>().unwrap());
    let range = only.map_or(0..seeds, |seed| seed..seed + 1);
    let start = Instant::now();
    let mut all = Report::default();
    let mut failed = 0;
    let mut rules = std::collections::BTreeMap::<&str, Vec<u64>>::new();
    for seed in range.clone() {
        match run(seed) {
            Ok(report) => all.add(&report),
            Err(failure) => {
                failed += 1;
                rules.entry(failure.violation.rule).or_default().push(seed);
                if only.is_some() || std::env::var("ALL").is_err() {
                    explain(seed, failure.violation.rule);
                    if only.is_none() {
                        return ExitCode::FAILURE;
                    }
                }
            }
        }
    }
    for (rule, seeds) in &rules {
        println!(
            "{}x {rule}: {:?}",
            seeds.len(),
            &seeds[..seeds.len().min(8)]
        );
    }
    println!(
        "{} seeds, {failed} failed, {} steps, {:.1} s",
        range.count(),
        all.steps,
        start.elapsed().as_secs_f64()
    );
    for (name, count) in all.counts {
        println!("{count:>9}  {name}");
    }
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Prints the shortest run that breaks the rule.
fn explain(seed: u64, rule: &str) {
    let shortest = shrink(&Scenario::draw(seed), rule);
    let lines = trace(&shortest);
    let skipped = lines.len().saturating_sub(120);
    for line in lines.iter().skip(skipped) {
        println!("{line}");
    }
    println!(
        "\nSEED={seed} breaks a rule: {rule}; {} of its events:",
        shortest.events.len()
    );
    for event in &shortest.events {
        println!("{:>7} ms  {:?}", event.at, event.action);
    }
    println!(
        "batch {} stream {} resumable {} locks {} lossy {} faults {} %",
        shortest.batch,
        shortest.stream,
        shortest.resumable,
        shortest.locks,
        shortest.lossy_channel,
        shortest.fault_percent
    );
}
