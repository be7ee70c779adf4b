//! Uploads that must not fail although nothing is wrong, and those that must stop early.

use super::*;

fn invalid() -> RequestError {
    let detail = "the body is empty".into();
    RequestError::InvalidResponse { detail }
}

fn failed(error: RequestError) -> TaskState {
    TaskState::Failed(Failure::Request(error))
}

impl TestUpload {
    fn report(&mut self, event: UploadEvent) -> &mut Self {
        let attempt = self.attempt();
        self.event(Event::Progress(attempt, event))
    }

    fn sent_of(&mut self, bytes: u64, total: u64) -> &mut Self {
        self.report(UploadEvent::Sent { bytes, total })
    }

    fn fingerprint(&mut self, digest: u64) -> &mut Self {
        let attempt = self.attempt();
        self.event(Event::Fingerprint(attempt, digest))
    }

    fn resumes(&self) -> bool {
        self.sent()
            .pop()
            .is_some_and(|(_, _, resume)| resume.is_some())
    }
}

#[test]
fn upload_whose_progress_cannot_be_observed_has_only_a_total_timeout() {
    let mut test = TestUpload::sending();
    test.report(UploadEvent::Unobserved { bytes: 1 << 30 });
    test.pass(seconds(24 * 3_600));
    let stage = UploadStage::Sending { rate: None };
    let progress = None;
    assert_eq!(test.state(), TaskState::Uploading { progress, stage });
    test.pass(seconds(24 * 3_600));
    match test.state() {
        TaskState::Recovering { error, .. } => {
            assert!(matches!(error, RequestError::TimedOut { .. }), "{error}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn first_byte_that_is_observed_ends_total_timeout() {
    let mut test = TestUpload::sending();
    test.report(UploadEvent::Unobserved { bytes: 1 << 30 });
    test.bytes(50).pass(seconds(30));
    assert!(!test.upload.is_under_way());
}

#[test]
fn timeout_of_response_grows_with_bytes_that_may_stand_in_buffers() {
    let (limit, mib) = (seconds(2), 1 << 20);
    let policy = UploadPolicy::new().with_timeouts(seconds(30), seconds(30), limit);
    for (total, seconds_to_send, survives) in [
        (100, 0, 2),
        (2 * mib, 0, 60),
        (200 * mib, 1, 2),
        (200 * mib, 2_000, 80),
    ] {
        let mut test = TestUpload::with(policy.clone());
        test.event(Event::Begin);
        let sent = [1, 2, 3, 4].map(|step| total / 4 * step);
        for bytes in sent {
            test.now = test.now + Duration::from_millis(seconds_to_send * 250);
            test.sent_of(bytes.max(1), total / 4 * 4);
        }
        test.pass(seconds(survives) - Duration::from_millis(1));
        assert!(test.upload.is_under_way(), "{total} bytes");
        test.pass(seconds(10));
        assert!(!test.upload.is_under_way(), "{total} bytes");
    }
}

#[test]
fn response_to_part_has_timeout_of_response() {
    let mut test = TestUpload::sending();
    test.resumable().bytes(50).report(UploadEvent::PartSent);
    test.pass(seconds(59));
    assert!(test.upload.is_under_way());
    let stage = UploadStage::Sending { rate: None };
    let progress = Some(Percent::new(50));
    assert_eq!(test.state(), TaskState::Uploading { progress, stage });
    test.bytes(60).pass(seconds(30));
    assert!(
        !test.upload.is_under_way(),
        "more bytes have a timeout of 30 s"
    );
}

#[test]
fn lock_of_earlier_request_is_waited_out() {
    for code in [409, 423, 425] {
        let mut test = TestUpload::sending();
        test.resumable()
            .bytes(40)
            .respond(Err(RequestError::Unreachable));
        test.wait_for_slot();
        test.respond(Err(status(code)));
        assert!(test.wait_for_slot() >= seconds(1), "{code}");
        assert!(test.resumes(), "{code}");
        test.bytes(100).respond(Ok(()));
        assert_eq!(test.state(), TaskState::Succeeded);
    }
}

#[test]
fn conflict_is_transient_only_if_earlier_attempt_may_have_arrived() {
    for code in [409, 425] {
        let mut first = TestUpload::sending();
        first.respond(Err(status(code)));
        assert_eq!(first.state(), failed(status(code)));
        let mut retry = TestUpload::sending();
        retry.bytes(100).pass(seconds(60));
        retry.wait_for_slot();
        retry.respond(Err(status(code)));
        retry.wait_for_slot();
        retry.respond(Ok(()));
        assert_eq!(retry.state(), TaskState::Succeeded, "{code}");
    }
}

#[test]
fn upload_is_sent_twice_at_most_if_its_response_is_invalid() {
    let mut test = TestUpload::sending();
    for _ in 0..2 {
        test.bytes(100).respond(Err(invalid()));
        if !test.state().is_ended() {
            test.wait_for_slot();
            test.bytes(100).respond(Err(status(503)));
            test.wait_for_slot();
        }
    }
    let detail = "the body is empty".into();
    assert_eq!(test.state(), failed(RequestError::Unconfirmed { detail }));
    let keys: Vec<_> = test.sent().into_iter().map(|(_, key, _)| key).collect();
    assert!(keys.iter().all(|key| *key == keys[0]));
    test.event(Event::Retry).event(Event::Begin);
    let (_, key, _) = test.sent().pop().expect("an attempt");
    assert_eq!(key, keys[0], "the file may already be stored");
}

#[test]
fn forbidden_upload_keeps_what_server_has_until_it_is_refused_again() {
    let mut test = TestUpload::sending();
    test.resumable().bytes(90).respond(Err(status(403)));
    assert_eq!(test.state(), failed(status(403)));
    test.event(Event::Retry).event(Event::Begin);
    assert!(test.resumes());
    test.respond(Err(status(403)));
    assert_eq!(test.state(), TaskState::Queued, "it restarts");
    test.event(Event::Begin);
    assert!(!test.resumes());
    test.resumable().respond(Err(status(403)));
    assert_eq!(test.state(), failed(status(403)));
}

#[test]
fn retry_after_sign_in_continues_partial_upload() {
    let mut test = TestUpload::sending();
    test.resumable().bytes(90).respond(Err(status(401)));
    test.upload = test.restored();
    test.event(Event::Retry).event(Event::Begin);
    assert!(test.resumes());
}

#[test]
fn partial_upload_that_is_gone_is_restarted() {
    for code in [404, 410] {
        let mut test = TestUpload::sending();
        test.resumable().bytes(90).respond(Err(status(code)));
        test.wait_for_slot();
        assert!(!test.resumes(), "{code}");
    }
}

#[test]
fn connection_closed_twice_near_same_low_offset_is_not_tried_again() {
    let mib = 1 << 20;
    for (first, second, stops) in [
        (mib, 6 * mib, true),
        (0, 0, true),
        (3 * mib, 20 * mib, false),
        (70 * mib, 70 * mib, false),
    ] {
        let mut test = TestUpload::sending();
        test.sent_of(first, 100 * mib);
        test.respond(Err(RequestError::Unreachable)).wait_for_slot();
        test.sent_of(second, 100 * mib);
        test.respond(Err(RequestError::Unreachable));
        assert_eq!(test.state() == failed(RequestError::ClosedEarly), stops);
        assert_eq!(test.state().is_ended(), stops);
    }
}

#[test]
fn server_that_is_not_reached_is_no_limit_of_size() {
    let mut test = TestUpload::sending();
    for _ in 0..4 {
        test.respond(Err(RequestError::Unreachable)).wait_for_slot();
    }
    test.respond(Err(RequestError::Unreachable));
    assert_eq!(test.state(), failed(RequestError::Unreachable));
}

#[test]
fn parts_get_smaller_if_connection_is_closed_twice_near_same_low_offset() {
    let mib = 1 << 20;
    let mut test = TestUpload::sending();
    test.resumable();
    for limit in [None, Some(100 * mib / 16), Some(100 * mib / 256)] {
        test.sent_of(0, 100 * mib).sent_of(mib, 100 * mib);
        test.respond(Err(RequestError::Unreachable)).wait_for_slot();
        assert_eq!(test.upload.part_limit(), limit);
    }
}

#[test]
fn file_of_another_name_is_sent_once() {
    let mut test = TestUpload::sending();
    test.fingerprint(1).resumable();
    let mut restored = test.restored();
    restored.mark_interrupted();
    assert_eq!(restored.start_over(), Some("there".into()));
    test.upload = restored;
    test.event(Event::Retry).event(Event::Begin).fingerprint(2);
    assert!(test.upload.is_under_way());
    assert_eq!(test.sent().len(), 2);
}

#[test]
fn content_may_be_read_while_first_attempt_is_sent() {
    let mut test = TestUpload::sending();
    assert!(!test.upload.is_repeated());
    test.resumable().bytes(50).fingerprint(1);
    assert!(test.upload.is_under_way());
    let mut early = TestUpload::sending();
    early.resumable().respond(Err(status(423))).wait_for_slot();
    assert!(early.upload.is_repeated());
    early.fingerprint(1);
    assert!(early.upload.is_under_way() && early.resumes());
}

#[test]
fn file_with_other_content_never_continues_upload() {
    for (before, after, continues) in [(Some(1), 1, true), (Some(1), 2, false), (None, 2, false)] {
        let mut test = TestUpload::sending();
        if let Some(digest) = before {
            test.fingerprint(digest);
        }
        test.resumable().bytes(50);
        let mut restored = test.restored();
        restored.mark_interrupted();
        test.upload = restored;
        test.event(Event::Retry).event(Event::Begin);
        assert!(test.upload.is_repeated() && test.resumes());
        let (attempt, key, _) = test.sent().pop().expect("an attempt");
        test.fingerprint(after);
        assert_eq!(test.upload.is_under_way(), continues);
        if !continues {
            test.event(Event::Begin);
            let (_, again, resume) = test.sent().pop().expect("an attempt");
            assert_ne!(again, key);
            assert_eq!(resume, None);
            test.event(Event::Answered(attempt, Ok(())));
            assert!(test.upload.is_under_way(), "a late response");
            test.fingerprint(after).respond(Ok(()));
            assert_eq!(test.state(), TaskState::Succeeded);
        }
    }
}

#[test]
fn partial_upload_of_another_file_is_discarded() {
    let mut test = TestUpload::sending();
    test.fingerprint(1).resumable();
    test.respond(Err(RequestError::Unreachable)).wait_for_slot();
    test.fingerprint(2);
    assert!(test.actions.contains(&Action::Discard("there".into())));
}

#[test]
fn complete_file_that_the_server_refuses_is_sent_again_on_retry() {
    for (code, is_kept) in [(400, false), (422, false), (401, true), (403, true)] {
        let mut test = TestUpload::sending();
        test.resumable().bytes(100).respond(Err(status(code)));
        assert_eq!(test.state(), failed(status(code)), "{code}");
        let discarded = test.actions.contains(&Action::Discard("there".into()));
        assert_eq!(discarded, !is_kept, "{code}");
        test.event(Event::Retry).event(Event::Begin);
        let sent = test.sent();
        let (_, first_key, _) = &sent[0];
        let (_, key, resume) = &sent[1];
        assert_eq!(resume.is_some(), is_kept, "{code}");
        assert_eq!(key == first_key, is_kept, "{code}");
    }
}

#[test]
fn refusal_before_the_last_byte_keeps_the_partial_upload() {
    let mut test = TestUpload::sending();
    test.resumable().bytes(40).respond(Err(status(400)));
    test.event(Event::Retry).event(Event::Begin);
    assert_eq!(test.sent()[1].2, Some("there".into()));
}

#[test]
fn upload_whose_key_is_too_long_to_be_stored_fails_with_reason_and_keeps_earlier_key() {
    let mut test = TestUpload::sending();
    test.resumable();
    let longest = "x".repeat(ResumeKey::MAX_BYTES);
    test.report(UploadEvent::Resumable(longest.as_str().into()));
    assert!(test.upload.is_under_way());
    test.report(UploadEvent::Resumable(format!("{longest}x").into()));
    assert!(matches!(
        test.state(),
        TaskState::Failed(Failure::Request(RequestError::Misconfigured { .. }))
    ));
    assert_eq!(test.actions.last(), Some(&Action::Abandon));
    test.event(Event::Retry).event(Event::Begin);
    let (_, _, resume) = test.sent().pop().expect("an attempt");
    assert_eq!(resume, Some(longest.into()));
}
