//! The rules: what must hold after every step, and at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use background_tasks_core::{
    CallError, Command, Failure, Input, Request, Response, Snapshot, TaskId, TaskKind, TaskState,
};

use background_tasks_server_model::JobStatus;

use super::{TaskSet, World, is_failed_by_faults};
use crate::tab::Shown;

/// With this begin the tasks of another store.
pub const GHOST: &str = "ghost";

/// The most connections of one tab.
const CONNECTIONS: usize = 4;

/// How long a visible tab that runs may be without a leader.
const WITHOUT_LEADER: u64 = 10_000;

/// How long two tabs may both lead, until the next heartbeat.
const TWO_LEADERS: u64 = 5_000;

/// How long it may take until a job is shown as cancelled: a visible tab must take over
/// first if the one that drives it does not run.
const OBEYED: u64 = 15_000;

/// Almost a day in milliseconds.
const DAY: i64 = 86_000_000;

/// What the rules need to remember.
#[derive(Debug, Default)]
pub struct Ledger {
    /// How often the end of a run was announced.
    announced: BTreeMap<(TaskId, u64, &'static str), (u64, u64, u64)>,
    /// When tabs were stopped.
    pub stopped: BTreeSet<(u64, u64)>,
    /// Tasks that the user has cleared.
    pub may_disappear: TaskSet,
    /// Tasks that the user has cancelled at some time.
    cancelled: TaskSet,
    /// Tasks that the user has retried at some time.
    retried: TaskSet,
    /// Uploads for which the user has chosen a file again.
    pub chosen: TaskSet,
    /// Tasks whose record was written at some time.
    pub written: TaskSet,
    /// Uploads that were started.
    pub uploads: TaskSet,
    pub storage_cleared: bool,
    pub storage_failed: bool,
    pub forgotten: bool,
    /// When tabs were closed.
    pub closed: Vec<u64>,
    /// When a task was first shown as ended.
    ended: BTreeMap<TaskId, u64>,
    /// When a message from one tab to another arrives at the earliest.
    pub last_message: BTreeMap<(u64, u64), u64>,
    /// Jobs that the server was asked to start, by attachment.
    jobs: BTreeMap<String, BTreeSet<(String, String)>>,
    /// Since when no tab that runs leads, while a visible one runs.
    without_leader: Option<u64>,
    /// Since when two tabs that run both lead.
    two_leaders: Option<u64>,
    /// When the last status request was sent.
    last_poll: u64,
    crashed: bool,
    /// Jobs that the user has cancelled in a tab, in this run, and when.
    cancels: Vec<(u64, TaskId, u64, u64)>,
}

impl Ledger {
    /// Whether a tab was stopped about this time, before it could write.
    fn was_stopped(&self, tab: u64, at: u64) -> bool {
        let about = (tab, at.saturating_sub(999))..(tab, at + 1_000);
        self.stopped.range(about).next().is_some()
    }

    /// Whether a tab was closed in the time in which tabs ask each other to announce the end.
    fn is_closed_after(&self, id: &TaskId) -> bool {
        let ended = self.ended.get(id);
        let is_soon = |at: u64| ended.is_some_and(|ended| (*ended..*ended + 5_000).contains(&at));
        self.closed.iter().any(|at| is_soon(*at))
    }

    fn was_ever_stopped(&self, tab: u64) -> bool {
        self.stopped
            .range((tab, 0)..=(tab, u64::MAX))
            .next()
            .is_some()
    }

    /// Whether a tab was stopped in the moment in which it announced an end of the task.
    fn is_unwritten(&self, id: &TaskId) -> bool {
        let ends = self.announced.iter().filter(|((of, ..), _)| of == id);
        ends.map(|(_, end)| end)
            .any(|(_, tab, at)| self.was_stopped(*tab, *at))
    }
}

impl World<'_> {
    pub(super) fn ledger_start(&mut self, tab: u64, id: &TaskId) {
        self.note(|| format!("tab {tab} starts {id}"));
    }

    pub(super) fn ledger_command(&mut self, id: &TaskId, command: Command) {
        match command {
            Command::Cancel => {
                self.ledger.cancelled.insert(id.clone());
            }
            Command::Retry => {
                self.ledger.retried.insert(id.clone());
            }
            Command::Pause | Command::Resume => {}
        }
    }

    pub(super) fn ledger_cancel(&mut self, tab: u64, id: &TaskId) {
        let time = self.time;
        let state = self.tabs.get(&tab);
        let snapshot = state.and_then(|tab| tab.core.snapshot(id));
        if let Some(snapshot) = snapshot.filter(|it| matches!(it.kind, TaskKind::Job(_))) {
            let cancel = (tab, id.clone(), snapshot.run(), time);
            self.ledger.cancels.push(cancel);
        }
    }

    /// Whatever another tab does, a job is cancelled soon in a visible tab that runs.
    fn check_cancels(&mut self) {
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
            if is_open && time - at > OBEYED {
                late = Some(format!("{id} in tab {} since {at} ms", tab.number));
            }
            is_open
        });
        if let Some(detail) = late.filter(|_| !self.scenario.lossy_channel) {
            self.break_rule("a command is obeyed within 15 s", detail);
        }
    }

    pub(super) fn ledger_crash(&mut self, _tab: u64) {
        self.ledger.crashed = true;
    }

    pub(super) fn ledger_job(&mut self, endpoint: &str, key: &str, attachment: &str) {
        let jobs = self.ledger.jobs.entry(attachment.to_owned()).or_default();
        jobs.insert((endpoint.to_owned(), key.to_owned()));
    }

    /// A response that is not stale may forbid requests for a while.
    pub(super) fn ledger_input(&mut self, number: u64, input: &Input) {
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
        if let Some(CallError::Status {
            status: 429 | 503,
            retry_after: Some(wait),
            ..
        }) = error
        {
            let wait = wait.min(&Duration::from_secs(60)).as_millis();
            tab.not_before = time + u64::try_from(wait).unwrap_or(60_000);
        }
    }

    pub(super) fn check_request(&mut self, number: u64, request: &Request) {
        let time = self.time;
        let Some(tab) = self.tabs.get(&number) else {
            return;
        };
        let occupies = |request: &Request| {
            matches!(
                request,
                Request::Status(_)
                    | Request::Statuses(_)
                    | Request::Upload { .. }
                    | Request::Stream
            )
        };
        let others = tab.in_flight.values();
        let in_flight = others.chain([request]).filter(|it| occupies(it)).count();
        // Its clock may have stood still since.
        if time < tab.not_before && tab.slept == 0 {
            let detail = format!("tab {number} sends {request:?}");
            self.break_rule("no request before Retry-After", detail);
        }
        if in_flight > CONNECTIONS {
            let detail = format!("tab {number} has {in_flight} requests in flight");
            self.break_rule("requests stay within the connections", detail);
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
            // A stopped tab finds messages from before everything was forgotten.
            || self.ledger.forgotten
            || was_stopped
            || self.ledger.crashed
            || self.scenario.lossy_channel
            || self.ledger.storage_failed
            || self.ledger.storage_cleared;
        if count > 1 && !may_repeat {
            self.break_rule(
                "an end is announced once",
                format!("{id} {kind} {count} times"),
            );
        }
    }

    pub(super) fn check_change(&mut self, number: u64, id: &TaskId, after: &Shown) {
        if id.as_str().starts_with(GHOST) {
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
        // What a follower shows may be older than what the server says by now.
        let time = self.time;
        let leads = self
            .tabs
            .get(&number)
            .is_some_and(|tab| tab.core.is_leader() && tab.woke_at != time);
        if before.is_some() && leads {
            self.check_truth(number, id, &after.state);
        }
        if let TaskState::Failed(Failure::TimedOut { checks }) = after.state {
            let policy =
                self.tabs
                    .get(&number)
                    .and_then(|tab| match &tab.core.snapshot(id)?.kind {
                        TaskKind::Job(kind) => Some(kind.policy().max_checks),
                        _ => None,
                    });
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
        self.check_one_leader();
        self.check_cancels();
    }

    /// Tabs that hear each other agree who polls.
    fn check_one_leader(&mut self) {
        let running = self.tabs.values().filter(|tab| tab.runs());
        let leaders: Vec<_> = running
            .filter(|tab| tab.core.is_leader())
            .map(|tab| tab.number)
            .collect();
        if leaders.len() < 2 || self.scenario.lossy_channel {
            self.ledger.two_leaders = None;
            return;
        }
        let (time, since) = (self.time, self.ledger.two_leaders.get_or_insert(self.time));
        if time - *since > TWO_LEADERS {
            let detail = format!("{leaders:?} since {since} ms");
            self.break_rule("one tab polls as long as the tabs hear each other", detail);
        }
    }

    /// A visible tab that runs has its tasks polled, whatever another tab does.
    fn check_leader(&mut self) {
        let time = self.time;
        let awake = self.tabs.values().filter_map(|tab| tab.awake_since).min();
        let has_work = self.tabs.values().any(|tab| {
            tab.awake_since.is_some() && tab.shown.values().any(|it| !it.state.is_ended())
        });
        let leads = self
            .tabs
            .values()
            .any(|tab| tab.runs() && tab.core.is_leader());
        if leads || !has_work || awake.is_none() {
            self.ledger.without_leader = None;
            return;
        }
        let since = *self.ledger.without_leader.get_or_insert(time);
        let since = since.max(awake.unwrap_or(time));
        if time - since > WITHOUT_LEADER {
            let detail = format!("nobody leads since {since} ms");
            self.break_rule("a visible tab takes over within 10 s", detail);
        }
    }

    /// What must hold once everything has been calm for long.
    pub(super) fn check_end(&mut self) {
        let leaders = self.tabs.values().filter(|tab| tab.core.is_leader());
        let leaders: Vec<_> = leaders.map(|tab| tab.number).collect();
        if leaders.len() > 1 && !self.scenario.lossy_channel {
            self.break_rule("at most one tab leads in the end", format!("{leaders:?}"));
        }
        let mut problems = Vec::new();
        let mut all = TaskSet::new();
        for tab in self.tabs.values() {
            all.extend(tab.shown.keys().cloned());
        }
        for tab in self.tabs.values() {
            for id in &all {
                match tab.shown.get(id) {
                    // A tab that heard nothing of a task has nothing to finish.
                    None if self.wall == 0
                        && !self.scenario.lossy_channel
                        && !self.ledger.may_disappear.contains(id)
                        && !self.ledger.storage_cleared =>
                    {
                        problems.push(format!("{id} is missing in tab {}", tab.number));
                    }
                    Some(shown) if !shown.state.is_ended() => {
                        problems.push(format!("{id} is {:?} in tab {}", shown.state, tab.number));
                    }
                    Some(_) | None => {}
                }
            }
        }
        if let Some(detail) = problems.into_iter().next() {
            self.break_rule("every task ends in every tab", detail);
        }
        self.check_agreement(&all);
        self.check_rest();
        self.check_server();
    }

    fn check_agreement(&mut self, all: &TaskSet) {
        for id in all {
            let shown: Vec<_> = self
                .tabs
                .values()
                .filter_map(|tab| tab.shown.get(id))
                .collect();
            let states: Vec<_> = shown.iter().map(|shown| &shown.state).collect();
            let agree = states.windows(2).all(|pair| pair.first() == pair.last());
            // Each may have ended on its own while they could not hear each other. Without
            // locks a new tab takes over from a frozen one before that can notice. Of an end
            // that is not written a tab that comes back knows nothing.
            let may_differ = self.scenario.lossy_channel
                || !self.scenario.locks
                || self.ledger.storage_failed
                || self.ledger.is_unwritten(id);
            if !agree && !may_differ {
                let detail = format!("{id}: {states:?}");
                self.break_rule("all tabs show the same in the end", detail);
                return;
            }
            let is_announced = self
                .ledger
                .announced
                .keys()
                .any(|(announced, ..)| announced == id);
            let fresh = shown.first().map(|shown| shown.run);
            // Of a tab that was closed soon after the end the others may not have heard that
            // they are to announce it.
            let is_unheard = self.scenario.lossy_channel && self.ledger.is_closed_after(id);
            let may_be_missing = self.ledger.forgotten || self.ledger.crashed || is_unheard;
            if !is_announced && fresh.is_some() && !may_be_missing {
                // A tab that was closed in the moment of the end may have been the one.
                let detail = format!("{id}: {states:?}");
                self.break_rule("an end is announced", detail);
                return;
            }
        }
    }

    /// Nothing is sent, held or scheduled that nobody waits for.
    fn check_rest(&mut self) {
        let mut problem = None;
        for tab in self.tabs.values() {
            let requests: Vec<_> = tab.in_flight.values().collect();
            if !requests.is_empty() {
                problem = Some(format!("tab {} has {requests:?} in flight", tab.number));
            }
        }
        if let Some(detail) = problem {
            self.break_rule("nothing is sent that nobody waits for", detail);
        }
        if self.time.saturating_sub(self.ledger.last_poll) < 20_000 {
            let detail = format!("last polled at {} ms", self.ledger.last_poll);
            self.break_rule("nothing is polled that nobody waits for", detail);
        }
    }

    /// Of a job that the user cancelled the server knows, and no attachment has two jobs.
    fn check_server(&mut self) {
        let now = Duration::from_millis(self.time);
        let mut problem = None;
        for tab in self.tabs.values() {
            for snapshot in tab.core.snapshots() {
                let (TaskKind::Job(kind), Some(key)) = (&snapshot.kind, job_key(snapshot)) else {
                    continue;
                };
                let truth = self.server.peek(kind.endpoint(), &key, now);
                let is_final = truth.as_ref().is_none_or(JobStatus::is_final);
                // Of two tabs that could not hear each other each may leave it to the other.
                let is_told = is_final || self.scenario.lossy_channel;
                if matches!(snapshot.state, TaskState::Cancelled) && !is_told {
                    problem = Some((
                        "Cancel reaches the server",
                        format!("{} is {truth:?}", snapshot.id),
                    ));
                }
                let is_right = is_failed_by_faults(&snapshot.state)
                    || matches!(
                        (&snapshot.state, &truth),
                        (TaskState::Succeeded, Some(JobStatus::Succeeded))
                            | (
                                TaskState::Failed(Failure::Job { .. }),
                                Some(JobStatus::Failed { .. })
                            )
                    );
                // A tab that heard nothing of a Retry shows the run before.
                let may_be_old =
                    self.scenario.lossy_channel && self.ledger.retried.contains(&snapshot.id);
                if !is_right && !may_be_old && !self.ledger.storage_failed {
                    let detail = format!(
                        "{} is {:?}, on the server {truth:?}",
                        snapshot.id, snapshot.state
                    );
                    problem = Some(("every task reaches the server's state", detail));
                }
            }
        }
        if problem.is_none() {
            problem = self.orphan(now).map(|it| ("Cancel reaches the server", it));
        }
        if let Some((rule, detail)) = problem {
            self.break_rule(rule, detail);
        }
    }

    /// A job that the server goes on with for a task that was cancelled, or that follows
    /// another job.
    fn orphan(&self, now: Duration) -> Option<String> {
        let ledger = &self.ledger;
        let is_lost =
            ledger.crashed || ledger.forgotten || ledger.storage_failed || ledger.storage_cleared;
        if is_lost || self.wall != 0 || self.scenario.lossy_channel {
            return None;
        }
        let snapshots = || self.tabs.values().flat_map(|tab| tab.core.snapshots());
        for (attachment, jobs) in &ledger.jobs {
            for (endpoint, key) in jobs {
                let truth = self.server.peek(endpoint, key, now);
                let Some(truth) = truth.filter(|truth| *truth != JobStatus::Cancelled) else {
                    continue;
                };
                let of_it = |it: &&Snapshot| {
                    let id = it.attachment.as_ref().map(ToString::to_string);
                    matches!(&it.kind, TaskKind::Job(kind) if kind.endpoint() == endpoint)
                        && id.as_ref() == Some(attachment)
                };
                // A start that failed may have arrived: Retry follows its job.
                let follows = |it: &Snapshot| match job_key(it) {
                    Some(followed) => followed == *key && it.state != TaskState::Cancelled,
                    None => it.state != TaskState::Cancelled,
                };
                let mut tasks = snapshots().filter(of_it).peekable();
                let is_told = |it: &Snapshot| truth.is_final() && job_key(it).is_some();
                if tasks.peek().is_some() && !tasks.any(|it| follows(it) || is_told(it)) {
                    return Some(format!("{endpoint} {key} of {attachment} goes on"));
                }
            }
        }
        None
    }
}

/// The key by which the server reports the job's status.
fn job_key(snapshot: &Snapshot) -> Option<String> {
    match &snapshot.saved {
        background_tasks_core::Saved::Job(saved) => {
            saved.job.as_ref().map(|key| key.as_str().to_owned())
        }
        background_tasks_core::Saved::Upload { .. } => None,
    }
}
