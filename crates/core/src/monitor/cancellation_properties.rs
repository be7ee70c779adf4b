//! A cancelled task leaves no job running on the server, whatever the network does.

use std::collections::{HashMap, HashSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::TaskState;
use crate::job_status::JobStatus;
use crate::policy::Policy;
use crate::time::Now;

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

/// One event of a task whose server has idempotent starts.
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

/// A task, and a server that creates one job per idempotency key.
struct WithServer {
    monitor: Monitor,
    now: Timestamp,
    delivery: Delivery,
    jobs: HashMap<IdempotencyKey, JobKey>,
    running: HashSet<JobKey>,
    /// Responses in flight.
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

    fn apply(&mut self, step: Step) {
        match step {
            Step::Pass(millis, delivery) => {
                self.delivery = delivery;
                self.pass(Duration::from_millis(millis));
            }
            Step::Online(online) => self.event(Event::Environment(Environment {
                online,
                visible: true,
            })),
            Step::Sleep => {
                self.now = self.now + Duration::from_secs(3_600);
                self.event(Event::Woken);
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
            Step::Cancel => self.event(Event::Cancel),
            Step::Retry => self.event(Event::Retry),
        }
    }

    fn pass(&mut self, duration: Duration) {
        let end = self.now + duration;
        self.event(Event::Tick);
        loop {
            while !self.responses.is_empty() {
                let response = self.responses.remove(0);
                self.event(response);
            }
            match self.monitor.next_due(self.now).filter(|due| *due <= end) {
                Some(due) => self.now = self.now.max(due),
                None => break,
            }
            self.event(Event::Tick);
        }
        self.now = end;
        self.event(Event::Tick);
    }

    fn event(&mut self, event: Event) {
        for action in self.monitor.step(event, self.now) {
            match action {
                Action::Check(attempt, job) => {
                    let progress = None;
                    assert!(self.running.contains(&job.key), "the job is not running");
                    let response = Event::Checked(attempt, Ok(JobStatus::Running { progress }));
                    self.responses.extend([Event::Sent(attempt), response]);
                }
                Action::Start(attempt, key) => {
                    self.monitor.step(Event::Sent(attempt), self.now);
                    self.start(attempt, key);
                }
                // The response of an aborted request is delivered anyway, too late.
                Action::Abandon | Action::FollowUp => {}
                Action::CancelJob(attempt, job) => {
                    self.monitor.step(Event::Sent(attempt), self.now);
                    self.running.remove(&job.key);
                    self.responses.push(Event::CancelAnswered(attempt, Ok(())));
                }
            }
        }
        assert!(self.running.len() <= 1, "two jobs of one task are running");
    }

    fn start(&mut self, attempt: AttemptId, key: IdempotencyKey) {
        let response = match self.delivery {
            Delivery::Lost => Some(Err(RequestError::Unreachable)),
            Delivery::Unanswered => None,
            Delivery::GatewayError => Some(Err(RequestError::Status {
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
        let response = response.map(|response| Event::Started(attempt, response.map(|()| job)));
        self.responses.extend(response);
    }
}

proptest! {
    #[test]
    fn cancelled_task_leaves_no_job_running_and_retry_starts_no_second_one(
        seed in any::<u64>(),
        history in vec(step(), 1..60),
    ) {
        let mut task = WithServer::new(seed);
        for step in history {
            task.apply(step);
        }
        let healthy = Step::Pass(300_000, Delivery::Answered);
        // A start that failed too often may have created a job: Retry finds it again.
        for step in [Step::Online(true), healthy, Step::Retry, healthy, Step::Cancel, healthy] {
            task.apply(step);
        }
        prop_assert_eq!(task.monitor.state(task.now), TaskState::Cancelled);
        prop_assert_eq!(task.monitor.next_due(task.now), None);
        prop_assert!(task.running.is_empty(), "{:?}", task.running);
    }
}
