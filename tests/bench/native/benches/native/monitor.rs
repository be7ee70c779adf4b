//! The monitor: a check, its response and the resulting task.

use std::hint::black_box;
use std::time::Duration;

use background_tasks_core::internals::{Action, Event, Monitor};
use background_tasks_core::{Environment, JobKind, JobStatus, Percent, Policy, Timestamp};
use criterion::{BenchmarkId, Criterion};

use crate::COUNTS;

/// One check and its response, for each monitor in turn.
pub fn step(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a check and its answer in a monitor");
    for count in COUNTS {
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            let mut now = Timestamp::from_millis(0);
            let mut monitors: Vec<_> = (0..count).map(|number| monitor(number, now)).collect();
            let mut next = 0;
            bencher.iter(|| {
                if let Some(monitor) = monitors.get_mut(next) {
                    black_box(answered(monitor, now));
                }
                next += 1;
                if next == count {
                    next = 0;
                    now = now + Duration::from_secs(1);
                }
            });
        });
    }
    group.finish();
}

/// A monitor with an unlimited budget of checks.
fn monitor(number: usize, now: Timestamp) -> Monitor {
    let kind = JobKind::video().with_policy(Policy::video().with_max_checks(u32::MAX));
    let key = format!("q-{number}").as_str().into();
    let seed = u64::try_from(number).unwrap_or_default();
    Monitor::new(
        kind,
        7_u32.into(),
        Some(key),
        Environment::default(),
        seed,
        now,
    )
}

fn answered(monitor: &mut Monitor, now: Timestamp) -> Option<Timestamp> {
    for action in monitor.step(Event::Tick, now) {
        if let Action::Check(call, job) = action {
            black_box(job);
            let progress = Some(Percent::new(42));
            black_box(monitor.step(
                Event::Checked(call, Ok(JobStatus::Running { progress })),
                now,
            ));
        }
    }
    black_box(monitor.state(now));
    monitor.next_due(now)
}
