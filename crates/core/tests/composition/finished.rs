//! Which finished tasks stay on the list, and which can be cleared.

use std::cell::Cell;

use background_tasks_core::{
    Command, Input, JobStatus, Request, RequestError, Response, TaskId, TaskState,
};

use crate::fixture::{key, millis_of, seconds};
use crate::server::{Reply, Server, report, reporting, running, silent};
use crate::tab::{Sent, Tab};

/// The job `q-0` fails or runs, all others have succeeded.
fn zero_or_succeeded(zero: &JobStatus) -> Server {
    let zero = zero.clone();
    reporting(move |job| match job.key == key(0) {
        true => zero.clone(),
        false => JobStatus::Succeeded,
    })
}

#[test]
fn last_fifty_to_finish_are_kept_and_others_are_cleared_after_their_end_was_reported() {
    let mut tab = Tab::new(silent());
    let long = tab.start([0])[0].clone();
    tab.server = Box::new(|request| Reply::Now(report(request, &|_| JobStatus::Succeeded)));
    let mut others = Vec::new();
    for number in 1..=60 {
        others.extend(tab.start([number]));
        tab.pass(millis_of(10));
    }
    assert_eq!(tab.core.snapshots().count(), 51);
    // Its first check is given up after 10 s, and repeated.
    tab.pass(seconds(20));
    assert_eq!(*tab.state(&long), TaskState::Succeeded);
    let (cleared, kept) = others.split_at(11);
    assert_eq!(tab.core.snapshots().count(), 50);
    assert!(kept.iter().all(|id| tab.core.snapshot(id).is_some()));
    for id in cleared {
        let of_it = tab.changes.iter().filter(|(of, _)| of == id);
        let states: Vec<_> = of_it.map(|(_, state)| state.clone()).collect();
        let last = states.split_at(states.len() - 2).1;
        assert_eq!(last, [Some(TaskState::Succeeded), None], "{id}");
    }
}

#[test]
fn retried_task_does_not_count_as_finished() {
    let mut tab = Tab::new(zero_or_succeeded(&JobStatus::Failed { reason: None }));
    let first = tab.start([0])[0].clone();
    tab.pass(seconds(1));
    assert!(tab.is(&first, "failed"));
    tab.server = silent();
    tab.command(&first, Command::Retry);
    tab.server = zero_or_succeeded(&JobStatus::Queued);
    tab.start(1..=50);
    tab.pass(millis_of(100));
    assert_eq!(tab.core.snapshots().count(), 51);
    assert!(!tab.state(&first).is_ended());
}

#[test]
fn only_finished_tasks_can_be_cleared() {
    let mut tab = Tab::new(zero_or_succeeded(&JobStatus::Queued));
    let tasks = tab.start(0..3);
    tab.pass(seconds(1));
    tab.input(Input::Clear(tasks.clone()));
    let left: Vec<_> = tab.core.snapshots().map(|it| it.id.clone()).collect();
    assert_eq!(left, [tasks[0].clone()]);
    // A second time nothing happens.
    let changes = tab.changes.len();
    tab.input(Input::Clear(tasks));
    assert_eq!(tab.changes.len(), changes);
}

#[test]
fn two_tasks_of_one_millisecond_have_different_ids() {
    let mut tab = Tab::new(silent());
    let now = background_tasks_core::Now {
        monotonic: background_tasks_core::Timestamp::from_millis(0),
        wall: background_tasks_core::Timestamp::from_millis(1_700_000_000_000),
    };
    let first = tab.core.new_task_id("video", "7", now);
    assert_eq!(first, TaskId::from("video_7_1700000000000"));
    let job = background_tasks_core::NewJob {
        kind: background_tasks_core::JobKind::video(),
        attachment: 7_u32.into(),
        title: "talk.mp4".into(),
        key: Some(key(1)),
        follow_up: None,
        meta: None,
    };
    tab.input(Input::StartJob(first, job));
    let second = tab.core.new_task_id("video", "7", now);
    assert_eq!(second, TaskId::from("video_7_1700000000001"));
}

/// A server that cancels no job for as many requests as `failures`.
fn cancelling_after(failures: usize) -> Server {
    let left = Cell::new(failures);
    Box::new(move |request| match request {
        Request::Cancel(_) if left.get() > 0 => {
            left.set(left.get() - 1);
            let error = RequestError::Status {
                status: 503,
                retry_after: None,
                message: None,
            };
            Reply::Now(Response::Cancel(Err(error)))
        }
        Request::Cancel(_) => Reply::Now(Response::Cancel(Ok(()))),
        _ => Reply::Now(report(request, &|_| running(50))),
    })
}

#[test]
fn job_of_cleared_task_is_still_cancelled() {
    let mut tab = Tab::new(cancelling_after(3));
    let id = tab.start([1])[0].clone();
    tab.pass(seconds(1));
    tab.take_sent();
    tab.command(&id, Command::Cancel);
    tab.input(Input::Clear(vec![id.clone()]));
    tab.pass(seconds(60));
    assert!(tab.core.snapshot(&id).is_none());
    assert_eq!(
        tab.take_sent(),
        [
            Sent::Cancel(key(1)),
            Sent::Cancel(key(1)),
            Sent::Cancel(key(1)),
            Sent::Cancel(key(1))
        ]
    );
    tab.pass(seconds(600));
    assert_eq!(tab.take_sent(), []);
}
