//! The source of time: the browser's clocks, or a virtual one.

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

/// A wait, such as `Box::pin(async move { … })`. Dropping it cancels the wait.
pub type Sleep = Pin<Box<dyn Future<Output = ()>>>;

/// A source of time and waits.
///
/// Tasks and toasts wait by the clock of their settings, so a test with [`VirtualClock`] runs
/// two minutes of monitoring in a millisecond.
/// [`HttpStatusClient`](crate::HttpStatusClient) uses the browser's clock.
pub trait Clock {
    /// The current time of a monotonic clock, which measures all waits.
    fn now(&self) -> Timestamp;

    /// The current time of the system's clock, which may jump. It is used only for dates, such
    /// as those in ids, and for the age of a task. The default is [`now`](Self::now).
    fn wall(&self) -> Timestamp {
        self.now()
    }

    /// Completes after `duration`. Dropping the future cancels the wait.
    fn sleep(&self, duration: Duration) -> Sleep;
}

/// The browser's clocks: `performance.now()` is monotonic, `Date.now()` is the wall clock.
///
/// Some browsers stop the monotonic clock while the machine sleeps, so time asleep does not
/// count. On a server that does not run WASM there is no browser, and the time is always 0.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserClock;

/// Whether the functions of a browser, or another JavaScript runtime, can be called.
const HAS_JAVASCRIPT: bool = cfg!(target_arch = "wasm32");

thread_local! {
    /// The page's monotonic clock and its origin, cached: looking them up took half of the
    /// time that reading the clock takes.
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
        gloo_timers::future::sleep(duration.min(MAX_TIMEOUT)).boxed_local()
    }
}

/// The point that is so many milliseconds after the Unix epoch, as JavaScript has them.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, and parts of a millisecond do not matter"
)]
pub(crate) const fn timestamp(millis: f64) -> Timestamp {
    Timestamp::from_millis(millis as u64)
}

/// `setTimeout` has a signed 32-bit delay in milliseconds; a longer one fires immediately. A
/// longer wait therefore ends early, and the caller finds nothing due and waits again.
const MAX_TIMEOUT: Duration = Duration::from_millis(i32::MAX as u64);

/// A clock that advances only on request, for tests.
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
    /// A clock that starts at `now`.
    pub fn starting_at(now: Timestamp) -> Self {
        Self(Rc::new(RefCell::new(VirtualTime {
            now,
            ..VirtualTime::default()
        })))
    }

    /// Advances by `duration` and wakes all sleepers that become due, earliest first.
    pub fn advance(&self, duration: Duration) {
        let end = self.now() + duration;
        while self.wake_next(end) {}
        self.0.borrow_mut().now = end;
    }

    /// When the next sleeper is due; `None` if there is none.
    pub fn next_due(&self) -> Option<Timestamp> {
        let mut time = self.0.borrow_mut();
        time.sleepers.retain(|_, sleeper| !sleeper.is_canceled());
        time.sleepers.keys().next().map(|(due, _)| *due)
    }

    /// Advances to the next sleeper that is due by `end` and wakes it. Returns whether there
    /// was one.
    ///
    /// A sleeper that sleeps again does so only when its future is polled, so a test waits
    /// for the page's microtasks between two calls.
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
            // Fails if the sleeper was dropped in the meantime.
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
