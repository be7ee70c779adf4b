//! The stream of pushed news: when it is opened, given up and opened again.

use std::time::Duration;

use crate::policy::{Backoff, RetryPolicy};
use crate::time::Timestamp;

/// A stream that says nothing for so long is taken for dead. Servers send a
/// comment every 15 s or so, as proxies end what is silent for a minute.
const LONGEST_SILENCE: Duration = Duration::from_secs(45);

/// How long it is not tried where the client has none.
const UNAVAILABLE: Duration = Duration::from_secs(60);

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Open,
    /// It is wanted no more, or dead: its tasks are polled as before.
    Close,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Closed,
    Open { heard: Timestamp },
    Waiting { until: Timestamp },
    Unavailable { until: Timestamp },
}

/// The one stream of an engine.
#[derive(Debug)]
pub struct Stream {
    phase: Phase,
    /// The waits after failures in a row.
    waits: Option<Backoff>,
    /// The least wait, as the server asks.
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
    /// Time has passed, and news of jobs are wanted, or not.
    pub fn tick(&mut self, wanted: bool, seed: u64, now: Timestamp) -> Option<Action> {
        match (self.phase, wanted) {
            (Phase::Closed, true) => Some(self.open(now)),
            (Phase::Waiting { until } | Phase::Unavailable { until }, true) => {
                (now >= until).then(|| self.open(now))
            }
            (Phase::Open { heard }, true) => (now >= heard + LONGEST_SILENCE).then(|| {
                self.ended(seed, now);
                Action::Close
            }),
            (Phase::Open { .. }, false) => {
                self.phase = Phase::Closed;
                Some(Action::Close)
            }
            (Phase::Closed | Phase::Waiting { .. } | Phase::Unavailable { .. }, false) => None,
        }
    }

    /// The server has said something.
    pub fn heard(&mut self, now: Timestamp) {
        if let Phase::Open { heard } = &mut self.phase {
            *heard = now;
            self.waits = None;
        }
    }

    /// The server asks for this wait before it is connected to again.
    pub fn ask_to_wait(&mut self, wait: Duration) {
        self.least = wait.min(RetryPolicy::new().max_retry_after);
    }

    /// It has ended, or could not be opened.
    pub fn ended(&mut self, seed: u64, now: Timestamp) {
        let policy = RetryPolicy::new().with_max_failures(u32::MAX);
        let waits = self.waits.get_or_insert_with(|| policy.backoff(seed));
        let wait = waits.next().unwrap_or(policy.max_backoff);
        self.phase = Phase::Waiting {
            until: now + wait.max(self.least),
        };
    }

    /// The client has none, now.
    pub fn unavailable(&mut self, now: Timestamp) {
        self.phase = Phase::Unavailable {
            until: now + UNAVAILABLE,
        };
    }

    /// Whether nothing is to be decided, whatever the tasks want.
    pub fn rests(&self, now: Timestamp) -> bool {
        matches!(self.phase, Phase::Unavailable { until } if now < until)
    }

    /// There is a connection again: whoever waits for it waits no longer.
    pub fn hurry(&mut self, now: Timestamp) {
        if let Phase::Waiting { until } = &mut self.phase {
            *until = now;
        }
    }

    /// When [`tick`](Self::tick) is to come, if nothing happens before.
    pub fn next_due(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Open { heard } => Some(heard + LONGEST_SILENCE),
            Phase::Waiting { until } => Some(until),
            Phase::Closed | Phase::Unavailable { .. } => None,
        }
    }

    fn open(&mut self, now: Timestamp) -> Action {
        self.phase = Phase::Open { heard: now };
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
    fn it_is_open_while_it_is_wanted() {
        let mut stream = Stream::default();
        assert_eq!(stream.tick(false, 1, at(0)), None);
        assert_eq!(stream.tick(true, 1, at(1)), Some(Action::Open));
        assert_eq!(stream.tick(true, 1, at(2)), None);
        assert_eq!(stream.tick(false, 1, at(3)), Some(Action::Close));
        assert_eq!(stream.next_due(), None);
    }

    #[test]
    fn silence_ends_it_and_a_sign_of_life_does_not() {
        let mut stream = open();
        stream.heard(at(30));
        assert_eq!(stream.next_due(), Some(at(75)));
        assert_eq!(stream.tick(true, 1, at(74)), None);
        assert_eq!(stream.tick(true, 1, at(75)), Some(Action::Close));
        assert_eq!(stream.tick(true, 1, at(75)), None);
        assert_eq!(stream.tick(true, 1, at(78)), Some(Action::Open));
    }

    #[test]
    fn waits_double_with_jitter_to_thirty_seconds_and_news_reset_them() {
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
        stream.heard(now);
        stream.ended(7, now);
        assert!(stream.next_due().unwrap().since(now) <= Duration::from_secs(2));
    }

    #[test]
    fn the_server_may_ask_for_a_longer_wait_and_a_connection_cuts_it_short() {
        let mut stream = open();
        stream.ask_to_wait(Duration::from_secs(9));
        stream.ended(1, at(0));
        assert_eq!(stream.next_due(), Some(at(9)));
        stream.hurry(at(3));
        assert_eq!(stream.tick(true, 1, at(3)), Some(Action::Open));
    }

    #[test]
    fn where_there_is_none_no_timer_runs() {
        let mut stream = open();
        stream.unavailable(at(0));
        assert_eq!(stream.next_due(), None);
        assert_eq!(stream.tick(true, 1, at(59)), None);
        assert_eq!(stream.tick(true, 1, at(60)), Some(Action::Open));
    }
}
