//! Cancel, and jobs that are still to be cancelled on the server.

use super::*;

#[test]
fn nothing_happens_after_cancel_once_server_knows() {
    let mut test = TestMonitor::new(with_follow_up(FollowUp::After(seconds(5))));
    test.event(Event::Cancel);
    let attempt = test.cancel_attempt("q-1");
    assert_eq!(test.actions.first(), Some(&Action::Abandon));
    test.respond_to_first(JobStatus::Succeeded);
    assert_eq!(test.state(), TaskState::Cancelled);
    test.event(Event::CancelAnswered(attempt, Ok(())));
    assert_eq!(test.monitor.next_due(test.now), None);
    for event in [
        Event::Tick,
        Event::Cancel,
        Event::Woken,
        Event::Environment(OFFLINE),
    ] {
        test.pass(seconds(60)).event(event);
        assert!(test.actions.is_empty());
    }
}

#[test]
fn cancel_request_is_repeated_after_transient_failure() {
    let mut test = TestMonitor::video();
    test.event(Event::Cancel);
    // The server may not see a job yet that it has just started.
    for (error, base) in [(RequestError::Unreachable, 1), (status(404), 2)] {
        let attempt = test.cancel_attempt("q-1");
        test.event(Event::CancelAnswered(attempt, Err(error)));
        assert_eq!(test.actions, []);
        let waited = test.wait_for_cancel();
        assert!(
            (seconds(base)..=seconds(2 * base)).contains(&waited),
            "{waited:?}"
        );
    }
    // A missing response is a transient failure, too.
    let without_response = test.cancel_attempt("q-1");
    assert_eq!(test.wait(), seconds(10));
    test.wait_for_cancel();
    let attempt = test.cancel_attempt("q-1");
    test.event(Event::CancelAnswered(without_response, Ok(())));
    assert!(test.monitor.next_due(test.now).is_some(), "a late response");
    test.event(Event::CancelAnswered(attempt, Ok(())));
    assert_eq!(test.monitor.next_due(test.now), None);
}

#[test]
fn cancel_request_is_given_up_when_job_is_gone_or_server_refuses() {
    for code in [410, 401, 403, 405, 501] {
        let mut test = TestMonitor::video();
        test.event(Event::Cancel);
        let attempt = test.cancel_attempt("q-1");
        test.event(Event::CancelAnswered(attempt, Err(status(code))));
        assert_eq!(test.actions, []);
        assert_eq!(test.monitor.next_due(test.now), None, "{code}");
        assert_eq!(test.state(), TaskState::Cancelled);
    }
}

#[test]
fn cancel_request_is_given_up_after_twenty_failures_in_a_row() {
    for reload in [false, true] {
        let mut test = TestMonitor::video();
        // Earlier failures of checks do not count.
        test.fail(RequestError::Unreachable).wait_for_call();
        test.event(Event::Cancel);
        for _ in 1..CANCEL_ATTEMPTS {
            let attempt = test.cancel_attempt("q-1");
            test.event(Event::CancelAnswered(
                attempt,
                Err(RequestError::Unreachable),
            ));
            if reload {
                test.restore();
                test.event(Event::Tick);
            }
            test.wait_for_cancel();
        }
        let attempt = test.cancel_attempt("q-1");
        test.event(Event::CancelAnswered(
            attempt,
            Err(RequestError::Unreachable),
        ));
        assert_eq!(test.actions, []);
        assert_eq!(test.monitor.next_due(test.now), None);
    }
}

#[test]
fn cancel_request_survives_a_reload_with_its_back_off_and_retry_after() {
    let mut test = TestMonitor::video();
    test.event(Event::Cancel);
    let attempt = test.cancel_attempt("q-1");
    test.event(Event::CancelAnswered(attempt, Err(busy_for(20))));
    test.pass(seconds(5)).restore();
    assert_eq!(test.state(), TaskState::Cancelled);
    assert_eq!(test.wait_for_cancel(), seconds(15));
    let attempt = test.cancel_attempt("q-1");
    test.event(Event::CancelAnswered(attempt, Ok(())));
    test.restore();
    assert_eq!(test.monitor.next_due(test.now), None);
}

#[test]
fn cancel_request_is_sent_when_connection_returns() {
    let mut test = TestMonitor::video();
    test.event(Event::Cancel);
    for _ in 0..3 {
        let attempt = test.cancel_attempt("q-1");
        test.event(Event::CancelAnswered(
            attempt,
            Err(RequestError::Unreachable),
        ));
        test.wait_for_cancel();
    }
    let attempt = test.cancel_attempt("q-1");
    test.event(Event::CancelAnswered(
        attempt,
        Err(RequestError::Unreachable),
    ));
    test.event(Event::Environment(OFFLINE));
    assert_eq!(test.actions, []);
    test.event(Event::Environment(ONLINE));
    test.cancel_attempt("q-1");
}

#[test]
fn cancel_request_that_timed_out_during_sleep_is_not_counted() {
    let mut test = TestMonitor::video();
    test.event(Event::Cancel);
    for _ in 0..10 {
        test.cancel_attempt("q-1");
        test.now = test.now + seconds(3600);
        test.event(Event::Woken);
    }
    test.cancel_attempt("q-1");
}

#[test]
fn retry_after_cancel_starts_another_job_and_still_cancels_the_one_before() {
    let mut test = TestMonitor::video();
    test.event(Event::Cancel);
    let cancel = test.cancel_attempt("q-1");
    test.event(Event::Retry);
    test.key();
    let start = test.attempt();
    test.event(Event::CancelAnswered(
        cancel,
        Err(RequestError::Unreachable),
    ));
    assert_eq!(test.actions, []);
    test.event(Event::Started(start, Ok(Some("q-2".into()))));
    assert!(matches!(&test.actions[..], [Action::Check(_, job)] if job.key.as_str() == "q-2"));
    test.wait_for_cancel();
    let cancel = test.cancel_attempt("q-1");
    test.event(Event::CancelAnswered(cancel, Ok(())));
    assert_eq!(test.monitor.jobs_to_cancel(), []);
}

#[test]
fn retry_while_cancel_request_waits_sends_it_and_starts_another_job() {
    let mut test = TestMonitor::video();
    test.event(Event::Cancel);
    let attempt = test.cancel_attempt("q-1");
    test.event(Event::CancelAnswered(
        attempt,
        Err(RequestError::Unreachable),
    ));
    test.event(Event::Retry);
    assert!(matches!(
        &test.actions[..],
        [Action::Start(..), Action::CancelJob(_, job)] if job.key.as_str() == "q-1"
    ));
}

#[test]
fn cancellations_of_several_jobs_survive_a_reload() {
    let mut test = TestMonitor::video();
    test.event(Event::Cancel);
    let first = test.cancel_attempt("q-1");
    test.event(Event::Retry);
    let start = test.attempt();
    test.event(Event::Started(start, Ok(Some("q-2".into()))));
    test.event(Event::Cancel);
    test.event(Event::CancelAnswered(first, Err(RequestError::Unreachable)));
    let keys = |test: &TestMonitor| {
        let jobs = test.monitor.jobs_to_cancel().into_iter();
        jobs.map(|job| job.key.as_str().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(&test), ["q-1", "q-2"]);
    test.restore();
    assert_eq!(keys(&test), ["q-1", "q-2"]);
    test.event(Event::Tick);
    test.cancel_attempt("q-1");
    test.cancel_attempt("q-2");
}

#[test]
fn cancel_and_retry_wait_as_long_as_the_server_has_asked() {
    let mut test = TestMonitor::video();
    let check = test.attempt();
    let error = RequestError::Status {
        status: 500,
        retry_after: Some(seconds(20)),
        message: None,
    };
    test.event(Event::Checked(check, Err(error)));
    test.event(Event::Cancel);
    assert_eq!(test.actions, []);
    test.event(Event::Retry);
    assert_eq!(test.actions, []);
    assert_eq!(test.wait_for_cancel(), seconds(20));
}
