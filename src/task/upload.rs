//! One upload's life: (state, event) gives the next state and what to do.

use serde::{Deserialize, Serialize};

use super::failure::{CallError, Failure};
use super::id::IdempotencyKey;
use super::monitor::CallId;
use super::percent::Percent;
use super::{End, TaskState};

/// What happens to an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// So much of the body is sent; none where the length is not known.
    Sent(CallId, Option<Percent>),
    /// The server has the file, or why it has not.
    Answered(CallId, Result<(), CallError>),
    /// The person does not want it any more.
    Cancel,
    /// The person wants it once more.
    Retry,
}

/// What is to be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send the bytes.
    Send(CallId, IdempotencyKey),
    /// Stop sending them.
    Abandon,
}

/// Sends one file. An attempt begins with the first byte; what is sent is
/// shown up to 99 %, since only the server's answer makes it 100.
#[derive(Debug)]
pub struct Upload {
    phase: Phase,
    calls: u64,
    keys: u64,
    seed: u64,
}

#[derive(Debug)]
enum Phase {
    Sending { call: CallId, sent: Option<Percent> },
    Succeeded,
    Failed(Failure),
    Cancelled,
}

/// An upload without its file, which no page can keep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedUpload {
    keys: u64,
    seed: u64,
    /// None while it was under way.
    end: Option<End>,
}

impl SavedUpload {
    /// Whether it was under way.
    pub(crate) const fn is_unfinished(&self) -> bool {
        self.end.is_none()
    }
}

const NEARLY: Percent = Percent::new(99);

impl Upload {
    /// An upload and its first action. `seed` decides the idempotency key: two
    /// uploads must not share one.
    pub fn start(seed: u64) -> (Self, Action) {
        let mut upload = Self {
            phase: Phase::Cancelled,
            calls: 0,
            keys: 0,
            seed,
        };
        let action = upload.send();
        (upload, action)
    }

    /// Takes in an event and tells what is to be done. Events that come too
    /// late, or make no sense in the present state, change nothing.
    pub fn step(&mut self, event: Event) -> Option<Action> {
        match event {
            Event::Sent(id, share) => {
                if let Phase::Sending { call, sent } = &mut self.phase
                    && *call == id
                {
                    *sent = share.map(|share| share.min(NEARLY)).max(*sent);
                }
                None
            }
            Event::Answered(id, answer) => {
                if matches!(self.phase, Phase::Sending { call, .. } if call == id) {
                    self.phase = match answer {
                        Ok(()) => Phase::Succeeded,
                        Err(error) => Phase::Failed(error.into()),
                    };
                }
                None
            }
            Event::Cancel => match self.phase {
                Phase::Sending { .. } => {
                    self.phase = Phase::Cancelled;
                    Some(Action::Abandon)
                }
                Phase::Succeeded | Phase::Failed(_) | Phase::Cancelled => None,
            },
            Event::Retry => {
                match &self.phase {
                    Phase::Sending { .. } | Phase::Succeeded => return None,
                    // The server may have it already: the same key makes no second one.
                    Phase::Failed(Failure::Call(error)) if error.may_have_arrived() => {}
                    // So it may after the page was left.
                    Phase::Failed(Failure::CutOff) => {}
                    Phase::Failed(_) | Phase::Cancelled => self.keys += 1,
                }
                Some(self.send())
            }
        }
    }

    /// What the person is to be told.
    pub fn state(&self) -> TaskState {
        match &self.phase {
            Phase::Sending { sent, .. } => TaskState::Uploading { progress: *sent },
            Phase::Succeeded => TaskState::Succeeded,
            Phase::Failed(failure) => TaskState::Failed(failure.clone()),
            Phase::Cancelled => TaskState::Cancelled,
        }
    }

    /// Whether the server has the file.
    pub fn has_succeeded(&self) -> bool {
        matches!(self.phase, Phase::Succeeded)
    }

    /// Has the next attempt be for another file: what the server may have got
    /// of the first is not this one.
    pub fn forget_key(&mut self) {
        self.keys += 1;
    }

    /// What of it outlives the page.
    pub fn saved(&self) -> SavedUpload {
        SavedUpload {
            keys: self.keys,
            seed: self.seed,
            end: match &self.phase {
                Phase::Sending { .. } => None,
                Phase::Succeeded => Some(End::Succeeded),
                Phase::Failed(failure) => Some(End::Failed(failure.clone())),
                Phase::Cancelled => Some(End::Cancelled),
            },
        }
    }

    /// The upload as it was when the page was left. One under way was cut off.
    pub fn restored(saved: SavedUpload) -> Self {
        Self {
            phase: match saved.end {
                None => Phase::Failed(Failure::CutOff),
                Some(End::Succeeded) => Phase::Succeeded,
                Some(End::Failed(failure)) => Phase::Failed(failure),
                Some(End::Cancelled) => Phase::Cancelled,
            },
            calls: 0,
            keys: saved.keys,
            seed: saved.seed,
        }
    }

    fn send(&mut self) -> Action {
        self.calls += 1;
        let call = CallId::nth(self.calls);
        self.phase = Phase::Sending { call, sent: None };
        Action::Send(
            call,
            IdempotencyKey::from(format!("{:016x}-{}", self.seed, self.keys)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(action: Option<Action>) -> (CallId, IdempotencyKey) {
        match action {
            Some(Action::Send(call, key)) => (call, key),
            other => panic!("no attempt was made: {other:?}"),
        }
    }

    fn started() -> (Upload, CallId, IdempotencyKey) {
        let (upload, action) = Upload::start(7);
        let (id, key) = call(Some(action));
        (upload, id, key)
    }

    fn progress(upload: &Upload) -> Option<u8> {
        upload.state().progress().map(Percent::get)
    }

    #[test]
    fn progress_never_goes_back_and_reads_100_only_once_the_server_has_it() {
        let (mut upload, id, _) = started();
        for (sent, shown) in [(10, 10), (60, 60), (40, 60), (100, 99)] {
            upload.step(Event::Sent(id, Some(Percent::new(sent))));
            assert_eq!(progress(&upload), Some(shown));
        }
        upload.step(Event::Answered(id, Ok(())));
        assert_eq!(upload.state(), TaskState::Succeeded);
        assert_eq!(progress(&upload), Some(100));
    }

    #[test]
    fn a_cancelled_upload_is_abandoned_and_a_late_answer_changes_nothing() {
        let (mut upload, id, _) = started();
        assert_eq!(upload.step(Event::Cancel), Some(Action::Abandon));
        assert_eq!(upload.step(Event::Answered(id, Ok(()))), None);
        assert_eq!(upload.state(), TaskState::Cancelled);
        assert_eq!(upload.step(Event::Cancel), None);
    }

    #[test]
    fn retry_sends_again_from_nothing_and_ignores_the_attempt_before() {
        let (mut upload, first, _) = started();
        upload.step(Event::Sent(first, Some(Percent::new(50))));
        upload.step(Event::Answered(first, Err(CallError::Unreachable)));
        let (second, _) = call(upload.step(Event::Retry));
        assert_ne!(first, second);
        assert_eq!(progress(&upload), None);
        upload.step(Event::Sent(first, Some(Percent::new(80))));
        upload.step(Event::Answered(first, Ok(())));
        assert_eq!(upload.state(), TaskState::Uploading { progress: None });
        assert_eq!(upload.step(Event::Retry), None, "it is under way already");
    }

    #[test]
    fn an_upload_that_the_page_was_left_in_says_so_and_keeps_its_key() {
        let (upload, _, key) = started();
        let mut restored = Upload::restored(upload.saved());
        assert_eq!(restored.state(), TaskState::Failed(Failure::CutOff));
        let (_, again) = call(restored.step(Event::Retry));
        assert_eq!(again, key);
    }

    #[test]
    fn a_request_that_may_have_arrived_keeps_its_key() {
        let (mut upload, id, first) = started();
        upload.step(Event::Answered(id, Err(CallError::Unreachable)));
        let (id, second) = call(upload.step(Event::Retry));
        assert_eq!(first, second);
        let refused = CallError::Status {
            status: 413,
            retry_after: None,
            message: None,
        };
        upload.step(Event::Answered(id, Err(refused)));
        let (_, third) = call(upload.step(Event::Retry));
        assert_ne!(second, third);
    }
}
