mod commands;
mod faults;

use std::time::Duration;

use super::*;
use crate::failure::UploadPhase;
use crate::policy::RetryPolicy;
use crate::{TaskState, UploadStage};

/// An upload and its actions, with a clock that the test controls.
struct TestUpload {
    upload: Upload,
    now: Timestamp,
    actions: Vec<Action>,
}

impl TestUpload {
    fn new() -> Self {
        Self::with(UploadPolicy::new())
    }

    fn with(policy: UploadPolicy) -> Self {
        Self {
            upload: Upload::new(Rc::new(policy), Environment::default(), 7),
            now: Timestamp::from_millis(1_000_000),
            actions: Vec::new(),
        }
    }

    fn sending() -> Self {
        let mut test = Self::new();
        test.event(Event::Begin);
        test
    }

    fn event(&mut self, event: Event) -> &mut Self {
        self.actions.extend(self.upload.step(event, self.now));
        self
    }

    /// The attempts so far.
    fn sent(&self) -> Vec<(AttemptId, IdempotencyKey, Option<ResumeKey>)> {
        let sends = self.actions.iter().filter_map(|action| match action {
            Action::Send(attempt, key, resume) => Some((*attempt, key.clone(), resume.clone())),
            Action::Abandon | Action::Discard(_) => None,
        });
        sends.collect()
    }

    fn attempt(&self) -> AttemptId {
        self.sent().last().expect("an attempt").0
    }

    fn bytes(&mut self, bytes: u64) -> &mut Self {
        let progress = UploadEvent::Sent { bytes, total: 100 };
        let attempt = self.attempt();
        self.event(Event::Progress(attempt, progress))
    }

    fn resumable(&mut self) -> &mut Self {
        let attempt = self.attempt();
        self.event(Event::Progress(
            attempt,
            UploadEvent::Resumable("there".into()),
        ))
    }

    fn respond(&mut self, result: Result<(), RequestError>) -> &mut Self {
        let attempt = self.attempt();
        self.event(Event::Answered(attempt, result))
    }

    fn pass(&mut self, duration: Duration) -> &mut Self {
        self.now = self.now + duration;
        self.event(Event::Tick)
    }

    /// Advances the clock to the next due time and returns how long that took.
    fn wait(&mut self) -> Duration {
        let due = self.upload.next_due(self.now).expect("something is due");
        let passed = due.since(self.now);
        self.pass(passed);
        passed
    }

    /// Waits until the upload is queued again, gives it a slot, and returns how long that took.
    fn wait_for_slot(&mut self) -> Duration {
        let start = self.now;
        while !self.upload.is_queued() {
            self.wait();
        }
        self.event(Event::Begin);
        self.now.since(start)
    }

    /// The upload as another tab has it.
    fn restored(&self) -> Upload {
        let (saved, state) = (self.upload.saved(), self.state());
        Upload::restored(saved, &state, Rc::default(), Environment::default())
    }

    fn state(&self) -> TaskState {
        self.upload.state(self.now)
    }

    fn progress(&self) -> Option<u8> {
        self.state().progress().map(Percent::get)
    }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn status(status: u16) -> RequestError {
    RequestError::Status {
        status,
        retry_after: None,
        message: None,
    }
}

fn online(online: bool) -> Event {
    Event::Environment(Environment {
        online,
        visible: true,
    })
}

#[test]
fn nothing_is_sent_before_upload_has_slot() {
    let mut test = TestUpload::new();
    test.pass(seconds(600));
    assert_eq!(test.state(), TaskState::Queued);
    assert_eq!(test.actions, []);
    test.event(Event::Begin).event(Event::Begin);
    assert_eq!(test.sent().len(), 1);
}

#[test]
fn progress_never_decreases_and_is_100_only_after_response() {
    let mut test = TestUpload::sending();
    for (sent, shown) in [(10, 10), (60, 60), (40, 60), (100, 99)] {
        assert_eq!(test.bytes(sent).progress(), Some(shown));
    }
    test.respond(Ok(()));
    assert_eq!(test.state(), TaskState::Succeeded);
    assert_eq!(test.progress(), Some(100));
}

#[test]
fn upload_awaits_response_after_last_byte() {
    let mut test = TestUpload::sending();
    test.bytes(100);
    let stage = UploadStage::AwaitingResponse;
    let progress = Some(Percent::new(99));
    assert_eq!(test.state(), TaskState::Uploading { progress, stage });
}

#[test]
fn each_part_of_upload_has_its_own_timeout_and_error() {
    let stalled = |at, limit| RequestError::Stalled {
        at,
        limit: seconds(limit),
    };
    for (bytes, limit, error) in [
        (None, 30, stalled(UploadPhase::Connect, 30)),
        (Some(50), 30, stalled(UploadPhase::Transfer, 30)),
        (Some(100), 60, stalled(UploadPhase::Response, 60)),
    ] {
        let mut test = TestUpload::sending();
        if let Some(bytes) = bytes {
            test.pass(seconds(20)).bytes(bytes);
        }
        test.pass(seconds(limit) - Duration::from_millis(1));
        assert!(test.upload.is_under_way(), "{error}");
        assert_eq!(test.wait(), Duration::from_millis(1));
        assert_eq!(test.actions.last(), Some(&Action::Abandon));
        match test.state() {
            TaskState::Recovering { error: shown, .. } => assert_eq!(shown, error),
            other => panic!("{other:?} after {error}"),
        }
    }
}

#[test]
fn upload_that_makes_progress_never_times_out() {
    let mut test = TestUpload::sending();
    for bytes in 1..100 {
        test.pass(seconds(29)).bytes(bytes);
    }
    assert!(test.upload.is_under_way());
}

#[test]
fn transient_failures_are_retried_with_one_key_and_progress_is_kept() {
    let mut test = TestUpload::sending();
    test.bytes(60).respond(Err(RequestError::Unreachable));
    assert_eq!(test.progress(), Some(60));
    for base in [1, 2, 4, 8] {
        let waited = test.wait_for_slot();
        assert!(
            (seconds(base)..=seconds(base * 2)).contains(&waited),
            "{waited:?}"
        );
        assert_eq!(test.bytes(5).progress(), Some(60));
        test.respond(Err(status(503)));
    }
    assert_eq!(
        test.state(),
        TaskState::Failed(Failure::Request(status(503)))
    );
    let sent = test.sent();
    assert_eq!(sent.len(), 5);
    assert!(sent.iter().all(|(_, key, _)| *key == sent[0].1));
}

#[test]
fn resumable_upload_continues_and_does_not_fail_while_it_gets_further() {
    let mut test = TestUpload::sending();
    test.resumable();
    for bytes in 1..20 {
        test.bytes(bytes * 4).bytes(bytes * 4 + 2);
        test.respond(Err(RequestError::Unreachable));
        test.wait_for_slot();
    }
    assert!(test.upload.is_under_way());
    let (_, _, resume) = test.sent().pop().expect("an attempt");
    assert_eq!(resume, Some("there".into()));
}

#[test]
fn resumable_upload_of_which_server_keeps_nothing_fails() {
    let mut test = TestUpload::sending();
    test.resumable()
        .bytes(10)
        .bytes(100)
        .respond(Err(status(507)));
    for _ in 0..4 {
        test.wait_for_slot();
        test.bytes(0).bytes(10).bytes(100);
        test.respond(Err(status(507)));
    }
    assert_eq!(
        test.state(),
        TaskState::Failed(Failure::Request(status(507)))
    );
}

#[test]
fn permanent_failure_fails_upload_at_once() {
    for code in [400, 401, 403, 413, 415, 422] {
        let mut test = TestUpload::sending();
        test.respond(Err(status(code)));
        assert_eq!(
            test.state(),
            TaskState::Failed(Failure::Request(status(code)))
        );
    }
}

#[test]
fn nothing_is_counted_while_offline_and_going_online_continues_at_once() {
    let mut test = TestUpload::sending();
    test.event(online(false));
    assert!(test.upload.is_under_way(), "offline is a hint");
    for _ in 0..20 {
        test.respond(Err(RequestError::Unreachable));
        assert!(matches!(test.state(), TaskState::Offline { .. }));
        assert_eq!(test.wait_for_slot(), seconds(15));
    }
    test.respond(Err(RequestError::Unreachable));
    test.event(online(true));
    assert!(test.upload.is_queued());
}

#[test]
fn attempt_that_timed_out_during_sleep_is_repeated_and_not_counted() {
    let mut test = TestUpload::sending();
    for _ in 0..10 {
        test.now = test.now + seconds(3600);
        test.event(Event::Woken);
        assert_eq!(test.actions.last(), Some(&Action::Abandon));
        assert_eq!(test.state(), TaskState::Queued);
        test.event(Event::Begin);
    }
}
