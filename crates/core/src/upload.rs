//! The state machine of one upload: (state, event, now) gives the next state and the actions.

mod commands;
mod event;
mod failures;
mod media_type;
mod policy;
mod rate;
mod saved;
mod sending;
mod state;
#[cfg(test)]
mod tests;
mod tus;

use std::rc::Rc;

pub use self::event::{Action, Event};
pub use self::media_type::is_video;
pub use self::policy::UploadPolicy;
use self::saved::OPENING;
pub use self::saved::SavedUpload;
use self::sending::Sending;
pub use self::tus::{TusPosition, TusRequest, TusStep, TusUpload};
use crate::failure::{Failure, RequestError};
use crate::id::{IdempotencyKey, ResumeKey};
use crate::job_status::UploadEvent;
use crate::monitor::AttemptId;
use crate::percent::Percent;
use crate::retry::{Environment, Failures, Pause};
use crate::time::Timestamp;

/// Sends one file. An attempt begins with the first byte, or continues an earlier one.
/// Progress is shown up to 99 %, since only the response makes it 100 %, and does not
/// decrease across automatic retries.
#[derive(Debug)]
pub struct Upload {
    policy: Rc<UploadPolicy>,
    phase: Phase,
    environment: Environment,
    saved: SavedUpload,
    failures: Failures,
    /// How many bytes the server had when an attempt last continued.
    kept: u64,
    /// Whether an earlier attempt may have sent another file: the user has chosen it again.
    is_doubtful: bool,
    /// The server has refused requests with more bytes of the file than this.
    part_limit: Option<u64>,
    /// Whether the server has accepted an attempt of this run with an invalid response.
    was_odd: bool,
    /// Where the connection of the last attempt was closed, if that was early in the file.
    closed_at: Option<u64>,
    /// Whether the user has retried after the server had refused access to the partial upload.
    was_forbidden: bool,
    /// Whether the copy of its file is being opened, also while it is paused.
    is_opening: bool,
}

#[derive(Debug)]
enum Phase {
    /// Waiting for an upload slot.
    Queued,
    /// Waiting until then for the copy of its file, which is being opened.
    Opening(Timestamp),
    /// After a transient failure.
    Waiting(Pause),
    Paused,
    Sending(Sending),
    Succeeded,
    Failed(Failure),
    Cancelled,
}

/// The highest progress before the response.
const MAX_SENDING: Percent = Percent::new(99);

impl Upload {
    /// An upload that waits for a slot. `seed` determines jitter and idempotency keys: no two
    /// uploads may share one.
    pub fn new(policy: Rc<UploadPolicy>, environment: Environment, seed: u64) -> Self {
        Self {
            policy,
            phase: Phase::Queued,
            environment,
            saved: SavedUpload {
                seed,
                ..SavedUpload::default()
            },
            failures: Failures::default(),
            kept: 0,
            is_doubtful: false,
            part_limit: None,
            was_odd: false,
            closed_at: None,
            was_forbidden: false,
            is_opening: false,
        }
    }

    /// Makes it fail before a byte is sent.
    pub fn refuse(&mut self, failure: Failure) {
        self.phase = Phase::Failed(failure);
    }

    /// Handles an event and returns the actions to execute. Events that are late, or make no
    /// sense in the current state, change nothing.
    pub fn step(&mut self, event: Event, now: Timestamp) -> Vec<Action> {
        let mut actions = Vec::new();
        match event {
            Event::Tick => {}
            Event::Begin => actions.extend(self.begin(now)),
            Event::Progress(attempt, event) if self.is_sending(attempt) => {
                self.progressed(event, now, &mut actions);
            }
            Event::Answered(attempt, result) if self.is_sending(attempt) => {
                self.answered(result, now, &mut actions);
            }
            Event::Fingerprint(attempt, new) if self.is_sending(attempt) => {
                self.compare(new, &mut actions);
            }
            Event::Progress(..) | Event::Answered(..) | Event::Fingerprint(..) => {}
            Event::Environment(new) => {
                let old = std::mem::replace(&mut self.environment, new);
                if (!old.online && new.online) || (!old.visible && new.visible) {
                    self.hurry();
                }
            }
            Event::Woken => self.woken(now, &mut actions),
            Event::Opened => {
                self.is_opening = false;
                if matches!(self.phase, Phase::Opening(_)) {
                    self.phase = Phase::Queued;
                }
            }
            Event::Pause => self.pause(&mut actions),
            Event::Resume => {
                if matches!(self.phase, Phase::Paused) {
                    self.phase = match self.is_opening {
                        true => Phase::Opening(now + OPENING),
                        false => Phase::Queued,
                    };
                }
            }
            Event::Cancel => self.cancel(&mut actions),
            Event::Retry => self.retry(&mut actions),
        }
        self.tick(now, &mut actions);
        actions
    }

    /// Whether it waits for [`Event::Begin`].
    pub const fn is_queued(&self) -> bool {
        matches!(self.phase, Phase::Queued)
    }

    /// Whether it occupies an upload slot.
    pub const fn is_under_way(&self) -> bool {
        matches!(self.phase, Phase::Sending(_))
    }

    /// Makes the next attempt a new upload, for example since its file is another one.
    /// Returns the partial upload, which nobody will continue.
    #[must_use]
    pub fn start_over(&mut self) -> Option<ResumeKey> {
        self.saved.keys = self.saved.keys.wrapping_add(1);
        self.saved.may_have_arrived = false;
        self.kept = 0;
        self.was_odd = false;
        self.saved.fingerprint = None;
        self.saved.resume.take()
    }

    /// The page that sent the file is closed.
    pub fn mark_interrupted(&mut self) {
        if !self.state(Timestamp::default()).is_ended() {
            self.saved.may_have_arrived = true;
            self.phase = Phase::Failed(Failure::Interrupted);
        }
    }

    fn is_sending(&self, id: AttemptId) -> bool {
        matches!(&self.phase, Phase::Sending(it) if it.attempt == id)
    }

    fn begin(&mut self, now: Timestamp) -> Option<Action> {
        if !self.is_queued() {
            return None;
        }
        self.saved.attempts = self.saved.attempts.wrapping_add(1);
        let attempt = AttemptId::nth(self.saved.attempts);
        let resumed = self.saved.resume.is_some();
        self.phase = Phase::Sending(Sending::new(
            attempt,
            resumed,
            resumed || self.saved.may_have_arrived,
            now,
        ));
        let key = IdempotencyKey::from(format!("{:016x}-{}", self.saved.seed, self.saved.keys));
        Some(Action::Send(attempt, key, self.saved.resume.clone()))
    }

    /// The most bytes of the file in one request, if there is a limit.
    pub fn part_limit(&self) -> Option<u64> {
        let limits = [self.policy.chunk_bytes, self.part_limit];
        limits.into_iter().flatten().min()
    }

    /// Whether the server may have something of the file from an earlier attempt, so that
    /// this one needs the same file.
    pub const fn is_repeated(&self) -> bool {
        matches!(&self.phase, Phase::Sending(sending) if sending.is_repeated)
    }

    /// Another file must never continue this upload, and must not be sent under its key. When
    /// in doubt it starts again.
    fn compare(&mut self, new: u64, actions: &mut Vec<Action>) {
        let is_doubtful = std::mem::take(&mut self.is_doubtful) && self.is_repeated();
        if self
            .saved
            .fingerprint
            .map_or(is_doubtful, |before| before != new)
        {
            actions.push(Action::Abandon);
            actions.extend(self.start_over().map(Action::Discard));
            self.phase = Phase::Queued;
        }
        self.saved.fingerprint = Some(new);
    }

    fn progressed(&mut self, event: UploadEvent, now: Timestamp, actions: &mut Vec<Action>) {
        let Phase::Sending(sending) = &mut self.phase else {
            return;
        };
        sending.moved = now;
        match event {
            UploadEvent::Resumable(key) if key.as_str().len() > ResumeKey::MAX_BYTES => {
                actions.push(Action::Abandon);
                let most = ResumeKey::MAX_BYTES;
                let detail = format!("the state of an upload may have at most {most} bytes");
                let detail = detail.into();
                self.failed(RequestError::Misconfigured { detail }, now, actions);
            }
            UploadEvent::Resumable(key) => self.saved.resume = Some(key),
            UploadEvent::Unobserved { bytes } => sending.unobserved = Some(bytes),
            UploadEvent::PartSent => sending.part_sent = true,
            UploadEvent::PartLimit(bytes) => self.part_limit = Some(bytes),
            UploadEvent::Sent { bytes, total } => {
                if sending.meter.is_none() && sending.resumed && bytes > self.kept {
                    // Attempts that each get further are no reason to give up.
                    self.kept = bytes;
                    self.failures.reset();
                    self.closed_at = None;
                }
                self.was_forbidden = false;
                sending.progressed(bytes, total, now);
                #[expect(clippy::cast_precision_loss, reason = "only whole percent are shown")]
                let share = Percent::of(bytes as f64, total as f64);
                self.saved.progress = share
                    .map(|share| share.min(MAX_SENDING))
                    .max(self.saved.progress);
            }
        }
    }

    fn answered(
        &mut self,
        result: Result<(), RequestError>,
        now: Timestamp,
        actions: &mut Vec<Action>,
    ) {
        match result {
            Ok(()) => {
                self.failures.reset();
                self.saved.resume = None;
                self.phase = Phase::Succeeded;
            }
            Err(error) => self.failed(error, now, actions),
        }
    }

    fn tick(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        if let Phase::Sending(sending) = &self.phase
            && now >= sending.due(&self.policy)
        {
            actions.push(Action::Abandon);
            let (_, error) = sending.limit(&self.policy);
            self.failed(error, now, actions);
        }
        if let Phase::Opening(until) = self.phase
            && now >= until
        {
            self.mark_interrupted();
        }
        if let Phase::Waiting(pause) = &self.phase
            && now >= pause.due(&self.policy.retry, self.environment)
        {
            self.phase = Phase::Queued;
        }
    }

    /// An attempt that timed out during sleep says nothing about the server.
    fn woken(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        if self.is_under_way() && self.next_due(now).is_some_and(|limit| now >= limit) {
            actions.push(Action::Abandon);
            self.saved.may_have_arrived = true;
            self.phase = Phase::Queued;
        }
        if let Phase::Opening(until) = &mut self.phase {
            *until = now + OPENING;
        }
        self.hurry();
    }

    fn hurry(&mut self) {
        if let Phase::Waiting(pause) = &mut self.phase
            && self.environment.online
        {
            pause.cut_short();
        }
    }
}
