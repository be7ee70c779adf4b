//! Pause, Cancel and Retry, and an upload whose page is closed.

use super::*;

#[test]
fn pause_keeps_partial_upload_and_resume_continues_it() {
    let mut test = TestUpload::sending();
    test.resumable().bytes(40).event(Event::Pause);
    assert_eq!(test.actions.last(), Some(&Action::Abandon));
    let (progress, stage) = (Some(Percent::new(40)), UploadStage::Paused);
    assert_eq!(test.state(), TaskState::Uploading { progress, stage });
    test.pass(seconds(3600)).event(Event::Begin);
    assert_eq!(test.sent().len(), 1);
    test.event(Event::Resume).event(Event::Begin);
    let (_, _, resume) = test.sent().pop().expect("an attempt");
    assert_eq!(resume, Some("there".into()));
}

#[test]
fn cancelled_upload_is_aborted_and_discarded_and_late_response_changes_nothing() {
    let mut test = TestUpload::sending();
    test.resumable().event(Event::Cancel).respond(Ok(()));
    assert_eq!(test.state(), TaskState::Cancelled);
    let done = [Action::Abandon, Action::Discard("there".into())];
    assert_eq!(test.actions.get(1..), Some(&done[..]));
    test.event(Event::Cancel)
        .event(Event::Pause)
        .event(Event::Resume);
    assert_eq!(test.state(), TaskState::Cancelled);
    assert_eq!(test.actions.len(), 3);
}

#[test]
fn retry_starts_new_attempt_and_ignores_previous_one() {
    let mut test = TestUpload::sending();
    test.bytes(50).respond(Err(status(413)));
    let first = test.attempt();
    test.event(Event::Retry).event(Event::Begin);
    assert_ne!(test.attempt(), first);
    assert_eq!(test.progress(), None);
    test.event(Event::Answered(first, Ok(())));
    assert!(test.upload.is_under_way());
    let keys: Vec<_> = test.sent().into_iter().map(|(_, key, _)| key).collect();
    assert_ne!(keys[0], keys[1], "a new request after a refusal");
}

#[test]
fn retry_of_request_that_may_have_arrived_keeps_idempotency_key() {
    let mut test =
        TestUpload::with(UploadPolicy::new().with_retry(RetryPolicy::new().with_max_failures(1)));
    test.event(Event::Begin)
        .respond(Err(RequestError::Unreachable));
    test.event(Event::Retry).event(Event::Begin);
    let keys: Vec<_> = test.sent().into_iter().map(|(_, key, _)| key).collect();
    assert_eq!(keys[0], keys[1]);
}

#[test]
fn idempotency_key_of_request_that_may_have_arrived_survives_permanent_failure_and_reload() {
    for uncertain in [RequestError::Unreachable, status(502), status(504)] {
        let mut test = TestUpload::with(
            UploadPolicy::new().with_retry(RetryPolicy::new().with_max_failures(2)),
        );
        test.event(Event::Begin).respond(Err(uncertain.clone()));
        test.wait_for_slot();
        // The user was signed out: this attempt did not arrive, but the first one may have.
        test.respond(Err(status(401)));
        test.upload = test.restored();
        test.event(Event::Retry).event(Event::Begin);
        let keys: Vec<_> = test.sent().into_iter().map(|(_, key, _)| key).collect();
        assert_eq!(keys.len(), 3, "{uncertain}");
        assert!(keys.iter().all(|key| *key == keys[0]), "{uncertain}");
    }
}

#[test]
fn interrupted_upload_continues_where_it_was_after_retry() {
    let mut test = TestUpload::sending();
    test.resumable().bytes(50);
    let (_, key, _) = test.sent().pop().expect("an attempt");
    let mut restored = test.restored();
    restored.mark_interrupted();
    assert_eq!(
        restored.state(test.now),
        TaskState::Failed(Failure::Interrupted)
    );
    test.upload = restored;
    test.event(Event::Retry).event(Event::Begin);
    let (_, again, resume) = test.sent().pop().expect("an attempt");
    assert_eq!((again, resume), (key, Some("there".into())));
}
