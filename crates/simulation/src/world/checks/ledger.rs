//! What the rules need to remember.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use background_tasks_core::{Command, Input, RequestError, Response, TaskId, TaskKind};

use super::super::{TaskSet, World};

/// The longest that a message from tab to tab takes.
pub const LATENCY: u64 = 8;

/// What the rules need to remember.
#[derive(Debug, Default)]
pub struct Ledger {
    /// How often the end of a run was announced.
    pub announced: BTreeMap<(TaskId, u64, &'static str), (u64, u64, u64)>,
    /// When tabs were stopped.
    pub stopped: BTreeSet<(u64, u64)>,
    /// Tasks that the user has cleared.
    pub may_disappear: TaskSet,
    /// Tasks that the user has retried at some time.
    pub retried: TaskSet,
    /// Tasks whose record was cleared or damaged.
    pub lost_records: TaskSet,
    /// Uploads for which the user has chosen a file again.
    pub chosen: TaskSet,
    /// Uploads that were started.
    pub uploads: TaskSet,
    pub storage_cleared: bool,
    pub storage_failed: bool,
    pub forgotten: bool,
    /// When tabs were closed.
    pub closed: Vec<u64>,
    /// When a task was first shown as ended.
    pub ended: BTreeMap<TaskId, u64>,
    /// When a message from one tab to another arrives at the earliest.
    pub last_message: BTreeMap<(u64, u64), u64>,
    /// Jobs that the server was asked to start, by attachment.
    pub jobs: BTreeMap<String, BTreeSet<(String, String)>>,
    /// Since when no tab of a store that runs leads, while a visible one runs.
    pub without_leader: BTreeMap<&'static str, u64>,
    /// Since when two tabs of a store that run both lead.
    pub two_leaders: BTreeMap<&'static str, u64>,
    /// When a tab last began to lead.
    pub led: BTreeMap<u64, u64>,
    /// The stores of tasks.
    pub stores: BTreeMap<TaskId, &'static str>,
    /// All tasks, in the order in which a tab first showed them.
    pub appeared: Vec<TaskId>,
    /// When the last status request was sent.
    pub last_poll: u64,
    pub crashed: bool,
    /// Since when two tabs that run both send an upload.
    pub sent_twice: BTreeMap<TaskId, u64>,
    /// How often a tab has sent a request with an idempotency key.
    pub keys: BTreeMap<(u64, String), u32>,
    /// Jobs that the user has cancelled in a tab, in this run, and when.
    pub cancels: Vec<(u64, TaskId, u64, u64)>,
}

impl Ledger {
    /// Whether a tab was stopped about this time, before it could write.
    pub fn was_stopped(&self, tab: u64, at: u64) -> bool {
        let about = (tab, at.saturating_sub(999))..(tab, at + 1_000);
        self.stopped.range(about).next().is_some()
    }

    /// Whether a tab was closed in the time in which tabs ask each other to announce the end.
    pub fn is_closed_after(&self, id: &TaskId, patience: u64) -> bool {
        let ended = self.ended.get(id);
        let is_soon =
            |at: u64| ended.is_some_and(|ended| (*ended..*ended + patience).contains(&at));
        self.closed.iter().any(|at| is_soon(*at))
    }

    /// Whether two tabs began to lead before either could hear of the other. Tabs take over one
    /// after the other, but the browser may run the timer of a hidden tab so late that its turn
    /// falls together with the next one's. Both then announce what had to wait for a leader.
    pub fn led_together(&self, one: u64, other: u64) -> bool {
        let [one, other] = [one, other].map(|tab| self.led.get(&tab));
        let apart = one.zip(other).map(|(one, other)| one.abs_diff(*other));
        apart.is_some_and(|apart| apart <= LATENCY)
    }

    pub fn was_ever_stopped(&self, tab: u64) -> bool {
        self.stopped
            .range((tab, 0)..=(tab, u64::MAX))
            .next()
            .is_some()
    }

    /// Whether a tab was stopped in the moment in which it announced an end of the task.
    pub fn is_unwritten(&self, id: &TaskId) -> bool {
        let ends = self.announced.iter().filter(|((of, ..), _)| of == id);
        ends.map(|(_, end)| end)
            .any(|(_, tab, at)| self.was_stopped(*tab, *at))
    }
}

impl World<'_> {
    pub(in crate::world) fn ledger_start(&mut self, tab: u64, id: &TaskId) {
        self.note(|| format!("tab {tab} starts {id}"));
    }

    pub(in crate::world) fn ledger_command(&mut self, id: &TaskId, command: Command) {
        if command == Command::Retry {
            self.ledger.retried.insert(id.clone());
        }
    }

    pub(in crate::world) fn ledger_lost_record(&mut self, key: &str) {
        if let Some((_, id)) = key.split_once('/') {
            self.ledger.lost_records.insert(id.into());
        }
    }

    pub(in crate::world) fn ledger_cancel(&mut self, tab: u64, id: &TaskId) {
        let time = self.time;
        let state = self.tabs.get(&tab);
        let snapshot = state.and_then(|tab| tab.core.snapshot(id));
        if let Some(snapshot) = snapshot.filter(|it| matches!(it.kind, TaskKind::Job(_))) {
            let cancel = (tab, id.clone(), snapshot.run(), time);
            self.ledger.cancels.push(cancel);
        }
    }

    pub(in crate::world) fn ledger_job(&mut self, endpoint: &str, key: &str, attachment: &str) {
        let jobs = self.ledger.jobs.entry(attachment.to_owned()).or_default();
        jobs.insert((endpoint.to_owned(), key.to_owned()));
    }

    /// A response that is not stale may forbid requests for a while.
    pub(in crate::world) fn ledger_input(&mut self, number: u64, input: &Input) {
        let time = self.time;
        let Input::Response(id, response) = input else {
            return;
        };
        let Some(tab) = self.tabs.get_mut(&number) else {
            return;
        };
        if tab.in_flight.remove(id).is_none() {
            return;
        }
        let error = match response {
            Response::Status(Err(error))
            | Response::Statuses(Err(error))
            | Response::Start(Err(error))
            | Response::Cancel(Err(error))
            | Response::Upload(Err(error)) => Some(error),
            _ => None,
        };
        if let Some(RequestError::Status {
            status: 429 | 503,
            retry_after: Some(wait),
            ..
        }) = error
        {
            let wait = wait.min(&Duration::from_secs(60)).as_millis();
            tab.not_before = time + u64::try_from(wait).unwrap_or(60_000);
        }
    }
}
