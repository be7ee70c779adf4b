//! The page is offline, hidden, asleep or loaded again.

use super::*;

#[test]
fn nothing_is_counted_while_offline_and_probe_is_sent_every_15_seconds() {
    let mut test = TestMonitor::video();
    test.respond(running(10)).event(Event::Environment(OFFLINE));
    let offline = TaskState::Offline {
        progress: Some(Percent::new(10)),
    };
    for _ in 0..20 {
        assert_eq!(test.state(), offline);
        assert_eq!(test.wait_for_call(), seconds(15));
        test.fail(RequestError::Unreachable);
    }
    test.event(Event::Environment(ONLINE));
    assert_eq!(test.attempts(), 1, "going online checks at once");
    assert_eq!(
        test.state(),
        TaskState::Running {
            progress: Some(Percent::new(10))
        }
    );
}

#[test]
fn waking_while_offline_does_not_add_probes() {
    let mut test = TestMonitor::video();
    test.respond(running(10)).event(Event::Environment(OFFLINE));
    for _ in 0..5 {
        test.pass(seconds(1)).event(Event::Woken);
        assert_eq!(test.attempts(), 0);
    }
    assert_eq!(test.wait_for_call(), seconds(10));
}

#[test]
fn request_sent_while_offline_is_repeated_once_online() {
    let mut test = TestMonitor::video();
    test.event(Event::Environment(OFFLINE));
    test.event(Event::Environment(ONLINE));
    assert!(matches!(
        &test.actions[..],
        [Action::Abandon, Action::Check(..)]
    ));
    test.respond_to_first(JobStatus::Succeeded);
    assert!(!test.state().is_ended(), "that check was aborted");
}

#[test]
fn hidden_tab_checks_every_5_seconds_without_spending_budget() {
    let kind = JobKind::video().with_policy(Policy::video().with_max_checks(2));
    let mut test = TestMonitor::following(kind);
    test.respond(running(1)).event(Event::Environment(HIDDEN));
    for _ in 0..10 {
        assert_eq!(test.wait_for_call(), seconds(5));
        test.respond(running(1));
    }
    test.pass(seconds(1)).event(Event::Environment(ONLINE));
    assert_eq!(test.attempts(), 1, "becoming visible checks at once");
    test.respond(running(1));
    assert_eq!(
        test.state(),
        TaskState::Failed(Failure::TimedOut { checks: 2 })
    );
}

#[test]
fn tab_hidden_between_two_checks_waits_5_seconds_in_total() {
    let mut test = TestMonitor::video();
    test.respond(running(1));
    test.pass(Duration::from_millis(400))
        .event(Event::Environment(HIDDEN));
    assert_eq!(test.wait_for_call(), Duration::from_millis(4_600));
}

#[test]
fn waking_checks_at_once_but_never_twice() {
    let mut test = TestMonitor::video();
    test.event(Event::Woken);
    assert_eq!(test.attempts(), 0, "a check is in flight");
    test.respond_to_first(running(1));
    test.event(Event::Woken);
    assert_eq!(test.attempts(), 1);
}

#[test]
fn request_that_timed_out_during_sleep_is_repeated_at_once_and_not_counted() {
    let mut test = TestMonitor::video();
    for _ in 0..10 {
        // The device sleeps: no tick comes in between.
        test.now = test.now + seconds(3600);
        test.event(Event::Woken);
        assert_eq!(test.attempts(), 1);
        assert_eq!(test.state(), TaskState::Queued);
    }
}

#[test]
fn restored_monitor_keeps_retry_after_and_failure_count() {
    let mut test = TestMonitor::video();
    for number in 1..5 {
        test.fail(busy_for(20));
        test.pass(seconds(5));
        test.restore();
        match test.state() {
            TaskState::Recovering {
                attempt, retry_in, ..
            } => assert_eq!((attempt, retry_in), (number, 15)),
            other => panic!("{other:?}"),
        }
        test.event(Event::Tick);
        assert_eq!(test.attempts(), 0);
        assert_eq!(test.wait_for_call(), seconds(15));
    }
    test.fail(busy_for(20));
    assert!(test.state().is_ended(), "the fifth in a row is the last");
}
