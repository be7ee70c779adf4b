//! The state machine of one upload: (state, event, now) gives the next state and the actions.

mod commands;
mod event;
mod policy;
mod rate;
mod saved;
mod state;
#[cfg(test)]
mod tests;

use std::rc::Rc;

pub use self::event::{Action, Event};
pub use self::policy::UploadPolicy;
use self::rate::Meter;
pub use self::saved::SavedUpload;
use crate::failure::{CallError, Failure, UploadLeg};
use crate::id::{IdempotencyKey, ResumeKey};
use crate::job_status::UploadEvent;
use crate::monitor::CallId;
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
    /// The highest progress that was shown in this run.
    progress: Option<Percent>,
    failures: Failures,
    resume: Option<ResumeKey>,
    /// How many bytes the server had when an attempt last continued.
    kept: u64,
    calls: u64,
    keys: u64,
    /// Whether the server may have the file under the current idempotency key.
    may_have_arrived: bool,
    /// Counts retries by the user.
    run: u64,
    seed: u64,
}

#[derive(Debug)]
enum Phase {
    /// Waiting for an upload slot.
    Queued,
    /// After a transient failure.
    Waiting(Pause),
    Paused,
    Sending {
        call: CallId,
        /// Whether it continues an earlier attempt.
        resumed: bool,
        leg: UploadLeg,
        /// When it last made progress.
        moved: Timestamp,
        meter: Option<Meter>,
    },
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
            progress: None,
            failures: Failures::default(),
            resume: None,
            kept: 0,
            calls: 0,
            keys: 0,
            may_have_arrived: false,
            run: 0,
            seed,
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
            Event::Progress(call, event) if self.is_sending(call) => self.progressed(event, now),
            Event::Answered(call, result) if self.is_sending(call) => self.answered(result, now),
            Event::Progress(..) | Event::Answered(..) => {}
            Event::Environment(new) => {
                let old = std::mem::replace(&mut self.environment, new);
                if (!old.online && new.online) || (!old.visible && new.visible) {
                    self.hurry();
                }
            }
            Event::Woken => self.woken(now, &mut actions),
            Event::Pause => self.pause(&mut actions),
            Event::Resume => {
                if matches!(self.phase, Phase::Paused) {
                    self.phase = Phase::Queued;
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
        matches!(self.phase, Phase::Sending { .. })
    }

    /// Makes the next attempt a new upload, since its file is another one.
    pub fn forget_key(&mut self) {
        self.keys = self.keys.wrapping_add(1);
        self.may_have_arrived = false;
        self.resume = None;
        self.kept = 0;
    }

    /// The page that sent the file is closed.
    pub fn mark_interrupted(&mut self) {
        if !self.state(Timestamp::default()).is_ended() {
            self.may_have_arrived = true;
            self.phase = Phase::Failed(Failure::Interrupted);
        }
    }

    fn is_sending(&self, id: CallId) -> bool {
        matches!(self.phase, Phase::Sending { call, .. } if call == id)
    }

    fn begin(&mut self, now: Timestamp) -> Option<Action> {
        if !self.is_queued() {
            return None;
        }
        self.calls = self.calls.wrapping_add(1);
        let call = CallId::nth(self.calls);
        self.phase = Phase::Sending {
            call,
            resumed: self.resume.is_some(),
            leg: UploadLeg::Start,
            moved: now,
            meter: None,
        };
        let key = IdempotencyKey::from(format!("{:016x}-{}", self.seed, self.keys));
        Some(Action::Send(call, key, self.resume.clone()))
    }

    fn progressed(&mut self, event: UploadEvent, now: Timestamp) {
        let Phase::Sending {
            resumed,
            leg,
            moved,
            meter,
            ..
        } = &mut self.phase
        else {
            return;
        };
        *moved = now;
        match event {
            UploadEvent::Resumable(key) => self.resume = Some(key),
            UploadEvent::Sent { bytes, total } => {
                *leg = if bytes < total {
                    UploadLeg::Bytes
                } else {
                    UploadLeg::Answer
                };
                if meter.is_none() && *resumed && bytes > self.kept {
                    // Attempts that each get further are no reason to give up.
                    self.kept = bytes;
                    self.failures.reset();
                }
                meter
                    .get_or_insert_with(|| Meter::start(bytes, now))
                    .add(bytes, total, now);
                #[allow(clippy::cast_precision_loss)] // Only whole percent are shown.
                let share = Percent::of(bytes as f64, total as f64);
                self.progress = share.map(|share| share.min(MAX_SENDING)).max(self.progress);
            }
        }
    }

    fn answered(&mut self, result: Result<(), CallError>, now: Timestamp) {
        match result {
            Ok(()) => {
                self.failures.reset();
                self.resume = None;
                self.phase = Phase::Succeeded;
            }
            Err(error) => self.failed(error, now),
        }
    }

    fn failed(&mut self, error: CallError, now: Timestamp) {
        self.may_have_arrived |= error.may_have_arrived();
        let seed = self.seed.wrapping_add(self.calls);
        let (policy, around) = (&self.policy.retry, self.environment);
        self.phase = match self.failures.add(error, policy, around, seed, now) {
            Ok(pause) => Phase::Waiting(pause),
            Err(error) => Phase::Failed(error.into()),
        };
    }

    fn tick(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        if let Phase::Sending { leg, moved, .. } = &self.phase {
            let (at, limit) = (*leg, self.policy.limit(*leg));
            if now >= *moved + limit {
                actions.push(Action::Abandon);
                self.failed(CallError::Stalled { at, limit }, now);
            }
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
            self.may_have_arrived = true;
            self.phase = Phase::Queued;
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
