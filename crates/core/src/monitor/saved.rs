//! The part of a job's state machine that outlives the tab.

use std::time::Duration;

use super::{CANCEL_ATTEMPTS, Cancellation, Monitor, PendingFollowUp, Phase, Stage};
use crate::failure::RequestError;
use crate::id::{AttachmentId, JobKey};
use crate::kind::JobKind;
use crate::percent::Percent;
use crate::retry::{Environment, Failures, Pause};
use crate::task::TaskState;
use crate::time::{Now, Timestamp};

/// A job's state machine without what ends with the tab: its request and its back-off.
/// How it ended, if it has, is in the snapshot's state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SavedMonitor {
    /// The key by which the server reports the job's status, once there is one.
    pub job: Option<JobKey>,
    /// The highest progress that the server has reported in this run.
    pub progress: Option<Percent>,
    /// Whether the server has begun to work in this run.
    pub begun: bool,
    /// The number of checks that reported an unfinished job.
    pub checks: u32,
    /// The task that follows.
    pub follow_up: Option<SavedFollowUp>,
    /// Counts the jobs that the server was asked to start.
    pub starts: u64,
    /// Whether the server may have created the job under the current idempotency key.
    pub may_have_started: bool,
    /// Counts retries by the user.
    pub run: u64,
    /// Decides jitter and idempotency keys.
    pub seed: u64,
    /// The server accepts no request before this wall-clock time.
    pub not_before: Option<Timestamp>,
    /// Transient failures in a row, and the last one.
    pub failures: Option<(u32, RequestError)>,
    /// Jobs that are still to be cancelled on the server.
    pub cancellations: Vec<SavedCancellation>,
}

/// A job that is still to be cancelled on the server.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SavedCancellation {
    /// Which start request creates it.
    pub starts: u64,
    /// Its key, once it is known.
    pub job: Option<JobKey>,
    /// Transient failures in a row, and the last one.
    pub failures: Option<(u32, RequestError)>,
}

/// When a follow-up starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SavedFollowUp {
    /// At a wall-clock time.
    At {
        /// The time.
        at: Timestamp,
        /// The nominal wait, which the rest of it never exceeds.
        delay: Duration,
    },
    /// When the job has succeeded.
    OnSuccess,
}

impl Monitor {
    /// The part that is stored.
    pub fn saved(&self, now: Now) -> SavedMonitor {
        SavedMonitor {
            job: self.job.clone(),
            progress: self.progress,
            begun: self.begun,
            checks: self.checks,
            follow_up: self.follow_up.map(|it| match it {
                PendingFollowUp::At { due, delay } => SavedFollowUp::At {
                    at: now.to_wall(due),
                    delay,
                },
                PendingFollowUp::OnSuccess => SavedFollowUp::OnSuccess,
            }),
            starts: self.starts,
            may_have_started: self.may_have_started,
            run: self.run,
            seed: self.seed,
            not_before: Some(self.not_before)
                .filter(|at| *at > now.monotonic)
                .map(|at| now.to_wall(at)),
            failures: saved_failures(&self.failures),
            cancellations: self.cancellations.iter().map(Cancellation::saved).collect(),
        }
    }

    /// The state machine of a job that was monitored before: it sends its next request at
    /// once. A start without a response is repeated with the same idempotency key.
    pub fn restored(
        kind: JobKind,
        attachment: AttachmentId,
        saved: &SavedMonitor,
        state: &TaskState,
        environment: Environment,
        now: Now,
    ) -> Self {
        let time = now.monotonic;
        let job = saved.job.clone();
        let mut monitor = Self::new(kind, attachment, job, environment, saved.seed, time);
        monitor.progress = saved.progress;
        monitor.begun = saved.begun;
        monitor.checks = saved.checks;
        monitor.follow_up = saved.follow_up.map(|it| match it {
            SavedFollowUp::At { at, delay } => PendingFollowUp::At {
                due: now.to_monotonic(at, delay),
                delay,
            },
            SavedFollowUp::OnSuccess => PendingFollowUp::OnSuccess,
        });
        monitor.starts = saved.starts;
        // A start that was in flight when the tab was closed may have arrived.
        monitor.may_have_started =
            saved.may_have_started || (!state.is_ended() && monitor.job.is_none());
        monitor.was_restored = true;
        monitor.run = saved.run;
        if let Some((count, last)) = &saved.failures {
            let policy = monitor.kind.policy().retry;
            monitor.failures = Failures::restored(*count, last.clone(), &policy, saved.seed);
        }
        // A later time is due to a clock that jumped.
        let longest = monitor.kind.policy().retry.max_retry_after;
        let not_before = saved
            .not_before
            .map_or(time, |at| now.to_monotonic(at, longest));
        monitor.phase = match state {
            TaskState::Succeeded => Phase::Succeeded,
            TaskState::Failed(failure) => Phase::Failed(failure.clone()),
            TaskState::Cancelled => Phase::Cancelled,
            TaskState::Uploading { .. }
            | TaskState::Queued
            | TaskState::Running { .. }
            | TaskState::Recovering { .. }
            | TaskState::Offline { .. } => Phase::Waiting(Pause::until(not_before, time)),
        };
        monitor.not_before = not_before;
        let policy = monitor
            .kind
            .policy()
            .retry
            .with_max_failures(CANCEL_ATTEMPTS);
        let is_cancelled = matches!(state, TaskState::Cancelled);
        let saved_cancellations = saved.cancellations.iter();
        // Only the current job may still have to be named by the server.
        let is_valid = |it: &&SavedCancellation| match it.starts == saved.starts {
            true => is_cancelled,
            false => it.job.is_some(),
        };
        let restored = saved_cancellations.filter(is_valid).map(|it| Cancellation {
            starts: it.starts,
            job: it.job.clone(),
            failures: match &it.failures {
                Some((count, last)) => {
                    Failures::restored(*count, last.clone(), &policy, saved.seed)
                }
                None => Failures::default(),
            },
            stage: Stage::Waiting(Pause::until(not_before, time)),
        });
        monitor.cancellations = restored.collect();
        monitor
    }
}

impl Cancellation {
    fn saved(&self) -> SavedCancellation {
        SavedCancellation {
            starts: self.starts,
            job: self.job.clone(),
            failures: saved_failures(&self.failures),
        }
    }
}

fn saved_failures(failures: &Failures) -> Option<(u32, RequestError)> {
    failures.last().map(|(count, last)| (count, last.clone()))
}
