//! What of a monitor outlives the page.

use serde::{Deserialize, Serialize};

use super::{Monitor, Pending, Phase, Environment};
use crate::retry::{Failures, Pause};
use crate::{AttachmentId, CallError, End, JobKey, JobKind, Percent};
use crate::time::Timestamp;

/// A monitor without what ends with the page: its call and its back-off. What the
/// server asked for, and how often it failed in a row, goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedMonitor {
    attachment: AttachmentId,
    job: Option<JobKey>,
    progress: Option<Percent>,
    begun: bool,
    checks: u32,
    follow_up: Option<Pending>,
    starts: u64,
    #[serde(default)]
    may_have_started: bool,
    #[serde(default)]
    run: u64,
    seed: u64,
    /// Before that the server is not to be called.
    #[serde(default)]
    not_before: Option<Timestamp>,
    /// Transient failures in a row, and the last one.
    #[serde(default)]
    failures: Option<(u32, CallError)>,
    /// None while it goes on.
    end: Option<End>,
}

impl SavedMonitor {
    /// Whether it goes on once it is restored.
    pub const fn is_unfinished(&self) -> bool {
        self.end.is_none()
    }

    /// How often the person wanted it once more.
    pub const fn run(&self) -> u64 {
        self.run
    }
}

impl Monitor {
    /// What of it is to be kept.
    pub fn saved(&self) -> SavedMonitor {
        let end = match &self.phase {
            Phase::Waiting(_) | Phase::Calling { .. } => None,
            Phase::Succeeded => Some(End::Succeeded),
            Phase::Failed(failure) => Some(End::Failed(failure.clone())),
            Phase::Cancelled => Some(End::Cancelled),
        };
        SavedMonitor {
            attachment: self.attachment.clone(),
            job: self.job.clone(),
            progress: self.progress,
            begun: self.begun,
            checks: self.checks,
            follow_up: self.follow_up,
            starts: self.starts,
            may_have_started: self.may_have_started,
            run: self.run,
            seed: self.seed,
            not_before: match &self.phase {
                Phase::Waiting(pause) => Some(pause.not_before()),
                Phase::Calling { .. } | Phase::Succeeded | Phase::Failed(_) | Phase::Cancelled => {
                    None
                }
            },
            failures: self
                .failures
                .last()
                .map(|(count, last)| (count, last.clone())),
            end,
        }
    }

    /// The monitor of a job that was followed before: it asks at once. A start
    /// that had no answer is made again with its own key, which makes no second job.
    pub fn restored(
        kind: JobKind,
        saved: SavedMonitor,
        environment: Environment,
        now: Timestamp,
    ) -> Self {
        let mut monitor = Self::new(
            kind,
            saved.attachment,
            saved.job,
            environment,
            saved.seed,
            now,
        );
        monitor.progress = saved.progress;
        monitor.begun = saved.begun;
        monitor.checks = saved.checks;
        monitor.follow_up = saved.follow_up;
        monitor.starts = saved.starts;
        // A start that was under way when the page was left may have arrived.
        monitor.may_have_started =
            saved.may_have_started || (saved.end.is_none() && monitor.job.is_none());
        monitor.run = saved.run;
        if let Some((count, last)) = saved.failures {
            let policy = &monitor.kind.policy().retry;
            monitor.failures = Failures::restored(count, last, policy, saved.seed);
        }
        // A time far ahead is a clock's mistake, not the server's wish.
        let longest = now + monitor.kind.policy().retry.max_retry_after;
        let not_before = saved.not_before.unwrap_or(now).min(longest);
        monitor.phase = match saved.end {
            None => Phase::Waiting(Pause::until(not_before, now)),
            Some(End::Succeeded) => Phase::Succeeded,
            Some(End::Failed(failure)) => Phase::Failed(failure),
            Some(End::Cancelled) => Phase::Cancelled,
        };
        monitor
    }
}
