//! The visible state of a job, and when it changes without an event.

use super::{AttemptId, Monitor, PendingFollowUp, Phase};
use crate::TaskState;
use crate::retry::{next_second, seconds_until};
use crate::time::Timestamp;

impl Monitor {
    /// When [`Event::Tick`] is due, unless another event happens before.
    pub fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        let phase = match &self.phase {
            // A countdown is shown: wake up when its number changes.
            Phase::Waiting(_) if self.is_recovering() => {
                self.due().map(|due| next_second(due, now))
            }
            Phase::Waiting(_) => self.due(),
            Phase::Requesting { limit, .. } => *limit,
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
            Phase::Waiting(_) | Phase::Requesting { .. } => {}
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

    /// Whether a check in flight has had no response within its timeout.
    pub fn is_overdue(&self, now: Timestamp) -> Option<AttemptId> {
        match self.phase {
            Phase::Requesting {
                attempt,
                limit: Some(limit),
            } if now >= limit && self.job.is_some() => Some(attempt),
            Phase::Requesting { .. }
            | Phase::Waiting(_)
            | Phase::Succeeded
            | Phase::Failed(_)
            | Phase::Cancelled => None,
        }
    }

    pub(super) fn is_recovering(&self) -> bool {
        self.failures.last().is_some() && !self.is_offline()
    }

    pub(super) fn due(&self) -> Option<Timestamp> {
        match &self.phase {
            Phase::Waiting(pause) => {
                let policy = self.kind.policy();
                let usual = match self.streamed {
                    true => policy.streamed_interval,
                    false => policy.interval,
                };
                Some(pause.due_by(&policy.retry, self.environment, usual))
            }
            Phase::Requesting { .. } | Phase::Succeeded | Phase::Failed(_) | Phase::Cancelled => {
                None
            }
        }
    }
}
