//! The store: changes one task and notifies a subscriber.

use std::cell::Cell;
use std::hint::black_box;
use std::rc::Rc;

use criterion::{BenchmarkId, Criterion};
use yew_background_tasks::{JobKind, Percent, Task, TaskKind, TaskState, Timestamp};
use yewdux::{Context, Dispatch};

use crate::COUNTS;
use crate::store::{Change, Tasks};

/// Updates the progress of one task, directly and through Yewdux.
pub fn change(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a change in the store");
    for count in COUNTS {
        group.bench_function(BenchmarkId::new("apply", count), |bencher| {
            let mut tasks = filled(count);
            let mut rises = Rises::new(count);
            bencher.iter(|| tasks.apply(&[rises.next(&tasks)]));
            black_box(tasks.unfinished());
        });
        group.bench_function(BenchmarkId::new("dispatch", count), |bencher| {
            let dispatch = Dispatch::<Tasks>::new(&Context::new());
            dispatch.set(filled(count));
            let notified = Rc::new(Cell::new(0_u64));
            let counter = Rc::clone(&notified);
            let listen = move |_: Rc<Tasks>| counter.set(counter.get() + 1);
            let subscription = dispatch.clone().subscribe_silent(listen);
            let mut rises = Rises::new(count);
            bencher.iter(|| {
                let change = rises.next(&dispatch.get());
                dispatch.reduce_mut(|tasks| tasks.apply(&[change]));
            });
            drop(subscription);
            black_box(notified.get());
        });
    }
    group.finish();
}

fn filled(count: usize) -> Tasks {
    let mut tasks = Tasks::default();
    let all = (0..count).map(|number| Change::Put {
        before: None,
        after: Rc::new(task(number, 0)),
    });
    tasks.apply(&all.collect::<Vec<_>>());
    tasks
}

fn task(number: usize, percent: u8) -> Task {
    Task {
        id: format!("video_{number}_1790000000000").as_str().into(),
        kind: TaskKind::Job(JobKind::video()),
        title: "talk.mp4".into(),
        attachment: Some(7_u32.into()),
        state: TaskState::Running {
            progress: Some(Percent::new(percent)),
        },
        has_file: false,
        started: Timestamp::default(),
        meta: None,
    }
}

/// Progress updates for each task in turn.
struct Rises {
    tasks: Vec<Task>,
    next: usize,
    percent: u8,
}

impl Rises {
    fn new(count: usize) -> Self {
        Self {
            tasks: (0..count).map(|number| task(number, 0)).collect(),
            next: 0,
            percent: 0,
        }
    }

    fn next(&mut self, present: &Tasks) -> Change {
        let template = self.tasks.get(self.next).cloned();
        self.next += 1;
        if self.next == self.tasks.len() {
            self.next = 0;
            self.percent = (self.percent + 1) % 90;
        }
        let mut task = template.unwrap_or_else(|| task(0, 0));
        task.state = TaskState::Running {
            progress: Some(Percent::new(self.percent)),
        };
        Change::Put {
            before: present.get(&task.id),
            after: Rc::new(task),
        }
    }
}
