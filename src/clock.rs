//! The one place where time enters: the browser's clocks, or a virtual one.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::Timestamp;
use futures_util::FutureExt as _;
use litemap::LiteMap;
use web_sys::Performance;

/// A wait, such as `Box::pin(async move { … })`. Dropping it ends the wait.
pub type Sleep = Pin<Box<dyn Future<Output = ()>>>;

/// Tells the time and waits.
///
/// Everything in this crate that waits does so through one of these, so that a test
/// runs two minutes of monitoring in a millisecond with [`VirtualClock`].
pub trait Clock {
    /// The time now, by a clock that never goes back. All waits are measured by it.
    fn now(&self) -> Timestamp;

    /// The time now by the system's clock, which may jump. It only dates things, such as
    /// ids and the age of a task. By default it is [`now`](Self::now).
    fn wall(&self) -> Timestamp {
        self.now()
    }

    /// Completes after `duration`. Dropping the future ends the wait.
    fn sleep(&self, duration: Duration) -> Sleep;
}

/// The browser's clocks: `performance.now()` is monotonic, `Date.now()` is the wall clock.
///
/// Some browsers stop the monotonic one while the machine sleeps, so that time asleep
/// does not count. On a server that is no WASM there is no browser, and the time is 0.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserClock;

/// Whether the functions of a browser, or another JavaScript runtime, can be called.
const HAS_JAVASCRIPT: bool = cfg!(target_arch = "wasm32");

thread_local! {
    /// The page's monotonic clock and its origin. To ask the window for both each time
    /// was half of what reading the clock cost.
    static MONOTONIC: Option<(Performance, f64)> = HAS_JAVASCRIPT
        .then(web_sys::window)
        .and_then(|window| window?.performance())
        .map(|performance| (performance.clone(), performance.time_origin()));
}

impl Clock for BrowserClock {
    fn now(&self) -> Timestamp {
        MONOTONIC.with(|monotonic| match monotonic {
            Some((performance, origin)) => timestamp(origin + performance.now()),
            None => self.wall(),
        })
    }

    fn wall(&self) -> Timestamp {
        timestamp(if HAS_JAVASCRIPT {
            js_sys::Date::now()
        } else {
            0.0
        })
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        gloo_timers::future::sleep(duration.min(LONGEST_TIMEOUT)).boxed_local()
    }
}

fn timestamp(millis: f64) -> Timestamp {
    let since_epoch = Duration::try_from_secs_f64(millis / 1000.0);
    Timestamp::from_epoch(since_epoch.unwrap_or_default())
}

/// `setTimeout` takes milliseconds as a signed 32-bit number; beyond that it fires at
/// once. A longer wait ends early, and the caller, who finds nothing due, waits again.
const LONGEST_TIMEOUT: Duration = Duration::from_millis(i32::MAX as u64);

/// A clock that stands still until it is told to go on.
///
/// ```
/// use std::time::Duration;
/// use yew_background_tasks::{Clock, Timestamp, VirtualClock};
///
/// let clock = VirtualClock::starting_at(Timestamp::from_millis(5_000));
/// clock.advance(Duration::from_secs(1));
/// assert_eq!(clock.now(), Timestamp::from_millis(6_000));
/// ```
#[derive(Clone, Default)]
pub struct VirtualClock(Rc<RefCell<VirtualTime>>);

#[derive(Default)]
struct VirtualTime {
    now: Timestamp,
    next_sleeper: u64,
    sleepers: LiteMap<(Timestamp, u64), futures_channel::oneshot::Sender<()>>,
}

impl VirtualClock {
    /// A clock that shows `now`.
    pub fn starting_at(now: Timestamp) -> Self {
        Self(Rc::new(RefCell::new(VirtualTime {
            now,
            ..VirtualTime::default()
        })))
    }

    /// Goes on by `duration` and wakes all whose time has come, earliest first.
    pub fn advance(&self, duration: Duration) {
        let end = self.now() + duration;
        while self.wake_next(end) {}
        self.0.borrow_mut().now = end;
    }

    /// When the next sleeper is due, if any sleeps.
    pub fn next_due(&self) -> Option<Timestamp> {
        let mut time = self.0.borrow_mut();
        time.sleepers.retain(|_, sleeper| !sleeper.is_canceled());
        time.sleepers.keys().next().map(|(due, _)| *due)
    }

    /// Goes to the next sleeper's time, at most to `end`, and wakes that one.
    /// Tells whether there was one.
    ///
    /// A sleeper that sleeps again does so only when its future is polled, so a
    /// test calls this in turn with a wait for the page's own microtasks.
    pub fn wake_next(&self, end: Timestamp) -> bool {
        let Some(due) = self.next_due().filter(|due| *due <= end) else {
            return false;
        };
        let sleeper = {
            let mut time = self.0.borrow_mut();
            time.now = time.now.max(due);
            let first = time.sleepers.first().map(|(key, _)| *key);
            first.and_then(|key| time.sleepers.remove(&key))
        };
        if let Some(sleeper) = sleeper {
            // A sleeper dropped since is nobody's concern.
            let _ = sleeper.send(());
        }
        true
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.0.borrow().now
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let (sender, receiver) = futures_channel::oneshot::channel();
        let mut time = self.0.borrow_mut();
        let key = (time.now + duration, time.next_sleeper);
        time.next_sleeper += 1;
        time.sleepers.insert(key, sender);
        receiver.map(|_| ()).boxed_local()
    }
}

impl fmt::Debug for VirtualClock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("VirtualClock")
            .field("now", &self.now())
            .finish_non_exhaustive()
    }
}
