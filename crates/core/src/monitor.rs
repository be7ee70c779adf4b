//! The state machine of one job: (state, event, now) gives the next state and the actions.
//!
//! It has no browser, clock or randomness: `now` and a seed are passed in. Every rule of
//! monitoring has a test in `tests` or `properties`.

mod cancellation;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod cancellation_properties;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
mod saved;
#[cfg(test)]
mod tests;

use std::time::Duration;

use self::cancellation::{Cancellation, Stage};
pub use self::saved::{SavedCancellation, SavedFollowUp, SavedMonitor};
use crate::TaskState;
use crate::failure::{CallError, Failure};
use crate::id::{AttachmentId, IdempotencyKey, JobKey};
use crate::job_status::JobStatus;
use crate::kind::{Job, JobKind};
use crate::mutation::{self, Mutation};
use crate::percent::Percent;
pub use crate::retry::Environment;
use crate::retry::{Failures, Pause, next_second, not_before, seconds_until};
use crate::time::Timestamp;

/// How many failures in a row end the attempts to cancel a job on the server. With the default
/// back-off they take about nine minutes.
const CANCEL_ATTEMPTS: u32 = 20;

/// Tells one request of a task from its others, so that a late response is recognised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallId(u64);

impl CallId {
    /// The `number`th request of a task.
    pub const fn nth(number: u64) -> Self {
        Self(number)
    }
}

/// What happens to a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Time has passed.
    Tick,
    /// A check has been sent. Until then it was queued, and its timeout did not run.
    Sent(CallId),
    /// The response to a check did not mention this job; the check is queued again.
    Unanswered(CallId),
    /// A check was answered, or failed.
    Checked(CallId, Result<JobStatus, CallError>),
    /// The server has pushed the job's status.
    Pushed(JobStatus),
    /// The event stream has ended.
    StreamEnded,
    /// A start request was answered, with the new job's key if the server names one.
    Started(CallId, Result<Option<JobKey>, CallError>),
    /// A cancel request was answered, or failed.
    CancelAnswered(CallId, Result<(), CallError>),
    /// The browser reports something new about the environment.
    Environment(Environment),
    /// The page is back after it was frozen, or the device slept.
    Woken,
    /// The user cancels the task.
    Cancel,
    /// The user retries the task.
    Retry,
}

/// What to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Queue a request for the job's status, and report [`Event::Sent`] when it is sent.
    Check(CallId, Job),
    /// Ask the server to start the job.
    Start(CallId, IdempotencyKey),
    /// Abort the check or start that is queued or in flight.
    Abandon,
    /// Tell the server that the job is not wanted any more.
    CancelJob(CallId, Job),
    /// Start the task that follows this one. Whichever tab does it, it is the same task.
    FollowUp,
}

/// When the task that follows this one starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FollowUp {
    /// This long after this one was started, even if this one fails, unless it is cancelled.
    After(Duration),
    /// When this one has succeeded.
    OnSuccess,
}

/// Monitors one job on the server.
#[derive(Debug)]
pub struct Monitor {
    kind: JobKind,
    attachment: AttachmentId,
    /// The job's key; `None` until the server has named it.
    job: Option<JobKey>,
    phase: Phase,
    environment: Environment,
    /// Whether the server has responded since the browser reported that it is offline.
    reached_offline: bool,
    /// The highest progress that the server has reported in this run.
    progress: Option<Percent>,
    /// Whether the server has begun to work in this run.
    begun: bool,
    /// The number of checks that reported an unfinished job.
    checks: u32,
    failures: Failures,
    /// Whether the server pushes this job's status, so that few checks are needed.
    streamed: bool,
    follow_up: Option<PendingFollowUp>,
    /// The server has asked for no request of this task before this time.
    not_before: Timestamp,
    /// Jobs of this task of which the server does not know yet that they are cancelled.
    cancellations: Vec<Cancellation>,
    calls: u64,
    starts: u64,
    /// Whether the server may have created a job under the current idempotency key.
    may_have_started: bool,
    /// Counts retries by the user.
    run: u64,
    seed: u64,
}

#[derive(Debug)]
enum Phase {
    Waiting(Pause),
    Calling {
        call: CallId,
        /// When it is aborted; `None` while it is queued.
        limit: Option<Timestamp>,
    },
    Succeeded,
    Failed(Failure),
    Cancelled,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum PendingFollowUp {
    At { due: Timestamp, delay: Duration },
    OnSuccess,
}

impl Monitor {
    /// Monitors the job with the key `job`. With `None` the server is asked to start one first.
    ///
    /// `seed` determines jitter and idempotency keys: no two monitors may share one.
    pub fn new(
        kind: JobKind,
        attachment: AttachmentId,
        job: Option<JobKey>,
        environment: Environment,
        seed: u64,
        now: Timestamp,
    ) -> Self {
        Self {
            kind,
            attachment,
            job,
            phase: Phase::Waiting(Pause::none(now)),
            environment,
            reached_offline: false,
            progress: None,
            begun: false,
            checks: 0,
            failures: Failures::default(),
            streamed: false,
            follow_up: None,
            not_before: now,
            cancellations: Vec::new(),
            calls: 0,
            starts: 0,
            may_have_started: false,
            run: 0,
            seed,
        }
    }

    /// Makes another task follow this one.
    #[must_use]
    pub fn with_follow_up(mut self, follow_up: FollowUp, now: Timestamp) -> Self {
        self.follow_up = Some(match follow_up {
            FollowUp::After(delay) => PendingFollowUp::At {
                due: now + delay,
                delay,
            },
            FollowUp::OnSuccess => PendingFollowUp::OnSuccess,
        });
        self
    }

    /// The kind of the job.
    pub fn kind(&self) -> &JobKind {
        &self.kind
    }

    /// Sets the kind of the job, which the app has registered only now.
    pub fn set_kind(&mut self, kind: JobKind) {
        self.kind = kind;
    }

    /// The attachment it works on.
    pub fn attachment(&self) -> &AttachmentId {
        &self.attachment
    }

    /// The key by which the server reports the job's status, once it is known.
    pub const fn key(&self) -> Option<&JobKey> {
        self.job.as_ref()
    }

    /// Handles an event and returns the actions to execute. Events that are late, or make no
    /// sense in the current state, change nothing.
    pub fn step(&mut self, event: Event, now: Timestamp) -> Vec<Action> {
        let mut actions = Vec::new();
        match event {
            Event::Tick => {}
            Event::Sent(call) => {
                let limit = now + self.kind.policy().request_timeout;
                self.limit(call, Some(limit));
                return actions;
            }
            Event::Unanswered(call) => {
                self.limit(call, None);
                return actions;
            }
            Event::Checked(call, result) if self.is_calling(call) => self.checked(result, now),
            Event::Started(call, result) if self.is_calling(call) => self.started(result, now),
            Event::Started(..) | Event::CancelAnswered(..) => {
                if !self.cancellation_answered(event, now) {
                    return actions;
                }
            }
            Event::Checked(..) => return actions,
            Event::Pushed(status) => self.pushed(status, now, &mut actions),
            Event::StreamEnded => self.streamed = false,
            Event::Environment(new) => self.environment_changed(new, now, &mut actions),
            Event::Woken => self.woken(now, &mut actions),
            Event::Cancel => self.cancel(now, &mut actions),
            Event::Retry => self.retry(now),
        }
        self.tick(now, &mut actions);
        actions
    }

    /// When [`Event::Tick`] is due, unless another event happens before.
    pub fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        let phase = match &self.phase {
            // A countdown is shown: wake up when its number changes.
            Phase::Waiting(_) if self.is_recovering() => {
                self.due().map(|due| next_second(due, now))
            }
            Phase::Waiting(_) => self.due(),
            Phase::Calling { limit, .. } => *limit,
            Phase::Succeeded | Phase::Failed(_) | Phase::Cancelled => None,
        };
        let follow_up = match self.follow_up {
            Some(PendingFollowUp::At { due, .. }) => Some(due),
            Some(PendingFollowUp::OnSuccess) | None => None,
        };
        let cancellation = self.next_cancellation();
        phase.into_iter().chain(follow_up).chain(cancellation).min()
    }

    /// The state to show.
    pub fn state(&self, now: Timestamp) -> TaskState {
        match &self.phase {
            Phase::Succeeded => return TaskState::Succeeded,
            Phase::Failed(failure) => return TaskState::Failed(failure.clone()),
            Phase::Cancelled => return TaskState::Cancelled,
            Phase::Waiting(_) | Phase::Calling { .. } => {}
        }
        let progress = self
            .progress
            .map(|progress| progress.min(self.kind.policy().max_progress));
        if self.is_offline() {
            TaskState::Offline { progress }
        } else if let Some((attempt, error)) = self.failures.last() {
            TaskState::Recovering {
                progress,
                retry_in: self.due().map_or(0, |due| seconds_until(due, now)),
                attempt,
                error: error.clone(),
            }
        } else if self.begun {
            TaskState::Running { progress }
        } else {
            TaskState::Queued
        }
    }

    /// No pause, except for what the server has asked for.
    const fn pause_at_once(&self, now: Timestamp) -> Pause {
        Pause::until(self.not_before, now)
    }

    const fn call_at_once(&self, now: Timestamp) -> Phase {
        Phase::Waiting(self.pause_at_once(now))
    }

    fn is_calling(&self, id: CallId) -> bool {
        matches!(self.phase, Phase::Calling { call, .. } if call == id)
    }

    /// Whether a check in flight has had no response within its timeout.
    pub fn is_overdue(&self, now: Timestamp) -> Option<CallId> {
        match self.phase {
            Phase::Calling {
                call,
                limit: Some(limit),
            } if now >= limit && self.job.is_some() => Some(call),
            Phase::Calling { .. }
            | Phase::Waiting(_)
            | Phase::Succeeded
            | Phase::Failed(_)
            | Phase::Cancelled => None,
        }
    }

    /// Sets the timeout of the request, if it is the current one.
    fn limit(&mut self, id: CallId, new: Option<Timestamp>) {
        if let Phase::Calling { call, limit } = &mut self.phase
            && *call == id
        {
            *limit = new;
        }
    }

    fn is_offline(&self) -> bool {
        !self.environment.online && !self.reached_offline
    }

    /// Whether checks are counted. Time offline or hidden is not the server's fault.
    fn counts_checks(&self) -> bool {
        self.environment.online && self.environment.visible
    }

    fn is_recovering(&self) -> bool {
        self.failures.last().is_some() && !self.is_offline()
    }

    fn due(&self) -> Option<Timestamp> {
        match &self.phase {
            Phase::Waiting(pause) => {
                let policy = self.kind.policy();
                let usual = match self.streamed {
                    true => policy.streamed_interval,
                    false => policy.interval,
                };
                Some(pause.due_by(&policy.retry, self.environment, usual))
            }
            Phase::Calling { .. } | Phase::Succeeded | Phase::Failed(_) | Phase::Cancelled => None,
        }
    }

    fn tick(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        if let Phase::Calling {
            limit: Some(limit), ..
        } = self.phase
            && now >= limit
        {
            actions.push(Action::Abandon);
            let limit = self.kind.policy().request_timeout;
            self.call_failed(CallError::TimedOut { limit }, now);
        }
        if self.due().is_some_and(|due| now >= due) {
            actions.push(self.call(now));
        }
        self.tick_cancellations(now, actions);
        let follows = match self.follow_up {
            Some(PendingFollowUp::At { due, .. }) => now >= due,
            Some(PendingFollowUp::OnSuccess) => matches!(self.phase, Phase::Succeeded),
            None => false,
        };
        if follows {
            self.follow_up = None;
            actions.push(Action::FollowUp);
        }
    }

    fn key_or_attachment(&self, key: Option<JobKey>) -> JobKey {
        key.unwrap_or_else(|| JobKey::from(&self.attachment))
    }

    fn next_call(&mut self) -> CallId {
        self.calls = self.calls.wrapping_add(1);
        CallId::nth(self.calls)
    }

    fn call(&mut self, now: Timestamp) -> Action {
        let call = self.next_call();
        let (limit, action) = match self.job() {
            Some(job) => (None, Action::Check(call, job)),
            None => (
                Some(now + self.kind.policy().request_timeout),
                Action::Start(call, self.idempotency_key(self.starts)),
            ),
        };
        self.phase = Phase::Calling { call, limit };
        action
    }

    /// The job, once its key is known.
    pub fn job(&self) -> Option<Job> {
        self.job.clone().map(|key| self.job_of(key))
    }

    fn job_of(&self, key: JobKey) -> Job {
        Job {
            kind: self.kind.clone(),
            attachment: self.attachment.clone(),
            key,
        }
    }

    fn idempotency_key(&self, starts: u64) -> IdempotencyKey {
        IdempotencyKey::from(format!("{:016x}-{starts}", self.seed))
    }

    fn checked(&mut self, result: Result<JobStatus, CallError>, now: Timestamp) {
        match result {
            Ok(status) => {
                self.call_succeeded();
                let rises = self.take_progress(&status);
                match Phase::end(status) {
                    Some(end) => self.phase = end,
                    None => self.unfinished(rises, now),
                }
            }
            Err(error) => self.call_failed(error, now),
        }
    }

    /// Takes the progress from a status, and returns whether it has risen. A job that goes
    /// back to the queue keeps the state that is shown.
    fn take_progress(&mut self, status: &JobStatus) -> bool {
        let JobStatus::Running { progress } = *status else {
            return false;
        };
        self.begun = true;
        let rises = progress > self.progress;
        self.progress = progress.max(self.progress);
        rises
    }

    /// A pushed status counts as a valid response, but not as a check.
    fn pushed(&mut self, status: JobStatus, now: Timestamp, actions: &mut Vec<Action>) {
        let is_calling = match self.phase {
            Phase::Waiting(_) => false,
            Phase::Calling { .. } => true,
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
        self.call_succeeded();
        if self.take_progress(&status) && reset_on_progress {
            self.checks = 0;
        }
        if let Some(end) = Phase::end(status) {
            if is_calling {
                actions.push(Action::Abandon);
            }
            self.phase = end;
        }
    }

    fn unfinished(&mut self, rises: bool, now: Timestamp) {
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

    fn started(&mut self, result: Result<Option<JobKey>, CallError>, now: Timestamp) {
        match result {
            Ok(key) => {
                self.call_succeeded();
                self.job = Some(self.key_or_attachment(key));
                self.phase = self.call_at_once(now);
            }
            Err(error) => self.call_failed(error, now),
        }
    }

    fn call_succeeded(&mut self) {
        self.failures.reset();
        self.reached_offline = true;
    }

    fn call_failed(&mut self, error: CallError, now: Timestamp) {
        self.reached_offline = false;
        self.may_have_started |= self.job.is_none() && error.may_have_arrived();
        let policy = &self.kind.policy().retry;
        self.not_before = self.not_before.max(not_before(&error, policy, now));
        let seed = self.seed.wrapping_add(self.calls);
        let pause = self
            .failures
            .add(error, policy, self.environment, seed, now);
        self.phase = match pause {
            Ok(pause) => Phase::Waiting(pause),
            Err(error) => Phase::Failed(Failure::Call(error)),
        };
    }

    fn environment_changed(&mut self, new: Environment, now: Timestamp, actions: &mut Vec<Action>) {
        let old = std::mem::replace(&mut self.environment, new);
        if old.online && !new.online {
            self.reached_offline = false;
        }
        let came_online = !old.online && new.online;
        if came_online && matches!(self.phase, Phase::Calling { limit: Some(_), .. }) {
            // A request that was sent while offline may hang for long.
            self.may_have_started |= self.job.is_none();
            actions.push(Action::Abandon);
            self.phase = self.call_at_once(now);
        }
        if came_online || (!old.visible && new.visible) {
            self.hurry();
        }
    }

    /// A request that timed out during sleep says nothing about the server.
    fn woken(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        match self.phase {
            Phase::Calling {
                limit: Some(limit), ..
            } if now >= limit => {
                actions.push(Action::Abandon);
                self.may_have_started |= self.job.is_none();
                self.phase = self.call_at_once(now);
            }
            Phase::Calling { .. }
            | Phase::Waiting(_)
            | Phase::Succeeded
            | Phase::Failed(_)
            | Phase::Cancelled => self.hurry(),
        }
        self.wake_cancellations(now, actions);
    }

    /// Makes the next request due as soon as the server allows. While offline the interval
    /// of the probes is kept.
    fn hurry(&mut self) {
        if !self.environment.online {
            return;
        }
        if let Phase::Waiting(pause) = &mut self.phase {
            pause.cut_short();
        }
        self.hurry_cancellations();
    }

    /// A start request in flight continues: only its response names the job to cancel.
    fn cancel(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        self.follow_up = None;
        let call = match self.phase {
            Phase::Succeeded | Phase::Failed(_) | Phase::Cancelled => return,
            Phase::Waiting(_) => None,
            Phase::Calling { call, limit } => Some((call, limit)),
        };
        self.phase = Phase::Cancelled;
        self.failures.reset();
        match (call, &self.job) {
            (Some(_), None) if mutation::is(Mutation::CancelAbortsStart) => {
                actions.push(Action::Abandon);
            }
            (Some((call, Some(limit))), None) => {
                self.begin_cancellation(Some((call, limit)), now);
            }
            (_, None) if !self.may_have_started => {}
            (_, None) => self.begin_cancellation(None, now),
            (call, Some(_)) => {
                if call.is_some() {
                    actions.push(Action::Abandon);
                }
                self.begin_cancellation(None, now);
            }
        }
    }

    fn retry(&mut self, now: Timestamp) {
        let mut phase = self.call_at_once(now);
        match &self.phase {
            Phase::Succeeded | Phase::Waiting(_) | Phase::Calling { .. } => return,
            Phase::Cancelled => match self.take_back() {
                // The start in flight is adopted.
                Some(Stage::Starting { call, limit }) => {
                    let limit = Some(limit);
                    phase = Phase::Calling { call, limit };
                }
                // The server may have created the job: the same key creates no second one.
                Some(Stage::Waiting(_) | Stage::Cancelling { .. }) => {}
                None if self.job.is_none() && self.may_have_started => {}
                // The server is still told that the job before is not wanted any more.
                None => {
                    if mutation::is(Mutation::RetryForgetsCancel) {
                        self.cancellations.clear();
                    }
                    self.hurry_cancellations();
                    self.new_job();
                }
            },
            // The job does not exist any more on the server.
            Phase::Failed(
                Failure::Job { .. } | Failure::Call(CallError::Status { status: 410, .. }),
            ) => self.new_job(),
            Phase::Failed(
                Failure::TimedOut { .. } | Failure::Interrupted | Failure::Refused { .. },
            ) => {}
            Phase::Failed(Failure::Call(_)) => {
                // If this start or an earlier one may have arrived, the key is kept, so that
                // the next one creates no second job.
                if self.job.is_none() && !self.may_have_started {
                    self.starts = self.starts.wrapping_add(1);
                }
            }
        }
        self.run = self.run.saturating_add(1);
        self.checks = 0;
        self.failures.reset();
        self.phase = phase;
    }

    /// The next run starts another job.
    fn new_job(&mut self) {
        self.job = None;
        self.starts = self.starts.wrapping_add(1);
        self.may_have_started = false;
        self.progress = None;
        self.begun = false;
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
