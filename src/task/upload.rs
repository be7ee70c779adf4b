//! One upload's life: (state, event, now) gives the next state and what to do.

mod policy;
mod rate;
mod saved;
#[cfg(test)]
mod tests;

use std::rc::Rc;

use serde::{Deserialize, Serialize};

pub use self::policy::UploadPolicy;
use self::rate::Meter;
pub use self::rate::Rate;
pub use self::saved::SavedUpload;
use super::TaskState;
use super::failure::{CallError, Failure, UploadLeg};
use super::id::{IdempotencyKey, ResumeKey};
use super::monitor::CallId;
use super::report::UploadNews;
use super::retry::{Failures, Pause, Surroundings, next_second, seconds_until};
use crate::percent::Percent;
use crate::time::Timestamp;

/// What happens to an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Time has passed.
    Tick,
    /// It is its turn.
    Begin,
    /// An attempt tells how far it is.
    News(CallId, UploadNews),
    /// The server has the file, or why it has not.
    Answered(CallId, Result<(), CallError>),
    /// The browser says something new about the surroundings.
    Surroundings(Surroundings),
    /// The page is looked at again after it was away.
    Woken,
    /// The person wants it to stand still.
    Pause,
    /// The person wants it to go on.
    Resume,
    /// The person does not want it any more.
    Cancel,
    /// The person wants it once more.
    Retry,
}

/// What is to be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send the bytes; with a key, from where an earlier attempt was.
    Send(CallId, IdempotencyKey, Option<ResumeKey>),
    /// Stop sending them.
    Abandon,
    /// Tell the server that it need not keep what it has.
    Discard(ResumeKey),
}

/// Where an upload is that is neither waiting nor over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UploadStage {
    /// Bytes are on their way.
    Sending {
        /// How fast, once that is known.
        rate: Option<Rate>,
    },
    /// All bytes are sent, and the server has not answered yet.
    AwaitingAnswer,
    /// It stands still until the person wants it to go on.
    Paused,
}

/// Sends one file. An attempt begins with the first byte, or where the one
/// before was; what is sent is shown up to 99 %, since only the server's answer
/// makes it 100, and does not go back over automatic retries.
#[derive(Debug)]
pub struct Upload {
    policy: Rc<UploadPolicy>,
    phase: Phase,
    surroundings: Surroundings,
    /// The highest share that was shown in this run.
    progress: Option<Percent>,
    failures: Failures,
    resume: Option<ResumeKey>,
    /// So many bytes the server had when an attempt went on from there.
    kept: u64,
    calls: u64,
    keys: u64,
    /// Whether the server may have the file under the key of now.
    may_have_arrived: bool,
    /// Counts how often the person wanted it once more.
    run: u64,
    seed: u64,
}

#[derive(Debug)]
enum Phase {
    /// Until it is its turn.
    Queued,
    /// After a failure that passes.
    Waiting(Pause),
    Paused,
    Sending {
        call: CallId,
        /// Whether it goes on from where an earlier attempt was.
        resumed: bool,
        leg: UploadLeg,
        /// When something moved last.
        moved: Timestamp,
        meter: Option<Meter>,
    },
    Succeeded,
    Failed(Failure),
    Cancelled,
}

const NEARLY: Percent = Percent::new(99);

impl Upload {
    /// An upload that waits for its turn. `seed` decides the idempotency key and
    /// the jitter: two uploads must not share one.
    pub fn new(policy: Rc<UploadPolicy>, surroundings: Surroundings, seed: u64) -> Self {
        Self {
            policy,
            phase: Phase::Queued,
            surroundings,
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

    /// Has it fail before a byte is sent.
    pub fn refuse(&mut self, failure: Failure) {
        self.phase = Phase::Failed(failure);
    }

    /// Takes in an event and tells what is to be done. Events that come too
    /// late, or make no sense in the present state, change nothing.
    pub fn step(&mut self, event: Event, now: Timestamp) -> Vec<Action> {
        let mut actions = Vec::new();
        match event {
            Event::Tick => {}
            Event::Begin => actions.extend(self.begin(now)),
            Event::News(call, news) if self.is_sending(call) => self.heard(news, now),
            Event::Answered(call, answer) if self.is_sending(call) => self.answered(answer, now),
            Event::News(..) | Event::Answered(..) => {}
            Event::Surroundings(new) => {
                let old = std::mem::replace(&mut self.surroundings, new);
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

    /// When [`Event::Tick`] is to come, if nothing happens before.
    pub fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        match &self.phase {
            Phase::Waiting(pause) => {
                let due = pause.due(&self.policy.retry, self.surroundings);
                Some(next_second(due, now))
            }
            Phase::Sending { leg, moved, .. } => Some(*moved + self.policy.limit(*leg)),
            Phase::Queued
            | Phase::Paused
            | Phase::Succeeded
            | Phase::Failed(_)
            | Phase::Cancelled => None,
        }
    }

    /// What the person is to be told.
    pub fn state(&self, now: Timestamp) -> TaskState {
        let progress = self.progress;
        let uploading = |stage| TaskState::Uploading { progress, stage };
        match &self.phase {
            Phase::Queued => TaskState::Queued,
            Phase::Waiting(_) if !self.surroundings.online => TaskState::Offline { progress },
            Phase::Waiting(pause) => match self.failures.last() {
                Some((attempt, error)) => TaskState::Recovering {
                    progress,
                    retry_in: seconds_until(pause.due(&self.policy.retry, self.surroundings), now),
                    attempt,
                    error: error.clone(),
                },
                None => TaskState::Queued,
            },
            Phase::Paused => uploading(UploadStage::Paused),
            Phase::Sending {
                leg: UploadLeg::Answer,
                ..
            } => uploading(UploadStage::AwaitingAnswer),
            Phase::Sending { meter, .. } => uploading(UploadStage::Sending {
                rate: meter.as_ref().and_then(Meter::rate),
            }),
            Phase::Succeeded => TaskState::Succeeded,
            Phase::Failed(failure) => TaskState::Failed(failure.clone()),
            Phase::Cancelled => TaskState::Cancelled,
        }
    }

    /// Whether the server has the file.
    pub const fn has_succeeded(&self) -> bool {
        matches!(self.phase, Phase::Succeeded)
    }

    /// Whether it waits for [`Event::Begin`].
    pub const fn is_queued(&self) -> bool {
        matches!(self.phase, Phase::Queued)
    }

    /// Whether it is one of those under way at once.
    pub const fn is_under_way(&self) -> bool {
        matches!(self.phase, Phase::Sending { .. })
    }

    /// Whether Retry needs another file, or the same chosen once more.
    pub const fn wants_file(&self) -> bool {
        matches!(
            self.phase,
            Phase::Failed(
                Failure::CutOff
                    | Failure::Refused { .. }
                    | Failure::Call(CallError::FileUnreadable)
            )
        )
    }

    /// Has the next attempt be for another file: what the server may have got
    /// of the first is not this one.
    pub fn forget_key(&mut self) {
        self.keys = self.keys.wrapping_add(1);
        self.may_have_arrived = false;
        self.resume = None;
        self.kept = 0;
    }

    /// The page that sent it is gone.
    pub fn cut_off(&mut self) {
        if !self.state(Timestamp::default()).is_ended() {
            self.may_have_arrived = true;
            self.phase = Phase::Failed(Failure::CutOff);
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

    fn heard(&mut self, news: UploadNews, now: Timestamp) {
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
        match news {
            UploadNews::Resumable(key) => self.resume = Some(key),
            UploadNews::Sent { bytes, total } => {
                *leg = if bytes < total {
                    UploadLeg::Bytes
                } else {
                    UploadLeg::Answer
                };
                if meter.is_none() && *resumed && bytes > self.kept {
                    // Five in a row that each came further are no reason to give up.
                    self.kept = bytes;
                    self.failures.reset();
                }
                meter
                    .get_or_insert_with(|| Meter::start(bytes, now))
                    .add(bytes, total, now);
                #[allow(clippy::cast_precision_loss)] // A share in whole percent.
                let share = Percent::of(bytes as f64, total as f64);
                self.progress = share.map(|share| share.min(NEARLY)).max(self.progress);
            }
        }
    }

    fn answered(&mut self, answer: Result<(), CallError>, now: Timestamp) {
        match answer {
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
        let (policy, around) = (&self.policy.retry, self.surroundings);
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
            && now >= pause.due(&self.policy.retry, self.surroundings)
        {
            self.phase = Phase::Queued;
        }
    }

    /// An attempt whose time was slept through says nothing about the server.
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
            && self.surroundings.online
        {
            pause.cut_short();
        }
    }

    fn pause(&mut self, actions: &mut Vec<Action>) {
        match self.phase {
            Phase::Queued | Phase::Waiting(_) => self.phase = Phase::Paused,
            Phase::Sending { .. } => {
                actions.push(Action::Abandon);
                self.may_have_arrived = true;
                self.phase = Phase::Paused;
            }
            Phase::Paused | Phase::Succeeded | Phase::Failed(_) | Phase::Cancelled => {}
        }
    }

    fn cancel(&mut self, actions: &mut Vec<Action>) {
        match self.phase {
            Phase::Queued | Phase::Waiting(_) | Phase::Paused => {}
            Phase::Sending { .. } => actions.push(Action::Abandon),
            Phase::Succeeded | Phase::Failed(_) | Phase::Cancelled => return,
        }
        actions.extend(self.resume.take().map(Action::Discard));
        self.phase = Phase::Cancelled;
    }

    fn retry(&mut self, actions: &mut Vec<Action>) {
        match &self.phase {
            Phase::Queued
            | Phase::Waiting(_)
            | Phase::Paused
            | Phase::Sending { .. }
            | Phase::Succeeded => return,
            // The server may have it already, by this attempt or one before: the
            // same key makes no second one. A file that changed is another one.
            Phase::Failed(failure)
                if self.may_have_arrived
                    && !matches!(failure, Failure::Call(CallError::FileUnreadable)) => {}
            Phase::Failed(_) | Phase::Cancelled => {
                actions.extend(self.resume.take().map(Action::Discard));
                self.forget_key();
            }
        }
        self.run = self.run.saturating_add(1);
        self.failures.reset();
        self.progress = None;
        self.phase = Phase::Queued;
    }
}
