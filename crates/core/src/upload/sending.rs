//! An attempt in flight: what it has sent, and when it times out.

use std::time::Duration;

use super::rate::Meter;
use super::{UploadPolicy, rate};
use crate::failure::{RequestError, UploadPhase};
use crate::monitor::AttemptId;
use crate::time::Timestamp;

#[derive(Debug)]
pub(super) struct Sending {
    pub attempt: AttemptId,
    /// Whether it continues an earlier attempt.
    pub resumed: bool,
    /// Whether the server may have something of the file from an earlier attempt.
    pub is_repeated: bool,
    pub phase: UploadPhase,
    /// When it last made progress.
    pub moved: Timestamp,
    pub meter: Option<Meter>,
    /// The bytes of the request, if its progress cannot be observed.
    pub unobserved: Option<u64>,
    /// Whether the server has still to respond to a part that was sent.
    pub part_sent: bool,
    pub began: Timestamp,
    /// Bytes that were sent, and all bytes.
    pub sent: (u64, u64),
}

impl Sending {
    pub const fn new(attempt: AttemptId, resumed: bool, is_repeated: bool, now: Timestamp) -> Self {
        Self {
            attempt,
            resumed,
            is_repeated,
            phase: UploadPhase::Connect,
            moved: now,
            meter: None,
            unobserved: None,
            part_sent: false,
            began: now,
            sent: (0, 0),
        }
    }

    /// The time without progress after which it is aborted, and the error.
    ///
    /// Bytes that count as sent may stand in buffers for minutes on a slow line, so the
    /// timeout of the response grows with them.
    pub fn limit(&self, policy: &UploadPolicy) -> (Duration, RequestError) {
        if let Some(bytes) = self.unobserved {
            let limit = policy.response_timeout.saturating_add(rate::slowest(bytes));
            return (limit, RequestError::TimedOut { limit });
        }
        let (at, limit) = match self.phase {
            UploadPhase::Connect => (self.phase, policy.connect_timeout),
            UploadPhase::Transfer if !self.part_sent => (self.phase, policy.transfer_timeout),
            UploadPhase::Transfer | UploadPhase::Response => {
                let backlog = self.meter.as_ref().map(Meter::backlog);
                let limit = policy
                    .response_timeout
                    .saturating_add(backlog.unwrap_or_default());
                (UploadPhase::Response, limit)
            }
        };
        (limit, RequestError::Stalled { at, limit })
    }

    /// When it is aborted.
    pub fn due(&self, policy: &UploadPolicy) -> Timestamp {
        self.moved + self.limit(policy).0
    }

    /// `bytes` of `total` have been sent.
    pub fn progressed(&mut self, bytes: u64, total: u64, now: Timestamp) {
        self.phase = if bytes < total {
            UploadPhase::Transfer
        } else {
            UploadPhase::Response
        };
        self.unobserved = None;
        self.part_sent = false;
        self.sent = (bytes, total);
        let (start, began) = if self.resumed {
            (bytes, now)
        } else {
            (0, self.began)
        };
        let meter = self.meter.get_or_insert_with(|| Meter::start(start, began));
        meter.add(bytes, total, now);
    }
}
