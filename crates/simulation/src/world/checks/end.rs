//! The rules of liveness: what must hold once everything has been calm for long.

use std::time::Duration;

use background_tasks_core::{Failure, Snapshot, TaskId, TaskKind, TaskState};
use background_tasks_server_model::JobStatus;

use super::super::{STORES, TaskSet, World, is_failed_by_faults};

impl World<'_> {
    /// What must hold once everything has been calm for long.
    pub(in crate::world) fn check_end(&mut self) {
        let mut problems = Vec::new();
        let mut all = TaskSet::new();
        for tab in self.tabs.values() {
            all.extend(tab.shown.keys().cloned());
        }
        for store in STORES {
            let tabs = self.tabs.values().filter(|tab| tab.store == store);
            let leaders = tabs.filter(|tab| tab.core.is_leader());
            let leaders: Vec<_> = leaders.map(|tab| tab.number).collect();
            if leaders.len() > 1 && !self.scenario.lossy_channel {
                self.break_rule("at most one tab leads in the end", format!("{leaders:?}"));
            }
        }
        for tab in self.tabs.values() {
            let ledger = &self.ledger;
            let is_of_store = |id: &&TaskId| ledger.stores.get(*id) == Some(&tab.store);
            for id in all.iter().filter(is_of_store) {
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
        self.check_copies();
    }

    pub(in crate::world) fn check_agreement(&mut self, all: &TaskSet) {
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
            // that is not written a tab that comes back knows nothing. A tab that was
            // stopped learns of an end from its record alone if the other tab has stopped since.
            let may_differ = self.scenario.lossy_channel
                || !self.scenario.locks
                || self.ledger.storage_failed
                || self.ledger.is_unwritten(id)
                || self.ledger.lost_records.contains(id);
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
            // A tab that was closed soon after the end takes with it the question who is to
            // announce it, if the tab that it has asked does not run, or has not heard it.
            let patience = match self.scenario.lossy_channel {
                true => 5_000,
                false => 2_000,
            };
            let is_unheard = self.ledger.is_closed_after(id, patience);
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
    pub(in crate::world) fn check_rest(&mut self) {
        let mut problem = None;
        for tab in self.tabs.values() {
            let requests: Vec<_> = tab.in_flight.values().collect();
            if !requests.is_empty() {
                problem = Some(format!("tab {} has {requests:?} in flight", tab.number));
            }
            let now = tab.now(self.time, self.wall).monotonic;
            if let Some(due) = tab.core.timeout().filter(|due| *due <= now) {
                problem = Some(format!(
                    "tab {} has a timer that was due at {due:?}",
                    tab.number
                ));
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
    pub(in crate::world) fn check_server(&mut self) {
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
                let is_published = is_final || self.scenario.lossy_channel;
                if matches!(snapshot.state, TaskState::Cancelled) && !is_published {
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

    /// A job that the server continues for a task that was cancelled, or that follows
    /// another job.
    pub(in crate::world) fn orphan(&self, now: Duration) -> Option<String> {
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
                let is_published = |it: &Snapshot| truth.is_final() && job_key(it).is_some();
                if tasks.peek().is_some() && !tasks.any(|it| follows(it) || is_published(it)) {
                    return Some(format!("{endpoint} {key} of {attachment} goes on"));
                }
            }
        }
        None
    }
}

/// The key by which the server reports the job's status.
pub fn job_key(snapshot: &Snapshot) -> Option<String> {
    match &snapshot.saved {
        background_tasks_core::Saved::Job(saved) => {
            saved.job.as_ref().map(|key| key.as_str().to_owned())
        }
        background_tasks_core::Saved::Upload { .. } => None,
    }
}
