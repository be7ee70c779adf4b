//! The schedule: removes a due task and inserts it again.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion};
use yew_background_tasks::{TaskId, Timestamp};

use crate::COUNTS;
use crate::schedule::Schedule;

/// Removes the first entry and inserts it after all others.
pub fn set(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a task in the schedule");
    for count in COUNTS {
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            let mut schedule = Schedule::default();
            let mut now = Timestamp::default();
            let step = Duration::from_millis(1);
            let mut last = now;
            for number in 0..count {
                last = last + step;
                schedule.set(&id(number), Some(last));
            }
            bencher.iter(|| {
                now = now + step;
                last = last + step;
                for task in schedule.take_due(now) {
                    schedule.set(&task, Some(last));
                }
                black_box(schedule.next())
            });
        });
    }
    group.finish();
}

fn id(number: usize) -> TaskId {
    format!("video_{number}_1790000000000").as_str().into()
}
