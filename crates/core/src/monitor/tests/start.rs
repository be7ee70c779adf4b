//! Starting jobs, and Retry.

use super::*;

#[test]
fn retry_of_failed_job_starts_another_and_follows_its_key() {
    let mut test = TestMonitor::video();
    test.respond(running(80)).wait();
    test.respond(JobStatus::Failed {
        reason: Some("codec".into()),
    });
    let reason: Option<Rc<str>> = Some("codec".into());
    assert_eq!(test.state(), TaskState::Failed(Failure::Job { reason }));
    test.event(Event::Retry);
    test.key();
    assert_eq!(
        test.state(),
        TaskState::Queued,
        "the new run has no progress yet"
    );
    let attempt = test.attempt();
    test.event(Event::Started(attempt, Ok(Some("q-2".into()))));
    assert!(matches!(&test.actions[..], [Action::Check(_, job)] if job.key.as_str() == "q-2"));
    test.respond(running(3));
    assert_eq!(test.progress(), Some(3));
}

#[test]
fn start_without_queue_id_is_followed_by_attachment_id() {
    let mut test = TestMonitor::new(Monitor::new(
        JobKind::embedding(),
        7_u32.into(),
        None,
        ONLINE,
        1,
        START,
    ));
    let attempt = test.attempt();
    test.event(Event::Started(attempt, Ok(None)));
    assert!(matches!(&test.actions[..], [Action::Check(_, job)] if job.key.as_str() == "7"));
}

#[test]
fn start_keeps_idempotency_key_across_automatic_retries_only() {
    let mut test = TestMonitor::new(Monitor::new(
        JobKind::video(),
        7_u32.into(),
        None,
        ONLINE,
        1,
        START,
    ));
    let first = test.key();
    for error in [status(429), status(404)] {
        let attempt = test.attempt();
        test.event(Event::Started(attempt, Err(error)))
            .wait_for_call();
        assert_eq!(test.key(), first);
    }
    let attempt = test.attempt();
    test.event(Event::Started(attempt, Err(status(422))))
        .event(Event::Retry);
    assert_ne!(test.key(), first);
}

#[test]
fn start_that_may_have_arrived_keeps_idempotency_key_after_permanent_failure() {
    for error in [RequestError::Unreachable, status(502), status(504)] {
        let mut test = TestMonitor::new(Monitor::new(
            JobKind::video(),
            7_u32.into(),
            None,
            ONLINE,
            1,
            START,
        ));
        let first = test.key();
        let attempt = test.attempt();
        test.event(Event::Started(attempt, Err(error)))
            .wait_for_call();
        let attempt = test.attempt();
        test.event(Event::Started(attempt, Err(status(401))));
        test.restore();
        test.event(Event::Retry);
        assert_eq!(test.key(), first);
    }
}

#[test]
fn retry_after_failed_request_continues_with_same_job() {
    let mut test = TestMonitor::video();
    test.respond(running(30)).wait();
    test.fail(status(401)).event(Event::Retry);
    assert!(matches!(&test.actions[..], [Action::Check(_, job)] if job.key.as_str() == "q-1"));
    assert_eq!(test.progress(), Some(30));
}

#[test]
fn retry_of_job_that_is_gone_starts_another() {
    let mut test = TestMonitor::video();
    test.fail(status(410)).event(Event::Retry);
    test.key();
}

#[test]
fn response_from_before_retry_changes_nothing() {
    let mut test = TestMonitor::video();
    test.event(Event::Cancel).event(Event::Retry);
    test.respond_to_first(JobStatus::Succeeded);
    assert_eq!(test.state(), TaskState::Queued);
}

#[test]
fn success_is_final() {
    let mut test = TestMonitor::video();
    test.respond(JobStatus::Succeeded);
    for event in [
        Event::Retry,
        Event::Cancel,
        Event::Woken,
        Event::Environment(HIDDEN),
    ] {
        test.event(event);
        assert!(test.actions.is_empty());
        assert_eq!(test.state(), TaskState::Succeeded);
    }
}

#[test]
fn job_cancelled_on_server_is_cancelled() {
    let mut test = TestMonitor::video();
    test.respond(JobStatus::Cancelled);
    assert_eq!(test.state(), TaskState::Cancelled);
}
