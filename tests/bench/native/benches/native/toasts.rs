//! The toast stacks: the change of one toast, and the view after it.

use std::hint::black_box;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion};
use yew_background_tasks::internals::{StackEvent, Stacks};
use yew_background_tasks::toast::{Toast, ToastId, ToastPatch, ToasterId, ToasterSettings};
use yew_background_tasks::{Percent, Timestamp};

use crate::COUNTS;

/// A toast replaces the one with the same id.
pub fn upsert(criterion: &mut Criterion) {
    let group = criterion.benchmark_group("a toast in place of another, and the view");
    each(group, |number| {
        StackEvent::Upsert(id(number), Box::new(toast(number)))
    });
}

/// A toast is patched, as on each progress of a task.
pub fn patch(criterion: &mut Criterion) {
    let group = criterion.benchmark_group("a toast changed in place, and the view");
    each(group, |number| {
        let patch = ToastPatch::new()
            .with_title(format!("Processing: talk {number}.mp4 (43%)"))
            .with_progress(Some(Percent::new(43)));
        StackEvent::Patch(id(number), patch)
    });
}

/// Measures an event for each toast in turn, by the number of toasts.
fn each(mut group: BenchmarkGroup<'_, WallTime>, event: impl Fn(usize) -> StackEvent) {
    let toaster = ToasterId::default();
    for count in COUNTS {
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            let mut now = Timestamp::default();
            let mut stacks = Stacks::new(ToasterSettings::default());
            for number in 0..count {
                let shown = StackEvent::Upsert(id(number), Box::new(toast(number)));
                drop(stacks.handle(shown, now));
            }
            let mut next = 0;
            bencher.iter(|| {
                now = now + Duration::from_millis(1);
                drop(black_box(stacks.handle(event(next), now)));
                next = (next + 1) % count;
                black_box(stacks.views(&toaster))
            });
        });
    }
    group.finish();
}

fn id(number: usize) -> ToastId {
    format!("video_{number}_1790000000000").as_str().into()
}

fn toast(number: usize) -> Toast {
    let title = format!("Processing: talk {number}.mp4 (42%)");
    Toast::loading(title, Some(Percent::new(42)))
}
