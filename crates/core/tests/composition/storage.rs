//! When records are written, and what a reload makes of them.

use std::collections::{BTreeMap, BTreeSet};

use background_tasks_core::{
    Failure, Input, JobKind, JobStatus, Request, Response, TaskId, TaskState,
};

use crate::fixture::{STORE, millis_of, seconds};
use crate::server::{Reply, Server, report, reporting, running, silent};
use crate::tab::{Sent, Storage, Tab, Write};

fn tab(server: Server) -> Tab {
    Tab::storing(Storage::default(), 0, server)
}

/// A server whose job makes progress by one percent with each check.
fn rising() -> Server {
    let mut percent = 0;
    Box::new(move |request| {
        percent = (percent + 1).min(99);
        Reply::Now(report(request, &|_| running(percent)))
    })
}

fn ids(tab: &Tab) -> Vec<TaskId> {
    let mut ids: Vec<_> = tab.core.snapshots().map(|it| it.id.clone()).collect();
    ids.sort();
    ids
}

/// The times of batches. One batch may write several records.
fn batches(writes: &[Write]) -> Vec<u64> {
    let times: BTreeSet<_> = writes.iter().map(|write| write.at).collect();
    times.into_iter().collect()
}

#[test]
fn reload_does_not_reset_the_budget_of_checks() {
    let mut before = tab(reporting(|_| running(50)));
    let id = before.start([1])[0].clone();
    before.pass(seconds(39) + millis_of(500));
    let checks = before.checks().len();
    assert_eq!(checks, 40);
    let mut after = before.reload();
    after.pass(seconds(300));
    assert_eq!(checks + after.checks().len(), 120);
    let spent = Failure::TimedOut { checks: 120 };
    assert_eq!(*after.state(&id), TaskState::Failed(spent));
}

#[test]
fn start_without_response_before_a_reload_is_repeated_with_its_key() {
    let mut before = tab(silent());
    let id = before.start_job(JobKind::video(), 1, None);
    before.pass(millis_of(300));
    let started = before.take_sent();
    assert!(matches!(&started[..], [Sent::Start(_)]), "{started:?}");
    before.server = Box::new(|request| match request {
        Request::Start { .. } => Reply::Now(Response::Start(Ok(Some("q-9".into())))),
        other => Reply::Now(report(other, &|_| running(10))),
    });
    let mut after = before.reload();
    after.pass(seconds(3));
    let sent = after.take_sent();
    assert_eq!(sent[..2], [started[0].clone(), Sent::Status("q-9".into())]);
    assert!(after.is(&id, "running"));
}

#[test]
fn progress_is_written_with_a_check_and_needs_no_timer_of_its_own() {
    let mut percent = 0;
    let mut tab = tab(Box::new(move |request| {
        percent = (percent + 1).min(99);
        Reply::After(millis_of(6), report(request, &|_| running(percent)))
    }));
    tab.start([1]);
    tab.pass(seconds(3));
    let checks = tab.checks().len();
    let written = batches(&tab.writes).len();
    tab.timeouts.clear();
    tab.pass(seconds(15));
    let checks = tab.checks().split_off(checks);
    assert_eq!(tab.timeouts, checks);
    assert!(batches(&tab.writes).len() >= written + 5);
}

#[test]
fn records_are_written_in_batches_at_least_half_a_second_apart() {
    let mut tab = tab(silent());
    for number in 0..20 {
        tab.start([number]);
        tab.pass(millis_of(90));
    }
    tab.server = reporting(|_| running(10));
    tab.pass(seconds(60));
    let times = batches(&tab.writes);
    assert!(times.len() >= 4, "{times:?}");
    for (earlier, later) in times.iter().zip(times.iter().skip(1)) {
        assert!(later - earlier >= 500, "{times:?}");
    }
    // No batch writes a record that has not changed.
    let mut written = BTreeMap::new();
    for Write { key, value, at } in &tab.writes {
        let before = written.insert(key.clone(), value.clone());
        assert_ne!(before.as_ref(), Some(value), "{key} at {at} ms");
    }
    assert_eq!(written.len(), 20);
}

#[test]
fn each_changed_record_is_written_once_when_the_page_is_left() {
    let mut tab = tab(reporting(|_| JobStatus::Succeeded));
    tab.start([1]);
    tab.pass(seconds(3));
    tab.server = rising();
    let changing = tab.start(2..5);
    tab.pass(seconds(10));
    // The first record is written, and progress of the others may wait.
    tab.pass(millis_of(1_000));
    let stored = tab.storage.borrow().clone();
    tab.writes.clear();
    tab.input(Input::PageHide);
    let keys: Vec<_> = tab.writes.iter().map(|write| write.key.clone()).collect();
    let expected: Vec<_> = changing.iter().map(|id| format!("{STORE}/{id}")).collect();
    let sorted: BTreeSet<_> = keys.iter().cloned().collect();
    assert_eq!(sorted.into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(keys.len(), expected.len(), "each once: {keys:?}");
    for key in keys {
        assert_ne!(stored[&key], tab.storage.borrow()[&key]);
    }
    tab.writes.clear();
    tab.input(Input::PageHide);
    assert_eq!(tab.writes, []);
}

#[test]
fn progress_is_written_every_two_seconds() {
    let mut tab = tab(rising());
    tab.start([1]);
    tab.pass(seconds(3));
    tab.writes.clear();
    tab.pass(seconds(9));
    let times = batches(&tab.writes);
    assert_eq!(times.len(), tab.writes.len(), "one record");
    assert_eq!(times.len(), 4, "{times:?}");
    for (earlier, later) in times.iter().zip(times.iter().skip(1)) {
        assert!(later - earlier >= 2_000, "{times:?}");
    }
}

#[test]
fn damaged_record_is_dropped_alone_with_one_warning() {
    let mut before = tab(reporting(|_| running(10)));
    let tasks = before.start(1..4);
    before.pass(seconds(1));
    before.input(Input::PageHide);
    let storage = before.storage;
    for (id, value) in [(&tasks[0], "\u{3}nonsense"), (&tasks[1], "")] {
        let mut records = storage.borrow_mut();
        records.insert(format!("{STORE}/{id}"), value.to_owned());
    }
    let after = Tab::storing(storage, 5_000, silent());
    assert_eq!(ids(&after), [tasks[2].clone()]);
    assert_eq!(after.warnings.len(), 1, "{:?}", after.warnings);
    assert!(after.warnings[0].contains("cannot be read"));
}

#[test]
fn record_of_another_version_is_dropped_with_a_warning_that_names_it() {
    let record = BTreeMap::from([(format!("{STORE}/video_7_1"), "\u{63}\u{1}".to_owned())]);
    let storage = Storage::default();
    *storage.borrow_mut() = record;
    let tab = Tab::storing(storage, 0, silent());
    assert_eq!(ids(&tab), []);
    assert_eq!(tab.warnings.len(), 1, "{:?}", tab.warnings);
    assert!(tab.warnings[0].contains("version 99"), "{:?}", tab.warnings);
}

#[test]
fn cleared_task_is_still_gone_after_a_reload() {
    let mut before = tab(reporting(|_| JobStatus::Succeeded));
    let tasks = before.start(1..3);
    before.pass(seconds(2));
    before.input(Input::Clear(vec![tasks[0].clone()]));
    let after = before.reload();
    assert_eq!(ids(&after), [tasks[1].clone()]);
    assert_eq!(after.storage.borrow().len(), 1);
}

#[test]
fn record_that_becomes_unreadable_removes_no_known_task() {
    let mut tab = tab(reporting(|_| running(10)));
    let id = tab.start([1])[0].clone();
    tab.pass(seconds(3));
    tab.input(Input::PageHide);
    // A later version of the app has written it.
    let mut records = tab.storage.borrow_mut();
    records.insert(format!("{STORE}/{id}"), "\u{63}\u{1}".to_owned());
    drop(records);
    tab.input(Input::PageShow);
    assert_eq!(ids(&tab), [id]);
}

#[test]
fn tab_that_was_not_left_after_all_reads_what_others_have_written_meanwhile() {
    let mut other = tab(reporting(|_| running(10)));
    let id = other.start([1])[0].clone();
    other.pass(seconds(3));
    let mut tab = tab(silent());
    tab.input(Input::PageHide);
    let written = other.storage.borrow().clone();
    tab.storage.borrow_mut().extend(written);
    tab.pass(seconds(5));
    assert_eq!(ids(&tab), [id]);
}
