//! The simulated world: tabs, storage, channel, server and user, in virtual time.

mod actions;
mod browser;
mod checks;
mod copies;
mod inputs;
mod interventions;
mod labels;
mod lifecycle;
mod network;
mod outputs;
mod server;
mod storage;
mod trace;
pub mod view;
mod views;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::time::Duration;

use background_tasks_core::{Input, JobKind, Policy, Request, RequestId, TaskId, TaskState};
use background_tasks_server_model::{Config as ServerConfig, FaultShares, Server};
use fastrand::Rng;

use crate::scenario::{CHAOS, Scenario};
use crate::tab::Tab;

/// The names of the stores of the origin. Most runs have only the first.
pub const STORES: [&str; 2] = ["sim", "second"];

/// How long the world is calm at the end: until the budget of checks of a job that never
/// ends is spent, also after a Retry.
const CALM: u64 = 700_000;

/// The same with an event stream, beside which checks are few.
const CALM_WITH_STREAM: u64 = 2_500_000;

/// How long a user needs at least from one thing to the next.
const REACTION: u64 = 250;

/// A rule that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which rule.
    pub rule: &'static str,
    /// How.
    pub detail: String,
    /// When, in milliseconds.
    pub at: u64,
}

/// Something that will happen.
#[derive(Debug)]
pub enum Happening {
    /// An event of the scenario, by its index.
    Scenario(usize),
    /// A tab's timer, of this version.
    Timer(u64, u64),
    /// An input reaches a tab.
    Input(u64, Input),
    /// A request reaches the server.
    Arrive(u64, RequestId, Box<Request>),
    /// The event stream of a tab is looked at.
    Stream(u64, RequestId),
    /// A tab runs again.
    Thaw(u64),
    /// A tab leaves the back/forward cache.
    Uncache(u64),
    /// The connection is lost for so long.
    Offline(u64),
    /// The browser is online again.
    Online,
    /// The storage can be written again.
    StorageFree,
    /// Files can be kept again.
    CopiesFree,
    /// A tab has copied the file of a task.
    Copied(u64, TaskId),
    /// A tab gets the lock of the oldest tab, for which it has asked with this number.
    Lock(u64, u64),
}

pub struct World<'a> {
    pub scenario: Cow<'a, Scenario>,
    pub time: u64,
    pub wall: i64,
    pub rng: Rng,
    pub tabs: BTreeMap<u64, Tab>,
    pub storage: BTreeMap<String, String>,
    pub storage_full: bool,
    /// Whether no response reaches a tab.
    pub responses_dropped: bool,
    /// The copies of files, by store and task.
    pub copies: BTreeMap<(&'static str, TaskId), copies::Copy>,
    pub copies_full: bool,
    pub online: bool,
    pub server: Server,
    pub calm: bool,
    pub asleep_since: u64,
    pub asleep_until: u64,
    last_postponed: u64,
    next_lock: u64,
    queue: BinaryHeap<Reverse<(u64, u64)>>,
    happenings: BTreeMap<u64, Happening>,
    next: u64,
    next_tab: u64,
    pub next_task: u64,
    /// Tabs that asked to learn when another is closed.
    watchers: Vec<(u64, u64)>,
    pub violation: Option<Violation>,
    pub trace: Option<Vec<String>>,
    pub steps: u64,
    pub counts: BTreeMap<&'static str, u64>,
    /// How often each rule of safety was checked.
    pub checked: BTreeMap<&'static str, u64>,
    /// Which rules hold for what, as far as the scenario decides it.
    pub ledger: checks::Ledger,
}

impl<'a> World<'a> {
    pub fn new(scenario: impl Into<Cow<'a, Scenario>>, traced: bool) -> Self {
        let scenario = scenario.into();
        let share = |part: f64| scenario.fault_percent as f64 / 100.0 * part;
        let faults = FaultShares::NONE
            .with_connection_lost(share(0.2))
            .with_response_lost(share(0.2))
            .with_no_response(share(0.1))
            .with_delay(share(0.1))
            .with_error_status(share(0.2))
            .with_html(share(0.05))
            .with_malformed(share(0.1))
            .with_unknown_status(share(0.05));
        let config = ServerConfig::new()
            .with_seed(scenario.seed)
            .with_processing(Duration::from_secs(3))
            .with_fail(0.15)
            .with_never_end(0.1);
        let mut server = Server::new(config, Duration::ZERO);
        server.set_fault_shares(faults.clone(), faults);
        let mut world = Self {
            time: 0,
            wall: 0,
            rng: Rng::with_seed(scenario.seed ^ 0x5eed),
            tabs: BTreeMap::new(),
            storage: BTreeMap::new(),
            storage_full: false,
            responses_dropped: false,
            copies: BTreeMap::new(),
            copies_full: false,
            online: true,
            server,
            calm: false,
            asleep_since: 0,
            asleep_until: 0,
            last_postponed: 0,
            next_lock: 0,
            queue: BinaryHeap::new(),
            happenings: BTreeMap::new(),
            next: 0,
            next_tab: 0,
            next_task: 0,
            watchers: Vec::new(),
            violation: None,
            trace: traced.then(Vec::new),
            steps: 0,
            counts: BTreeMap::new(),
            checked: BTreeMap::new(),
            ledger: checks::Ledger::default(),
            scenario,
        };
        let times: Vec<_> = world.scenario.events.iter().map(|it| it.at).collect();
        for (index, at) in times.into_iter().enumerate() {
            world.schedule(at, Happening::Scenario(index));
        }
        world
    }

    /// Runs until the end, or until a rule is broken.
    pub fn run(&mut self) {
        self.run_until(CHAOS);
        self.calm_down();
        let calm = match self.scenario.stream {
            true => CALM_WITH_STREAM,
            false => CALM,
        };
        // Checks in a hidden tab do not count, so a tab of each store is shown for so long.
        self.run_until(CHAOS + calm);
        if self.scenario.two_stores {
            let mut tabs = self.tabs.values();
            let shown = tabs.find(|tab| tab.visible).map(|tab| tab.store);
            let other = tabs.find(|tab| Some(tab.store) != shown);
            if let Some(other) = other.map(|tab| tab.number) {
                self.show(other);
            }
            self.run_until(CHAOS + 2 * calm);
        }
        if self.violation.is_none() {
            self.check_end();
        }
    }

    /// Runs until a time, or until a rule is broken.
    pub fn run_until(&mut self, end: u64) {
        while self.violation.is_none() {
            let Some(Reverse((at, number))) = self.queue.peek().copied() else {
                break;
            };
            if at > end {
                break;
            }
            self.queue.pop();
            self.time = self.time.max(at);
            if let Some(happening) = self.happenings.remove(&number) {
                self.steps += 1;
                self.happen(happening);
                self.check_step();
            }
            // A core that is never satisfied would keep the simulation here for ever.
            if self.steps > 400_000 {
                self.break_rule("the core comes to rest", "more than 400,000 steps".into());
            }
        }
        if self.violation.is_none() {
            self.time = self.time.max(end);
        }
    }

    pub fn schedule(&mut self, at: u64, happening: Happening) {
        self.next += 1;
        self.queue.push(Reverse((at.max(self.time), self.next)));
        self.happenings.insert(self.next, happening);
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Scenario(index) => {
                // Nobody does anything while the device sleeps.
                if self.calm {
                    return;
                }
                if self.time < self.asleep_until {
                    // A user needs a moment for each thing that was kept until then.
                    let at = self.asleep_until.max(self.last_postponed) + REACTION;
                    self.last_postponed = at;
                    self.schedule(at, Happening::Scenario(index));
                } else if let Some(event) = self.scenario.events.get(index).cloned() {
                    *self.counts.entry(event.action.name()).or_insert(0) += 1;
                    self.note(|| format!("{:?}", event.action));
                    self.act(&event.action);
                }
            }
            Happening::Timer(tab, version) => self.timer(tab, version),
            Happening::Input(tab, input) => self.input(tab, input),
            Happening::Arrive(tab, id, request) => self.arrive(tab, id, &request),
            Happening::Stream(tab, request) => self.push(tab, request),
            // No tab runs while the device sleeps.
            Happening::Thaw(_) | Happening::Uncache(_) if self.time < self.asleep_until => {
                let at = self.asleep_until;
                self.schedule(at, happening);
            }
            Happening::Thaw(tab) => self.thaw(tab),
            Happening::Uncache(tab) => self.uncache(tab),
            Happening::Offline(span) => self.go_offline(span),
            Happening::Online => self.set_online(true),
            Happening::StorageFree => self.storage_full = false,
            Happening::CopiesFree => self.copies_full = false,
            Happening::Copied(tab, task) => self.copied(tab, &task),
            Happening::Lock(tab, lock) => {
                if self.tabs.get(&tab).is_some_and(|tab| tab.lock == lock) {
                    self.input(tab, Input::OldestTab);
                }
            }
        }
    }
}

/// A kind of the app's own, which not every tab has registered.
pub fn custom_kind() -> JobKind {
    JobKind::new("transcript", "transcripts").with_policy(Policy::new().with_max_checks(60))
}

/// States that faults or the user can bring about, whatever the server says.
pub fn is_failed_by_faults(state: &TaskState) -> bool {
    use background_tasks_core::Failure;
    matches!(
        state,
        TaskState::Cancelled
            | TaskState::Failed(
                Failure::TimedOut { .. }
                    | Failure::Interrupted
                    | Failure::Request(_)
                    | Failure::Refused { .. }
            )
    )
}

/// Tasks by id.
pub type TaskSet = BTreeSet<TaskId>;
