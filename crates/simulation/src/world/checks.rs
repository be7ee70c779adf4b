//! The rules: what must hold after every step, and at the end.

mod connections;
mod end;
mod ledger;

use std::time::Duration;

use background_tasks_core::{
    Failure, Request, RequestError, Saved, Snapshot, TaskId, TaskKind, TaskState,
};
use background_tasks_server_model::JobStatus;

pub use self::end::job_key;
pub use self::ledger::Ledger;
use super::{STORES, World};
use crate::tab::Shown;

/// The key of the task's last upload or start.
fn idempotency_key(snapshot: &Snapshot) -> String {
    let (seed, number) = match &snapshot.saved {
        Saved::Upload { upload, .. } => (upload.seed, upload.keys),
        Saved::Job(saved) => (saved.seed, saved.starts),
    };
    format!("{seed:016x}-{number}")
}

/// The prefix of task ids of a store whose name begins like this one's.
pub const GHOST: &str = "ghost";

/// How long a visible tab that runs may be without a leader.
const WITHOUT_LEADER: u64 = 10_000;

/// How long two tabs may both lead, until the next heartbeat.
const TWO_LEADERS: u64 = 5_000;

/// How long it may take until a job is shown as cancelled: a visible tab must take over
/// first if the one that drives it does not run.
const EXECUTED: u64 = 15_000;

/// Almost a day in milliseconds.
const DAY: i64 = 86_000_000;

impl World<'_> {
    /// Whatever another tab does, a job is cancelled soon in a visible tab that runs.
    fn check_cancels(&mut self) {
        if !self.ledger.cancels.is_empty() {
            self.count("a command is executed within 15 s");
        }
        let time = self.time;
        let mut late = None;
        let tabs = &self.tabs;
        self.ledger.cancels.retain(|(tab, id, run, at)| {
            let tab = tabs.get(tab);
            let Some(tab) = tab.filter(|it| it.awake_since.is_some_and(|since| since <= *at))
            else {
                return false;
            };
            let shown = tab.shown.get(id);
            let is_open = shown.is_some_and(|it| it.run == *run && !it.state.is_ended());
            if is_open && time - at > EXECUTED {
                late = Some(format!("{id} in tab {} since {at} ms", tab.number));
            }
            is_open
        });
        if let Some(detail) = late.filter(|_| !self.scenario.lossy_channel) {
            self.break_rule("a command is executed within 15 s", detail);
        }
    }

    pub(super) fn check_request(&mut self, number: u64, request: &Request) {
        let time = self.time;
        self.count("no request before Retry-After");
        let Some(tab) = self.tabs.get(&number) else {
            return;
        };
        // Its clock may have stood still since.
        if time < tab.not_before && tab.slept == 0 {
            let detail = format!("tab {number} sends {request:?}");
            self.break_rule("no request before Retry-After", detail);
        }
        self.check_connections(number, request);
        if matches!(request, Request::Upload { .. }) {
            self.count("only the tab with the file sends it");
        }
        if let Request::Upload { task, .. } = request
            && !self
                .tabs
                .get(&number)
                .is_some_and(|tab| tab.files.contains(task))
            && !self.ledger.chosen.contains(task)
        {
            let detail = format!("tab {number} sends {task}");
            self.break_rule("only the tab with the file sends it", detail);
        }
        if let Request::Upload {
            idempotency_key, ..
        }
        | Request::Start {
            idempotency_key, ..
        } = request
        {
            let key = (number, idempotency_key.as_str().to_owned());
            *self.ledger.keys.entry(key).or_default() += 1;
        }
        if matches!(request, Request::Status(_) | Request::Statuses(_)) {
            self.ledger.last_poll = time;
        }
    }

    pub(super) fn announced(&mut self, number: u64, id: &TaskId) {
        let Some(tab) = self.tabs.get(&number) else {
            return;
        };
        let Some(snapshot) = tab.core.snapshot(id) else {
            return;
        };
        let kind = match &snapshot.state {
            TaskState::Failed(Failure::Interrupted) => "interrupted",
            state => state.as_str(),
        };
        let (key, any) = ((id.clone(), snapshot.run(), kind), snapshot.run());
        self.note(|| format!("tab {number} announces {id}, run {any}: {kind}"));
        let time = self.time;
        let entry = self
            .ledger
            .announced
            .entry(key)
            .or_insert((0, number, time));
        entry.0 += 1;
        let (count, first, at) = *entry;
        // Its record was not written yet, and a new tab found an older one.
        let was_stopped = self.ledger.was_stopped(first, at);
        // Tabs that cannot hear each other may say it twice.
        // An upload can be interrupted, continued by its tab, and interrupted again.
        // Without locks a new tab takes over from a frozen one before that can notice.
        let is_unnoticed = !self.scenario.locks
            && (self.ledger.was_ever_stopped(first) || self.ledger.was_ever_stopped(number));
        let may_repeat = kind == "interrupted"
            || is_unnoticed
            // By the clock its record may be older than a day.
            || self.wall > DAY
            || self.ledger.led_together(first, number)
            // A stopped tab finds messages from before everything was forgotten.
            || self.ledger.forgotten
            || was_stopped
            || self.ledger.crashed
            || self.scenario.lossy_channel
            || self.ledger.storage_failed
            || self.ledger.storage_cleared;
        if !may_repeat {
            self.count("an end is announced once");
        }
        if count > 1 && !may_repeat {
            self.break_rule(
                "an end is announced once",
                format!("{id} {kind} {count} times"),
            );
        }
    }

    pub(super) fn check_change(&mut self, number: u64, id: &TaskId, after: &Shown) {
        let store = self.tabs.get(&number).map_or("", |tab| tab.store);
        if !self.ledger.stores.contains_key(id) {
            self.ledger.appeared.push(id.clone());
        }
        let first = *self.ledger.stores.entry(id.clone()).or_insert(store);
        if id.as_str().starts_with(GHOST) || first != store {
            let detail = format!("{id} in tab {number}");
            self.break_rule("two stores share no tasks", detail);
        }
        let before = self
            .tabs
            .get(&number)
            .and_then(|tab| tab.shown.get(id).cloned());
        if after.state.is_ended() {
            self.ledger.ended.entry(id.clone()).or_insert(self.time);
        }
        if let Some(before) = before.clone().filter(|before| before.run == after.run) {
            self.count("progress never decreases");
            self.count("a terminal state changes only by Retry");
            let is_lower = after.progress < before.progress;
            if !after.state.is_ended() && after.progress.is_some() && is_lower {
                let detail = format!("{id} in tab {number}: {before:?}, then {after:?}");
                self.break_rule("progress never decreases", detail);
            }
            let was_assumed = matches!(before.state, TaskState::Failed(Failure::Interrupted));
            if before.state.is_ended() && before.state != after.state && !was_assumed {
                let detail = format!("{id} in tab {number}: {before:?}, then {after:?}");
                self.break_rule("a terminal state changes only by Retry", detail);
            }
        }
        // The state in a follower may be older than the state on the server.
        let time = self.time;
        let leads = self
            .tabs
            .get(&number)
            .is_some_and(|tab| tab.core.is_leader() && tab.woke_at != time);
        if before.is_some() && leads {
            self.check_truth(number, id, &after.state);
        }
        // The simulated server refuses a request so only if it is a repetition. If another tab
        // has sent the first one, this tab need not know; two that do not hear each other can
        // keep each other's requests going until both have failed too often.
        if let TaskState::Failed(Failure::Request(RequestError::Status { status: 409, .. })) =
            after.state
        {
            let key = self
                .tabs
                .get(&number)
                .and_then(|tab| tab.core.snapshot(id).map(idempotency_key));
            let sent = key.and_then(|key| self.ledger.keys.get(&(number, key)));
            let is_repeated = sent.is_some_and(|sent| *sent > 1);
            let detail = format!("{id} in tab {number}");
            self.count("a request that is being processed fails no task");
            if is_repeated && !self.scenario.lossy_channel {
                self.break_rule("a request that is being processed fails no task", detail);
            }
        }
        if let TaskState::Failed(Failure::TimedOut { checks }) = after.state {
            let policy =
                self.tabs
                    .get(&number)
                    .and_then(|tab| match &tab.core.snapshot(id)?.kind {
                        TaskKind::Job(kind) => Some(kind.policy().max_checks),
                        _ => None,
                    });
            self.count("the budget of checks is exact");
            if policy != Some(checks) {
                let detail = format!("{id} after {checks} checks, not {policy:?}");
                self.break_rule("the budget of checks is exact", detail);
            }
        }
    }

    /// Nothing is shown as ended that the server has not ended.
    fn check_truth(&mut self, number: u64, id: &TaskId, state: &TaskState) {
        let Some(snapshot) = self.tabs.get(&number).and_then(|tab| tab.core.snapshot(id)) else {
            return;
        };
        let (TaskKind::Job(kind), Some(key)) = (&snapshot.kind, job_key(snapshot)) else {
            return;
        };
        let now = Duration::from_millis(self.time);
        let truth = self.server.peek(kind.endpoint(), &key, now);
        self.count("a response changes only its own job");
        let is_true = match state {
            TaskState::Succeeded => matches!(truth, Some(JobStatus::Succeeded)),
            TaskState::Failed(Failure::Job { .. }) => {
                matches!(truth, Some(JobStatus::Failed { .. }))
            }
            _ => true,
        };
        if !is_true {
            let detail = format!("{id} in tab {number} is {state:?}, on the server {truth:?}");
            self.break_rule("a response changes only its own job", detail);
        }
    }

    pub(super) fn check_removal(&mut self, number: u64, id: &TaskId) {
        let ledger = &self.ledger;
        let may = ledger.may_disappear.contains(id)
            || ledger.storage_cleared
            || ledger.forgotten
            // By the clock it may be older than a day.
            || self.wall != 0;
        if !may {
            let detail = format!("{id} in tab {number}");
            self.break_rule("a task that was shown never disappears", detail);
        }
    }

    /// What must hold after every step.
    pub(super) fn check_step(&mut self) {
        self.count("followers run no state machine");
        self.count("one tab polls as long as the tabs hear each other");
        self.count("a visible tab takes over within 10 s");
        let mut problem = None;
        for (number, tab) in &self.tabs {
            let own = background_tasks_core::TabId(*number);
            let allowed = if tab.core.is_leader() {
                usize::MAX
            } else {
                let uploads = tab.core.snapshots();
                uploads.filter(|it| it.owner() == Some(own)).count()
            };
            if tab.core.active_tasks() > allowed {
                problem = Some(format!("tab {number} runs {}", tab.core.active_tasks()));
            }
        }
        if let Some(detail) = problem {
            self.break_rule("followers run no state machine", detail);
        }
        self.check_leader();
        self.check_one_sender();
        self.check_one_leader();
        self.check_cancels();
    }

    /// Tabs that hear each other agree who polls.
    fn check_one_leader(&mut self) {
        for store in STORES {
            let tabs = self.tabs.values().filter(|tab| tab.store == store);
            let leaders = tabs.filter(|tab| tab.runs() && tab.core.is_leader());
            let leaders: Vec<_> = leaders.map(|tab| tab.number).collect();
            if leaders.len() < 2 || self.scenario.lossy_channel {
                self.ledger.two_leaders.remove(store);
                continue;
            }
            let time = self.time;
            let since = *self.ledger.two_leaders.entry(store).or_insert(time);
            if time - since > TWO_LEADERS {
                let detail = format!("{leaders:?} since {since} ms");
                self.break_rule("one tab polls as long as the tabs hear each other", detail);
            }
        }
    }

    /// A visible tab that runs has its tasks polled, whatever another tab does.
    fn check_leader(&mut self) {
        let time = self.time;
        for store in STORES {
            let tabs = || self.tabs.values().filter(|tab| tab.store == store);
            let awake = tabs().filter_map(|tab| tab.awake_since).min();
            let has_work = tabs().any(|tab| {
                tab.awake_since.is_some() && tab.shown.values().any(|it| !it.state.is_ended())
            });
            let leads = tabs().any(|tab| tab.runs() && tab.core.is_leader());
            let Some(awake) = awake.filter(|_| has_work && !leads) else {
                self.ledger.without_leader.remove(store);
                continue;
            };
            let since = *self.ledger.without_leader.entry(store).or_insert(time);
            let since = since.max(awake);
            if time - since > WITHOUT_LEADER {
                let detail = format!("nobody leads since {since} ms");
                self.break_rule("a visible tab takes over within 10 s", detail);
            }
        }
    }
}
