//! The cost of one operation on one task, by the number of other tasks, which must not matter.
//!
//! `cargo bench --package native-bench`

#[path = "native/monitor.rs"]
mod monitor;
#[path = "native/pending.rs"]
mod pending;
#[path = "native/tasks.rs"]
mod tasks;
#[path = "native/toasts.rs"]
mod toasts;

// The schedule and the writer of the store are private to their crates. Their files are compiled
// here again, instead of making them public with a feature. The items that they import from their
// crates are below.
#[path = "../../../../crates/core/src/schedule.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "the crate uses and tests the rest"
)]
mod schedule;
#[path = "../../../../src/store.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "the crate uses and tests the rest"
)]
mod store;
use background_tasks_core::TaskId;
mod time {
    pub use background_tasks_core::Timestamp;
}

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

/// The numbers of tasks.
const COUNTS: [usize; 4] = [10, 100, 1_000, 10_000];

criterion_group! {
    name = native;
    // Short, since the benchmark looks for differences by orders of magnitude.
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = monitor::step, pending::set, tasks::change, toasts::upsert, toasts::patch
}
criterion_main!(native);
