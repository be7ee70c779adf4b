//! Pushed statuses, and the task that follows.

use super::*;

fn follow_ups(monitor: Monitor, mut respond: impl FnMut(&mut TestMonitor)) -> Vec<Duration> {
    let mut test = TestMonitor::new(monitor);
    let mut times = Vec::new();
    while test.monitor.next_due(test.now).is_some() && test.now.since(START) < seconds(10) {
        if test.attempts() > 0 {
            respond(&mut test);
        } else {
            test.wait();
        }
        if test.follows_up() {
            times.push(test.now.since(START));
        }
    }
    times
}

#[test]
fn follow_up_starts_once_after_five_seconds_whatever_happens_to_task() {
    let delay = FollowUp::After(seconds(5));
    for status in [
        running(1),
        JobStatus::Succeeded,
        JobStatus::Failed { reason: None },
    ] {
        let times = follow_ups(with_follow_up(delay), |test| {
            test.respond(status.clone());
        });
        assert_eq!(times, [seconds(5)], "{status:?}");
    }
}

#[test]
fn follow_up_can_wait_for_success() {
    let mut checks = 0;
    let times = follow_ups(with_follow_up(FollowUp::OnSuccess), |test| {
        checks += 1;
        test.respond(if checks < 3 {
            running(1)
        } else {
            JobStatus::Succeeded
        });
    });
    assert_eq!(times, [seconds(2)]);
    let times = follow_ups(with_follow_up(FollowUp::OnSuccess), |test| {
        test.respond(JobStatus::Failed { reason: None });
    });
    assert!(times.is_empty());
}

#[test]
fn pushed_status_slows_checks_and_does_not_spend_budget() {
    let mut test = TestMonitor::video();
    test.respond(running(10));
    test.event(Event::Pushed(running(20)));
    assert_eq!(test.progress(), Some(20));
    test.event(Event::Pushed(running(15)));
    assert_eq!(test.progress(), Some(20), "it does not decrease");
    assert_eq!(test.wait_for_call(), Duration::from_secs(15));
    for _ in 0..500 {
        test.event(Event::Pushed(JobStatus::Queued));
    }
    assert_eq!(test.state().as_str(), "running");
    test.event(Event::Pushed(running(99)));
    assert_eq!(test.progress(), Some(90), "the maximum holds");
}

#[test]
fn usual_interval_returns_when_stream_ends() {
    let mut test = TestMonitor::video();
    test.respond(running(10));
    test.event(Event::Pushed(running(20)));
    test.pass(Duration::from_secs(5));
    assert_eq!(test.attempts(), 0);
    test.event(Event::StreamEnded);
    assert_eq!(test.attempts(), 1, "it has been due for long");
    test.respond(running(30));
    assert_eq!(test.wait_for_call(), Duration::from_secs(1));
}

#[test]
fn pushed_end_aborts_check_and_is_final() {
    let mut test = TestMonitor::video();
    let attempt = test.attempt();
    test.event(Event::Pushed(JobStatus::Succeeded));
    assert_eq!(test.actions, [Action::Abandon]);
    assert_eq!(test.state(), TaskState::Succeeded);
    test.event(Event::Pushed(running(10)));
    test.event(Event::Checked(attempt, Ok(running(10))));
    assert_eq!(test.state(), TaskState::Succeeded);
    assert_eq!(test.monitor.next_due(test.now), None);
}

#[test]
fn pushed_status_resets_failure_count_but_not_retry_after() {
    let mut test = TestMonitor::video();
    test.fail(busy_for(40));
    assert_eq!(test.state().as_str(), "recovering");
    test.event(Event::Pushed(running(10)));
    assert_eq!(test.state().as_str(), "running");
    test.event(Event::StreamEnded);
    assert_eq!(test.wait_for_call(), Duration::from_secs(40));
}

#[test]
fn follow_up_waits_no_longer_than_its_delay_whatever_wall_clock_does() {
    for wall in OTHER_WALL_CLOCKS {
        let mut test = TestMonitor::new(with_follow_up(FollowUp::After(seconds(5))));
        test.pass(seconds(2));
        // The monotonic clock of another tab starts elsewhere.
        let monotonic = Timestamp::from_millis(10);
        test.restore_at(Now { monotonic, wall });
        let mut waited = Duration::ZERO;
        while !test.follows_up() {
            waited += test.wait();
            if test.attempts() > 0 && !test.follows_up() {
                test.respond(running(1));
            }
        }
        let expected = match wall {
            WALL_CLOCK => seconds(3),
            ahead if ahead > WALL_CLOCK => Duration::ZERO,
            _ => seconds(5),
        };
        assert_eq!(waited, expected);
    }
}

#[test]
fn retry_after_waits_no_longer_than_its_maximum_whatever_wall_clock_does() {
    for wall in OTHER_WALL_CLOCKS {
        let mut test = TestMonitor::video();
        test.fail(busy_for(50)).pass(seconds(20));
        let monotonic = Timestamp::from_millis(10);
        test.restore_at(Now { monotonic, wall });
        let expected = match wall {
            WALL_CLOCK => seconds(30),
            ahead if ahead > WALL_CLOCK => Duration::ZERO,
            _ => seconds(60),
        };
        test.event(Event::Tick);
        assert_eq!(test.wait_for_call(), expected);
    }
}
