//! A simulated tab: the core, and what the browser keeps for it.

use std::collections::{BTreeMap, BTreeSet};

use background_tasks_core::{
    Core, Input, Now, Percent, Request, RequestId, TaskId, TaskState, Timestamp,
};
use background_tasks_server_model::Subscriber;

/// A tab.
#[derive(Debug)]
pub struct Tab {
    /// Its number, which is also its id.
    pub number: u64,
    /// The name of its store.
    pub store: &'static str,
    pub core: Core,
    pub visible: bool,
    /// Until then it does not run, and what happens waits in the backlog.
    pub frozen_until: Option<u64>,
    pub backlog: Vec<Input>,
    /// When it last began to run again, and read what was kept for it.
    pub woke_at: u64,
    /// Since when it has been running, and receives messages.
    pub runs_since: u64,
    /// Its place in the queue for the lock of the oldest tab, 0 if it is not there.
    pub lock: u64,
    /// Whether it has that lock, or is about to learn so.
    pub has_lock: bool,
    /// In the back/forward cache until then: it receives no messages either.
    pub cached_until: Option<u64>,
    /// The least time between two timers.
    pub throttle: u64,
    pub last_timer: u64,
    /// The version of the timer that is set; an older one is void.
    pub timer: u64,
    pub timer_at: Option<u64>,
    /// By how much its monotonic clock is behind, because it stood still in sleep.
    pub slept: u64,
    /// How much longer it will be behind when it wakes.
    pub sleeping: u64,
    pub in_flight: BTreeMap<RequestId, Request>,
    /// When these requests were sent.
    pub sent: BTreeMap<RequestId, u64>,
    pub streams: BTreeMap<RequestId, Subscriber>,
    pub files: BTreeSet<TaskId>,
    /// Tasks whose files it copies or has copied, which no other tab may delete as orphans.
    pub copying: BTreeSet<TaskId>,
    /// What the user sees.
    pub shown: BTreeMap<TaskId, Shown>,
    /// The server asked this tab for no request before this time.
    pub not_before: u64,
    /// Since when it has been visible and running.
    pub awake_since: Option<u64>,
}

/// A task as the user sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub state: TaskState,
    pub run: u64,
    pub progress: Option<Percent>,
}

impl Tab {
    pub fn new(number: u64, store: &'static str, core: Core, visible: bool, now: u64) -> Self {
        Self {
            number,
            store,
            core,
            visible,
            frozen_until: None,
            backlog: Vec::new(),
            woke_at: 0,
            runs_since: now,
            lock: 0,
            has_lock: false,
            cached_until: None,
            throttle: 0,
            last_timer: 0,
            timer: 0,
            timer_at: None,
            slept: 0,
            sleeping: 0,
            in_flight: BTreeMap::new(),
            sent: BTreeMap::new(),
            streams: BTreeMap::new(),
            files: BTreeSet::new(),
            copying: BTreeSet::new(),
            shown: BTreeMap::new(),
            not_before: 0,
            awake_since: visible.then_some(now),
        }
    }

    pub fn runs(&self) -> bool {
        self.frozen_until.is_none() && self.cached_until.is_none()
    }

    /// The tab's clocks at a time of the simulation.
    pub fn now(&self, time: u64, wall: i64) -> Now {
        clocks(time - self.slept, time, wall)
    }
}

/// The clocks of a tab, of which the system clock is ahead by `wall` milliseconds.
pub fn clocks(monotonic: u64, time: u64, wall: i64) -> Now {
    Now {
        monotonic: Timestamp::from_millis(monotonic),
        wall: Timestamp::from_millis(1_700_000_000_000_u64.saturating_add_signed(wall) + time),
    }
}
