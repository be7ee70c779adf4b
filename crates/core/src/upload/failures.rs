//! What becomes of an upload whose attempt has failed.

use super::rate::BUFFERED;
use super::{Action, Phase, Upload};
use crate::failure::{RequestError, UploadPhase};
use crate::time::Timestamp;

/// What to do after an error.
enum Verdict {
    /// Repeat the request after a pause.
    Again,
    /// Begin from scratch at once.
    Restart,
    Fail,
}

impl Upload {
    pub(super) fn failed(
        &mut self,
        error: RequestError,
        now: Timestamp,
        actions: &mut Vec<Action>,
    ) {
        let earlier_may_have_arrived = self.saved.may_have_arrived;
        self.saved.may_have_arrived |= error.may_have_arrived();
        let error = self.suspect(error);
        let verdict = self.judge(&error, earlier_may_have_arrived);
        let seed = self.saved.seed.wrapping_add(self.saved.attempts);
        let (policy, around) = (&self.policy.retry, self.environment);
        self.phase = match verdict {
            Verdict::Again => match self.failures.add(error, policy, around, seed, now) {
                Ok(pause) => Phase::Waiting(pause),
                Err(error) => Phase::Failed(error.into()),
            },
            Verdict::Restart => {
                actions.extend(self.start_over().map(Action::Discard));
                Phase::Queued
            }
            Verdict::Fail => {
                if self.refuses_complete_file(&error) {
                    actions.extend(self.start_over().map(Action::Discard));
                }
                Phase::Failed(error.into())
            }
        };
    }

    fn judge(&mut self, error: &RequestError, earlier_may_have_arrived: bool) -> Verdict {
        let status = match error {
            RequestError::Status { status, .. } => *status,
            _ => 0,
        };
        let is_transient = match (status, &self.saved.resume) {
            // The partial upload is gone.
            (404 | 410, Some(_)) => {
                self.saved.resume = None;
                true
            }
            (403, Some(_)) if std::mem::take(&mut self.was_forbidden) => return Verdict::Restart,
            // An earlier request may still write to it: the server has not noticed its end.
            (409 | 423 | 425, Some(_)) => true,
            _ => error.is_transient_with_key(earlier_may_have_arrived),
        };
        if is_transient {
            Verdict::Again
        } else {
            Verdict::Fail
        }
    }

    /// Whether the server has all bytes of a resumable upload and does not accept the file.
    /// It would report the upload as complete if it were continued.
    fn refuses_complete_file(&self, error: &RequestError) -> bool {
        let is_complete =
            matches!(&self.phase, Phase::Sending(it) if it.phase == UploadPhase::Response);
        let is_refused = matches!(
            error,
            RequestError::Status {
                status: 400 | 402 | 405..=499,
                ..
            }
        );
        is_complete && is_refused
    }

    /// What an error means after those before.
    fn suspect(&mut self, error: RequestError) -> RequestError {
        let Phase::Sending(sending) = &self.phase else {
            return error;
        };
        let (bytes, total) = sending.sent;
        let sends = sending.phase != UploadPhase::Connect || sending.unobserved.is_some();
        let is_early = sending.phase == UploadPhase::Transfer && bytes < total / 2;
        // What was sent includes what stood in buffers.
        let near = (total / 4).clamp(1 << 20, BUFFERED);
        let closed_at = (is_early && error == RequestError::Unreachable).then_some(bytes);
        let before = std::mem::replace(&mut self.closed_at, closed_at);
        match error {
            RequestError::InvalidResponse { detail }
                if sends
                    && self.saved.resume.is_none()
                    && std::mem::replace(&mut self.was_odd, true) =>
            {
                RequestError::Unconfirmed { detail }
            }
            RequestError::Unreachable
                if self.environment.online
                    && closed_at
                        .zip(before)
                        .is_some_and(|(at, before)| at.abs_diff(before) <= near) =>
            {
                match smaller(self.part_limit().unwrap_or(total), 16) {
                    Some(limit) if self.saved.resume.is_some() => {
                        self.part_limit = Some(limit);
                        RequestError::Unreachable
                    }
                    _ => RequestError::ClosedEarly,
                }
            }
            error => error,
        }
    }
}

/// The next smaller size of a request that the server has refused for its size; `None` if
/// there is none.
pub(super) fn smaller(bytes: u64, divisor: u64) -> Option<u64> {
    const SMALLEST: u64 = 256 << 10;
    const LARGEST: u64 = 256 << 20;
    let smaller = bytes.min(LARGEST).checked_div(divisor)?;
    (bytes > SMALLEST).then_some(smaller.max(SMALLEST))
}
