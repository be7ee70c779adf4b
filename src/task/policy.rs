//! The numbers of monitoring (CONTRACT §2), each a setting with its default.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};

use crate::percent::Percent;

/// How a job is followed.
///
/// | setting | video | embedding |
/// | --- | --- | --- |
/// | [`interval`](Self::with_interval): from the end of a check to the next | 1 s | 1 s |
/// | [`max_checks`](Self::with_max_checks): answered checks of an unfinished job | 120 | 60 |
/// | [`ceiling`](Self::with_ceiling): highest progress shown while it runs | 90 | 100 |
/// | [`call_limit`](Self::with_call_limit): a call without an answer is given up after | 10 s | 10 s |
/// | [`retry`](Self::with_retry): after transient failures | [`RetryPolicy`] | [`RetryPolicy`] |
/// | [`streamed_interval`](Self::with_streamed_interval): the same while the server pushes news of the job | 15 s | 15 s |
/// | [`refill`](Self::with_refill): a rise of progress refills the budget | no | no |
///
/// ```
/// use std::time::Duration;
/// use yew_background_tasks::Policy;
///
/// let patient = Policy::video()
///     .with_interval(Duration::from_secs(2))
///     .with_max_checks(600);
/// assert_eq!(patient.max_checks, 600);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// From the end of one check to the start of the next.
    pub interval: Duration,
    /// Answered checks of an unfinished job before it fails as timed out.
    pub max_checks: u32,
    /// Highest progress shown before the server says that the job is done.
    pub ceiling: Percent,
    /// A call that has no answer by then is given up and counts as a transient failure.
    pub call_limit: Duration,
    /// What happens after transient failures.
    pub retry: RetryPolicy,
    /// From the end of one check to the start of the next while the server
    /// pushes news of the job: a check of what the stream says.
    pub streamed_interval: Duration,
    /// Whether each rise of the server's progress refills the budget of checks.
    pub refill: bool,
}

impl Policy {
    /// The numbers of video processing, for kinds that say nothing else, but
    /// for the ceiling, which is 100.
    pub const fn new() -> Self {
        Self {
            interval: Duration::from_secs(1),
            max_checks: 120,
            ceiling: Percent::FULL,
            call_limit: Duration::from_secs(10),
            retry: RetryPolicy::new(),
            streamed_interval: Duration::from_secs(15),
            refill: false,
        }
    }

    /// Video processing.
    pub const fn video() -> Self {
        Self::new().with_ceiling(Percent::new(90))
    }

    /// Embedding generation.
    pub const fn embedding() -> Self {
        Self::new().with_max_checks(60)
    }

    /// Sets the wait from the end of one check to the start of the next.
    #[must_use]
    pub const fn with_interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Sets the budget of checks.
    #[must_use]
    pub const fn with_max_checks(mut self, checks: u32) -> Self {
        self.max_checks = checks;
        self
    }

    /// Sets the highest progress shown while the job runs.
    #[must_use]
    pub const fn with_ceiling(mut self, ceiling: Percent) -> Self {
        self.ceiling = ceiling;
        self
    }

    /// Sets how long a call may take.
    #[must_use]
    pub const fn with_call_limit(mut self, limit: Duration) -> Self {
        self.call_limit = limit;
        self
    }

    /// Sets what happens after transient failures.
    #[must_use]
    pub const fn with_retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// Sets the wait between checks while the server pushes news of the job.
    #[must_use]
    pub const fn with_streamed_interval(mut self, interval: Duration) -> Self {
        self.streamed_interval = interval;
        self
    }

    /// Sets whether a rise of the server's progress refills the budget.
    #[must_use]
    pub const fn with_refill(mut self, refill: bool) -> Self {
        self.refill = refill;
        self
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}

/// How often and after what waits a call is made again that failed in passing
/// (CONTRACT §2). Jobs and uploads have the same rules.
///
/// | setting | default |
/// | --- | --- |
/// | [`min_backoff`](Self::with_backoff), doubling, to `max_backoff`; jitter on top | 1 s, 30 s |
/// | [`max_failures`](Self::with_max_failures): transient failures in a row | 5 |
/// | [`max_retry_after`](Self::with_max_retry_after): longest `Retry-After` obeyed | 60 s |
/// | [`offline_interval`](Self::with_offline_interval): between probes while offline | 15 s |
/// | [`hidden_interval`](Self::with_hidden_interval): least wait in a hidden tab | 5 s |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// The wait after the first transient failure; it doubles with each further one.
    pub min_backoff: Duration,
    /// The longest wait after a transient failure, before jitter.
    pub max_backoff: Duration,
    /// Transient failures in a row that fail the task.
    pub max_failures: u32,
    /// The longest `Retry-After` that is obeyed.
    pub max_retry_after: Duration,
    /// Between probes while the browser says that it is offline.
    pub offline_interval: Duration,
    /// The least wait between calls while the tab is hidden.
    pub hidden_interval: Duration,
}

impl RetryPolicy {
    /// The defaults of the table above.
    pub const fn new() -> Self {
        Self {
            min_backoff: Duration::from_secs(1),
            max_backoff: Duration::from_secs(30),
            max_failures: 5,
            max_retry_after: Duration::from_secs(60),
            offline_interval: Duration::from_secs(15),
            hidden_interval: Duration::from_secs(5),
        }
    }

    /// Sets the first and the longest wait after transient failures.
    #[must_use]
    pub const fn with_backoff(mut self, min: Duration, max: Duration) -> Self {
        self.min_backoff = min;
        self.max_backoff = max;
        self
    }

    /// Sets how many transient failures in a row fail the task.
    #[must_use]
    pub const fn with_max_failures(mut self, failures: u32) -> Self {
        self.max_failures = failures;
        self
    }

    /// Sets the longest `Retry-After` that is obeyed.
    #[must_use]
    pub const fn with_max_retry_after(mut self, longest: Duration) -> Self {
        self.max_retry_after = longest;
        self
    }

    /// Sets the wait between probes while offline.
    #[must_use]
    pub const fn with_offline_interval(mut self, interval: Duration) -> Self {
        self.offline_interval = interval;
        self
    }

    /// Sets the least wait between checks in a hidden tab.
    #[must_use]
    pub const fn with_hidden_interval(mut self, interval: Duration) -> Self {
        self.hidden_interval = interval;
        self
    }

    /// The waits after transient failures in a row, with jitter by `seed` on top
    /// (at most as much again); it ends where the task fails.
    pub(crate) fn backoff(&self, seed: u64) -> Backoff {
        // The bound keeps backon's sum of wait and jitter from overflowing,
        // whatever a setting says.
        ExponentialBuilder::new()
            .with_min_delay(self.min_backoff.min(LONGEST_BACKOFF))
            .with_max_delay(self.max_backoff.min(LONGEST_BACKOFF))
            .with_factor(2.0)
            .with_max_times(usize::try_from(self.max_failures.saturating_sub(1)).unwrap_or(0))
            .with_jitter()
            .with_jitter_seed(seed)
            .build()
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// The waits of [`RetryPolicy::backoff`].
pub(crate) type Backoff = <ExponentialBuilder as backon::BackoffBuilder>::Backoff;

const LONGEST_BACKOFF: Duration = Duration::from_secs(24 * 60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_the_brief() {
        assert_eq!(Policy::video().max_checks, 120);
        assert_eq!(Policy::embedding().max_checks, 60);
        assert_eq!(Policy::video().ceiling.get(), 90);
        assert_eq!(Policy::embedding().ceiling.get(), 100);
        for policy in [Policy::video(), Policy::embedding()] {
            assert_eq!(policy.interval, Duration::from_secs(1));
            assert_eq!(policy.call_limit, Duration::from_secs(10));
            assert_eq!(policy.retry.max_failures, 5);
        }
    }

    #[test]
    fn waits_double_from_one_second_with_at_most_as_much_again_on_top() {
        for seed in 0..200 {
            let waits: Vec<_> = RetryPolicy::new().backoff(seed).collect();
            assert_eq!(waits.len(), 4, "the fifth failure in a row is the last");
            for (wait, base) in waits.iter().zip([1, 2, 4, 8]) {
                let base = Duration::from_secs(base);
                assert!((base..=base * 2).contains(wait), "{wait:?} after {base:?}");
            }
        }
    }

    #[test]
    fn waits_stop_doubling_at_the_longest() {
        let patient = RetryPolicy::new().with_max_failures(12);
        let longest = patient.backoff(7).max().unwrap_or_default();
        assert!(longest >= Duration::from_secs(30) && longest <= Duration::from_secs(60));
    }

    #[test]
    fn jitter_differs_by_seed_and_is_the_same_for_one_seed() {
        let waits = |seed| RetryPolicy::new().backoff(seed).collect::<Vec<_>>();
        assert_eq!(waits(1), waits(1));
        assert_ne!(waits(1), waits(2));
    }

    #[test]
    fn an_absurd_setting_does_not_overflow() {
        let policy = RetryPolicy::new().with_backoff(Duration::MAX, Duration::MAX);
        assert_eq!(policy.backoff(3).count(), 4);
        assert_eq!(
            RetryPolicy::new().with_max_failures(0).backoff(3).count(),
            0
        );
    }
}
