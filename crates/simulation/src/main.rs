//! Runs many seeds, or shows that the simulation finds every known fault.
#![allow(clippy::unwrap_used, reason = "a test tool: it may fail loudly")]

use std::process::ExitCode;
use std::time::Instant;

use background_tasks_core::mutation;
use background_tasks_simulation::{Report, Scenario, run, shrink, trace};

const HELP: &str = "\
simulate [SEEDS]      runs so many seeds, 1000 by default
simulate --mutations  switches on one known fault after the other, and tells which of
                      1000 seeds finds it
SEED=n simulate       runs one seed, and shows the shortest run that breaks its rule
";

/// So many seeds that break a rule are enough to look at.
const MAX_FAILURES: usize = 20;

/// Each fault must be found within so many seeds.
const SEEDS: u64 = 1_000;

fn main() -> ExitCode {
    let argument = std::env::args().nth(1);
    match (argument.as_deref(), std::env::var("SEED").ok()) {
        (Some("--mutations"), _) => mutations(),
        (Some("--help"), _) => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        (_, Some(seed)) => {
            let seed = seed.parse().unwrap();
            seeds(seed..seed + 1)
        }
        (count, None) => seeds(0..count.map_or(SEEDS, |count| count.parse().unwrap())),
    }
}

fn seeds(range: std::ops::Range<u64>) -> ExitCode {
    let start = Instant::now();
    let mut all = Report::default();
    let mut failures = Vec::new();
    for seed in range.clone() {
        match run(seed) {
            Ok(report) => all.add(&report),
            Err(failure) => {
                let rule = failure.violation.rule;
                println!("SEED={seed} breaks a rule: {rule}");
                failures.push((seed, rule));
            }
        }
        if failures.len() >= MAX_FAILURES {
            break;
        }
    }
    if let Some((seed, rule)) = failures.first() {
        explain(*seed, rule);
        return ExitCode::FAILURE;
    }
    let seconds = start.elapsed().as_secs_f64();
    let (count, steps) = (range.end - range.start, all.steps);
    println!("{count} seeds, {steps} steps, {seconds:.1} s; no rule was broken");
    for (name, count) in all.counts {
        println!("{count:>10}  {name}");
    }
    ExitCode::SUCCESS
}

fn mutations() -> ExitCode {
    let mut all_found = true;
    for fault in mutation::ALL {
        mutation::set(Some(fault));
        match (0..SEEDS).find_map(|seed| run(seed).err()) {
            Some(failure) => {
                let (seed, rule) = (failure.seed, failure.violation.rule);
                println!("{fault:?}: SEED={seed}: {rule}");
            }
            None => {
                all_found = false;
                println!("{fault:?}: not found within {SEEDS} seeds");
            }
        }
    }
    mutation::set(None);
    if all_found {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Prints the shortest run that breaks the rule.
fn explain(seed: u64, rule: &str) {
    let shortest = shrink(&Scenario::draw(seed), rule);
    for line in trace(&shortest) {
        println!("{line}");
    }
    println!("\nSEED={seed} breaks a rule: {rule}. Of its events these are enough:");
    for event in &shortest.events {
        println!("{:>7} ms  {:?}", event.at, event.action);
    }
    println!(
        "batch {}, stream {}, resumable {}, locks {}, lossy channel {}, faults {} %",
        shortest.batch,
        shortest.stream,
        shortest.resumable,
        shortest.locks,
        shortest.lossy_channel,
        shortest.fault_percent
    );
}
