//! The event stream: what it changes, and what continues without it.

use background_tasks_core::{
    Input, JobStatus, Request, RequestError, Response, StatusUpdate, StreamEvent, TaskId, TaskState,
};

use crate::fixture::{key, millis_of, seconds};
use crate::server::{Reply, Server, failing, report, running};
use crate::tab::{Storage, Tab};

/// A server with an event stream that reports this status of each job it is asked about.
fn streaming(status: JobStatus) -> Server {
    Box::new(move |request| match request {
        Request::Stream => Reply::Never,
        other => Reply::Now(report(other, &|_| status.clone())),
    })
}

fn update(endpoint: &str, number: u32, status: JobStatus) -> StatusUpdate {
    StatusUpdate::new(endpoint, key(number), status)
}

fn push(tab: &mut Tab, status: JobStatus) {
    let update = update("video-processing", 1, status);
    tab.push(StreamEvent::Statuses(vec![update]));
}

/// A tab with a task that the stream has reported on.
fn tab() -> (Tab, TaskId) {
    let mut tab = Tab::new(streaming(running(10)));
    let tasks = tab.start([1]);
    tab.pass(seconds(1));
    assert!(tab.has_stream());
    push(&mut tab, running(20));
    tab.take_sent();
    tab.take_opened();
    (tab, tasks[0].clone())
}

#[test]
fn pushed_statuses_are_shown_and_checks_become_rare() {
    let (mut tab, id) = tab();
    assert_eq!(tab.progress(&id), Some(20));
    for percent in 21..=50 {
        push(&mut tab, running(percent));
        assert_eq!(tab.progress(&id), Some(percent));
        tab.pass(seconds(1));
    }
    assert_eq!(tab.checks().len(), 2, "one every 15 s");
    push(&mut tab, JobStatus::Succeeded);
    assert_eq!(*tab.state(&id), TaskState::Succeeded);
}

#[test]
fn statuses_of_other_jobs_and_kinds_change_nothing() {
    let (mut tab, id) = tab();
    let other = tab.start([2])[0].clone();
    tab.push(StreamEvent::Statuses(vec![
        update("embeddings", 1, JobStatus::Succeeded),
        update("video-processing", 3, JobStatus::Succeeded),
        update("video-processing", 2, JobStatus::Succeeded),
    ]));
    assert_eq!(tab.progress(&id), Some(20));
    assert_eq!(*tab.state(&other), TaskState::Succeeded);
}

#[test]
fn job_that_stream_does_not_mention_is_checked_as_usual() {
    let (mut tab, _) = tab();
    tab.start([2]);
    tab.pass(millis_of(4_500));
    assert_eq!(tab.checks().len(), 5);
}

#[test]
fn closed_stream_is_replaced_by_checks_at_once_and_reopened() {
    let (mut tab, id) = tab();
    tab.pass(seconds(5));
    assert_eq!(tab.checks().len(), 0);
    tab.close_stream();
    tab.pass(millis_of(900));
    assert_eq!(tab.checks().len(), 1);
    assert!(!tab.has_stream(), "not before a second has passed");
    tab.pass(seconds(2));
    assert!(tab.has_stream());
    assert_eq!(tab.checks().len(), 3, "nothing is pushed yet");
    push(&mut tab, running(60));
    tab.take_sent();
    tab.pass(seconds(10));
    assert_eq!(tab.progress(&id), Some(60));
    assert_eq!(tab.checks().len(), 0);
}

#[test]
fn silent_stream_is_closed_and_one_with_signs_of_life_is_not() {
    let (mut tab, _) = tab();
    for _ in 0..4 {
        tab.pass(seconds(30));
        tab.push(StreamEvent::Alive);
    }
    assert_eq!(tab.take_opened(), 0, "it is still the first");
    tab.pass(seconds(45));
    assert!(!tab.has_stream());
    tab.take_sent();
    tab.pass(seconds(5));
    assert!(tab.has_stream());
    assert_eq!(tab.checks().len(), 5);
}

#[test]
fn stream_is_open_only_while_a_job_is_followed() {
    let mut tab = Tab::new(streaming(running(10)));
    tab.pass(seconds(5));
    assert_eq!(tab.take_opened(), 0);
    let id = tab.start([1])[0].clone();
    tab.pass(seconds(1));
    assert!(tab.has_stream());
    tab.server = streaming(JobStatus::Succeeded);
    tab.pass(seconds(2));
    assert_eq!(*tab.state(&id), TaskState::Succeeded);
    assert!(!tab.has_stream());
    assert_eq!(tab.take_opened(), 1);
    tab.pass(seconds(60));
    assert_eq!(tab.take_opened(), 0);
    assert_eq!(tab.core.timeout(), None);
}

#[test]
fn missing_stream_changes_nothing_and_is_asked_for_once_a_minute() {
    let mut tab = Tab::new(Box::new(|request| match request {
        Request::Stream => Reply::Now(Response::StreamUnavailable),
        other => Reply::Now(report(other, &|_| running(10))),
    }));
    tab.start([1]);
    tab.pass(millis_of(59_500));
    assert_eq!(tab.checks().len(), 60);
    assert_eq!(tab.take_opened(), 1);
    tab.pass(seconds(1));
    assert_eq!(tab.take_opened(), 1);
}

#[test]
fn stream_that_is_not_wanted_any_more_leaves_no_timer() {
    let (mut tab, id) = tab();
    tab.pass(seconds(5));
    tab.server = streaming(JobStatus::Succeeded);
    tab.close_stream();
    // The check that replaces the stream is answered before the stream is opened again.
    tab.pass(millis_of(900));
    assert_eq!(*tab.state(&id), TaskState::Succeeded);
    // Its delay is at most two seconds.
    tab.stop(seconds(2));
    tab.input(Input::Timeout);
    assert_eq!(tab.core.timeout(), None);
}

#[test]
fn retry_after_of_a_check_leaves_the_stream_open() {
    let (mut tab, id) = tab();
    tab.server = failing(RequestError::Status {
        status: 503,
        retry_after: Some(seconds(60)),
        message: None,
    });
    tab.pass(seconds(16));
    assert!(tab.has_stream());
    push(&mut tab, running(70));
    assert_eq!(tab.progress(&id), Some(70));
}

#[test]
fn leader_that_was_stopped_announces_nothing_that_was_pushed_meanwhile() {
    let mut tab = Tab::storing(Storage::default(), 0, streaming(running(10)));
    tab.start([1]);
    tab.pass(seconds(1));
    push(&mut tab, running(20));
    tab.stop(seconds(11));
    // Another tab may have been opened meanwhile, and have announced it.
    push(&mut tab, JobStatus::Succeeded);
    assert!(!tab.core.is_leader());
    assert_eq!(tab.announced, []);
}
