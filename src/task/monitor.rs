//! One job's life: (state, event, now) gives the next state and what to do.
//!
//! Nothing here knows a browser, a clock or chance: `now` and a seed come from
//! outside, and every rule of CONTRACT §2 is a test below or in `properties`.

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
mod saved;
#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use self::saved::SavedMonitor;
use super::TaskState;
use super::failure::{CallError, Failure};
use super::id::{AttachmentId, IdempotencyKey, JobKey};
use super::kind::{Job, JobKind};
use super::report::Report;
pub use super::retry::Surroundings;
use super::retry::{Failures, Pause, next_second, seconds_until};
use crate::percent::Percent;
use crate::time::Timestamp;

/// Tells one call from the others, so that a late answer is known as such.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallId(u64);

impl CallId {
    /// The `number`th call of a task.
    pub(crate) const fn nth(number: u64) -> Self {
        Self(number)
    }
}

/// What happens to a monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Time has passed.
    Tick,
    /// A check has gone out: until then it waited for its turn, and no limit ran.
    Sent(CallId),
    /// A check came back and said nothing of this job; it waits for its turn again.
    Unanswered(CallId),
    /// A check came back.
    Checked(CallId, Result<Report, CallError>),
    /// The server said this of the job unasked.
    Pushed(Report),
    /// Nothing is pushed any more.
    StreamEnded,
    /// A start came back, with the new job's key where the server names one.
    Started(CallId, Result<Option<JobKey>, CallError>),
    /// The browser says something new about the surroundings.
    Surroundings(Surroundings),
    /// The page is looked at again after it was away; something may have changed.
    Woken,
    /// The person does not want it any more.
    Cancel,
    /// The person wants it once more.
    Retry,
}

/// What is to be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Ask for the job's status, and say [`Event::Sent`] when that goes out.
    Check(CallId, Job),
    /// Ask the server to make the job.
    Start(CallId, IdempotencyKey),
    /// Drop the call that is in flight.
    Abandon,
    /// Tell the server that the job is not wanted any more.
    CancelJob(Job),
    /// Start the task that comes after this one, as of this time: whoever does
    /// it, it is the same task.
    FollowUp(Timestamp),
}

/// When the task that comes after this one starts (CONTRACT §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowUp {
    /// This long after this one was started, however this one fares, unless it is cancelled.
    After(Duration),
    /// When this one has succeeded.
    OnSuccess,
}

/// Follows one job on the server.
#[derive(Debug)]
pub struct Monitor {
    kind: JobKind,
    attachment: AttachmentId,
    /// None while the server has still to be asked to make the job.
    job: Option<JobKey>,
    phase: Phase,
    surroundings: Surroundings,
    /// Whether the server answered since the browser said that it is offline.
    reached_offline: bool,
    /// The highest progress that the server told in this run.
    progress: Option<Percent>,
    /// Whether the server has begun to work in this run.
    begun: bool,
    /// Answered checks of the unfinished job.
    checks: u32,
    failures: Failures,
    /// Whether the server pushes news of this job, so that checks may be few.
    streamed: bool,
    follow_up: Option<Pending>,
    calls: u64,
    starts: u64,
    /// Whether the server may have made the job under the key of now.
    may_have_started: bool,
    /// Counts how often the person wanted it once more.
    run: u64,
    seed: u64,
}

#[derive(Debug)]
enum Phase {
    Waiting(Pause),
    Calling {
        call: CallId,
        /// When it is given up; none while it waits to be sent.
        limit: Option<Timestamp>,
    },
    Succeeded,
    Failed(Failure),
    Cancelled,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Pending {
    At(Timestamp),
    OnSuccess,
}

impl Monitor {
    /// Follows the job called `job`; with none, asks the server to make it first.
    ///
    /// `seed` decides the jitter and the idempotency keys: two monitors must not share one.
    pub fn new(
        kind: JobKind,
        attachment: AttachmentId,
        job: Option<JobKey>,
        surroundings: Surroundings,
        seed: u64,
        now: Timestamp,
    ) -> Self {
        Self {
            kind,
            attachment,
            job,
            phase: Phase::call_at_once(now),
            surroundings,
            reached_offline: false,
            progress: None,
            begun: false,
            checks: 0,
            failures: Failures::default(),
            streamed: false,
            follow_up: None,
            calls: 0,
            starts: 0,
            may_have_started: false,
            run: 0,
            seed,
        }
    }

    /// Has another task started after this one.
    #[must_use]
    pub fn with_follow_up(mut self, follow_up: FollowUp, now: Timestamp) -> Self {
        self.follow_up = Some(match follow_up {
            FollowUp::After(delay) => Pending::At(now + delay),
            FollowUp::OnSuccess => Pending::OnSuccess,
        });
        self
    }

    /// What it does.
    pub fn kind(&self) -> &JobKind {
        &self.kind
    }

    /// The attachment it works on.
    pub fn attachment(&self) -> &AttachmentId {
        &self.attachment
    }

    /// The name under which the server tells of its job, once there is one.
    pub(crate) const fn key(&self) -> Option<&JobKey> {
        self.job.as_ref()
    }

    /// Takes in an event and tells what is to be done. Events that come too
    /// late, or make no sense in the present state, change nothing.
    pub fn step(&mut self, event: Event, now: Timestamp) -> Vec<Action> {
        let mut actions = Vec::new();
        match event {
            Event::Tick => {}
            Event::Sent(call) => {
                let limit = now + self.kind.policy().call_limit;
                self.limit(call, Some(limit));
                return actions;
            }
            Event::Unanswered(call) => {
                self.limit(call, None);
                return actions;
            }
            Event::Checked(call, answer) if self.is_calling(call) => self.checked(answer, now),
            Event::Started(call, answer) if self.is_calling(call) => self.started(answer, now),
            Event::Checked(..) | Event::Started(..) => return actions,
            Event::Pushed(report) => self.pushed(report, now, &mut actions),
            Event::StreamEnded => self.streamed = false,
            Event::Surroundings(new) => self.surround(new, now, &mut actions),
            Event::Woken => self.woken(now, &mut actions),
            Event::Cancel => self.cancel(&mut actions),
            Event::Retry => self.retry(now),
        }
        self.tick(now, &mut actions);
        actions
    }

    /// When [`Event::Tick`] is to come, if nothing happens before.
    pub fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        let phase = match &self.phase {
            // A countdown is shown: come back when its number changes.
            Phase::Waiting(_) if self.is_recovering() => {
                self.due().map(|due| next_second(due, now))
            }
            Phase::Waiting(_) => self.due(),
            Phase::Calling { limit, .. } => *limit,
            Phase::Succeeded | Phase::Failed(_) | Phase::Cancelled => None,
        };
        let follow_up = match self.follow_up {
            Some(Pending::At(at)) => Some(at),
            Some(Pending::OnSuccess) | None => None,
        };
        phase.into_iter().chain(follow_up).min()
    }

    /// What the person is to be told.
    pub fn state(&self, now: Timestamp) -> TaskState {
        match &self.phase {
            Phase::Succeeded => return TaskState::Succeeded,
            Phase::Failed(failure) => return TaskState::Failed(failure.clone()),
            Phase::Cancelled => return TaskState::Cancelled,
            Phase::Waiting(_) | Phase::Calling { .. } => {}
        }
        let progress = self
            .progress
            .map(|progress| progress.min(self.kind.policy().ceiling));
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

    fn is_calling(&self, id: CallId) -> bool {
        matches!(self.phase, Phase::Calling { call, .. } if call == id)
    }

    /// Sets when the call is given up, where it is the one that goes on.
    fn limit(&mut self, id: CallId, new: Option<Timestamp>) {
        if let Phase::Calling { call, limit } = &mut self.phase
            && *call == id
        {
            *limit = new;
        }
    }

    fn is_offline(&self) -> bool {
        !self.surroundings.online && !self.reached_offline
    }

    /// Whether answers and failures are counted. Time offline or hidden is not
    /// the server's fault.
    fn counts_checks(&self) -> bool {
        self.surroundings.online && self.surroundings.visible
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
                Some(pause.due_by(&policy.retry, self.surroundings, usual))
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
            let limit = self.kind.policy().call_limit;
            self.call_failed(CallError::TimedOut { limit }, now);
        }
        if self.due().is_some_and(|due| now >= due) {
            actions.push(self.call(now));
        }
        let follows = match self.follow_up {
            Some(Pending::At(at)) => (now >= at).then_some(at),
            Some(Pending::OnSuccess) => matches!(self.phase, Phase::Succeeded).then_some(now),
            None => None,
        };
        if let Some(at) = follows {
            self.follow_up = None;
            actions.push(Action::FollowUp(at));
        }
    }

    fn call(&mut self, now: Timestamp) -> Action {
        self.calls = self.calls.wrapping_add(1);
        let call = CallId::nth(self.calls);
        let (limit, action) = match self.job() {
            Some(job) => (None, Action::Check(call, job)),
            None => (
                Some(now + self.kind.policy().call_limit),
                Action::Start(call, self.idempotency_key()),
            ),
        };
        self.phase = Phase::Calling { call, limit };
        action
    }

    fn job(&self) -> Option<Job> {
        self.job.clone().map(|key| Job {
            kind: self.kind.clone(),
            attachment: self.attachment.clone(),
            key,
        })
    }

    fn idempotency_key(&self) -> IdempotencyKey {
        IdempotencyKey::from(format!("{:016x}-{}", self.seed, self.starts))
    }

    fn checked(&mut self, answer: Result<Report, CallError>, now: Timestamp) {
        match answer {
            Ok(report) => {
                self.call_succeeded();
                let rises = self.take_progress(&report);
                match Phase::end(report) {
                    Some(end) => self.phase = end,
                    None => self.unfinished(rises, now),
                }
            }
            Err(error) => self.call_failed(error, now),
        }
    }

    /// Takes in how far the job is, and tells whether that is further than before.
    /// A job that goes back into the queue does not go back for the person.
    fn take_progress(&mut self, report: &Report) -> bool {
        let Report::Running { progress } = *report else {
            return false;
        };
        self.begun = true;
        let rises = progress > self.progress;
        self.progress = progress.max(self.progress);
        rises
    }

    /// News count as a good answer, but spend nothing of the budget: nobody asked.
    fn pushed(&mut self, report: Report, now: Timestamp, actions: &mut Vec<Action>) {
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
        let refill = policy.refill;
        self.call_succeeded();
        if self.take_progress(&report) && refill {
            self.checks = 0;
        }
        if let Some(end) = Phase::end(report) {
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
        if rises && policy.refill {
            self.checks = 0;
        }
        self.phase = if self.checks >= policy.max_checks {
            Phase::Failed(Failure::TimedOut {
                checks: self.checks,
            })
        } else {
            Phase::Waiting(Pause::interval(policy.interval, now))
        };
    }

    fn started(&mut self, answer: Result<Option<JobKey>, CallError>, now: Timestamp) {
        match answer {
            Ok(key) => {
                self.call_succeeded();
                self.job = Some(key.unwrap_or_else(|| JobKey::from(&self.attachment)));
                self.phase = Phase::call_at_once(now);
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
        let seed = self.seed.wrapping_add(self.calls);
        let pause = self
            .failures
            .add(error, policy, self.surroundings, seed, now);
        self.phase = match pause {
            Ok(pause) => Phase::Waiting(pause),
            Err(error) => Phase::Failed(Failure::Call(error)),
        };
    }

    fn surround(&mut self, new: Surroundings, now: Timestamp, actions: &mut Vec<Action>) {
        let old = std::mem::replace(&mut self.surroundings, new);
        if old.online && !new.online {
            self.reached_offline = false;
        }
        let came_online = !old.online && new.online;
        if came_online && matches!(self.phase, Phase::Calling { limit: Some(_), .. }) {
            // What was sent without a connection may hang for long.
            self.may_have_started |= self.job.is_none();
            actions.push(Action::Abandon);
            self.phase = Phase::call_at_once(now);
        }
        if came_online || (!old.visible && new.visible) {
            self.hurry();
        }
    }

    /// A call whose time was slept through says nothing about the server.
    fn woken(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        match self.phase {
            Phase::Calling {
                limit: Some(limit), ..
            } if now >= limit => {
                actions.push(Action::Abandon);
                self.may_have_started |= self.job.is_none();
                self.phase = Phase::call_at_once(now);
            }
            Phase::Calling { .. }
            | Phase::Waiting(_)
            | Phase::Succeeded
            | Phase::Failed(_)
            | Phase::Cancelled => self.hurry(),
        }
    }

    /// Has the next call go out as soon as the server allows; without a
    /// connection the probes keep their pace.
    fn hurry(&mut self) {
        if let Phase::Waiting(pause) = &mut self.phase
            && self.surroundings.online
        {
            pause.cut_short();
        }
    }

    fn cancel(&mut self, actions: &mut Vec<Action>) {
        match self.phase {
            Phase::Succeeded | Phase::Failed(_) | Phase::Cancelled => {}
            Phase::Waiting(_) | Phase::Calling { .. } => {
                if matches!(self.phase, Phase::Calling { .. }) {
                    actions.push(Action::Abandon);
                }
                actions.extend(self.job().map(Action::CancelJob));
                self.phase = Phase::Cancelled;
            }
        }
        self.follow_up = None;
    }

    fn retry(&mut self, now: Timestamp) {
        match &self.phase {
            Phase::Succeeded | Phase::Waiting(_) | Phase::Calling { .. } => return,
            // The job is gone from the server: make it anew.
            Phase::Cancelled
            | Phase::Failed(
                Failure::Job { .. } | Failure::Call(CallError::Status { status: 410, .. }),
            ) => {
                self.job = None;
                self.starts = self.starts.wrapping_add(1);
                self.may_have_started = false;
                self.progress = None;
                self.begun = false;
            }
            Phase::Failed(Failure::TimedOut { .. } | Failure::CutOff | Failure::Refused { .. }) => {
            }
            Phase::Failed(Failure::Call(_)) => {
                // A start that may have arrived, by this attempt or one before,
                // keeps its key, so that it makes no second job.
                if self.job.is_none() && !self.may_have_started {
                    self.starts = self.starts.wrapping_add(1);
                }
            }
        }
        self.run = self.run.saturating_add(1);
        self.checks = 0;
        self.failures.reset();
        self.phase = Phase::call_at_once(now);
    }
}

impl Phase {
    /// The end that a report tells; none while the job goes on.
    fn end(report: Report) -> Option<Self> {
        match report {
            Report::Queued | Report::Running { .. } => None,
            Report::Succeeded => Some(Self::Succeeded),
            Report::Failed { reason } => Some(Self::Failed(Failure::Job { reason })),
            Report::Cancelled => Some(Self::Cancelled),
        }
    }

    const fn call_at_once(now: Timestamp) -> Self {
        Self::Waiting(Pause::none(now))
    }
}
