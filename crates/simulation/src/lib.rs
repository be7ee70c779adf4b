//! A deterministic simulation of `yew-background-tasks`: several tabs, their tasks, and the
//! model of the server, in virtual time, from a seed.
//!
//! Each run first has a time in which everything goes wrong that a browser, a network, a
//! server and a user can do, and then a calm time. Rules of safety are checked after every
//! step, rules of liveness at the end. A run is a list of events, so that a failing one can
//! be shortened by leaving events out.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test tool: it may fail loudly"
)]

mod bug;
mod intervention;
mod scenario;
mod stepped;
mod tab;
mod world;

use std::collections::BTreeMap;

pub use self::bug::Bug;
pub use self::intervention::{Intervention, UnknownIntervention};
pub use self::scenario::{Action, Event, Kind, Scenario};
pub use self::stepped::{LONGEST, Setup, SteppedRun};
pub use self::world::Violation;
use self::world::World;
pub use self::world::view::{StateView, TabView, TaskView, View};

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Steps of the simulation.
    pub steps: u64,
    /// How often things happened, by kind.
    pub counts: BTreeMap<&'static str, u64>,
}

impl Report {
    /// Adds what came of another run.
    pub fn add(&mut self, other: &Self) {
        self.steps += other.steps;
        for (name, count) in &other.counts {
            *self.counts.entry(name).or_insert(0) += count;
        }
    }
}

/// A run in which a rule was broken.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The seed that replays it.
    pub seed: u64,
    /// The rule.
    pub violation: Violation,
}

/// Simulates the run of a seed.
///
/// # Errors
///
/// The first rule that was broken.
pub fn run(seed: u64) -> Result<Report, Failure> {
    run_scenario(&Scenario::draw(seed))
}

/// Simulates a run.
///
/// # Errors
///
/// The first rule that was broken.
pub fn run_scenario(scenario: &Scenario) -> Result<Report, Failure> {
    let mut world = World::new(scenario, false);
    world.run();
    match world.violation {
        Some(violation) => Err(Failure {
            seed: scenario.seed,
            violation,
        }),
        None => Ok(Report {
            steps: world.steps,
            counts: world.counts,
        }),
    }
}

/// Leaves out events as long as the same rule is broken, and returns the shortest run that
/// was found.
pub fn shrink(scenario: &Scenario, rule: &str) -> Scenario {
    let fails = |scenario: &Scenario| {
        let failure = run_scenario(scenario).err();
        failure.is_some_and(|failure| failure.violation.rule == rule)
    };
    let mut shortest = scenario.clone();
    let mut length = shortest.events.len().div_ceil(2).max(1);
    loop {
        let mut start = 0;
        let mut progress = false;
        while start < shortest.events.len() {
            let mut shorter = shortest.clone();
            let end = (start + length).min(shorter.events.len());
            shorter.events.drain(start..end);
            if fails(&shorter) {
                shortest = shorter;
                progress = true;
            } else {
                start += length;
            }
        }
        if length == 1 && !progress {
            return shortest;
        }
        length = if length > 1 { length.div_ceil(2) } else { 1 };
    }
}

/// What happened in a run, a line each.
pub fn trace(scenario: &Scenario) -> Vec<String> {
    let mut world = World::new(scenario, true);
    world.run();
    world.trace.unwrap_or_default()
}
