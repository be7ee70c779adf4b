//! A run that its caller steps, and in which a person intervenes.

use std::collections::VecDeque;
use std::time::Duration;

use background_tasks_core::mutation;
use fastrand::Rng;

use crate::bug::Bug;
use crate::intervention::Intervention;
use crate::scenario::{Action, Event, Kind, Scenario};
use crate::world::World;
use crate::world::view::View;

/// The longest run, in milliseconds.
pub const LONGEST: u64 = 3_600_000;

/// The most interventions in a run.
const INTERVENTIONS: usize = 1_000;

/// When tasks are started, in milliseconds.
const STARTS: std::ops::Range<u64> = 800..20_000;

/// How a stepped run begins.
///
/// | setting | range |
/// | --- | --- |
/// | tabs | 1 to 5 |
/// | tasks that are started | 0 to 60; an upload is followed by two jobs |
/// | share of requests that encounter a fault, in percent | 0 to 60 |
///
/// A value out of range is replaced by the nearest one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// The seed of every random choice.
    pub seed: u64,
    /// How many tabs are opened.
    pub tabs: u64,
    /// How many tasks are started.
    pub tasks: u64,
    /// The share of requests that encounter a fault, in percent.
    pub fault_percent: u64,
    /// A known bug of the core.
    pub bug: Option<Bug>,
}

/// A run that its caller steps.
pub struct SteppedRun {
    world: World<'static>,
    /// What is going to be done, and when.
    planned: VecDeque<(u64, Intervention)>,
    /// What was done, and when.
    done: Vec<(u64, Intervention)>,
}

impl SteppedRun {
    /// A run at its start. `planned` is what is done in it, at which milliseconds; the same
    /// plan gives the same run. A bug is that of all runs of the thread, until another one begins.
    #[must_use]
    pub fn new(setup: Setup, mut planned: Vec<(u64, Intervention)>) -> Self {
        planned.sort_by_key(|(at, _)| *at);
        mutation::set(setup.bug.map(Bug::mutation));
        let mut world = World::new(setup.scenario(), true);
        // A job that never ends would be followed for most of an hour.
        let config = world.server.config().with_never_end(0.0).with_fail(0.1);
        world.server.set_config(config, Duration::ZERO);
        world.run_until(0);
        Self {
            world,
            planned: planned.into(),
            done: Vec::new(),
        }
    }

    /// Runs to a time, in milliseconds since the start, or until a rule is broken. In how many
    /// steps a run reaches a time makes no difference.
    pub fn run_to(&mut self, time: u64) {
        let time = time.min(LONGEST);
        while let Some((at, what)) = self.planned.front().copied()
            && at <= time
            && !self.is_broken()
        {
            self.planned.pop_front();
            self.advance(at);
            self.apply(what);
        }
        self.advance(time);
    }

    fn advance(&mut self, time: u64) {
        if !self.is_broken() {
            // The limit of steps is for a core that never comes to rest.
            self.world.steps = 0;
            self.world.run_until(time);
        }
    }

    /// Intervenes now, and returns whether it was possible. If so, what was planned is not done
    /// any more.
    pub fn intervene(&mut self, what: Intervention) -> bool {
        let is_possible = self.apply(what);
        if is_possible {
            self.planned.clear();
        }
        is_possible
    }

    fn apply(&mut self, what: Intervention) -> bool {
        let is_possible =
            self.done.len() < INTERVENTIONS && !self.is_broken() && self.world.intervene(what);
        if is_possible {
            self.done.push((self.world.time, what));
        }
        is_possible
    }

    fn is_broken(&self) -> bool {
        self.world.violation.is_some()
    }

    /// What was done, and at which milliseconds: with the same setup, the plan of this run.
    #[must_use]
    pub fn interventions(&self) -> &[(u64, Intervention)] {
        &self.done
    }

    /// What can be seen now.
    #[must_use]
    pub fn view(&self) -> View {
        self.world.view()
    }

    /// What has happened since the last call, a line each.
    pub fn take_trace(&mut self) -> Vec<String> {
        let trace = self.world.trace.as_mut();
        trace.map(std::mem::take).unwrap_or_default()
    }
}

impl Setup {
    fn scenario(self) -> Scenario {
        let mut rng = Rng::with_seed(self.seed);
        let tabs = self.tabs.clamp(1, 5);
        let opened = (0..tabs).map(|_| Event {
            at: 0,
            action: Action::Open,
        });
        let mut events: Vec<_> = opened.collect();
        for task in 0..self.tasks.min(60) {
            // Each kind is there, and uploads bring two more tasks each.
            let kind = match task % 7 {
                0 => Kind::Upload,
                1 | 4 => Kind::Video,
                2 => Kind::Embedding,
                3 => Kind::Custom,
                _ => Kind::VideoToStart,
            };
            events.push(Event {
                at: rng.u64(STARTS),
                action: Action::Start(rng.usize(..60), kind),
            });
        }
        events.sort_by_key(|event| event.at);
        Scenario {
            seed: self.seed,
            batch: rng.bool(),
            stream: false,
            resumable: true,
            locks: true,
            lossy_channel: false,
            two_stores: false,
            keeps_files: false,
            fault_percent: self.fault_percent.min(60),
            events,
        }
    }
}
