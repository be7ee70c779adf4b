//! The state machine of one job: (state, event, now) gives the next state and the actions.
//!
//! It has no browser, clock or randomness: `now` and a seed are passed in. Every rule of
//! monitoring has a test in `tests` or `properties`.

mod cancellation;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod cancellation_properties;
mod commands;
mod environment;
mod event;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
mod responses;
mod saved;
mod state;
#[cfg(test)]
mod tests;

use std::time::Duration;

use self::cancellation::{Cancellation, Stage};
pub use self::event::{Action, AttemptId, Event, FollowUp};
pub use self::saved::{SavedCancellation, SavedFollowUp, SavedMonitor};
use crate::failure::{Failure, RequestError};
use crate::id::{AttachmentId, IdempotencyKey, JobKey};
use crate::kind::{Job, JobKind};
use crate::percent::Percent;
pub use crate::retry::Environment;
use crate::retry::{Failures, Pause};
use crate::time::Timestamp;

/// How many failures in a row end the attempts to cancel a job on the server. With the default
/// back-off they take about nine minutes.
const CANCEL_ATTEMPTS: u32 = 20;

/// Monitors one job on the server.
#[derive(Debug)]
pub struct Monitor {
    kind: JobKind,
    attachment: AttachmentId,
    /// The job's key; `None` until the server has named it.
    job: Option<JobKey>,
    phase: Phase,
    environment: Environment,
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
    /// Jobs of this task whose cancellation has not reached the server yet.
    cancellations: Vec<Cancellation>,
    attempts: u64,
    starts: u64,
    /// Whether the server may have created a job under the current idempotency key.
    may_have_started: bool,
    /// Whether another tab has driven the task, which may carry out the same Retry.
    was_restored: bool,
    /// Counts retries by the user.
    run: u64,
    seed: u64,
}

#[derive(Debug)]
enum Phase {
    Waiting(Pause),
    Requesting {
        attempt: AttemptId,
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
            progress: None,
            begun: false,
            checks: 0,
            failures: Failures::default(),
            streamed: false,
            follow_up: None,
            not_before: now,
            cancellations: Vec::new(),
            attempts: 0,
            starts: 0,
            may_have_started: false,
            was_restored: false,
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
            Event::Sent(attempt) => {
                let limit = now + self.kind.policy().request_timeout;
                self.limit(attempt, Some(limit));
                return actions;
            }
            Event::Unanswered(attempt) => {
                self.limit(attempt, None);
                return actions;
            }
            Event::Checked(attempt, result) if self.is_requesting(attempt) => {
                self.checked(result, now)
            }
            Event::Started(attempt, result) if self.is_requesting(attempt) => {
                self.started(result, now)
            }
            Event::Started(..) | Event::CancelAnswered(..) => {
                if !self.cancellation_answered(event, now) {
                    return actions;
                }
            }
            Event::Checked(..) => return actions,
            Event::Pushed(status) => self.pushed(status, now, &mut actions),
            Event::StreamEnded => self.streamed = false,
            Event::Environment(new) => self.environment_changed(new, now, &mut actions),
            Event::Reached => self.environment.online = true,
            Event::Woken => self.woken(now, &mut actions),
            Event::Cancel => self.cancel(now, &mut actions),
            Event::Retry => self.retry(now),
        }
        self.tick(now, &mut actions);
        actions
    }

    /// No pause, except for what the server has asked for.
    const fn pause_at_once(&self, now: Timestamp) -> Pause {
        Pause::until(self.not_before, now)
    }

    const fn request_at_once(&self, now: Timestamp) -> Phase {
        Phase::Waiting(self.pause_at_once(now))
    }

    fn is_requesting(&self, id: AttemptId) -> bool {
        matches!(self.phase, Phase::Requesting { attempt, .. } if attempt == id)
    }

    /// Sets the timeout of the request, if it is the current one.
    fn limit(&mut self, id: AttemptId, new: Option<Timestamp>) {
        if let Phase::Requesting { attempt, limit } = &mut self.phase
            && *attempt == id
        {
            *limit = new;
        }
        self.limit_cancellation(id, new);
    }

    fn tick(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        if let Phase::Requesting {
            limit: Some(limit), ..
        } = self.phase
            && now >= limit
        {
            actions.push(Action::Abandon);
            let limit = self.kind.policy().request_timeout;
            self.request_failed(RequestError::TimedOut { limit }, now);
        }
        if self.due().is_some_and(|due| now >= due) {
            actions.push(self.request());
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

    fn next_attempt(&mut self) -> AttemptId {
        self.attempts = self.attempts.wrapping_add(1);
        AttemptId::nth(self.attempts)
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
}
