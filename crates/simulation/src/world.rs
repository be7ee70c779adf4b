//! The simulated world: tabs, storage, channel, server and user, in virtual time.

mod actions;
mod checks;
mod network;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::internals::{Message, Presence, Raw, from_text};
use background_tasks_core::{
    Change, Config, Core, Environment, FollowUp, Input, JobKind, Output, Policy, RequestId, TabId,
    TaskId, TaskState, ToastEffect, UploadPolicy,
};
use background_tasks_server_model::{Config as ServerConfig, FaultShares, Server};
use fastrand::Rng;

use crate::scenario::{CHAOS, Scenario};
use crate::tab::{Shown, Tab};

/// The name of the store that the tabs share.
pub const STORE: &str = "sim";

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
    Arrive(u64, RequestId),
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
    /// A tab gets the lock of the oldest tab, for which it has asked with this number.
    Lock(u64, u64),
}

pub struct World<'a> {
    pub scenario: &'a Scenario,
    pub time: u64,
    pub wall: i64,
    pub rng: Rng,
    pub tabs: BTreeMap<u64, Tab>,
    pub storage: BTreeMap<String, String>,
    pub storage_full: bool,
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
    /// Which rules hold for what, as far as the scenario decides it.
    pub ledger: checks::Ledger,
}

impl<'a> World<'a> {
    pub fn new(scenario: &'a Scenario, traced: bool) -> Self {
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
            .with_fail(0.15)
            .with_never_end(0.1);
        let mut server = Server::new(config, Duration::ZERO);
        server.set_fault_shares(faults.clone(), faults);
        let mut world = Self {
            scenario,
            time: 0,
            wall: 0,
            rng: Rng::with_seed(scenario.seed ^ 0x5eed),
            tabs: BTreeMap::new(),
            storage: BTreeMap::new(),
            storage_full: false,
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
            ledger: checks::Ledger::default(),
        };
        for (index, event) in scenario.events.iter().enumerate() {
            world.schedule(event.at, Happening::Scenario(index));
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
        self.run_until(CHAOS + calm);
        if self.violation.is_none() {
            self.check_end();
        }
    }

    fn run_until(&mut self, end: u64) {
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
        self.time = self.time.max(end);
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
                } else if let Some(event) = self.scenario.events.get(index) {
                    *self.counts.entry(event.action.name()).or_insert(0) += 1;
                    self.note(|| format!("{:?}", event.action));
                    self.act(&event.action);
                }
            }
            Happening::Timer(tab, version) => self.timer(tab, version),
            Happening::Input(tab, input) => self.input(tab, input),
            Happening::Arrive(tab, request) => self.arrive(tab, request),
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
            Happening::Lock(tab, lock) => {
                if self.tabs.get(&tab).is_some_and(|tab| tab.lock == lock) {
                    self.input(tab, Input::OldestTab);
                }
            }
        }
    }

    /// Opens a tab.
    pub fn open(&mut self) -> u64 {
        self.next_tab += 1;
        let number = self.next_tab;
        let is_visible = self.tabs.values().all(|tab| !tab.visible);
        let environment = Environment {
            online: self.online,
            visible: is_visible,
        };
        let config = self.config(number);
        let opened = background_tasks_core::Now {
            monotonic: background_tasks_core::Timestamp::from_millis(self.time),
            wall: background_tasks_core::Timestamp::from_millis(
                1_700_000_000_000_u64.saturating_add_signed(self.wall) + self.time,
            ),
        };
        let core = Core::new(config, environment, opened);
        let tab = Tab::new(number, core, is_visible, self.time);
        self.tabs.insert(number, tab);
        self.note(|| format!("tab {number} opens, visible: {is_visible}"));
        let capabilities = background_tasks_core::Capabilities {
            batch_limit: if self.scenario.batch { 100 } else { 1 },
            resumable: self.scenario.resumable,
        };
        self.input(number, Input::Capabilities(capabilities));
        number
    }

    fn config(&self, number: u64) -> Config {
        // Every other tab knows the app's own kind.
        let custom = custom_kind();
        Config {
            store: Some(STORE.into()),
            tab: TabId(number),
            seed: self
                .scenario
                .seed
                .wrapping_mul(31)
                .wrapping_add(number << 32),
            video: JobKind::video(),
            embedding: JobKind::embedding(),
            kinds: if number % 2 == 1 {
                vec![custom]
            } else {
                Vec::new()
            },
            upload: Rc::new(UploadPolicy::new()),
            embedding_start: Some(FollowUp::After(Duration::from_secs(5))),
            max_status_requests: 4,
            watches_tabs: self.scenario.locks,
            untitled: "Untitled".into(),
        }
    }

    /// An input reaches a tab, or waits while the tab does not run.
    pub fn input(&mut self, number: u64, input: Input) {
        let Some(tab) = self.tabs.get_mut(&number) else {
            return;
        };
        if !tab.runs() {
            // Nobody sees a cached page, so nobody does anything there.
            if tab.cached_until.is_none() || !is_from_user(&input) {
                tab.backlog.push(input);
            }
            return;
        }
        self.ledger_input(number, &input);
        let (time, wall) = (self.time, self.wall);
        let mut leads = (false, false);
        let described = describe(&input).filter(|_| self.trace.is_some());
        if let Some(tab) = self.tabs.get_mut(&number) {
            let now = tab.now(time, wall);
            leads.0 = tab.core.is_leader();
            tab.core.handle(input, now);
            leads.1 = tab.core.is_leader();
        }
        if let Some(described) = described {
            self.note(|| format!("tab {number} receives {described}"));
        }
        match leads {
            (false, true) => self.note(|| format!("tab {number} leads")),
            (true, false) => self.note(|| format!("tab {number} does not lead any more")),
            (true, true) | (false, false) => {}
        }
        self.drain(number);
    }

    /// Executes what the core asks for, and sets the timer.
    fn drain(&mut self, number: u64) {
        for _ in 0..10_000 {
            let (time, wall) = (self.time, self.wall);
            let Some(tab) = self.tabs.get_mut(&number) else {
                return;
            };
            let now = tab.now(time, wall);
            let Some(output) = tab.core.poll(now) else {
                self.set_timer(number);
                return;
            };
            self.execute(number, output);
        }
        self.break_rule(
            "the core comes to rest",
            "it has more than 10,000 outputs".into(),
        );
    }

    fn set_timer(&mut self, number: u64) {
        let time = self.time;
        let Some(tab) = self.tabs.get_mut(&number) else {
            return;
        };
        let due = tab.core.timeout().map(|due| {
            let nanos = due.since(background_tasks_core::Timestamp::default());
            u64::try_from(nanos.as_micros().div_ceil(1_000)).unwrap_or(u64::MAX)
        });
        let at = due.map(|due| {
            let due = (due + tab.slept).max(time);
            // A timer does not go off twice in a frame.
            let due = due.max(tab.last_timer + 16);
            match tab.throttle {
                0 => due,
                period if tab.visible => due.max(tab.last_timer + period.min(16)),
                period => due.max(tab.last_timer + period),
            }
        });
        if at == tab.timer_at && at.is_some() {
            return;
        }
        tab.timer += 1;
        tab.timer_at = at;
        let version = tab.timer;
        if let Some(at) = at {
            self.schedule(at, Happening::Timer(number, version));
        }
    }

    fn timer(&mut self, number: u64, version: u64) {
        let time = self.time;
        if let Some(tab) = self.tabs.get_mut(&number)
            && tab.timer == version
        {
            tab.last_timer = time;
            tab.timer_at = None;
            self.input(number, Input::Timeout);
        }
    }

    fn execute(&mut self, number: u64, output: Output) {
        match output {
            Output::Request(id, request) => self.send(number, id, request),
            Output::Abort(id) => self.abort(number, id),
            Output::Changed(change, effect) => self.changed(number, change, effect),
            Output::Announce(id) => self.announced(number, &id),
            Output::Broadcast(text) => self.broadcast(number, &text),
            Output::BroadcastToOrigin(text) => {
                let others = self.tabs.values().filter(|it| it.number != number);
                let reached = others.filter(|it| it.cached_until.is_none());
                let reached: Vec<_> = reached.map(|it| it.number).collect();
                for to in reached {
                    let message = Input::OriginMessage(text.clone());
                    let at = self.time + self.rng.u64(1..8);
                    self.schedule(at, Happening::Input(to, message));
                }
            }
            Output::Write { task, key, value } => self.write(number, task, key, value),
            Output::ReadStorage => {
                let stored = self.stored();
                let (time, wall) = (self.time, self.wall);
                if let Some(tab) = self.tabs.get_mut(&number) {
                    let now = tab.now(time, wall);
                    tab.core.handle(Input::Stored(stored), now);
                }
            }
            Output::Forget(mark) => {
                self.storage.clear();
                self.storage.insert(format!("{STORE}!"), mark);
            }
            Output::AskForFile(task) => {
                let at = self.time + 500;
                let chosen = Input::FileChosen(task.clone(), actions::file(&task));
                self.ledger.chosen.insert(task);
                self.schedule(at, Happening::Input(number, chosen));
            }
            Output::WatchTab(tab) => {
                if self.tabs.contains_key(&tab.0) {
                    self.watchers.push((number, tab.0));
                } else {
                    let at = self.time + self.rng.u64(1..10);
                    self.schedule(at, Happening::Input(number, Input::TabClosed(tab)));
                }
            }
            Output::WatchOlderTabs => {
                self.next_lock += 1;
                if let Some(tab) = self.tabs.get_mut(&number) {
                    tab.lock = self.next_lock;
                    tab.has_lock = false;
                    // The lock that it had, or had asked for, is let go.
                    tab.backlog.retain(|it| !matches!(it, Input::OldestTab));
                }
                self.grant_lock();
            }
            Output::Warn(text) => self.note(|| format!("tab {number} warns: {text}")),
        }
    }

    fn changed(&mut self, number: u64, change: Change, effect: ToastEffect) {
        match change {
            Change::Put { after, .. } => {
                let run = self
                    .tabs
                    .get(&number)
                    .and_then(|tab| tab.core.snapshot(&after.id))
                    .map_or(0, background_tasks_core::Snapshot::run);
                let shown = Shown {
                    state: after.state.clone(),
                    run,
                    progress: after.state.progress(),
                };
                self.note(|| {
                    format!(
                        "tab {number}: {} {:?} run {run} {effect:?}",
                        after.id, after.state
                    )
                });
                self.check_change(number, &after.id, &shown);
                if after.state.is_ended() && effect == ToastEffect::Show {
                    self.announced(number, &after.id);
                }
                if let Some(tab) = self.tabs.get_mut(&number) {
                    tab.shown.insert(after.id.clone(), shown);
                }
            }
            Change::Removed(before) => {
                self.note(|| format!("tab {number}: {} is removed", before.id));
                self.check_removal(number, &before.id);
                if let Some(tab) = self.tabs.get_mut(&number) {
                    tab.shown.remove(&before.id);
                    tab.files.remove(&before.id);
                }
            }
        }
    }

    fn broadcast(&mut self, from: u64, text: &str) {
        let receivers: Vec<_> = self.tabs.keys().copied().filter(|to| *to != from).collect();
        for to in receivers {
            let is_cached = self
                .tabs
                .get(&to)
                .is_some_and(|tab| tab.cached_until.is_some());
            let lossy = self.scenario.lossy_channel && !self.calm;
            if is_cached || (lossy && self.rng.u64(0..5) == 0) {
                continue;
            }
            let latency = if lossy {
                self.rng.u64(1..2_000)
            } else {
                self.rng.u64(1..8)
            };
            let at = self.time + latency;
            // Messages of one tab arrive in order, unless the channel is lossy.
            let input = Input::Message(text.to_owned());
            let at = if lossy {
                at
            } else {
                self.in_order(from, to, at)
            };
            self.schedule(at, Happening::Input(to, input));
        }
    }

    fn in_order(&mut self, from: u64, to: u64, at: u64) -> u64 {
        let last = self.ledger.last_message.entry((from, to)).or_insert(0);
        *last = at.max(*last);
        *last
    }

    fn write(&mut self, number: u64, task: TaskId, key: String, value: Option<String>) {
        if self.storage_full {
            *self.counts.entry("write failed").or_insert(0) += 1;
            let (time, wall) = (self.time, self.wall);
            if let Some(tab) = self.tabs.get_mut(&number) {
                let now = tab.now(time, wall);
                tab.core.handle(Input::WriteFailed(task), now);
            }
            return;
        }
        match value {
            Some(value) => {
                self.ledger.written.insert(task);
                self.storage.insert(key, value);
            }
            None => {
                self.storage.remove(&key);
            }
        }
    }

    fn stored(&self) -> background_tasks_core::StoredRecords {
        let prefix = format!("{STORE}/");
        let records = self.storage.iter();
        let records = records.filter(|(key, _)| key.starts_with(&prefix));
        background_tasks_core::StoredRecords {
            records: records
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect(),
            forgotten: self.storage.get(&format!("{STORE}!")).cloned(),
            migrated: Vec::new(),
        }
    }

    /// A tab is gone: who watches it learns so, and its requests end with it.
    pub fn remove_tab(&mut self, number: u64) {
        self.tabs.remove(&number);
        self.release_lock(number);
    }

    /// The oldest tab learns that it is.
    fn grant_lock(&mut self) {
        if !self.scenario.locks {
            return;
        }
        let at = self.time + self.rng.u64(1..5);
        let waiting = self.tabs.values_mut().filter(|tab| tab.lock > 0);
        let oldest = waiting.min_by_key(|tab| tab.lock);
        if let Some(tab) = oldest.filter(|tab| !tab.has_lock) {
            tab.has_lock = true;
            let granted = Happening::Lock(tab.number, tab.lock);
            self.schedule(at, granted);
        }
    }

    /// The tab's locks are free.
    pub fn release_lock(&mut self, number: u64) {
        if let Some(tab) = self.tabs.get_mut(&number) {
            tab.lock = 0;
            tab.has_lock = false;
        }
        self.grant_lock();
        let watchers = std::mem::take(&mut self.watchers);
        for (watcher, watched) in watchers {
            if watched == number {
                let at = self.time + self.rng.u64(1..10);
                let closed = Input::TabClosed(TabId(number));
                self.schedule(at, Happening::Input(watcher, closed));
            } else if watcher != number {
                self.watchers.push((watcher, watched));
            }
        }
    }

    pub fn note(&mut self, text: impl FnOnce() -> String) {
        let time = self.time;
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>7} ms  {}", time, text()));
        }
    }

    pub fn break_rule(&mut self, rule: &'static str, detail: String) {
        let at = self.time;
        self.note(|| format!("BROKEN: {rule}: {detail}"));
        self.violation.get_or_insert(Violation { rule, detail, at });
    }
}

/// What another tab, or the browser, tells a tab.
fn describe(input: &Input) -> Option<String> {
    match input {
        Input::Message(text) => {
            let envelope = from_text(text)?;
            let from = envelope.from;
            let what = match envelope.message {
                Message::Snapshots(snapshots) | Message::Changes(snapshots) => {
                    let snapshots = snapshots.iter().filter_map(Raw::snapshot);
                    let ids: Vec<_> = snapshots
                        .map(|it| format!("{} {:?} {}", it.id, it.state, it.revision))
                        .collect();
                    format!("Snapshots({})", ids.join(", "))
                }
                Message::Present(presence, _) => {
                    let Presence {
                        visible,
                        leads,
                        term,
                        ..
                    } = presence;
                    format!("Present(visible: {visible}, leads: {leads}, term {term})")
                }
                message => format!("{message:?}"),
            };
            Some(format!("from tab {}: {what}", from.0))
        }
        Input::OldestTab | Input::TabClosed(_) | Input::PageHide | Input::PageShow => {
            Some(format!("{input:?}"))
        }
        _ => None,
    }
}

/// Whether it is something that the user does.
const fn is_from_user(input: &Input) -> bool {
    matches!(
        input,
        Input::Command(..) | Input::FileChosen(..) | Input::Clear(_) | Input::ToastClosed(_)
    )
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
                    | Failure::Call(_)
                    | Failure::Refused { .. }
            )
    )
}

/// Tasks by id.
pub type TaskSet = BTreeSet<TaskId>;
