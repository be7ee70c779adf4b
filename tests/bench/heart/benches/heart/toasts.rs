//! The stack of toasts: one toast changes, and what is seen is made anew.

use std::hint::black_box;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion};
use yew_background_tasks::toast::stack::{Event, Stack};
use yew_background_tasks::toast::{Toast, ToastId, ToastPatch, ToasterId, ToasterSettings};
use yew_background_tasks::{Percent, Timestamp};

use crate::COUNTS;

/// A toast is shown in place of the one of the same name.
pub fn upsert(criterion: &mut Criterion) {
    let group = criterion.benchmark_group("a toast in place of another, and the view");
    each(group, |number| {
        Event::Upsert(id(number), Box::new(toast(number)))
    });
}

/// A toast changes in place, as with each progress of a task.
pub fn patch(criterion: &mut Criterion) {
    let group = criterion.benchmark_group("a toast changed in place, and the view");
    each(group, |number| {
        let patch = ToastPatch {
            title: Some(format!("Processing: talk {number}.mp4 (43%)").into()),
            progress: Some(Some(Percent::new(43))),
            ..ToastPatch::default()
        };
        Event::Patch(id(number), patch)
    });
}

/// Measures an event of one toast after the other, by the number of toasts.
fn each(mut group: BenchmarkGroup<'_, WallTime>, event: impl Fn(usize) -> Event) {
    let toaster = ToasterId::default();
    for count in COUNTS {
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            let mut now = Timestamp::default();
            let mut stack = Stack::new(ToasterSettings::default());
            for number in 0..count {
                let shown = Event::Upsert(id(number), Box::new(toast(number)));
                stack.step(shown, now);
            }
            let mut next = 0;
            bencher.iter(|| {
                now = now + Duration::from_millis(1);
                black_box(stack.step(event(next), now));
                next = (next + 1) % count;
                black_box(stack.views(&toaster))
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
