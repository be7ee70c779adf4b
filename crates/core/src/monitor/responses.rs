//! Requests for a job's status, and their responses.

use super::{Action, Monitor, Phase};
use crate::failure::{Failure, RequestError};
use crate::id::JobKey;
use crate::job_status::JobStatus;
use crate::mutation::{self, Mutation};
use crate::retry::{Pause, not_before};
use crate::time::Timestamp;

impl Monitor {
    pub(super) fn request(&mut self) -> Action {
        let attempt = self.next_attempt();
        self.phase = Phase::Requesting {
            attempt,
            limit: None,
        };
        match self.job() {
            Some(job) => Action::Check(attempt, job),
            None => Action::Start(attempt, self.idempotency_key(self.starts)),
        }
    }

    pub(super) fn checked(&mut self, result: Result<JobStatus, RequestError>, now: Timestamp) {
        match result {
            Ok(status) => {
                self.failures.reset();
                let rises = self.take_progress(&status);
                match Phase::end(status) {
                    Some(end) => self.phase = end,
                    None => self.unfinished(rises, now),
                }
            }
            Err(error) => self.request_failed(error, now),
        }
    }

    /// Takes the progress from a status, and returns whether it has risen. A job that goes
    /// back to the queue keeps the state that is shown.
    pub(super) fn take_progress(&mut self, status: &JobStatus) -> bool {
        let JobStatus::Running { progress } = *status else {
            return false;
        };
        self.begun = true;
        let rises = progress > self.progress;
        self.progress = progress.max(self.progress);
        rises
    }

    /// A pushed status counts as a valid response, but not as a check.
    pub(super) fn pushed(&mut self, status: JobStatus, now: Timestamp, actions: &mut Vec<Action>) {
        let is_requesting = match self.phase {
            Phase::Waiting(_) => false,
            Phase::Requesting { .. } => true,
            Phase::Succeeded | Phase::Failed(_) | Phase::Cancelled => return,
        };
        if self.job.is_none() {
            return;
        }
        self.streamed = true;
        let policy = self.kind.policy();
        if let (Phase::Waiting(pause), Some(_)) = (&mut self.phase, self.failures.last()) {
            pause.restart(policy.interval, now);
        }
        let reset_on_progress = policy.reset_on_progress;
        self.failures.reset();
        if self.take_progress(&status) && reset_on_progress {
            self.checks = 0;
        }
        if let Some(end) = Phase::end(status) {
            if is_requesting {
                actions.push(Action::Abandon);
            }
            self.phase = end;
        }
    }

    pub(super) fn unfinished(&mut self, rises: bool, now: Timestamp) {
        if self.counts_checks() {
            self.checks = self.checks.saturating_add(1);
        }
        let policy = self.kind.policy();
        if rises && policy.reset_on_progress {
            self.checks = 0;
        }
        let spare = u32::from(mutation::is(Mutation::BudgetOffByOne));
        self.phase = if self.checks >= policy.max_checks.saturating_add(spare) {
            Phase::Failed(Failure::TimedOut {
                checks: self.checks,
            })
        } else {
            Phase::Waiting(Pause::interval(policy.interval, now))
        };
    }

    pub(super) fn started(&mut self, result: Result<Option<JobKey>, RequestError>, now: Timestamp) {
        match result {
            Ok(key) => {
                self.failures.reset();
                self.job = Some(self.key_or_attachment(key));
                self.phase = self.request_at_once(now);
            }
            Err(error) => self.request_failed(error, now),
        }
    }

    pub(super) fn request_failed(&mut self, error: RequestError, now: Timestamp) {
        let is_transient = match self.job {
            Some(_) => error.is_transient(),
            None => error.is_transient_with_key(self.may_have_started || self.was_restored),
        };
        self.may_have_started |= self.job.is_none() && error.may_have_arrived();
        let policy = &self.kind.policy().retry;
        self.not_before = self.not_before.max(not_before(&error, policy, now));
        let seed = self.seed.wrapping_add(self.attempts);
        let pause = if is_transient {
            self.failures
                .add(error, policy, self.environment, seed, now)
        } else {
            Err(error)
        };
        self.phase = match pause {
            Ok(pause) => Phase::Waiting(pause),
            Err(error) => Phase::Failed(Failure::Request(error)),
        };
    }
}

impl Phase {
    /// The terminal phase of a status; `None` while the job is unfinished.
    fn end(status: JobStatus) -> Option<Self> {
        match status {
            JobStatus::Queued | JobStatus::Running { .. } => None,
            JobStatus::Succeeded => Some(Self::Succeeded),
            JobStatus::Failed { reason } => Some(Self::Failed(Failure::Job { reason })),
            JobStatus::Cancelled => Some(Self::Cancelled),
        }
    }
}
