//! A task that is cancelled before the server has named its job.

use super::*;

#[test]
fn job_that_is_never_started_needs_no_cancel_request() {
    let mut test = TestMonitor::starting();
    let attempt = test.attempt();
    test.event(Event::Started(attempt, Err(busy_for(20))));
    test.event(Event::Cancel);
    assert_eq!(test.actions, []);
    assert_eq!(test.monitor.next_due(test.now), None);
}

#[test]
fn start_that_is_still_queued_is_not_sent_after_cancel() {
    let mut test = TestMonitor::starting();
    test.monitor = Monitor::new(JobKind::video(), 7_u32.into(), None, ONLINE, 1, START);
    test.queued(Event::Tick);
    test.queued(Event::Cancel);
    assert_eq!(test.actions, [Action::Abandon]);
    assert_eq!(test.monitor.next_due(test.now), None);
}

#[test]
fn queued_start_and_cancel_request_do_not_time_out() {
    let mut test = TestMonitor::video();
    test.monitor = Monitor::new(JobKind::video(), 7_u32.into(), None, ONLINE, 1, START);
    test.queued(Event::Tick);
    test.now = test.now + seconds(60);
    test.queued(Event::Tick);
    assert_eq!(test.actions, []);

    let mut test = TestMonitor::video();
    test.queued(Event::Cancel);
    test.now = test.now + seconds(60);
    test.queued(Event::Tick);
    assert_eq!(test.actions, []);
}

#[test]
fn start_in_flight_is_not_aborted_by_cancel_and_its_job_is_cancelled() {
    for (named, key) in [(Some("q-1".into()), "q-1"), (None, "7")] {
        let mut test = TestMonitor::starting();
        let start = test.attempt();
        test.pass(seconds(3)).event(Event::Cancel);
        assert_eq!(test.actions, [], "the start continues");
        assert_eq!(test.state(), TaskState::Cancelled);
        test.event(Event::Started(start, Ok(named)));
        assert_eq!(test.actions.len(), 1);
        let attempt = test.cancel_attempt(key);
        assert_eq!(test.state(), TaskState::Cancelled);
        test.event(Event::CancelAnswered(attempt, Ok(())));
        assert_eq!(test.monitor.next_due(test.now), None);
    }
}

#[test]
fn failing_start_of_cancelled_job_is_repeated_with_same_key_until_job_is_known() {
    let mut test = TestMonitor::starting();
    let (key, first) = (test.key(), test.attempt());
    test.event(Event::Cancel);
    // The first attempt runs into its timeout, counted from when it was sent.
    assert_eq!(test.wait(), seconds(10));
    assert_eq!(test.actions, [Action::Abandon]);
    test.wait_for_call();
    assert_eq!(test.key(), key);
    for error in [status(503), RequestError::Unreachable, busy_for(1)] {
        let attempt = test.attempt();
        test.event(Event::Started(attempt, Err(error)));
        assert_eq!(test.state(), TaskState::Cancelled);
        test.wait_for_call();
        assert_eq!(test.key(), key);
    }
    let attempt = test.attempt();
    test.event(Event::Started(first, Ok(Some("late".into()))));
    assert_eq!(test.actions, [], "it was aborted");
    test.event(Event::Started(attempt, Ok(Some("q-1".into()))));
    test.cancel_attempt("q-1");
}

#[test]
fn start_that_may_have_arrived_before_cancel_is_repeated_to_learn_its_job() {
    let mut test = TestMonitor::starting();
    let (key, attempt) = (test.key(), test.attempt());
    test.event(Event::Started(attempt, Err(RequestError::Unreachable)));
    test.event(Event::Cancel);
    assert_eq!(test.key(), key);
    let attempt = test.attempt();
    test.event(Event::Started(attempt, Ok(Some("q-1".into()))));
    test.cancel_attempt("q-1");
}

#[test]
fn retry_adopts_start_in_flight() {
    let mut test = TestMonitor::starting();
    let start = test.attempt();
    test.event(Event::Cancel).event(Event::Retry);
    assert_eq!(test.actions, [], "no second start");
    assert_eq!(test.state(), TaskState::Queued);
    test.event(Event::Started(start, Ok(Some("q-1".into()))));
    assert!(matches!(&test.actions[..], [Action::Check(_, job)] if job.key.as_str() == "q-1"));
}

#[test]
fn retry_of_cancelled_job_that_may_exist_keeps_its_key() {
    let without_response = |test: &mut TestMonitor| {
        let attempt = test.attempt();
        test.event(Event::Started(attempt, Err(RequestError::Unreachable)));
    };
    // While the next attempt waits, and after the last one.
    for failures in [1, 2, 5, CANCEL_ATTEMPTS] {
        let mut test = TestMonitor::starting();
        let key = test.key();
        test.event(Event::Cancel);
        // The start is the first request.
        test.event(Event::Started(
            AttemptId::nth(1),
            Err(RequestError::Unreachable),
        ));
        for _ in 1..failures {
            test.wait_for_call();
            without_response(&mut test);
        }
        assert_eq!(
            test.monitor.next_due(test.now).is_none(),
            failures == CANCEL_ATTEMPTS
        );
        test.event(Event::Retry);
        assert_eq!(test.key(), key, "after {failures} failures");
    }
}

#[test]
fn start_of_cancelled_job_survives_a_reload_with_its_key() {
    let mut test = TestMonitor::starting();
    let key = test.key();
    test.event(Event::Cancel).restore();
    test.event(Event::Tick);
    assert_eq!(test.key(), key);
    let attempt = test.attempt();
    test.event(Event::Started(attempt, Ok(Some("q-1".into()))));
    test.cancel_attempt("q-1");
}

#[test]
fn cancelled_start_that_is_refused_is_given_up() {
    let mut test = TestMonitor::starting();
    let start = test.attempt();
    test.event(Event::Cancel);
    test.event(Event::Started(start, Err(status(422))));
    assert_eq!(test.actions, []);
    assert_eq!(test.monitor.next_due(test.now), None);
}
