//! Points in time. The driver passes the current time in; the core has no clock.

use std::ops::Add;
use std::time::Duration;

/// A point in time, in whole milliseconds since the Unix epoch.
///
/// ```
/// use std::time::Duration;
/// use background_tasks_core::Timestamp;
///
/// let start = Timestamp::from_millis(1_000);
/// let later = start + Duration::from_secs(2);
/// assert_eq!(later.since(start), Duration::from_secs(2));
/// assert_eq!(start.since(later), Duration::ZERO);
/// ```
// A `Duration`, whose seconds and nanoseconds are added and compared one after the other, would
// cost 3 kB of WASM (brotli).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The point that is `millis` milliseconds after the Unix epoch.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// The point that is `duration` after the Unix epoch, rounded up to a whole millisecond.
    pub const fn from_epoch(duration: Duration) -> Self {
        Self(whole_millis(duration))
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// The time since `earlier`; zero if `earlier` is later.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    /// Rounds up to a whole millisecond, so that no wait is shorter than it should be.
    /// Saturates, so that no setting can make a deadline overflow.
    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(whole_millis(duration)))
    }
}

const fn whole_millis(duration: Duration) -> u64 {
    let rest = duration.subsec_nanos().div_ceil(1_000_000);
    let millis = duration.as_secs().saturating_mul(1_000);
    millis.saturating_add(rest as u64)
}

/// The current time, which the driver passes in.
///
/// A wait is measured by the monotonic clock, so that it lasts its nominal length
/// whatever happens to the system clock. The wall clock only dates things: ids, the age
/// of a task, and what must be compared after a reload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// Never goes back. Where it begins does not matter.
    pub monotonic: Timestamp,
    /// The system's clock, which may jump.
    pub wall: Timestamp,
}

impl Now {
    /// The wall-clock time of a point of the monotonic clock.
    pub fn to_wall(self, monotonic: Timestamp) -> Timestamp {
        self.wall + monotonic.since(self.monotonic)
    }

    /// The monotonic time of a point of the wall clock, at most `longest` from now.
    pub fn to_monotonic(self, wall: Timestamp, longest: Duration) -> Timestamp {
        self.monotonic + wall.since(self.wall).min(longest)
    }
}
