//! What holds over any history of answers, failures, time and clicks.

use std::collections::{HashMap, HashSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::policy::Policy;
use crate::time::Now;

/// One thing that happens in a history.
#[derive(Clone, Debug)]
enum Happening {
    Pass(u64),
    /// The check that waits for its turn goes out.
    Turn,
    Answer(Result<JobStatus, CallError>),
    /// The check's answer says nothing of the job.
    Unanswered,
    Pushed(JobStatus),
    StreamEnded,
    /// The answer to a call that is over.
    LateAnswer(u64, Result<JobStatus, CallError>),
    /// The response to the cancel request.
    CancelAnswer(Result<(), CallError>),
    Environment(Environment),
    Woken,
    Cancel,
    Retry,
}

fn report() -> impl Strategy<Value = JobStatus> {
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

fn error() -> impl Strategy<Value = CallError> {
    prop_oneof![
        4 => Just(CallError::Unreachable),
        2 => (200_u16..600, proptest::option::of(0_u64..100)).prop_map(|(status, wait)| {
            CallError::Status {
                status,
                retry_after: wait.map(Duration::from_secs),
                message: None,
            }
        }),
        1 => Just(CallError::NotUnderstood { detail: "a web page".into() }),
    ]
}

fn answer() -> impl Strategy<Value = Result<JobStatus, CallError>> {
    prop_oneof![4 => report().prop_map(Ok), 1 => error().prop_map(Err)]
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        6 => (0_u64..20_000).prop_map(Happening::Pass),
        12 => Just(Happening::Turn),
        12 => answer().prop_map(Happening::Answer),
        1 => Just(Happening::Unanswered),
        2 => report().prop_map(Happening::Pushed),
        1 => Just(Happening::StreamEnded),
        2 => (0_u64..50, answer()).prop_map(|(call, answer)| Happening::LateAnswer(call, answer)),
        2 => prop_oneof![4 => error().prop_map(Err), 1 => Just(Ok(()))]
            .prop_map(Happening::CancelAnswer),
        2 => any::<(bool, bool)>().prop_map(|(online, visible)| {
            Happening::Environment(Environment { online, visible })
        }),
        1 => Just(Happening::Woken),
        1 => Just(Happening::Cancel),
        1 => Just(Happening::Retry),
    ]
}

/// A monitor and what an onlooker knows of it.
struct Onlooker {
    monitor: Monitor,
    now: Timestamp,
    /// The check or start request in flight, and whether it is a check.
    in_flight: Option<(CallId, bool)>,
    /// The last cancel request.
    cancel: Option<CallId>,
    /// Whether the check in flight waits to be sent.
    waits: bool,
    shown: Option<Percent>,
    last_call_ended: Option<Timestamp>,
    counted_since_retry: u32,
}

impl Onlooker {
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
            waits: false,
            shown: None,
            last_call_ended: None,
            counted_since_retry: 0,
        }
    }

    fn live(&mut self, happening: Happening) {
        match happening {
            Happening::Pass(millis) => {
                let end = self.now + Duration::from_millis(millis);
                // A driver ticks whenever something is due.
                while let Some(due) = self.monitor.next_due(self.now).filter(|due| *due <= end) {
                    self.now = self.now.max(due);
                    self.step(Event::Tick);
                }
                self.now = end;
                self.step(Event::Tick);
            }
            Happening::Turn => self.turn(),
            Happening::Pushed(report) => self.step(Event::Pushed(report)),
            Happening::StreamEnded => self.step(Event::StreamEnded),
            Happening::Unanswered => {
                if let (Some((call, true)), false) = (self.in_flight, self.waits) {
                    let before = self.monitor.state(self.now);
                    self.waits = true;
                    self.step(Event::Unanswered(call));
                    assert_eq!(self.monitor.state(self.now), before, "it costs nothing");
                }
            }
            Happening::Answer(answer) => match self.in_flight {
                Some((_, true)) if self.waits => {}
                Some((call, true)) => self.end_call(Event::Checked(call, answer), true),
                Some((call, false)) => {
                    self.end_call(
                        Event::Started(call, answer.map(|_| Some("q".into()))),
                        false,
                    );
                }
                None => {}
            },
            Happening::LateAnswer(call, answer) => {
                let call = CallId::nth(call);
                if self.in_flight.is_none_or(|(current, _)| current != call) {
                    let before = self.monitor.state(self.now);
                    let due = self.monitor.next_due(self.now);
                    self.step(Event::Checked(call, answer.clone()));
                    if self.cancel != Some(call) {
                        let answer = answer.map(|_| Some("late".into()));
                        self.step(Event::Started(call, answer));
                    }
                    assert_eq!(self.monitor.state(self.now), before);
                    assert_eq!(self.monitor.next_due(self.now), due);
                }
            }
            Happening::Environment(environment) => self.step(Event::Environment(environment)),
            Happening::Woken => self.step(Event::Woken),
            Happening::Cancel => {
                self.step(Event::Cancel);
                assert!(self.monitor.state(self.now).is_ended());
            }
            Happening::CancelAnswer(answer) => {
                if let Some(call) = self.cancel.take() {
                    self.step(Event::CancelAnswered(call, answer));
                }
            }
            Happening::Retry => {
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

    fn turn(&mut self) {
        if let (Some((call, true)), true) = (self.in_flight, self.waits) {
            self.waits = false;
            self.step(Event::Sent(call));
        }
    }

    fn end_call(&mut self, event: Event, check: bool) {
        let counts = check && self.monitor.counts_checks();
        let good = matches!(
            event,
            Event::Checked(_, Ok(JobStatus::Queued | JobStatus::Running { .. }))
        );
        if good && counts {
            self.counted_since_retry += 1;
        }
        self.in_flight = None;
        self.last_call_ended = Some(self.now);
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
                Action::Check(call, _) | Action::Start(call, _) => {
                    assert_eq!(self.in_flight, None, "at most one call is in flight");
                    let is_check = matches!(action, Action::Check(..));
                    self.in_flight = Some((call, is_check));
                    self.waits = is_check;
                }
                Action::Abandon => {
                    assert!(self.in_flight.is_some());
                    self.in_flight = None;
                    self.last_call_ended = Some(self.now);
                }
                Action::CancelJob(call, _) => {
                    let state = self.monitor.state(self.now);
                    assert!(is_retry || state == TaskState::Cancelled, "{state:?}");
                    self.cancel = Some(call);
                }
                Action::FollowUp => {}
            }
        }
        let state = self.monitor.state(self.now);
        if before.is_ended() && !is_retry {
            assert_eq!(state, before, "an end is left only by Retry");
        }
        if state.is_ended() {
            match self.in_flight {
                Some((_, is_check)) => {
                    assert!(!is_check, "what has ended is not checked");
                    assert_eq!(
                        state,
                        TaskState::Cancelled,
                        "only its job is still to be known"
                    );
                    assert!(
                        self.monitor.next_due(self.now).is_some(),
                        "it has a timeout"
                    );
                }
                None if state != TaskState::Cancelled => {
                    assert_eq!(self.monitor.next_due(self.now), None);
                }
                None => {}
            }
        } else {
            assert!(
                self.is_waiting() || self.monitor.next_due(self.now).is_some(),
                "what runs wakes up again, or has its turn"
            );
        }
        match state {
            TaskState::Running { progress }
            | TaskState::Recovering { progress, .. }
            | TaskState::Offline { progress } => {
                assert!(progress >= self.shown, "progress does not go down");
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
    fn the_rules_hold_over_any_history(
        small_budget in any::<bool>(),
        video in any::<bool>(),
        job in any::<bool>(),
        seed in any::<u64>(),
        history in vec(happening(), 1..300),
    ) {
        let kind = if video { JobKind::video() } else { JobKind::embedding() };
        let checks = if small_budget { 5 } else { kind.policy().max_checks };
        let policy = kind.policy().clone().with_max_checks(checks);
        let mut onlooker = Onlooker::new(kind.with_policy(policy), job, seed);
        onlooker.step(Event::Tick);
        for happening in history {
            onlooker.live(happening);
        }
    }

    #[test]
    fn a_task_that_is_left_alone_ends_by_itself(
        seed in any::<u64>(),
        answers in vec(answer(), 1..40),
    ) {
        let mut onlooker = Onlooker::new(JobKind::video(), true, seed);
        onlooker.step(Event::Tick);
        let mut answers = answers.into_iter().cycle();
        for _ in 0..100_000 {
            if onlooker.monitor.state(onlooker.now).is_ended() {
                return Ok(());
            }
            match onlooker.in_flight {
                Some(_) => {
                    onlooker.turn();
                    onlooker.live(Happening::Answer(answers.next().unwrap_or(Ok(JobStatus::Queued))));
                }
                None => onlooker.live(Happening::Pass(500)),
            }
        }
        prop_assert!(false, "it goes on for ever");
    }
}

/// What the network does with a start request.
#[derive(Clone, Copy, Debug)]
enum Delivery {
    /// It does not arrive.
    Lost,
    /// It arrives; the response does not, and the request runs into its timeout.
    Unanswered,
    /// It arrives, and a gateway responds with an error.
    GatewayError,
    /// It arrives, and so does the response.
    Answered,
}

/// One step in the life of a task whose server has idempotent starts.
#[derive(Clone, Copy, Debug)]
enum Step {
    Pass(u64, Delivery),
    Online(bool),
    Sleep,
    Restore,
    Cancel,
    Retry,
}

fn step() -> impl Strategy<Value = Step> {
    let delivery = prop_oneof![
        Just(Delivery::Lost),
        Just(Delivery::Unanswered),
        Just(Delivery::GatewayError),
        Just(Delivery::Answered),
    ];
    prop_oneof![
        8 => (0_u64..12_000, delivery).prop_map(|(millis, delivery)| Step::Pass(millis, delivery)),
        1 => any::<bool>().prop_map(Step::Online),
        1 => Just(Step::Sleep),
        1 => Just(Step::Restore),
        4 => Just(Step::Cancel),
        4 => Just(Step::Retry),
    ]
}

/// A task and a server that makes one job per idempotency key.
struct WithServer {
    monitor: Monitor,
    now: Timestamp,
    delivery: Delivery,
    jobs: HashMap<IdempotencyKey, JobKey>,
    running: HashSet<JobKey>,
    /// Responses on their way.
    responses: Vec<Event>,
}

impl WithServer {
    fn new(seed: u64) -> Self {
        let policy = Policy::video().with_max_checks(u32::MAX);
        let kind = JobKind::video().with_policy(policy);
        let now = Timestamp::from_millis(1_000);
        let around = Environment::default();
        Self {
            monitor: Monitor::new(kind, 7_u32.into(), None, around, seed, now),
            now,
            delivery: Delivery::Answered,
            jobs: HashMap::new(),
            running: HashSet::new(),
            responses: Vec::new(),
        }
    }

    fn live(&mut self, step: Step) {
        match step {
            Step::Pass(millis, delivery) => {
                self.delivery = delivery;
                self.pass(Duration::from_millis(millis));
            }
            Step::Online(online) => self.tell(Event::Environment(Environment {
                online,
                visible: true,
            })),
            Step::Sleep => {
                self.now = self.now + Duration::from_secs(3_600);
                self.tell(Event::Woken);
            }
            Step::Restore => {
                let now = Now {
                    monotonic: self.now,
                    wall: self.now,
                };
                self.responses.clear();
                self.monitor = Monitor::restored(
                    self.monitor.kind().clone(),
                    7_u32.into(),
                    &self.monitor.saved(now),
                    &self.monitor.state(self.now),
                    Environment::default(),
                    now,
                );
            }
            Step::Cancel => self.tell(Event::Cancel),
            Step::Retry => self.tell(Event::Retry),
        }
    }

    fn pass(&mut self, duration: Duration) {
        let end = self.now + duration;
        self.tell(Event::Tick);
        loop {
            while !self.responses.is_empty() {
                let response = self.responses.remove(0);
                self.tell(response);
            }
            match self.monitor.next_due(self.now).filter(|due| *due <= end) {
                Some(due) => self.now = self.now.max(due),
                None => break,
            }
            self.tell(Event::Tick);
        }
        self.now = end;
        self.tell(Event::Tick);
    }

    fn tell(&mut self, event: Event) {
        for action in self.monitor.step(event, self.now) {
            match action {
                Action::Check(call, job) => {
                    let progress = None;
                    assert!(self.running.contains(&job.key), "the job is not running");
                    let response = Event::Checked(call, Ok(JobStatus::Running { progress }));
                    self.responses.extend([Event::Sent(call), response]);
                }
                Action::Start(call, key) => self.start(call, key),
                // A response that was not taken in is told anyway: it comes too late.
                Action::Abandon | Action::FollowUp => {}
                Action::CancelJob(call, job) => {
                    self.running.remove(&job.key);
                    self.responses.push(Event::CancelAnswered(call, Ok(())));
                }
            }
        }
        assert!(self.running.len() <= 1, "two jobs of one task are running");
    }

    fn start(&mut self, call: CallId, key: IdempotencyKey) {
        let response = match self.delivery {
            Delivery::Lost => Some(Err(CallError::Unreachable)),
            Delivery::Unanswered => None,
            Delivery::GatewayError => Some(Err(CallError::Status {
                status: 504,
                retry_after: None,
                message: None,
            })),
            Delivery::Answered => Some(Ok(())),
        };
        let mut job = None;
        if !matches!(self.delivery, Delivery::Lost) {
            let known = self.jobs.len();
            let made = self.jobs.entry(key).or_insert_with(|| {
                let key = JobKey::from(format!("q-{known}"));
                self.running.insert(key.clone());
                key
            });
            job = Some(made.clone());
        }
        let response = response.map(|response| Event::Started(call, response.map(|()| job)));
        self.responses.extend(response);
    }
}

proptest! {
    #[test]
    fn cancelled_task_leaves_no_job_running_and_retry_makes_no_second_one(
        seed in any::<u64>(),
        history in vec(step(), 1..60),
    ) {
        let mut task = WithServer::new(seed);
        for step in history {
            task.live(step);
        }
        let healthy = Step::Pass(300_000, Delivery::Answered);
        // A start that failed too often may have made a job: Retry finds it again.
        for step in [Step::Online(true), healthy, Step::Retry, healthy, Step::Cancel, healthy] {
            task.live(step);
        }
        prop_assert_eq!(task.monitor.state(task.now), TaskState::Cancelled);
        prop_assert_eq!(task.monitor.next_due(task.now), None);
        prop_assert!(task.running.is_empty(), "{:?}", task.running);
    }
}
