//! What can be seen of the world.

use std::time::Duration;

use background_tasks_core::internals::{from_record, record_key};
use background_tasks_core::{Failure, Request, Snapshot, TaskId, TaskKind, TaskState};
use background_tasks_server_model::JobStatus;

use super::checks::job_key;
use super::view::{StateView, TabView, TaskView, View};
use super::{STORES, World};
use crate::tab::Tab;

/// The rules of safety that a run with one store can break, the plainest first.
pub const RULES: [&str; 15] = [
    "progress never decreases",
    "a task that was shown never disappears",
    "an end is announced once",
    "a terminal state changes only by Retry",
    "a response changes only its own job",
    "a visible tab takes over within 10 s",
    "one tab polls as long as the tabs hear each other",
    "followers run no state machine",
    "a command is executed within 15 s",
    "only the tab with the file sends it",
    "requests stay within the connections",
    "tabs share the connections",
    "no request before Retry-After",
    "a request that is being processed fails no task",
    "the budget of checks is exact",
];

impl World<'_> {
    /// What can be seen now.
    pub fn view(&self) -> View {
        let tasks = &self.ledger.appeared;
        let tabs = (1..=self.next_tab).map(|number| match self.tabs.get(&number) {
            Some(tab) => tab_view(tab, tasks),
            None => closed(number),
        });
        let rules = RULES.iter();
        let rules = rules.map(|rule| (*rule, self.checked.get(rule).copied().unwrap_or(0)));
        View {
            time: self.time,
            tabs: tabs.collect(),
            tasks: tasks.iter().map(|id| self.task_view(id)).collect(),
            responses_dropped: self.responses_dropped,
            storage_full: self.storage_full,
            records: self.storage.len(),
            rules: rules.collect(),
            violation: self.violation.clone(),
        }
    }

    fn task_view(&self, id: &TaskId) -> TaskView {
        // Without a tab that knows it, only its record does.
        let record = self.storage.get(&record_key(STORES[0], id));
        let stored = record.and_then(|record| from_record(record).ok());
        let tabs = self.tabs.values();
        let known = tabs.filter_map(|tab| tab.core.snapshot(id)).chain(&stored);
        let server = known.clone().find_map(|it| self.on_server(it));
        let name = id.as_str().split('_').next().unwrap_or_default();
        let kind = known.map(|it| it.kind.name()).next().unwrap_or(name);
        TaskView {
            kind: kind.to_owned(),
            server,
        }
    }

    /// What the server has of a task.
    fn on_server(&self, snapshot: &Snapshot) -> Option<StateView> {
        let TaskKind::Job(kind) = &snapshot.kind else {
            let attachment = snapshot.attachment.as_ref()?.to_string();
            let mut stored = self.server.attachments();
            return stored
                .any(|it| it.id.to_string() == attachment)
                .then_some(StateView {
                    name: "stored",
                    percent: Some(100),
                });
        };
        let now = Duration::from_millis(self.time);
        let status = self
            .server
            .peek(kind.endpoint(), &job_key(snapshot)?, now)?;
        Some(StateView {
            percent: match &status {
                JobStatus::Running { progress } => *progress,
                JobStatus::Succeeded => Some(100),
                JobStatus::Queued | JobStatus::Failed { .. } | JobStatus::Cancelled => None,
            },
            name: match status {
                JobStatus::Queued => "queued",
                JobStatus::Running { .. } => "running",
                JobStatus::Succeeded => "succeeded",
                JobStatus::Failed { .. } => "failed",
                JobStatus::Cancelled => "cancelled",
            },
        })
    }
}

fn closed(number: u64) -> TabView {
    TabView {
        number,
        closed: true,
        visible: false,
        frozen: false,
        leads: false,
        requests: Vec::new(),
        shown: Vec::new(),
    }
}

fn tab_view(tab: &Tab, tasks: &[TaskId]) -> TabView {
    let shown = tasks.iter().map(|id| tab.shown.get(id));
    let state = |state: &TaskState, percent| StateView {
        name: match state {
            TaskState::Failed(Failure::Interrupted) => "interrupted",
            TaskState::Failed(Failure::TimedOut { .. }) => "timed out",
            state => state.as_str(),
        },
        percent,
    };
    let requests = tab.in_flight.iter();
    TabView {
        number: tab.number,
        closed: false,
        visible: tab.visible,
        frozen: !tab.runs(),
        leads: tab.core.is_leader(),
        requests: requests.map(|(id, it)| (id.0, request_name(it))).collect(),
        shown: shown
            .map(|it| it.map(|it| state(&it.state, it.progress.map(|percent| percent.get()))))
            .collect(),
    }
}

const fn request_name(request: &Request) -> &'static str {
    match request {
        Request::Status(_) => "status",
        Request::Statuses(_) => "batch",
        Request::Start { .. } => "start",
        Request::Cancel(_) => "cancel",
        Request::Upload { .. } => "upload",
        Request::Discard(_) => "discard",
        Request::Stream => "stream",
    }
}
