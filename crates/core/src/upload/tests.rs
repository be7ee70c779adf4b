use std::time::Duration;

use super::*;
use crate::policy::RetryPolicy;

/// An upload and what it asked for, under a clock of its own.
struct Watch {
    upload: Upload,
    now: Timestamp,
    actions: Vec<Action>,
}

impl Watch {
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
        let mut watch = Self::new();
        watch.tell(Event::Begin);
        watch
    }

    fn tell(&mut self, event: Event) -> &mut Self {
        self.actions.extend(self.upload.step(event, self.now));
        self
    }

    /// The attempts so far.
    fn sent(&self) -> Vec<(CallId, IdempotencyKey, Option<ResumeKey>)> {
        let sends = self.actions.iter().filter_map(|action| match action {
            Action::Send(call, key, resume) => Some((*call, key.clone(), resume.clone())),
            Action::Abandon | Action::Discard(_) => None,
        });
        sends.collect()
    }

    fn call(&self) -> CallId {
        self.sent().last().expect("an attempt").0
    }

    fn bytes(&mut self, bytes: u64) -> &mut Self {
        let news = UploadEvent::Sent { bytes, total: 100 };
        let call = self.call();
        self.tell(Event::Progress(call, news))
    }

    fn resumable(&mut self) -> &mut Self {
        let call = self.call();
        self.tell(Event::Progress(
            call,
            UploadEvent::Resumable("there".into()),
        ))
    }

    fn answer(&mut self, answer: Result<(), CallError>) -> &mut Self {
        let call = self.call();
        self.tell(Event::Answered(call, answer))
    }

    fn pass(&mut self, duration: Duration) -> &mut Self {
        self.now = self.now + duration;
        self.tell(Event::Tick)
    }

    /// Lets time pass until the upload next has something to do.
    fn wait(&mut self) -> Duration {
        let due = self.upload.next_due(self.now).expect("it waits for time");
        let passed = due.since(self.now);
        self.pass(passed);
        passed
    }

    /// Lets time pass until it queues again, and has it begin.
    fn wait_for_turn(&mut self) -> Duration {
        let start = self.now;
        while !self.upload.is_queued() {
            self.wait();
        }
        self.tell(Event::Begin);
        self.now.since(start)
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

fn status(status: u16) -> CallError {
    CallError::Status {
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
fn nothing_is_sent_before_its_turn() {
    let mut watch = Watch::new();
    watch.pass(seconds(600));
    assert_eq!(watch.state(), TaskState::Queued);
    assert_eq!(watch.actions, []);
    watch.tell(Event::Begin).tell(Event::Begin);
    assert_eq!(watch.sent().len(), 1);
}

#[test]
fn progress_never_goes_back_and_reads_100_only_once_the_server_has_it() {
    let mut watch = Watch::sending();
    for (sent, shown) in [(10, 10), (60, 60), (40, 60), (100, 99)] {
        assert_eq!(watch.bytes(sent).progress(), Some(shown));
    }
    watch.answer(Ok(()));
    assert_eq!(watch.state(), TaskState::Succeeded);
    assert_eq!(watch.progress(), Some(100));
}

#[test]
fn after_the_last_byte_it_waits_for_the_server_and_says_so() {
    let mut watch = Watch::sending();
    watch.bytes(100);
    let stage = UploadStage::AwaitingAnswer;
    let progress = Some(Percent::new(99));
    assert_eq!(watch.state(), TaskState::Uploading { progress, stage });
}

#[test]
fn each_leg_has_a_limit_of_its_own_and_a_message_of_its_own() {
    let stalled = |at, limit| CallError::Stalled {
        at,
        limit: seconds(limit),
    };
    for (bytes, limit, error) in [
        (None, 30, stalled(UploadLeg::Start, 30)),
        (Some(50), 30, stalled(UploadLeg::Bytes, 30)),
        (Some(100), 60, stalled(UploadLeg::Answer, 60)),
    ] {
        let mut watch = Watch::sending();
        if let Some(bytes) = bytes {
            watch.pass(seconds(20)).bytes(bytes);
        }
        watch.pass(seconds(limit) - Duration::from_millis(1));
        assert!(watch.upload.is_under_way(), "{error}");
        assert_eq!(watch.wait(), Duration::from_millis(1));
        assert_eq!(watch.actions.last(), Some(&Action::Abandon));
        match watch.state() {
            TaskState::Recovering { error: told, .. } => assert_eq!(told, error),
            other => panic!("{other:?} after {error}"),
        }
    }
}

#[test]
fn what_moves_may_take_as_long_as_it_likes() {
    let mut watch = Watch::sending();
    for bytes in 1..100 {
        watch.pass(seconds(29)).bytes(bytes);
    }
    assert!(watch.upload.is_under_way());
}

#[test]
fn transient_failures_are_waited_out_with_one_key_and_without_going_back() {
    let mut watch = Watch::sending();
    watch.bytes(60).answer(Err(CallError::Unreachable));
    assert_eq!(watch.progress(), Some(60));
    for base in [1, 2, 4, 8] {
        let waited = watch.wait_for_turn();
        assert!(
            (seconds(base)..=seconds(base * 2)).contains(&waited),
            "{waited:?}"
        );
        assert_eq!(watch.bytes(5).progress(), Some(60));
        watch.answer(Err(status(503)));
    }
    assert_eq!(watch.state(), TaskState::Failed(Failure::Call(status(503))));
    let sent = watch.sent();
    assert_eq!(sent.len(), 5);
    assert!(sent.iter().all(|(_, key, _)| *key == sent[0].1));
}

#[test]
fn a_resumable_upload_goes_on_from_there_and_is_not_given_up_while_it_gets_further() {
    let mut watch = Watch::sending();
    watch.resumable();
    for bytes in 1..20 {
        watch.bytes(bytes * 4).bytes(bytes * 4 + 2);
        watch.answer(Err(CallError::Unreachable));
        watch.wait_for_turn();
    }
    assert!(watch.upload.is_under_way());
    let (_, _, resume) = watch.sent().pop().expect("an attempt");
    assert_eq!(resume, Some("there".into()));
}

#[test]
fn a_resumable_upload_of_which_the_server_keeps_nothing_is_given_up() {
    let mut watch = Watch::sending();
    watch
        .resumable()
        .bytes(10)
        .bytes(100)
        .answer(Err(status(507)));
    for _ in 0..4 {
        watch.wait_for_turn();
        watch.bytes(0).bytes(10).bytes(100);
        watch.answer(Err(status(507)));
    }
    assert_eq!(watch.state(), TaskState::Failed(Failure::Call(status(507))));
}

#[test]
fn what_does_not_pass_by_itself_fails_at_once() {
    for code in [400, 401, 403, 413, 415, 422] {
        let mut watch = Watch::sending();
        watch.answer(Err(status(code)));
        assert_eq!(
            watch.state(),
            TaskState::Failed(Failure::Call(status(code)))
        );
    }
}

#[test]
fn offline_nothing_is_counted_and_online_goes_on_at_once() {
    let mut watch = Watch::sending();
    watch.tell(online(false));
    assert!(watch.upload.is_under_way(), "offline is a hint");
    for _ in 0..20 {
        watch.answer(Err(CallError::Unreachable));
        assert!(matches!(watch.state(), TaskState::Offline { .. }));
        assert_eq!(watch.wait_for_turn(), seconds(15));
    }
    watch.answer(Err(CallError::Unreachable));
    watch.tell(online(true));
    assert!(watch.upload.is_queued());
}

#[test]
fn an_attempt_that_was_slept_through_is_made_again_and_not_counted() {
    let mut watch = Watch::sending();
    for _ in 0..10 {
        watch.now = watch.now + seconds(3600);
        watch.tell(Event::Woken);
        assert_eq!(watch.actions.last(), Some(&Action::Abandon));
        assert_eq!(watch.state(), TaskState::Queued);
        watch.tell(Event::Begin);
    }
}

#[test]
fn pause_keeps_what_is_there_and_resume_goes_on() {
    let mut watch = Watch::sending();
    watch.resumable().bytes(40).tell(Event::Pause);
    assert_eq!(watch.actions.last(), Some(&Action::Abandon));
    let (progress, stage) = (Some(Percent::new(40)), UploadStage::Paused);
    assert_eq!(watch.state(), TaskState::Uploading { progress, stage });
    watch.pass(seconds(3600)).tell(Event::Begin);
    assert_eq!(watch.sent().len(), 1);
    watch.tell(Event::Resume).tell(Event::Begin);
    let (_, _, resume) = watch.sent().pop().expect("an attempt");
    assert_eq!(resume, Some("there".into()));
}

#[test]
fn a_cancelled_upload_is_abandoned_and_discarded_and_a_late_answer_changes_nothing() {
    let mut watch = Watch::sending();
    watch.resumable().tell(Event::Cancel).answer(Ok(()));
    assert_eq!(watch.state(), TaskState::Cancelled);
    let done = [Action::Abandon, Action::Discard("there".into())];
    assert_eq!(watch.actions.get(1..), Some(&done[..]));
    watch
        .tell(Event::Cancel)
        .tell(Event::Pause)
        .tell(Event::Resume);
    assert_eq!(watch.state(), TaskState::Cancelled);
    assert_eq!(watch.actions.len(), 3);
}

#[test]
fn retry_begins_anew_and_ignores_the_attempt_before() {
    let mut watch = Watch::sending();
    watch.bytes(50).answer(Err(status(413)));
    let first = watch.call();
    watch.tell(Event::Retry).tell(Event::Begin);
    assert_ne!(watch.call(), first);
    assert_eq!(watch.progress(), None);
    watch.tell(Event::Answered(first, Ok(())));
    assert!(watch.upload.is_under_way());
    let keys: Vec<_> = watch.sent().into_iter().map(|(_, key, _)| key).collect();
    assert_ne!(keys[0], keys[1], "what was refused is another request");
}

#[test]
fn retry_of_a_request_that_may_have_arrived_keeps_its_key() {
    let mut watch =
        Watch::with(UploadPolicy::new().with_retry(RetryPolicy::new().with_max_failures(1)));
    watch.tell(Event::Begin).answer(Err(CallError::Unreachable));
    watch.tell(Event::Retry).tell(Event::Begin);
    let keys: Vec<_> = watch.sent().into_iter().map(|(_, key, _)| key).collect();
    assert_eq!(keys[0], keys[1]);
}

#[test]
fn a_key_under_which_something_may_have_arrived_outlives_a_refusal_and_a_reload() {
    for uncertain in [CallError::Unreachable, status(502), status(504)] {
        let mut watch =
            Watch::with(UploadPolicy::new().with_retry(RetryPolicy::new().with_max_failures(2)));
        watch.tell(Event::Begin).answer(Err(uncertain.clone()));
        watch.wait_for_turn();
        // Signed out meanwhile: nothing of this attempt arrived, but of the first.
        watch.answer(Err(status(401)));
        let saved = watch.upload.saved();
        watch.upload = Upload::restored(saved, Rc::default(), Environment::default());
        watch.tell(Event::Retry).tell(Event::Begin);
        let keys: Vec<_> = watch.sent().into_iter().map(|(_, key, _)| key).collect();
        assert_eq!(keys.len(), 3, "{uncertain}");
        assert!(keys.iter().all(|key| *key == keys[0]), "{uncertain}");
    }
}

#[test]
fn an_upload_that_the_page_was_left_in_says_so_and_goes_on_from_where_it_was() {
    let mut watch = Watch::sending();
    watch.resumable().bytes(50);
    let (_, key, _) = watch.sent().pop().expect("an attempt");
    let around = Environment::default();
    let mut restored = Upload::restored(watch.upload.saved(), Rc::default(), around);
    restored.mark_interrupted();
    assert_eq!(
        restored.state(watch.now),
        TaskState::Failed(Failure::Interrupted)
    );
    assert!(restored.wants_file());
    watch.upload = restored;
    watch.tell(Event::Retry).tell(Event::Begin);
    let (_, again, resume) = watch.sent().pop().expect("an attempt");
    assert_eq!((again, resume), (key, Some("there".into())));
}
