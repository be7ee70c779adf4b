//! What one change of one task costs, with so many tasks beside it: it must not rise.
//!
//! `cargo bench --package heart-bench`

#[path = "heart/monitor.rs"]
mod monitor;
#[path = "heart/pending.rs"]
mod pending;
#[path = "heart/tasks.rs"]
mod tasks;
#[path = "heart/toasts.rs"]
mod toasts;

// The feature `internals` exports the state machines. The schedule and the methods that
// write the store are private to the crate, so their files are compiled here again. The
// modules that they import from the crate are below.
#[path = "../../../../src/engine/schedule.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "the crate uses and tests the rest"
)]
mod schedule;
#[path = "../../../../src/sorted.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "the crate uses and tests the rest"
)]
mod sorted;
#[path = "../../../../src/store.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "the crate uses and tests the rest"
)]
mod store;
#[allow(unused_imports, reason = "the tests of the files need the rest")]
mod task {
    pub use yew_background_tasks::{
        AttachmentId, Failure, JobKind, Task, TaskId, TaskKind, TaskState,
    };
}
mod time {
    pub use yew_background_tasks::Timestamp;
}

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

/// The numbers of tasks.
const COUNTS: [usize; 4] = [10, 100, 1_000, 10_000];

criterion_group! {
    name = heart;
    // Costs that differ by orders of magnitude need no more than this to be told apart.
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = monitor::step, pending::set, tasks::change, toasts::upsert, toasts::patch
}
criterion_main!(heart);
