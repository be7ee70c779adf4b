//! The budget of checks, and progress.

use super::*;

#[test]
fn first_check_is_sent_at_once() {
    let test = TestMonitor::video();
    assert_eq!(test.attempts(), 1);
    assert_eq!(test.state(), TaskState::Queued);
}

#[test]
fn next_check_starts_one_second_after_end_of_last() {
    let mut test = TestMonitor::video();
    test.pass(seconds(3)).respond_to_first(running(1));
    assert_eq!(test.wait(), seconds(1));
    assert_eq!(test.attempts(), 1);
}

fn checks_until_timed_out(kind: JobKind) -> (u32, TestMonitor) {
    let mut test = TestMonitor::following(kind);
    let mut checks = 0;
    while !test.state().is_ended() {
        test.wait_for_call();
        checks += 1;
        test.respond(running(5));
    }
    (checks, test)
}

#[test]
fn video_is_checked_exactly_120_times_and_embedding_60_times() {
    for (kind, budget) in [(JobKind::video(), 120), (JobKind::embedding(), 60)] {
        let (checks, test) = checks_until_timed_out(kind);
        assert_eq!(checks, budget);
        let spent = Failure::TimedOut { checks: budget };
        assert_eq!(test.state(), TaskState::Failed(spent));
        assert_eq!(test.monitor.next_due(test.now), None);
    }
}

#[test]
fn retry_after_spent_budget_continues_with_same_job_and_progress() {
    let (_, mut test) = checks_until_timed_out(JobKind::video());
    test.event(Event::Retry);
    assert!(matches!(&test.actions[..], [Action::Check(_, job)] if job.key.as_str() == "q-1"));
    assert_eq!(test.progress(), Some(5));
    let mut more = 1;
    test.respond(running(6));
    while !test.state().is_ended() {
        test.wait_for_call();
        test.respond(running(6));
        more += 1;
    }
    assert_eq!(more, 120, "the budget was reset");
}

#[test]
fn failures_do_not_count_against_budget() {
    let kind = JobKind::video().with_policy(Policy::video().with_max_checks(3));
    let mut test = TestMonitor::following(kind);
    for _ in 0..2 {
        test.fail(RequestError::Unreachable).wait_for_call();
        test.respond(running(1)).wait_for_call();
    }
    assert_eq!(
        test.state(),
        TaskState::Running {
            progress: Some(Percent::new(1))
        }
    );
    test.respond(running(1));
    assert_eq!(
        test.state(),
        TaskState::Failed(Failure::TimedOut { checks: 3 })
    );
}

#[test]
fn rise_of_progress_resets_budget_if_policy_says_so() {
    let policy = Policy::video()
        .with_max_checks(3)
        .with_reset_on_progress(true);
    let mut test = TestMonitor::following(JobKind::video().with_policy(policy));
    for percent in 0..20 {
        test.respond(running(percent)).wait_for_call();
    }
    test.respond(running(19)).wait_for_call();
    test.respond(running(3)).wait_for_call();
    test.respond(running(19));
    assert_eq!(
        test.state(),
        TaskState::Failed(Failure::TimedOut { checks: 3 })
    );
}

#[test]
fn progress_stops_at_maximum_until_server_reports_completion() {
    let mut test = TestMonitor::video();
    test.respond(running(99));
    assert_eq!(test.progress(), Some(90));
    test.wait();
    test.respond(JobStatus::Succeeded);
    assert_eq!(test.state(), TaskState::Succeeded);
    assert_eq!(test.progress(), Some(100));
}

#[test]
fn progress_never_decreases_and_is_never_forgotten() {
    let mut test = TestMonitor::video();
    for (status, shown) in [
        (running(40), Some(40)),
        (running(20), Some(40)),
        (JobStatus::Running { progress: None }, Some(40)),
        (JobStatus::Queued, Some(40)),
        (running(41), Some(41)),
    ] {
        test.respond(status).wait_for_call();
        assert_eq!(test.progress(), shown);
    }
}
