use std::rc::Rc;

use super::*;
use crate::TaskState;
use crate::job_status::JobStatus;
use crate::policy::Policy;
use crate::time::Now;

const ONLINE: Environment = Environment {
    online: true,
    visible: true,
};
const OFFLINE: Environment = Environment {
    online: false,
    visible: true,
};
const HIDDEN: Environment = Environment {
    online: true,
    visible: false,
};

/// A monitor with a clock that the test controls.
struct TestMonitor {
    monitor: Monitor,
    now: Timestamp,
    actions: Vec<Action>,
}

impl TestMonitor {
    fn new(monitor: Monitor) -> Self {
        let mut test = Self {
            monitor,
            now: START,
            actions: Vec::new(),
        };
        test.event(Event::Tick);
        test
    }

    fn following(kind: JobKind) -> Self {
        Self::new(Monitor::new(
            kind,
            7_u32.into(),
            Some("q-1".into()),
            ONLINE,
            1,
            START,
        ))
    }

    fn video() -> Self {
        Self::following(JobKind::video())
    }

    /// A job that the server is asked to start.
    fn starting() -> Self {
        let (kind, attachment) = (JobKind::video(), 7_u32.into());
        Self::new(Monitor::new(kind, attachment, None, ONLINE, 1, START))
    }

    fn event(&mut self, event: Event) -> &mut Self {
        self.queued(event);
        for action in &self.actions {
            if let Action::Check(attempt, _)
            | Action::Start(attempt, _)
            | Action::CancelJob(attempt, _) = action
            {
                assert_eq!(self.monitor.step(Event::Sent(*attempt), self.now), []);
            }
        }
        self
    }

    /// The same, while requests wait to be sent.
    fn queued(&mut self, event: Event) {
        self.actions = self.monitor.step(event, self.now);
    }

    /// Advances the clock to the next due time and returns how long that took.
    fn wait(&mut self) -> Duration {
        let before = self.now;
        let due = self.monitor.next_due(self.now).expect("something is due");
        self.now = self.now.max(due);
        self.event(Event::Tick);
        self.now.since(before)
    }

    /// Waits until a request is sent and returns how long that took.
    fn wait_for_call(&mut self) -> Duration {
        let before = self.now;
        while self.attempts() == 0 {
            self.wait();
        }
        self.now.since(before)
    }

    fn pass(&mut self, duration: Duration) -> &mut Self {
        self.now = self.now + duration;
        self.event(Event::Tick)
    }

    fn attempts(&self) -> usize {
        let is_call = |action: &&Action| matches!(action, Action::Check(..) | Action::Start(..));
        self.actions.iter().filter(is_call).count()
    }

    fn attempt(&self) -> AttemptId {
        let attempt = self.actions.iter().find_map(|action| match action {
            Action::Check(attempt, _) | Action::Start(attempt, _) => Some(*attempt),
            Action::Abandon | Action::CancelJob(..) | Action::FollowUp => None,
        });
        attempt.unwrap_or_else(|| panic!("no request was sent: {:?}", self.actions))
    }

    /// The cancel request that was sent for the job with this key.
    fn cancel_attempt(&self, key: &str) -> AttemptId {
        let attempt = self.actions.iter().find_map(|action| match action {
            Action::CancelJob(attempt, job) if job.key.as_str() == key => Some(*attempt),
            _ => None,
        });
        attempt.unwrap_or_else(|| panic!("{key} was not cancelled: {:?}", self.actions))
    }

    /// Waits until a cancel request is sent and returns how long that took.
    fn wait_for_cancel(&mut self) -> Duration {
        let before = self.now;
        while !matches!(self.actions.last(), Some(Action::CancelJob(..))) {
            self.wait();
        }
        self.now.since(before)
    }

    fn follows_up(&self) -> bool {
        let mut actions = self.actions.iter();
        actions.any(|action| matches!(action, Action::FollowUp))
    }

    fn key(&self) -> IdempotencyKey {
        match self.actions.as_slice() {
            [Action::Start(_, key)] => key.clone(),
            other => panic!("the job was not started: {other:?}"),
        }
    }

    fn respond(&mut self, status: JobStatus) -> &mut Self {
        let attempt = self.attempt();
        self.event(Event::Checked(attempt, Ok(status)))
    }

    fn fail(&mut self, error: RequestError) -> &mut Self {
        let attempt = self.attempt();
        self.event(Event::Checked(attempt, Err(error)))
    }

    fn wall_clock(&self) -> Now {
        Now {
            monotonic: self.now,
            wall: WALL_CLOCK,
        }
    }

    /// Saves the monitor and restores it in another tab.
    fn restore(&mut self) {
        self.restore_at(self.wall_clock());
    }

    /// The same, in a tab with other clocks.
    fn restore_at(&mut self, now: Now) {
        let saved = self.monitor.saved(self.wall_clock());
        self.monitor = Monitor::restored(
            self.monitor.kind().clone(),
            self.monitor.attachment().clone(),
            &saved,
            &self.state(),
            ONLINE,
            now,
        );
        self.now = now.monotonic;
    }

    fn state(&self) -> TaskState {
        self.monitor.state(self.now)
    }

    fn progress(&self) -> Option<u8> {
        self.state().progress().map(Percent::get)
    }
}

const START: Timestamp = Timestamp::from_millis(1_000_000);
const WALL_CLOCK: Timestamp = Timestamp::from_millis(WALL_CLOCK_MILLIS);
const WALL_CLOCK_MILLIS: u64 = 1_700_000_000_000;
const DAY: u64 = 24 * 60 * 60 * 1_000;

fn running(percent: u8) -> JobStatus {
    JobStatus::Running {
        progress: Some(Percent::new(percent)),
    }
}

fn status(status: u16) -> RequestError {
    RequestError::Status {
        status,
        retry_after: None,
        message: None,
    }
}

fn busy_for(seconds: u64) -> RequestError {
    RequestError::Status {
        status: 429,
        retry_after: Some(Duration::from_secs(seconds)),
        message: None,
    }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

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

impl TestMonitor {
    /// Responds to the first request, whatever happened after it.
    fn respond_to_first(&mut self, status: JobStatus) -> &mut Self {
        self.event(Event::Checked(AttemptId::nth(1), Ok(status)))
    }
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

fn with_follow_up(follow_up: FollowUp) -> Monitor {
    Monitor::new(
        JobKind::video(),
        7_u32.into(),
        Some("q-1".into()),
        ONLINE,
        1,
        START,
    )
    .with_follow_up(follow_up, START)
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

/// The same wall clock, one that is a day ahead, and one that is a day behind.
const OTHER_WALL_CLOCKS: [Timestamp; 3] = [
    WALL_CLOCK,
    Timestamp::from_millis(WALL_CLOCK_MILLIS + DAY),
    Timestamp::from_millis(WALL_CLOCK_MILLIS - DAY),
];

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
