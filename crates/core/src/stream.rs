//! The event stream: when it is opened, closed and reopened.

use std::time::Duration;

use crate::policy::{Backoff, RetryPolicy};
use crate::time::Timestamp;

/// A stream without a sign of life for this long is considered dead. Servers send a comment
/// every 15 s or so, since proxies close connections that are silent for a minute.
const LONGEST_SILENCE: Duration = Duration::from_secs(45);

/// A stream that has been open for so long works: the next failure is the first in a row.
const STABLE: Duration = Duration::from_secs(10);

/// How long to wait before the next attempt if the client has no event stream.
const UNAVAILABLE: Duration = Duration::from_secs(60);

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Open the stream.
    Open,
    /// Close it, as it is not needed any more or dead: tasks are polled as before.
    Close,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Closed,
    Open {
        since: Timestamp,
        last_event: Timestamp,
    },
    Waiting {
        until: Timestamp,
    },
    Unavailable {
        until: Timestamp,
    },
}

/// The one event stream of a core.
#[derive(Debug)]
pub struct Stream {
    phase: Phase,
    /// The delays after failures in a row.
    waits: Option<Backoff>,
    /// The shortest delay, as the server asks.
    least: Duration,
}

impl Default for Stream {
    fn default() -> Self {
        Self {
            phase: Phase::Closed,
            waits: None,
            least: Duration::ZERO,
        }
    }
}

impl Stream {
    /// Time has passed. `wanted` tells whether there are jobs to follow.
    pub fn tick(&mut self, wanted: bool, seed: u64, now: Timestamp) -> Option<Action> {
        match (self.phase, wanted) {
            (Phase::Closed, true) => Some(self.open(now)),
            (Phase::Waiting { until } | Phase::Unavailable { until }, true) => {
                (now >= until).then(|| self.open(now))
            }
            (Phase::Open { last_event, .. }, true) => {
                (now >= last_event + LONGEST_SILENCE).then(|| {
                    self.ended(seed, now);
                    Action::Close
                })
            }
            (Phase::Open { .. }, false) => {
                self.phase = Phase::Closed;
                Some(Action::Close)
            }
            (Phase::Closed | Phase::Waiting { .. } | Phase::Unavailable { .. }, false) => None,
        }
    }

    /// The server has sent something.
    pub fn on_event(&mut self, now: Timestamp) {
        if let Phase::Open { since, last_event } = &mut self.phase {
            *last_event = now;
            if now < *since + STABLE {
                return;
            }
            self.waits = None;
        }
    }

    /// The server asks for at least this delay before the next connection.
    pub fn ask_to_wait(&mut self, wait: Duration) {
        self.least = wait.min(RetryPolicy::new().max_retry_after);
    }

    /// The stream has ended, or could not be opened.
    pub fn ended(&mut self, seed: u64, now: Timestamp) {
        let policy = RetryPolicy::new().with_max_failures(u32::MAX);
        let waits = self.waits.get_or_insert_with(|| policy.backoff(seed));
        let wait = waits.next().unwrap_or(policy.max_backoff);
        self.phase = Phase::Waiting {
            until: now + wait.max(self.least),
        };
    }

    /// The client has no event stream at the moment.
    pub fn unavailable(&mut self, now: Timestamp) {
        self.phase = Phase::Unavailable {
            until: now + UNAVAILABLE,
        };
    }

    /// Whether [`tick`](Self::tick) would do nothing, whether the stream is wanted or not.
    pub fn rests(&self, now: Timestamp) -> bool {
        matches!(self.phase, Phase::Unavailable { until } if now < until)
    }

    /// The browser is online again: a waiting stream is opened at the next tick.
    pub fn hurry(&mut self, now: Timestamp) {
        if let Phase::Waiting { until } = &mut self.phase {
            *until = now;
        }
    }

    /// When [`tick`](Self::tick) must be called next, unless something happens before.
    pub fn next_due(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Open { last_event, .. } => Some(last_event + LONGEST_SILENCE),
            Phase::Waiting { until } => Some(until),
            Phase::Closed | Phase::Unavailable { .. } => None,
        }
    }

    fn open(&mut self, now: Timestamp) -> Action {
        self.phase = Phase::Open {
            since: now,
            last_event: now,
        };
        Action::Open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    fn open() -> Stream {
        let mut stream = Stream::default();
        assert_eq!(stream.tick(true, 1, at(0)), Some(Action::Open));
        stream
    }

    #[test]
    fn stream_is_open_while_it_is_wanted() {
        let mut stream = Stream::default();
        assert_eq!(stream.tick(false, 1, at(0)), None);
        assert_eq!(stream.tick(true, 1, at(1)), Some(Action::Open));
        assert_eq!(stream.tick(true, 1, at(2)), None);
        assert_eq!(stream.tick(false, 1, at(3)), Some(Action::Close));
        assert_eq!(stream.next_due(), None);
    }

    #[test]
    fn silent_stream_is_closed_and_reopened() {
        let mut stream = open();
        stream.on_event(at(30));
        assert_eq!(stream.next_due(), Some(at(75)));
        assert_eq!(stream.tick(true, 1, at(74)), None);
        assert_eq!(stream.tick(true, 1, at(75)), Some(Action::Close));
        assert_eq!(stream.tick(true, 1, at(75)), None);
        assert_eq!(stream.tick(true, 1, at(78)), Some(Action::Open));
    }

    #[test]
    fn delays_double_with_jitter_up_to_thirty_seconds_until_server_sends() {
        let mut stream = open();
        let mut now = at(0);
        for base in [1, 2, 4, 8, 16, 30, 30, 30] {
            stream.ended(7, now);
            let due = stream.next_due().unwrap();
            let (least, most) = (Duration::from_secs(base), Duration::from_secs(2 * base));
            assert!((least..=most).contains(&due.since(now)), "{base}");
            now = due;
            assert_eq!(stream.tick(true, 7, now), Some(Action::Open));
        }
        // A server that accepts the stream and closes it at once.
        stream.on_event(now);
        stream.ended(7, now);
        assert!(stream.next_due().unwrap().since(now) >= Duration::from_secs(30));
        now = stream.next_due().unwrap();
        assert_eq!(stream.tick(true, 7, now), Some(Action::Open));
        now = now + STABLE;
        stream.on_event(now);
        stream.ended(7, now);
        assert!(stream.next_due().unwrap().since(now) <= Duration::from_secs(2));
    }

    #[test]
    fn server_may_ask_for_longer_delay_which_going_online_ends() {
        let mut stream = open();
        stream.ask_to_wait(Duration::from_secs(9));
        stream.ended(1, at(0));
        assert_eq!(stream.next_due(), Some(at(9)));
        stream.hurry(at(3));
        assert_eq!(stream.tick(true, 1, at(3)), Some(Action::Open));
    }

    #[test]
    fn unavailable_stream_needs_no_timer() {
        let mut stream = open();
        stream.unavailable(at(0));
        assert_eq!(stream.next_due(), None);
        assert_eq!(stream.tick(true, 1, at(59)), None);
        assert_eq!(stream.tick(true, 1, at(60)), Some(Action::Open));
    }
}
