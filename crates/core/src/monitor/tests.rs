//! The rules of monitoring, one test each.

mod budget;
mod cancellation;
mod cancelled_start;
mod environment;
mod failures;
mod start;
mod stream;

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

impl TestMonitor {
    /// Responds to the first request, whatever happened after it.
    fn respond_to_first(&mut self, status: JobStatus) -> &mut Self {
        self.event(Event::Checked(AttemptId::nth(1), Ok(status)))
    }
}

/// The same wall clock, one that is a day ahead, and one that is a day behind.
const OTHER_WALL_CLOCKS: [Timestamp; 3] = [
    WALL_CLOCK,
    Timestamp::from_millis(WALL_CLOCK_MILLIS + DAY),
    Timestamp::from_millis(WALL_CLOCK_MILLIS - DAY),
];

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
