//! Settings of monitoring and of retries, with their defaults.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};

use crate::percent::Percent;

/// How a job is monitored.
///
/// | setting | video | embedding |
/// | --- | --- | --- |
/// | [`interval`](Self::with_interval): delay between the end of a check and the start of the next | 1 s | 1 s |
/// | [`max_checks`](Self::with_max_checks): checks that report an unfinished job before it fails as timed out | 120 | 60 |
/// | [`max_progress`](Self::with_max_progress): highest progress shown while the job runs | 90 | 100 |
/// | [`request_timeout`](Self::with_request_timeout): a request without a response is aborted after | 10 s | 10 s |
/// | [`retry`](Self::with_retry): after transient failures | [`RetryPolicy`] | [`RetryPolicy`] |
/// | [`streamed_interval`](Self::with_streamed_interval): delay between checks while the server pushes the job's status | 15 s | 15 s |
/// | [`reset_on_progress`](Self::with_reset_on_progress): a rise of the progress resets the budget of checks | no | no |
///
/// ```
/// use std::time::Duration;
/// use background_tasks_core::Policy;
///
/// let patient = Policy::video()
///     .with_interval(Duration::from_secs(2))
///     .with_max_checks(600);
/// assert_eq!(patient.max_checks, 600);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// The delay between the end of one check and the start of the next.
    pub interval: Duration,
    /// How many checks may report an unfinished job before it fails as timed out.
    pub max_checks: u32,
    /// The highest progress that is shown before the server reports completion.
    pub max_progress: Percent,
    /// A request without a response after this time is aborted and counts as a transient
    /// failure.
    pub request_timeout: Duration,
    /// How requests are retried after transient failures.
    pub retry: RetryPolicy,
    /// The delay between checks while the server pushes the job's status. They verify that
    /// the event stream has missed nothing.
    pub streamed_interval: Duration,
    /// Whether each rise of the server's progress resets the budget of checks.
    pub reset_on_progress: bool,
}

impl Policy {
    /// The defaults of custom kinds: those of video processing, except that progress up to
    /// 100 is shown.
    pub const fn new() -> Self {
        Self {
            interval: Duration::from_secs(1),
            max_checks: 120,
            max_progress: Percent::FULL,
            request_timeout: Duration::from_secs(10),
            retry: RetryPolicy::new(),
            streamed_interval: Duration::from_secs(15),
            reset_on_progress: false,
        }
    }

    /// Video processing.
    pub const fn video() -> Self {
        Self::new().with_max_progress(Percent::new(90))
    }

    /// Embedding generation.
    pub const fn embedding() -> Self {
        Self::new().with_max_checks(60)
    }

    /// Sets the delay between the end of one check and the start of the next.
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
    pub const fn with_max_progress(mut self, max_progress: Percent) -> Self {
        self.max_progress = max_progress;
        self
    }

    /// Sets how long a request may take.
    #[must_use]
    pub const fn with_request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// Sets how requests are retried after transient failures.
    #[must_use]
    pub const fn with_retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// Sets the delay between checks while the server pushes the job's status.
    #[must_use]
    pub const fn with_streamed_interval(mut self, interval: Duration) -> Self {
        self.streamed_interval = interval;
        self
    }

    /// Sets whether a rise of the server's progress resets the budget of checks.
    #[must_use]
    pub const fn with_reset_on_progress(mut self, reset_on_progress: bool) -> Self {
        self.reset_on_progress = reset_on_progress;
        self
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}

/// How often and after which delays a request is retried that failed with a transient
/// error. It applies to jobs and uploads.
///
/// | setting | default |
/// | --- | --- |
/// | [`min_backoff`](Self::with_backoff), doubled after each failure up to `max_backoff`, plus jitter of at most as much | 1 s, 30 s |
/// | [`max_failures`](Self::with_max_failures): transient failures in a row that fail the task | 5 |
/// | [`max_retry_after`](Self::with_max_retry_after): maximum `Retry-After` | 60 s |
/// | [`offline_interval`](Self::with_offline_interval): delay between probes while offline | 15 s |
/// | [`hidden_interval`](Self::with_hidden_interval): shortest delay in a hidden tab | 5 s |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// The delay after the first transient failure. Each further one doubles it.
    pub min_backoff: Duration,
    /// The longest delay after a transient failure, without jitter.
    pub max_backoff: Duration,
    /// How many transient failures in a row fail the task.
    pub max_failures: u32,
    /// The maximum `Retry-After`.
    pub max_retry_after: Duration,
    /// The delay between probes while the browser reports that it is offline.
    pub offline_interval: Duration,
    /// The shortest delay between requests while the tab is hidden.
    pub hidden_interval: Duration,
}

impl RetryPolicy {
    /// The defaults in the table above.
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

    /// Sets the first and the longest delay after transient failures.
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

    /// Sets the maximum `Retry-After`.
    #[must_use]
    pub const fn with_max_retry_after(mut self, longest: Duration) -> Self {
        self.max_retry_after = longest;
        self
    }

    /// Sets the delay between probes while offline.
    #[must_use]
    pub const fn with_offline_interval(mut self, interval: Duration) -> Self {
        self.offline_interval = interval;
        self
    }

    /// Sets the shortest delay between checks in a hidden tab.
    #[must_use]
    pub const fn with_hidden_interval(mut self, interval: Duration) -> Self {
        self.hidden_interval = interval;
        self
    }

    /// The delays after transient failures in a row, each with jitter of at most as much,
    /// drawn from `seed`. The iterator ends at the failure that fails the task.
    pub fn backoff(&self, seed: u64) -> Backoff {
        // The bound keeps backon's sum of delay and jitter from overflowing.
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

/// The delays of [`RetryPolicy::backoff`].
pub type Backoff = <ExponentialBuilder as backon::BackoffBuilder>::Backoff;

const LONGEST_BACKOFF: Duration = Duration::from_secs(24 * 60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_specification() {
        assert_eq!(Policy::video().max_checks, 120);
        assert_eq!(Policy::embedding().max_checks, 60);
        assert_eq!(Policy::video().max_progress.get(), 90);
        assert_eq!(Policy::embedding().max_progress.get(), 100);
        for policy in [Policy::video(), Policy::embedding()] {
            assert_eq!(policy.interval, Duration::from_secs(1));
            assert_eq!(policy.request_timeout, Duration::from_secs(10));
            assert_eq!(policy.retry.max_failures, 5);
        }
    }

    #[test]
    fn delays_double_from_one_second_with_jitter_of_at_most_as_much() {
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
    fn delays_stop_doubling_at_maximum() {
        let patient = RetryPolicy::new().with_max_failures(12);
        let longest = patient.backoff(7).max().unwrap_or_default();
        assert!(longest >= Duration::from_secs(30) && longest <= Duration::from_secs(60));
    }

    #[test]
    fn jitter_is_determined_by_seed() {
        let waits = |seed| RetryPolicy::new().backoff(seed).collect::<Vec<_>>();
        assert_eq!(waits(1), waits(1));
        assert_ne!(waits(1), waits(2));
    }

    #[test]
    fn extreme_setting_does_not_overflow() {
        let policy = RetryPolicy::new().with_backoff(Duration::MAX, Duration::MAX);
        assert_eq!(policy.backoff(3).count(), 4);
        assert_eq!(
            RetryPolicy::new().with_max_failures(0).backoff(3).count(),
            0
        );
    }
}
