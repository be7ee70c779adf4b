//! Runs many seeds, or shows that the simulation finds every known fault.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::ops::Range;
use std::panic::resume_unwind;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::ScopedJoinHandle;
use std::time::Instant;

use background_tasks_core::mutation;
use background_tasks_simulation::{Report, Scenario, run, shrink, trace};

const HELP: &str = "\
simulate [SEEDS]      runs so many seeds, 1000 by default
simulate FROM..TO     runs these seeds
simulate --mutations  switches on one known fault after the other, and tells which of
                      1000 seeds finds it
SEED=n simulate       runs one seed, and shows the shortest run that breaks its rule
";

/// So many seeds that break a rule are enough to look at.
const MAX_FAILURES: usize = 2000;

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
        (_, Some(seed)) => seeds_or_help(number(&seed).map(|seed| seed..seed.saturating_add(1))),
        (Some(text), None) => seeds_or_help(match text.split_once("..") {
            Some((from, to)) => number(from).and_then(|from| Ok(from..number(to)?)),
            None => number(text).map(|count| 0..count),
        }),
        (None, None) => seeds(0..SEEDS),
    }
}

fn number(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|error| format!("{text:?} is not a number of seeds: {error}"))
}

fn seeds_or_help(range: Result<Range<u64>, String>) -> ExitCode {
    match range {
        Ok(range) => seeds(range),
        Err(error) => {
            eprintln!("{error}\n\n{HELP}");
            ExitCode::FAILURE
        }
    }
}

fn seeds(range: Range<u64>) -> ExitCode {
    let start = Instant::now();
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let (next, failed) = (AtomicU64::new(range.start), AtomicUsize::new(0));
    let results = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| take_seeds(&next, range.end, &failed)))
            .collect();
        let results = threads.into_iter().map(ScopedJoinHandle::join);
        // A panic of a thread is one of the core: it goes on here.
        let results = results.map(|it| it.unwrap_or_else(|panic| resume_unwind(panic)));
        results.collect::<Vec<_>>()
    });
    let mut all = Report::default();
    let mut failures = BTreeMap::new();
    for (report, broken) in results {
        all.add(&report);
        failures.extend(broken);
    }
    if let Some((seed, rule)) = failures.first_key_value() {
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

/// Runs one seed after the other that no other thread has taken.
fn take_seeds(
    next: &AtomicU64,
    end: u64,
    failed: &AtomicUsize,
) -> (Report, BTreeMap<u64, &'static str>) {
    let mut all = Report::default();
    let mut failures = BTreeMap::new();
    while failed.load(Ordering::Relaxed) < MAX_FAILURES {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= end {
            break;
        }
        match run(seed) {
            Ok(report) => all.add(&report),
            Err(failure) => {
                let rule = failure.violation.rule;
                println!("SEED={seed} breaks a rule: {rule}");
                failures.insert(seed, rule);
                failed.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
    (all, failures)
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
        "batch {}, stream {}, resumable {}, locks {}, lossy channel {}, two stores {}, faults {} %",
        shortest.batch,
        shortest.stream,
        shortest.resumable,
        shortest.locks,
        shortest.lossy_channel,
        shortest.two_stores,
        shortest.fault_percent
    );
}
