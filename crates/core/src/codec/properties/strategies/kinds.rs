//! Kinds of tasks with arbitrary policies.

use super::*;

fn retry_policy() -> impl Strategy<Value = RetryPolicy> {
    let durations = (
        duration(),
        duration(),
        duration(),
        duration(),
        duration(),
        any::<u32>(),
    );
    durations.prop_map(
        |(min, max, retry_after, offline, hidden, failures)| RetryPolicy {
            min_backoff: min,
            max_backoff: max,
            max_failures: failures,
            max_retry_after: retry_after,
            offline_interval: offline,
            hidden_interval: hidden,
        },
    )
}

fn policy() -> BoxedStrategy<Policy> {
    let parts = (
        duration(),
        any::<u32>(),
        percent(),
        duration(),
        retry_policy(),
        duration(),
        any::<bool>(),
    );
    parts
        .prop_map(
            |(interval, checks, max_progress, timeout, retry, streamed, reset)| {
                Policy::new()
                    .with_interval(interval)
                    .with_max_checks(checks)
                    .with_max_progress(max_progress)
                    .with_request_timeout(timeout)
                    .with_retry(retry)
                    .with_streamed_interval(streamed)
                    .with_reset_on_progress(reset)
            },
        )
        .boxed()
}

/// Kinds without texts of their own, which are not written.
pub fn kind() -> BoxedStrategy<TaskKind> {
    prop_oneof![
        any::<bool>().prop_map(|video| TaskKind::Upload { video }),
        (any::<String>(), any::<String>(), policy()).prop_map(|(name, endpoint, policy)| {
            TaskKind::Job(JobKind::new(name, endpoint).with_policy(policy))
        }),
    ]
    .boxed()
}
