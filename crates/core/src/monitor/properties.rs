//! What holds over any history of responses, failures, time and commands.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::TaskState;
use crate::job_status::JobStatus;

/// One event of a history.
#[derive(Clone, Debug)]
enum Step {
    Pass(u64),
    /// The queued check is sent.
    Send,
    Respond(Result<JobStatus, RequestError>),
    /// The response to the check does not mention the job.
    Unanswered,
    Pushed(JobStatus),
    StreamEnded,
    /// The response to a request that has ended.
    LateResponse(u64, Result<JobStatus, RequestError>),
    /// The response to the cancel request.
    CancelResponse(Result<(), RequestError>),
    Environment(Environment),
    Woken,
    Cancel,
    Retry,
}

fn status() -> impl Strategy<Value = JobStatus> {
    prop_oneof![
        2 => Just(JobStatus::Queued),
        20 => proptest::option::of(0_u8..=120).prop_map(|percent| JobStatus::Running {
            progress: percent.map(Percent::new),
        }),
        1 => Just(JobStatus::Succeeded),
        1 => Just(JobStatus::Failed { reason: None }),
        1 => Just(JobStatus::Cancelled),
    ]
}

fn error() -> impl Strategy<Value = RequestError> {
    prop_oneof![
        4 => Just(RequestError::Unreachable),
        2 => (200_u16..600, proptest::option::of(0_u64..100)).prop_map(|(status, wait)| {
            RequestError::Status {
                status,
                retry_after: wait.map(Duration::from_secs),
                message: None,
            }
        }),
        1 => Just(RequestError::InvalidResponse { detail: "a web page".into() }),
    ]
}

fn response() -> impl Strategy<Value = Result<JobStatus, RequestError>> {
    prop_oneof![4 => status().prop_map(Ok), 1 => error().prop_map(Err)]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0_u64..20_000).prop_map(Step::Pass),
        12 => Just(Step::Send),
        12 => response().prop_map(Step::Respond),
        1 => Just(Step::Unanswered),
        2 => status().prop_map(Step::Pushed),
        1 => Just(Step::StreamEnded),
        2 => (0_u64..50, response()).prop_map(|(attempt, response)| Step::LateResponse(attempt, response)),
        2 => prop_oneof![4 => error().prop_map(Err), 1 => Just(Ok(()))]
            .prop_map(Step::CancelResponse),
        2 => any::<(bool, bool)>().prop_map(|(online, visible)| {
            Step::Environment(Environment { online, visible })
        }),
        1 => Just(Step::Woken),
        1 => Just(Step::Cancel),
        1 => Just(Step::Retry),
    ]
}

/// A monitor and what an observer knows of it.
struct Observer {
    monitor: Monitor,
    now: Timestamp,
    /// The check or start request in flight, and whether it is a check.
    in_flight: Option<(AttemptId, bool)>,
    /// The last cancel request.
    cancel: Option<AttemptId>,
    /// Whether the task has been cancelled in any run.
    was_cancelled: bool,
    /// Whether the check is still queued.
    waits: bool,
    shown: Option<Percent>,
    last_request_ended: Option<Timestamp>,
    counted_since_retry: u32,
}

impl Observer {
    fn new(kind: JobKind, job: bool, seed: u64) -> Self {
        let now = Timestamp::from_millis(1_000);
        Self {
            monitor: Monitor::new(
                kind,
                7_u32.into(),
                job.then(|| "q".into()),
                Environment::default(),
                seed,
                now,
            ),
            now,
            in_flight: None,
            cancel: None,
            was_cancelled: false,
            waits: false,
            shown: None,
            last_request_ended: None,
            counted_since_retry: 0,
        }
    }

    fn apply(&mut self, step: Step) {
        match step {
            Step::Pass(millis) => {
                let end = self.now + Duration::from_millis(millis);
                // The core ticks whenever something is due.
                while let Some(due) = self.monitor.next_due(self.now).filter(|due| *due <= end) {
                    self.now = self.now.max(due);
                    self.step(Event::Tick);
                }
                self.now = end;
                self.step(Event::Tick);
            }
            Step::Send => self.send(),
            Step::Pushed(status) => self.step(Event::Pushed(status)),
            Step::StreamEnded => self.step(Event::StreamEnded),
            Step::Unanswered => {
                if let (Some((attempt, true)), false) = (self.in_flight, self.waits) {
                    let before = self.monitor.state(self.now);
                    self.waits = true;
                    self.step(Event::Unanswered(attempt));
                    assert_eq!(self.monitor.state(self.now), before, "it costs nothing");
                }
            }
            Step::Respond(response) => match self.in_flight {
                Some((_, true)) if self.waits => {}
                Some((attempt, true)) => self.end_request(Event::Checked(attempt, response), true),
                Some((attempt, false)) => {
                    self.end_request(
                        Event::Started(attempt, response.map(|_| Some("q".into()))),
                        false,
                    );
                }
                None => {}
            },
            Step::LateResponse(attempt, response) => {
                let attempt = AttemptId::nth(attempt);
                if self.in_flight.is_none_or(|(current, _)| current != attempt) {
                    let before = self.monitor.state(self.now);
                    let due = self.monitor.next_due(self.now);
                    self.step(Event::Checked(attempt, response.clone()));
                    if self.cancel != Some(attempt) {
                        let response = response.map(|_| Some("late".into()));
                        self.step(Event::Started(attempt, response));
                    }
                    assert_eq!(self.monitor.state(self.now), before);
                    assert_eq!(self.monitor.next_due(self.now), due);
                }
            }
            Step::Environment(environment) => self.step(Event::Environment(environment)),
            Step::Woken => self.step(Event::Woken),
            Step::Cancel => {
                self.was_cancelled = true;
                self.step(Event::Cancel);
                assert!(self.monitor.state(self.now).is_ended());
            }
            Step::CancelResponse(response) => {
                if let Some(attempt) = self.cancel.take() {
                    self.step(Event::CancelAnswered(attempt, response));
                }
            }
            Step::Retry => {
                let was_ended = self.monitor.state(self.now).is_ended();
                if was_ended {
                    self.counted_since_retry = 0;
                    self.shown = None;
                }
                self.step(Event::Retry);
            }
        }
    }

    fn is_waiting(&self) -> bool {
        self.waits && self.in_flight.is_some()
    }

    fn send(&mut self) {
        if let (Some((attempt, true)), true) = (self.in_flight, self.waits) {
            self.waits = false;
            self.step(Event::Sent(attempt));
        }
    }

    fn end_request(&mut self, event: Event, check: bool) {
        let counts = check && self.monitor.counts_checks();
        let good = matches!(
            event,
            Event::Checked(_, Ok(JobStatus::Queued | JobStatus::Running { .. }))
        );
        if good && counts {
            self.counted_since_retry += 1;
        }
        self.in_flight = None;
        self.last_request_ended = Some(self.now);
        self.step(event);
        let budget = self.monitor.kind().policy().max_checks;
        let timed_out = matches!(
            self.monitor.state(self.now),
            TaskState::Failed(Failure::TimedOut { .. })
        );
        if good {
            assert_eq!(
                timed_out,
                self.counted_since_retry >= budget,
                "the budget is exact"
            );
        }
    }

    fn step(&mut self, event: Event) {
        let is_retry = event == Event::Retry;
        let before = self.monitor.state(self.now);
        for action in self.monitor.step(event, self.now) {
            match action {
                Action::Check(attempt, _) | Action::Start(attempt, _) => {
                    assert_eq!(self.in_flight, None, "at most one request is in flight");
                    let is_check = matches!(action, Action::Check(..));
                    self.in_flight = Some((attempt, is_check));
                    self.waits = is_check;
                    if !is_check {
                        self.monitor.step(Event::Sent(attempt), self.now);
                    }
                }
                Action::Abandon => {
                    assert!(self.in_flight.is_some());
                    self.in_flight = None;
                    self.last_request_ended = Some(self.now);
                }
                Action::CancelJob(attempt, _) => {
                    assert!(
                        self.was_cancelled,
                        "only a cancelled job is cancelled on the server"
                    );
                    self.cancel = Some(attempt);
                    self.monitor.step(Event::Sent(attempt), self.now);
                }
                Action::FollowUp => {}
            }
        }
        let state = self.monitor.state(self.now);
        if before.is_ended() && !is_retry {
            assert_eq!(state, before, "a terminal state changes only by Retry");
        }
        if state.is_ended() {
            match self.in_flight {
                Some((_, is_check)) => {
                    assert!(!is_check, "a finished task is not checked");
                    assert_eq!(
                        state,
                        TaskState::Cancelled,
                        "only a cancelled job is started"
                    );
                    assert!(
                        self.monitor.next_due(self.now).is_some(),
                        "it has a timeout"
                    );
                }
                None if state != TaskState::Cancelled
                    && self.monitor.jobs_to_cancel().is_empty() =>
                {
                    assert_eq!(self.monitor.next_due(self.now), None);
                }
                None => {}
            }
        } else {
            assert!(
                self.is_waiting() || self.monitor.next_due(self.now).is_some(),
                "an unfinished task wakes up, or has a queued check"
            );
        }
        match state {
            TaskState::Running { progress }
            | TaskState::Recovering { progress, .. }
            | TaskState::Offline { progress } => {
                assert!(progress >= self.shown, "progress does not decrease");
                assert!(progress <= Some(self.monitor.kind().policy().max_progress));
                self.shown = progress;
            }
            TaskState::Uploading { .. }
            | TaskState::Queued
            | TaskState::Succeeded
            | TaskState::Failed(_)
            | TaskState::Cancelled => {}
        }
    }
}

proptest! {
    #[test]
    fn rules_hold_over_any_history(
        small_budget in any::<bool>(),
        video in any::<bool>(),
        job in any::<bool>(),
        seed in any::<u64>(),
        history in vec(step(), 1..300),
    ) {
        let kind = if video { JobKind::video() } else { JobKind::embedding() };
        let checks = if small_budget { 5 } else { kind.policy().max_checks };
        let policy = kind.policy().clone().with_max_checks(checks);
        let mut observer = Observer::new(kind.with_policy(policy), job, seed);
        observer.step(Event::Tick);
        for step in history {
            observer.apply(step);
        }
    }

    #[test]
    fn task_without_user_ends(
        seed in any::<u64>(),
        responses in vec(response(), 1..40),
    ) {
        let mut observer = Observer::new(JobKind::video(), true, seed);
        observer.step(Event::Tick);
        let mut responses = responses.into_iter().cycle();
        for _ in 0..100_000 {
            if observer.monitor.state(observer.now).is_ended() {
                return Ok(());
            }
            match observer.in_flight {
                Some(_) => {
                    observer.send();
                    observer.apply(Step::Respond(responses.next().unwrap_or(Ok(JobStatus::Queued))));
                }
                None => observer.apply(Step::Pass(500)),
            }
        }
        prop_assert!(false, "it never ends");
    }
}
