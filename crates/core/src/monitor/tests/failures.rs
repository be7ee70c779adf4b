//! Failed requests: back-off, `Retry-After` and the countdown.

use super::*;

#[test]
fn check_without_response_is_aborted_after_ten_seconds_as_transient_failure() {
    let mut test = TestMonitor::video();
    assert_eq!(test.wait(), seconds(10));
    assert_eq!(test.actions, [Action::Abandon]);
    assert!(matches!(test.state(), TaskState::Recovering { .. }));
}

#[test]
fn five_transient_failures_in_a_row_fail_task_with_last_reason() {
    let mut test = TestMonitor::video();
    for _ in 0..4 {
        test.fail(RequestError::Unreachable);
        assert!(matches!(test.state(), TaskState::Recovering { .. }));
        test.wait_for_call();
    }
    test.fail(status(503));
    assert_eq!(
        test.state(),
        TaskState::Failed(Failure::Request(status(503)))
    );
}

#[test]
fn good_response_resets_failure_count() {
    let mut test = TestMonitor::video();
    for _ in 0..10 {
        for _ in 0..4 {
            test.fail(RequestError::Unreachable).wait_for_call();
        }
        test.respond(running(1)).wait_for_call();
    }
    assert_eq!(
        test.state(),
        TaskState::Running {
            progress: Some(Percent::new(1))
        }
    );
}

#[test]
fn delays_after_failures_double_from_one_second_plus_jitter() {
    let mut test = TestMonitor::video();
    for base in [1, 2, 4, 8] {
        test.fail(RequestError::Unreachable);
        let waited = test.wait_for_call();
        assert!(
            (seconds(base)..=seconds(2 * base)).contains(&waited),
            "{waited:?}"
        );
    }
}

#[test]
fn retry_after_is_minimum_delay_up_to_one_minute() {
    let mut test = TestMonitor::video();
    test.fail(busy_for(20));
    assert_eq!(test.wait_for_call(), seconds(20));
    test.fail(busy_for(3600));
    assert_eq!(test.wait_for_call(), seconds(60));
    test.fail(busy_for(0));
    assert!(test.wait_for_call() >= seconds(4), "the back-off is longer");
}

#[test]
fn waking_does_not_shorten_retry_after() {
    let mut test = TestMonitor::video();
    test.fail(busy_for(20));
    test.pass(seconds(5)).event(Event::Woken);
    assert_eq!(test.attempts(), 0);
    assert_eq!(test.wait_for_call(), seconds(15));
}

#[test]
fn countdown_shows_whole_seconds_and_wakes_for_each() {
    let mut test = TestMonitor::video();
    test.fail(busy_for(3));
    for left in [3, 2, 1] {
        let retry_in = left;
        assert_eq!(
            test.state(),
            TaskState::Recovering {
                progress: None,
                retry_in,
                attempt: 1,
                error: busy_for(3),
            }
        );
        test.wait();
    }
    assert_eq!(test.attempts(), 1);
    assert_eq!(
        test.state(),
        TaskState::Recovering {
            progress: None,
            retry_in: 0,
            attempt: 1,
            error: busy_for(3),
        }
    );
}

#[test]
fn permanent_failure_fails_task_at_once() {
    for code in [400, 401, 403, 405, 410, 418, 422, 501, 505] {
        let mut test = TestMonitor::video();
        test.fail(status(code));
        assert_eq!(
            test.state(),
            TaskState::Failed(Failure::Request(status(code))),
            "{code}"
        );
        assert_eq!(test.monitor.next_due(test.now), None);
    }
}
