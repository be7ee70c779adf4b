use std::rc::Rc;

use super::*;
use crate::policy::Policy;

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

/// A monitor with a clock that goes only where a test takes it.
struct Watch {
    monitor: Monitor,
    now: Timestamp,
    actions: Vec<Action>,
}

impl Watch {
    fn over(monitor: Monitor) -> Self {
        let mut watch = Self {
            monitor,
            now: START,
            actions: Vec::new(),
        };
        watch.tell(Event::Tick);
        watch
    }

    fn following(kind: JobKind) -> Self {
        Self::over(Monitor::new(
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

    fn tell(&mut self, event: Event) -> &mut Self {
        self.actions = self.monitor.step(event, self.now);
        if let Some(Action::Check(call, _)) = self.actions.last() {
            assert_eq!(self.monitor.step(Event::Sent(*call), self.now), []);
        }
        self
    }

    /// Goes to the next due time and tells how long that took.
    fn wait(&mut self) -> Duration {
        let before = self.now;
        let due = self.monitor.next_due(self.now).expect("something is due");
        self.now = self.now.max(due);
        self.tell(Event::Tick);
        self.now.since(before)
    }

    /// Waits until a call goes out and tells how long that took.
    fn wait_for_call(&mut self) -> Duration {
        let before = self.now;
        while self.calls() == 0 {
            self.wait();
        }
        self.now.since(before)
    }

    fn pass(&mut self, duration: Duration) -> &mut Self {
        self.now = self.now + duration;
        self.tell(Event::Tick)
    }

    fn calls(&self) -> usize {
        let is_call = |action: &&Action| matches!(action, Action::Check(..) | Action::Start(..));
        self.actions.iter().filter(is_call).count()
    }

    fn call(&self) -> CallId {
        let call = self.actions.iter().find_map(|action| match action {
            Action::Check(call, _) | Action::Start(call, _) => Some(*call),
            Action::Abandon | Action::CancelJob(_) | Action::FollowUp(_) => None,
        });
        call.unwrap_or_else(|| panic!("no call went out: {:?}", self.actions))
    }

    fn follows_up(&self) -> bool {
        let mut actions = self.actions.iter();
        actions.any(|action| matches!(action, Action::FollowUp(_)))
    }

    fn key(&self) -> IdempotencyKey {
        match self.actions.as_slice() {
            [Action::Start(_, key)] => key.clone(),
            other => panic!("the job is not started: {other:?}"),
        }
    }

    fn answer(&mut self, report: JobStatus) -> &mut Self {
        let call = self.call();
        self.tell(Event::Checked(call, Ok(report)))
    }

    fn fail(&mut self, error: CallError) -> &mut Self {
        let call = self.call();
        self.tell(Event::Checked(call, Err(error)))
    }

    fn state(&self) -> TaskState {
        self.monitor.state(self.now)
    }

    fn progress(&self) -> Option<u8> {
        self.state().progress().map(Percent::get)
    }
}

const START: Timestamp = Timestamp::from_millis(1_000_000);

fn running(percent: u8) -> JobStatus {
    JobStatus::Running {
        progress: Some(Percent::new(percent)),
    }
}

fn status(status: u16) -> CallError {
    CallError::Status {
        status,
        retry_after: None,
        message: None,
    }
}

fn busy_for(seconds: u64) -> CallError {
    CallError::Status {
        status: 429,
        retry_after: Some(Duration::from_secs(seconds)),
        message: None,
    }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn the_first_check_goes_out_at_once() {
    let watch = Watch::video();
    assert_eq!(watch.calls(), 1);
    assert_eq!(watch.state(), TaskState::Queued);
}

#[test]
fn the_next_check_starts_one_second_after_the_end_of_the_last() {
    let mut watch = Watch::video();
    watch.pass(seconds(3)).answer_of_first(running(1));
    assert_eq!(watch.wait(), seconds(1));
    assert_eq!(watch.calls(), 1);
}

impl Watch {
    /// Answers the first call, whatever came after it.
    fn answer_of_first(&mut self, report: JobStatus) -> &mut Self {
        self.tell(Event::Checked(CallId::nth(1), Ok(report)))
    }
}

fn checks_until_timed_out(kind: JobKind) -> (u32, Watch) {
    let mut watch = Watch::following(kind);
    let mut checks = 0;
    while !watch.state().is_ended() {
        watch.wait_for_call();
        checks += 1;
        watch.answer(running(5));
    }
    (checks, watch)
}

#[test]
fn a_video_is_checked_120_times_and_an_embedding_60_times_exactly() {
    for (kind, budget) in [(JobKind::video(), 120), (JobKind::embedding(), 60)] {
        let (checks, watch) = checks_until_timed_out(kind);
        assert_eq!(checks, budget);
        let spent = Failure::TimedOut { checks: budget };
        assert_eq!(watch.state(), TaskState::Failed(spent));
        assert_eq!(watch.monitor.next_due(watch.now), None);
    }
}

#[test]
fn retry_after_a_spent_budget_follows_the_same_job_from_where_it_was() {
    let (_, mut watch) = checks_until_timed_out(JobKind::video());
    watch.tell(Event::Retry);
    assert!(matches!(&watch.actions[..], [Action::Check(_, job)] if job.key.as_str() == "q-1"));
    assert_eq!(watch.progress(), Some(5));
    let mut more = 1;
    watch.answer(running(6));
    while !watch.state().is_ended() {
        watch.wait_for_call();
        watch.answer(running(6));
        more += 1;
    }
    assert_eq!(more, 120, "the budget is whole again");
}

#[test]
fn failures_do_not_spend_the_budget() {
    let kind = JobKind::video().with_policy(Policy::video().with_max_checks(3));
    let mut watch = Watch::following(kind);
    for _ in 0..2 {
        watch.fail(CallError::Unreachable).wait_for_call();
        watch.answer(running(1)).wait_for_call();
    }
    assert_eq!(
        watch.state(),
        TaskState::Running {
            progress: Some(Percent::new(1))
        }
    );
    watch.answer(running(1));
    assert_eq!(
        watch.state(),
        TaskState::Failed(Failure::TimedOut { checks: 3 })
    );
}

#[test]
fn a_rise_of_progress_refills_the_budget_where_the_setting_says_so() {
    let policy = Policy::video()
        .with_max_checks(3)
        .with_reset_on_progress(true);
    let mut watch = Watch::following(JobKind::video().with_policy(policy));
    for percent in 0..20 {
        watch.answer(running(percent)).wait_for_call();
    }
    watch.answer(running(19)).wait_for_call();
    watch.answer(running(3)).wait_for_call();
    watch.answer(running(19));
    assert_eq!(
        watch.state(),
        TaskState::Failed(Failure::TimedOut { checks: 3 })
    );
}

#[test]
fn progress_stops_at_the_ceiling_until_the_server_says_done() {
    let mut watch = Watch::video();
    watch.answer(running(99));
    assert_eq!(watch.progress(), Some(90));
    watch.wait();
    watch.answer(JobStatus::Succeeded);
    assert_eq!(watch.state(), TaskState::Succeeded);
    assert_eq!(watch.progress(), Some(100));
}

#[test]
fn progress_never_goes_down_nor_is_it_forgotten() {
    let mut watch = Watch::video();
    for (report, shown) in [
        (running(40), Some(40)),
        (running(20), Some(40)),
        (JobStatus::Running { progress: None }, Some(40)),
        (JobStatus::Queued, Some(40)),
        (running(41), Some(41)),
    ] {
        watch.answer(report).wait_for_call();
        assert_eq!(watch.progress(), shown);
    }
}

#[test]
fn a_check_without_an_answer_is_abandoned_after_ten_seconds_and_counts_as_transient() {
    let mut watch = Watch::video();
    assert_eq!(watch.wait(), seconds(10));
    assert_eq!(watch.actions, [Action::Abandon]);
    assert!(matches!(watch.state(), TaskState::Recovering { .. }));
}

#[test]
fn five_transient_failures_in_a_row_fail_the_task_with_the_last_reason() {
    let mut watch = Watch::video();
    for _ in 0..4 {
        watch.fail(CallError::Unreachable);
        assert!(matches!(watch.state(), TaskState::Recovering { .. }));
        watch.wait_for_call();
    }
    watch.fail(status(503));
    assert_eq!(watch.state(), TaskState::Failed(Failure::Call(status(503))));
}

#[test]
fn a_good_answer_resets_the_count_of_failures() {
    let mut watch = Watch::video();
    for _ in 0..10 {
        for _ in 0..4 {
            watch.fail(CallError::Unreachable).wait_for_call();
        }
        watch.answer(running(1)).wait_for_call();
    }
    assert_eq!(
        watch.state(),
        TaskState::Running {
            progress: Some(Percent::new(1))
        }
    );
}

#[test]
fn waits_after_failures_double_from_one_second_with_jitter_on_top() {
    let mut watch = Watch::video();
    for base in [1, 2, 4, 8] {
        watch.fail(CallError::Unreachable);
        let waited = watch.wait_for_call();
        assert!(
            (seconds(base)..=seconds(2 * base)).contains(&waited),
            "{waited:?}"
        );
    }
}

#[test]
fn retry_after_is_the_least_wait_up_to_a_minute() {
    let mut watch = Watch::video();
    watch.fail(busy_for(20));
    assert_eq!(watch.wait_for_call(), seconds(20));
    watch.fail(busy_for(3600));
    assert_eq!(watch.wait_for_call(), seconds(60));
    watch.fail(busy_for(0));
    assert!(
        watch.wait_for_call() >= seconds(4),
        "the back-off is longer"
    );
}

#[test]
fn coming_back_does_not_jump_the_servers_queue() {
    let mut watch = Watch::video();
    watch.fail(busy_for(20));
    watch.pass(seconds(5)).tell(Event::Woken);
    assert_eq!(watch.calls(), 0);
    assert_eq!(watch.wait_for_call(), seconds(15));
}

#[test]
fn a_countdown_tells_whole_seconds_and_wakes_for_each() {
    let mut watch = Watch::video();
    watch.fail(busy_for(3));
    for left in [3, 2, 1] {
        let retry_in = left;
        assert_eq!(
            watch.state(),
            TaskState::Recovering {
                progress: None,
                retry_in,
                attempt: 1,
                error: busy_for(3),
            }
        );
        watch.wait();
    }
    assert_eq!(watch.calls(), 1);
    assert_eq!(
        watch.state(),
        TaskState::Recovering {
            progress: None,
            retry_in: 0,
            attempt: 1,
            error: busy_for(3),
        }
    );
}

#[test]
fn what_does_not_pass_by_itself_fails_the_task_at_once() {
    for code in [400, 401, 403, 405, 410, 418, 422, 501, 505] {
        let mut watch = Watch::video();
        watch.fail(status(code));
        assert_eq!(
            watch.state(),
            TaskState::Failed(Failure::Call(status(code))),
            "{code}"
        );
        assert_eq!(watch.monitor.next_due(watch.now), None);
    }
}

#[test]
fn nothing_is_counted_while_offline_and_a_probe_goes_out_every_15_seconds() {
    let mut watch = Watch::video();
    watch.answer(running(10)).tell(Event::Environment(OFFLINE));
    let offline = TaskState::Offline {
        progress: Some(Percent::new(10)),
    };
    for _ in 0..20 {
        assert_eq!(watch.state(), offline);
        assert_eq!(watch.wait_for_call(), seconds(15));
        watch.fail(CallError::Unreachable);
    }
    watch.tell(Event::Environment(ONLINE));
    assert_eq!(watch.calls(), 1, "online checks at once");
    assert_eq!(
        watch.state(),
        TaskState::Running {
            progress: Some(Percent::new(10))
        }
    );
}

#[test]
fn offline_is_a_hint_that_a_good_answer_refutes() {
    let kind = JobKind::video().with_policy(Policy::video().with_max_checks(2));
    let mut watch = Watch::following(kind);
    watch.tell(Event::Environment(OFFLINE));
    watch.answer_of_first(running(10));
    for percent in 11..30 {
        assert_eq!(watch.wait_for_call(), seconds(15));
        watch.answer(running(percent));
        assert_eq!(watch.progress(), Some(percent));
        assert_eq!(watch.state().as_str(), "running");
    }
}

#[test]
fn waking_while_offline_does_not_add_probes() {
    let mut watch = Watch::video();
    watch.answer(running(10)).tell(Event::Environment(OFFLINE));
    for _ in 0..5 {
        watch.pass(seconds(1)).tell(Event::Woken);
        assert_eq!(watch.calls(), 0);
    }
    assert_eq!(watch.wait_for_call(), seconds(10));
}

#[test]
fn a_call_sent_offline_is_sent_anew_once_online() {
    let mut watch = Watch::video();
    watch.tell(Event::Environment(OFFLINE));
    watch.tell(Event::Environment(ONLINE));
    assert!(matches!(
        &watch.actions[..],
        [Action::Abandon, Action::Check(..)]
    ));
    watch.answer_of_first(JobStatus::Succeeded);
    assert!(!watch.state().is_ended(), "that call was given up");
}

#[test]
fn a_hidden_tab_checks_every_5_seconds_without_spending_the_budget() {
    let kind = JobKind::video().with_policy(Policy::video().with_max_checks(2));
    let mut watch = Watch::following(kind);
    watch.answer(running(1)).tell(Event::Environment(HIDDEN));
    for _ in 0..10 {
        assert_eq!(watch.wait_for_call(), seconds(5));
        watch.answer(running(1));
    }
    watch.pass(seconds(1)).tell(Event::Environment(ONLINE));
    assert_eq!(watch.calls(), 1, "becoming visible checks at once");
    watch.answer(running(1));
    assert_eq!(
        watch.state(),
        TaskState::Failed(Failure::TimedOut { checks: 2 })
    );
}

#[test]
fn a_tab_that_is_hidden_between_two_checks_waits_5_seconds_in_all() {
    let mut watch = Watch::video();
    watch.answer(running(1));
    watch
        .pass(Duration::from_millis(400))
        .tell(Event::Environment(HIDDEN));
    assert_eq!(watch.wait_for_call(), Duration::from_millis(4_600));
}

#[test]
fn coming_back_from_the_cache_checks_at_once_but_never_twice() {
    let mut watch = Watch::video();
    watch.tell(Event::Woken);
    assert_eq!(watch.calls(), 0, "one is in flight");
    watch.answer_of_first(running(1));
    watch.tell(Event::Woken);
    assert_eq!(watch.calls(), 1);
}

#[test]
fn a_call_that_was_slept_through_is_made_again_at_once_and_not_counted() {
    let mut watch = Watch::video();
    for _ in 0..10 {
        // The lid is closed: no tick comes in between.
        watch.now = watch.now + seconds(3600);
        watch.tell(Event::Woken);
        assert_eq!(watch.calls(), 1);
        assert_eq!(watch.state(), TaskState::Queued);
    }
}

#[test]
fn a_change_of_the_tab_forgets_neither_the_servers_wish_nor_the_failures_in_a_row() {
    let mut watch = Watch::video();
    for number in 1..5 {
        watch.fail(busy_for(20));
        watch.pass(seconds(5));
        let kind = JobKind::video();
        let around = Environment::default();
        let restored = Monitor::restored(kind, watch.monitor.saved(), around, watch.now);
        watch.monitor = restored;
        match watch.state() {
            TaskState::Recovering {
                attempt, retry_in, ..
            } => assert_eq!((attempt, retry_in), (number, 15)),
            other => panic!("{other:?}"),
        }
        watch.tell(Event::Tick);
        assert_eq!(watch.calls(), 0);
        assert_eq!(watch.wait_for_call(), seconds(15));
    }
    watch.fail(busy_for(20));
    assert!(watch.state().is_ended(), "the fifth in a row is the last");
}

#[test]
fn nothing_happens_after_cancel() {
    let mut watch = Watch::over(
        Monitor::new(
            JobKind::video(),
            7_u32.into(),
            Some("q-1".into()),
            ONLINE,
            1,
            START,
        )
        .with_follow_up(FollowUp::After(seconds(5)), START),
    );
    watch.tell(Event::Cancel);
    assert!(
        matches!(&watch.actions[..], [Action::Abandon, Action::CancelJob(job)] if job.key.as_str() == "q-1")
    );
    watch.answer_of_first(JobStatus::Succeeded);
    assert_eq!(watch.state(), TaskState::Cancelled);
    assert_eq!(watch.monitor.next_due(watch.now), None);
    for event in [
        Event::Tick,
        Event::Cancel,
        Event::Woken,
        Event::Environment(OFFLINE),
    ] {
        watch.pass(seconds(60)).tell(event);
        assert!(watch.actions.is_empty());
    }
}

#[test]
fn a_job_that_the_server_failed_is_started_again_by_retry_and_its_new_id_followed() {
    let mut watch = Watch::video();
    watch.answer(running(80)).wait();
    watch.answer(JobStatus::Failed {
        reason: Some("codec".into()),
    });
    let reason: Option<Rc<str>> = Some("codec".into());
    assert_eq!(watch.state(), TaskState::Failed(Failure::Job { reason }));
    watch.tell(Event::Retry);
    watch.key();
    assert_eq!(
        watch.state(),
        TaskState::Queued,
        "the new run has no progress yet"
    );
    let call = watch.call();
    watch.tell(Event::Started(call, Ok(Some("q-2".into()))));
    assert!(matches!(&watch.actions[..], [Action::Check(_, job)] if job.key.as_str() == "q-2"));
    watch.answer(running(3));
    assert_eq!(watch.progress(), Some(3));
}

#[test]
fn a_start_that_names_no_queue_is_followed_by_the_attachments_id() {
    let mut watch = Watch::over(Monitor::new(
        JobKind::embedding(),
        7_u32.into(),
        None,
        ONLINE,
        1,
        START,
    ));
    let call = watch.call();
    watch.tell(Event::Started(call, Ok(None)));
    assert!(matches!(&watch.actions[..], [Action::Check(_, job)] if job.key.as_str() == "7"));
}

#[test]
fn a_start_keeps_its_key_over_automatic_retries_and_changes_it_for_a_new_start() {
    let mut watch = Watch::over(Monitor::new(
        JobKind::video(),
        7_u32.into(),
        None,
        ONLINE,
        1,
        START,
    ));
    let first = watch.key();
    for error in [status(429), status(404)] {
        let call = watch.call();
        watch.tell(Event::Started(call, Err(error))).wait_for_call();
        assert_eq!(watch.key(), first);
    }
    let call = watch.call();
    watch
        .tell(Event::Started(call, Err(status(422))))
        .tell(Event::Retry);
    assert_ne!(watch.key(), first);
}

#[test]
fn a_start_that_may_have_arrived_keeps_its_key_whatever_the_last_attempt_met() {
    for error in [CallError::Unreachable, status(502), status(504)] {
        let mut watch = Watch::over(Monitor::new(
            JobKind::video(),
            7_u32.into(),
            None,
            ONLINE,
            1,
            START,
        ));
        let first = watch.key();
        let call = watch.call();
        watch.tell(Event::Started(call, Err(error))).wait_for_call();
        let call = watch.call();
        watch.tell(Event::Started(call, Err(status(401))));
        let saved = watch.monitor.saved();
        watch.monitor = Monitor::restored(JobKind::video(), saved, ONLINE, watch.now);
        watch.tell(Event::Retry);
        assert_eq!(watch.key(), first);
    }
}

#[test]
fn retry_after_a_failure_of_the_wire_follows_the_same_job() {
    let mut watch = Watch::video();
    watch.answer(running(30)).wait();
    watch.fail(status(401)).tell(Event::Retry);
    assert!(matches!(&watch.actions[..], [Action::Check(_, job)] if job.key.as_str() == "q-1"));
    assert_eq!(watch.progress(), Some(30));
}

#[test]
fn retry_of_a_job_that_is_gone_starts_it_again() {
    let mut watch = Watch::video();
    watch.fail(status(410)).tell(Event::Retry);
    watch.key();
}

#[test]
fn an_answer_from_before_the_retry_changes_nothing() {
    let mut watch = Watch::video();
    watch.tell(Event::Cancel).tell(Event::Retry);
    watch.answer_of_first(JobStatus::Succeeded);
    assert_eq!(watch.state(), TaskState::Queued);
}

#[test]
fn a_terminal_state_is_left_only_by_retry_and_success_not_even_by_that() {
    let mut watch = Watch::video();
    watch.answer(JobStatus::Succeeded);
    for event in [
        Event::Retry,
        Event::Cancel,
        Event::Woken,
        Event::Environment(HIDDEN),
    ] {
        watch.tell(event);
        assert!(watch.actions.is_empty());
        assert_eq!(watch.state(), TaskState::Succeeded);
    }
}

#[test]
fn a_job_cancelled_on_the_server_is_cancelled_here() {
    let mut watch = Watch::video();
    watch.answer(JobStatus::Cancelled);
    assert_eq!(watch.state(), TaskState::Cancelled);
}

fn follow_ups(monitor: Monitor, mut answer: impl FnMut(&mut Watch)) -> Vec<Duration> {
    let mut watch = Watch::over(monitor);
    let mut times = Vec::new();
    while watch.monitor.next_due(watch.now).is_some() && watch.now.since(START) < seconds(10) {
        if watch.calls() > 0 {
            answer(&mut watch);
        } else {
            watch.wait();
        }
        if watch.follows_up() {
            times.push(watch.now.since(START));
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
fn the_follow_up_starts_once_five_seconds_after_this_task_however_it_fares() {
    let delay = FollowUp::After(seconds(5));
    for report in [
        running(1),
        JobStatus::Succeeded,
        JobStatus::Failed { reason: None },
    ] {
        let times = follow_ups(with_follow_up(delay), |watch| {
            watch.answer(report.clone());
        });
        assert_eq!(times, [seconds(5)], "{report:?}");
    }
}

#[test]
fn by_choice_the_follow_up_waits_for_success() {
    let mut checks = 0;
    let times = follow_ups(with_follow_up(FollowUp::OnSuccess), |watch| {
        checks += 1;
        watch.answer(if checks < 3 {
            running(1)
        } else {
            JobStatus::Succeeded
        });
    });
    assert_eq!(times, [seconds(2)]);
    let times = follow_ups(with_follow_up(FollowUp::OnSuccess), |watch| {
        watch.answer(JobStatus::Failed { reason: None });
    });
    assert!(times.is_empty());
}

#[test]
fn pushed_news_slow_the_checks_and_spend_none_of_them() {
    let mut watch = Watch::video();
    watch.answer(running(10));
    watch.tell(Event::Pushed(running(20)));
    assert_eq!(watch.progress(), Some(20));
    watch.tell(Event::Pushed(running(15)));
    assert_eq!(watch.progress(), Some(20), "it does not fall");
    assert_eq!(watch.wait_for_call(), Duration::from_secs(15));
    for _ in 0..500 {
        watch.tell(Event::Pushed(JobStatus::Queued));
    }
    assert_eq!(watch.state().as_str(), "running");
    watch.tell(Event::Pushed(running(99)));
    assert_eq!(watch.progress(), Some(90), "the max_progress holds");
}

#[test]
fn the_usual_interval_is_back_the_moment_the_stream_ends() {
    let mut watch = Watch::video();
    watch.answer(running(10));
    watch.tell(Event::Pushed(running(20)));
    watch.pass(Duration::from_secs(5));
    assert_eq!(watch.calls(), 0);
    watch.tell(Event::StreamEnded);
    assert_eq!(watch.calls(), 1, "it is due since long");
    watch.answer(running(30));
    assert_eq!(watch.wait_for_call(), Duration::from_secs(1));
}

#[test]
fn a_pushed_end_gives_the_check_up_and_is_final() {
    let mut watch = Watch::video();
    let call = watch.call();
    watch.tell(Event::Pushed(JobStatus::Succeeded));
    assert_eq!(watch.actions, [Action::Abandon]);
    assert_eq!(watch.state(), TaskState::Succeeded);
    watch.tell(Event::Pushed(running(10)));
    watch.tell(Event::Checked(call, Ok(running(10))));
    assert_eq!(watch.state(), TaskState::Succeeded);
    assert_eq!(watch.monitor.next_due(watch.now), None);
}

#[test]
fn pushed_news_end_a_row_of_failures_but_not_the_wait_that_the_server_asked_for() {
    let mut watch = Watch::video();
    watch.fail(busy_for(40));
    assert_eq!(watch.state().as_str(), "recovering");
    watch.tell(Event::Pushed(running(10)));
    assert_eq!(watch.state().as_str(), "running");
    watch.tell(Event::StreamEnded);
    assert_eq!(watch.wait_for_call(), Duration::from_secs(40));
}
