//! The one place where time enters: the browser's clock, or a virtual one.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use litemap::LiteMap;
use web_sys::Performance;

use crate::time::Timestamp;

/// Tells the time and waits.
///
/// Everything of this crate that waits does it through one of these, so that a
/// test runs two minutes of monitoring in a millisecond with [`VirtualClock`].
pub trait Clock {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// Is ready once `duration` has passed. Dropping the future ends the wait.
    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()>;
}

/// The browser's clock. It never goes back, also when the system's is set, and
/// goes on over the machine's sleep.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserClock;

thread_local! {
    /// The page's steady clock and when it began: to ask the window for both each
    /// time was half of what a look at the clock cost, and a check takes several.
    static STEADY: Option<(Performance, f64)> = web_sys::window()
        .and_then(|window| window.performance())
        .map(|performance| (performance.clone(), performance.time_origin()));

    /// Milliseconds by which `performance.now()` is behind: some browsers stop it
    /// while the machine sleeps.
    static SLEPT: Cell<f64> = const { Cell::new(0.0) };
}

/// Less than this is not sleep, but two clocks that are not quite the same.
const SLEEP: f64 = 1_000.0;

impl Clock for BrowserClock {
    fn now(&self) -> Timestamp {
        let wall = js_sys::Date::now();
        let millis = STEADY.with(|steady| {
            steady.as_ref().map_or(wall, |(performance, origin)| {
                let steady = origin + performance.now();
                let behind = wall - (steady + SLEPT.get());
                if behind > SLEEP {
                    SLEPT.set(SLEPT.get() + behind);
                }
                steady + SLEPT.get()
            })
        });
        Timestamp::from_epoch(
            Duration::try_from_secs_f64(millis / 1000.0).unwrap_or(Duration::ZERO),
        )
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
        gloo_timers::future::sleep(duration.min(LONGEST_TIMEOUT)).boxed_local()
    }
}

/// `setTimeout` takes milliseconds as a signed 32-bit number; past that it fires at once.
/// Who waits longer wakes early, finds nothing due and waits again.
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

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
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
