//! The visible state of an upload, and when it changes without an event.

use super::rate::Meter;
use super::{Phase, Upload};
use crate::failure::UploadPhase;
use crate::retry::{next_second, seconds_until};
use crate::task::{TaskState, UploadStage};
use crate::time::Timestamp;

impl Upload {
    /// When [`Event::Tick`] is due, unless another event happens before.
    pub fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        match &self.phase {
            Phase::Waiting(pause) => {
                let due = pause.due(&self.policy.retry, self.environment);
                Some(next_second(due, now))
            }
            Phase::Sending(sending) => Some(sending.due(&self.policy)),
            Phase::Opening(until) => Some(*until),
            Phase::Queued
            | Phase::Paused
            | Phase::Succeeded
            | Phase::Failed(_)
            | Phase::Cancelled => None,
        }
    }

    /// The state to show.
    pub fn state(&self, now: Timestamp) -> TaskState {
        let progress = self.saved.progress;
        let uploading = |stage| TaskState::Uploading { progress, stage };
        match &self.phase {
            Phase::Queued => TaskState::Queued,
            // The user sees no difference.
            Phase::Opening(_) => uploading(UploadStage::Sending { rate: None }),
            Phase::Waiting(_) if !self.environment.online => TaskState::Offline { progress },
            Phase::Waiting(pause) => match self.failures.last() {
                Some((attempt, error)) => TaskState::Recovering {
                    progress,
                    retry_in: seconds_until(pause.due(&self.policy.retry, self.environment), now),
                    attempt,
                    error: error.clone(),
                },
                None => TaskState::Queued,
            },
            Phase::Paused => uploading(UploadStage::Paused),
            Phase::Sending(sending) => uploading(match sending.phase {
                UploadPhase::Response => UploadStage::AwaitingResponse,
                UploadPhase::Connect | UploadPhase::Transfer => UploadStage::Sending {
                    rate: sending.meter.as_ref().and_then(Meter::rate),
                },
            }),
            Phase::Succeeded => TaskState::Succeeded,
            Phase::Failed(failure) => TaskState::Failed(failure.clone()),
            Phase::Cancelled => TaskState::Cancelled,
        }
    }
}
