//! Retries: when the next request is due, and when to give up. Jobs and uploads share it.

use std::time::Duration;

use crate::failure::RequestError;
use crate::policy::{Backoff, RetryPolicy};
use crate::time::Timestamp;

/// Delays are at their maximum long before so many failures in a row.
const MOST_RESTORED: usize = 1_000;

/// What the browser reports about the page's environment. Both are hints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Environment {
    /// Whether there is a connection.
    pub online: bool,
    /// Whether the page is visible.
    pub visible: bool,
}

impl Default for Environment {
    fn default() -> Self {
        Self {
            online: true,
            visible: true,
        }
    }
}

/// Why and since when the next request has not been sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pause {
    since: Timestamp,
    wait: Wait,
    /// The server has asked for no request before this time.
    not_before: Timestamp,
}

#[derive(Clone, Copy, Debug)]
enum Wait {
    /// Send the request at once.
    None,
    /// The usual delay between two requests.
    Interval(Duration),
    /// After a transient failure.
    Backoff(Duration),
}

impl Pause {
    /// No pause.
    pub(crate) const fn none(now: Timestamp) -> Self {
        Self {
            since: now,
            wait: Wait::None,
            not_before: now,
        }
    }

    /// The usual delay between two requests.
    pub(crate) const fn interval(interval: Duration, now: Timestamp) -> Self {
        Self {
            since: now,
            wait: Wait::Interval(interval),
            not_before: now,
        }
    }

    /// When the next request is due. It is derived, so that a change of the environment takes
    /// effect at once.
    pub(crate) fn due(&self, policy: &RetryPolicy, environment: Environment) -> Timestamp {
        self.due_by(policy, environment, Duration::ZERO)
    }

    /// The same, with a usual delay of at least `usual`.
    pub(crate) fn due_by(
        &self,
        policy: &RetryPolicy,
        environment: Environment,
        usual: Duration,
    ) -> Timestamp {
        let least = match (environment.online, environment.visible) {
            (false, _) => policy.offline_interval,
            (true, false) => policy.hidden_interval,
            (true, true) => Duration::ZERO,
        };
        let wait = match self.wait {
            Wait::None => Duration::ZERO,
            // Earlier failures do not delay a probe while offline.
            Wait::Backoff(_) if !environment.online => least,
            Wait::Interval(wait) => wait.max(usual).max(least),
            Wait::Backoff(wait) => wait.max(least),
        };
        (self.since + wait).max(self.not_before)
    }

    /// No pause except the one that the server has asked for.
    pub(crate) const fn until(not_before: Timestamp, now: Timestamp) -> Self {
        Self {
            since: now,
            wait: Wait::None,
            not_before,
        }
    }

    /// Starts the usual delay again, and keeps what the server has asked for.
    pub(crate) const fn restart(&mut self, interval: Duration, now: Timestamp) {
        self.since = now;
        self.wait = Wait::Interval(interval);
    }

    /// Makes the next request due as soon as the server allows.
    pub(crate) const fn cut_short(&mut self) {
        self.wait = Wait::None;
    }
}

/// Transient failures in a row.
#[derive(Debug, Default)]
pub(crate) struct Failures(Option<Row>);

#[derive(Debug)]
struct Row {
    count: u32,
    last: RequestError,
    waits: Backoff,
}

impl Failures {
    /// Records a failure that is transient and returns the pause before the next request.
    /// While offline nothing is counted.
    ///
    /// # Errors
    ///
    /// The failure itself, if it is one too many.
    pub(crate) fn add(
        &mut self,
        error: RequestError,
        policy: &RetryPolicy,
        environment: Environment,
        seed: u64,
        now: Timestamp,
    ) -> Result<Pause, RequestError> {
        let not_before = not_before(&error, policy, now);
        let wait = if environment.online {
            let row = self.0.get_or_insert_with(|| Row {
                count: 0,
                last: error.clone(),
                waits: policy.backoff(seed),
            });
            row.count = row.count.saturating_add(1);
            row.last = error;
            match row.waits.next() {
                Some(wait) => Wait::Backoff(wait),
                None => return Err(row.last.clone()),
            }
        } else {
            Wait::Interval(Duration::ZERO)
        };
        Ok(Pause {
            since: now,
            wait,
            not_before,
        })
    }

    /// Continues after `count` failures in a row.
    pub(crate) fn restored(
        count: u32,
        last: RequestError,
        policy: &RetryPolicy,
        seed: u64,
    ) -> Self {
        let mut waits = policy.backoff(seed);
        let passed = usize::try_from(count).unwrap_or(usize::MAX);
        // A stored count, and the limit in a stored policy, may be any number.
        let _ = waits.by_ref().take(passed.min(MOST_RESTORED)).count();
        Self(Some(Row { count, last, waits }))
    }

    /// A valid response resets the count.
    pub(crate) fn reset(&mut self) {
        self.0 = None;
    }

    /// The number of failures, and the last one.
    pub(crate) fn last(&self) -> Option<(u32, &RequestError)> {
        self.0.as_ref().map(|row| (row.count, &row.last))
    }
}

/// Before this time the server asks for no further request.
pub(crate) fn not_before(error: &RequestError, policy: &RetryPolicy, now: Timestamp) -> Timestamp {
    let wait = error.retry_after();
    wait.map_or(now, |wait| now + wait.min(policy.max_retry_after))
}

/// Whole seconds until `due`, rounded up.
pub(crate) fn seconds_until(due: Timestamp, now: Timestamp) -> u64 {
    let left = due.as_millis().saturating_sub(now.as_millis());
    left.div_ceil(1_000)
}

/// When a countdown to `due` shows its next number, or ends.
pub(crate) fn next_second(due: Timestamp, now: Timestamp) -> Timestamp {
    match seconds_until(due, now) {
        0 | 1 => due,
        seconds => {
            let later = (seconds - 1).saturating_mul(1_000);
            Timestamp::from_millis(due.as_millis().saturating_sub(later))
        }
    }
}
