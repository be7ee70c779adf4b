//! Several jobs in one request, where the server offers it.

use background_tasks_core::{
    Command, Job, JobKind, JobStatus, Request, RequestError, Response, TaskId, TaskState,
};

use crate::fixture::{config, key, millis_of, seconds};
use crate::server::{
    Reply, failing, percent_of, report, reporting, running, running_at_number, silent,
};
use crate::tab::{Sent, Tab, batch, check, keys};

const LIMIT: usize = 100;

/// A response to a batch request about `jobs`; requests about one job are answered as usual.
fn replying(
    mut statuses: impl FnMut(&[Job]) -> Reply + 'static,
) -> Box<dyn FnMut(&Request) -> Reply> {
    Box::new(move |request| match request {
        Request::Statuses(jobs) => statuses(jobs),
        other => Reply::Now(report(other, &|_| running(10))),
    })
}

fn all(jobs: &[Job]) -> Vec<Option<Result<JobStatus, RequestError>>> {
    let results = jobs.iter().map(|job| Some(Ok(running_at_number(job))));
    results.collect()
}

fn progresses(tab: &Tab, tasks: &[TaskId]) -> Vec<Option<u8>> {
    tasks.iter().map(|id| tab.progress(id)).collect()
}

#[test]
fn tasks_started_together_are_checked_in_one_request() {
    let mut tab = Tab::batching(LIMIT, reporting(running_at_number));
    let tasks = tab.start(0..50);
    tab.pass(millis_of(500));
    let sent = tab.take_sent();
    assert_eq!(sent[..4], [0, 1, 2, 3].map(check));
    assert_eq!(sent[4..], [batch(4..50)]);
    tab.pass(seconds(1));
    let sent = tab.take_sent();
    assert!(matches!(&sent[..], [Sent::Statuses(keys)] if keys.len() == 50));
    let expected: Vec<_> = (0..50).map(|number| Some(percent_of(number))).collect();
    assert_eq!(progresses(&tab, &tasks), expected);
}

#[test]
fn lone_task_does_not_wait_for_others() {
    let mut tab = Tab::batching(LIMIT, reporting(|_| running(10)));
    tab.start([0]);
    tab.pass(millis_of(3_500));
    assert_eq!(tab.checks(), [0, 1_000, 2_000, 3_000]);
}

/// When a task is checked next whose first check was at 0 ms, if the first check of another
/// was so much later.
fn second_checks(later: u64) -> (Vec<Sent>, Vec<u64>) {
    let mut tab = Tab::batching(LIMIT, reporting(running_at_number));
    tab.start([0]);
    tab.pass(millis_of(later));
    tab.start([1]);
    tab.pass(millis_of(500));
    tab.take_sent();
    tab.pass(millis_of(1_000 - later));
    let times = tab.times();
    (tab.take_sent(), times)
}

#[test]
fn check_waits_for_others_for_at_most_a_tenth_of_its_interval() {
    assert_eq!(second_checks(90), (vec![batch(0..2)], vec![1_090]));
    let apart = (vec![check(0), check(1)], vec![1_000, 1_150]);
    assert_eq!(second_checks(150), apart);
}

#[test]
fn full_request_does_not_wait() {
    let mut tab = Tab::batching(2, reporting(running_at_number));
    tab.start(0..2);
    tab.pass(millis_of(50));
    tab.start([2]);
    tab.pass(millis_of(500));
    tab.take_sent();
    tab.pass(millis_of(600));
    assert_eq!(tab.times(), [1_000, 1_050]);
    assert_eq!(tab.take_sent(), [batch(0..2), check(2)]);
}

#[test]
fn each_kind_has_its_own_request() {
    let mut tab = Tab::batching(LIMIT, reporting(running_at_number));
    for number in 0..6 {
        tab.start([number]);
        tab.start_job(JobKind::embedding(), number, Some(key(100 + number)));
    }
    tab.pass(millis_of(500));
    tab.take_sent();
    tab.pass(seconds(1));
    let mut sent = tab.take_sent();
    for request in &mut sent {
        match request {
            Sent::Statuses(keys) => keys.sort_by_key(|key| (key.as_str().len(), key.clone())),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(
        sent.contains(&batch(0..6)) && sent.contains(&batch(100..106)),
        "{sent:?}"
    );
}

#[test]
fn job_that_response_does_not_mention_is_checked_alone_at_once() {
    let left_out = keys([5, 7]);
    let mut tab = Tab::batching(
        LIMIT,
        replying(move |jobs| {
            let mut results = all(jobs);
            for (job, result) in jobs.iter().zip(&mut results) {
                if left_out.contains(&job.key) {
                    *result = None;
                }
            }
            Reply::Now(Response::Statuses(Ok(results)))
        }),
    );
    let tasks = tab.start(0..9);
    tab.pass(millis_of(100));
    assert_eq!(tab.take_sent()[4..], [batch(4..9), check(5), check(7)]);
    let expected = [24, 10, 26, 10, 28].map(Some);
    assert_eq!(progresses(&tab, &tasks[4..]), expected);
}

#[test]
fn jobs_that_response_did_not_reach_are_in_next_request() {
    let reaching = |count: usize| {
        replying(move |jobs| {
            let mut results = all(jobs);
            results.truncate(count);
            Reply::Now(Response::Statuses(Ok(results)))
        })
    };
    let mut tab = Tab::batching(LIMIT, reaching(3));
    let tasks = tab.start(0..12);
    tab.pass(millis_of(100));
    let sent = tab.take_sent();
    assert_eq!(sent[4..], [batch(4..12), batch(7..12), batch(10..12)]);
    let expected: Vec<_> = (4..12).map(|number| Some(percent_of(number))).collect();
    assert_eq!(progresses(&tab, &tasks[4..]), expected);
    // A response that reaches no job is not asked for again and again.
    tab.server = reaching(0);
    tab.pass(seconds(1));
    let sent = tab.take_sent();
    let single = sent.iter().filter(|it| matches!(it, Sent::Status(_)));
    assert_eq!(single.count(), 12, "{sent:?}");
}

#[test]
fn failed_request_counts_for_each_of_its_jobs() {
    let unreachable = || Response::Statuses(Err(RequestError::Unreachable));
    let mut tab = Tab::batching(LIMIT, replying(move |_| Reply::Now(unreachable())));
    let tasks = tab.start(0..8);
    tab.pass(millis_of(100));
    for id in &tasks[4..] {
        assert!(matches!(
            tab.state(id),
            TaskState::Recovering { attempt: 1, .. }
        ));
    }
    tab.server = failing(RequestError::Unreachable);
    tab.pass(seconds(120));
    for id in &tasks {
        assert!(tab.is(id, "failed"), "{id}: {:?}", tab.state(id));
    }
    tab.server = reporting(|_| JobStatus::Succeeded);
    for id in &tasks {
        tab.command(id, Command::Retry);
    }
    tab.pass(seconds(1));
    assert!(tasks.iter().all(|id| tab.is(id, "succeeded")));
}

#[test]
fn request_without_response_is_given_up_for_all_its_jobs() {
    let mut tab = Tab::batching(LIMIT, replying(|_| Reply::Never));
    let tasks = tab.start(0..8);
    tab.pass(seconds(9));
    assert_eq!(*tab.state(&tasks[5]), TaskState::Queued);
    tab.pass(seconds(2));
    assert!(tasks[4..].iter().all(|id| tab.is(id, "recovering")));
}

#[test]
fn task_that_is_cancelled_or_retried_disturbs_no_other_of_its_request() {
    let mut tab = Tab::batching(
        LIMIT,
        replying(|jobs| Reply::After(seconds(2), Response::Statuses(Ok(all(jobs))))),
    );
    let tasks = tab.start(0..9);
    tab.pass(millis_of(500));
    tab.server = reporting(|_| JobStatus::Queued);
    tab.command(&tasks[5], Command::Cancel);
    tab.command(&tasks[6], Command::Cancel);
    tab.command(&tasks[6], Command::Retry);
    tab.pass(seconds(2));
    assert_eq!(*tab.state(&tasks[5]), TaskState::Cancelled);
    assert_eq!(*tab.state(&tasks[6]), TaskState::Queued, "the new job");
    let others = [4, 7, 8].map(|number| tab.progress(&tasks[number]));
    assert_eq!(others, [24, 27, 28].map(Some));
}

#[test]
fn request_that_nobody_waits_for_is_aborted() {
    let config = background_tasks_core::Config {
        max_status_requests: 1,
        ..config(1)
    };
    let mut tab = Tab::with(config, silent());
    tab.limit_batches(LIMIT);
    let tasks = tab.start(0..5);
    tab.command(&tasks[0], Command::Cancel);
    assert_eq!(tab.take_sent().last(), Some(&batch(1..5)));
    tab.start([5]);
    tab.pass(millis_of(200));
    assert_eq!(tab.take_sent(), [], "there is no connection");
    for id in &tasks[1..4] {
        tab.command(id, Command::Cancel);
    }
    assert!(!tab.take_sent().contains(&check(5)), "one still waits");
    tab.command(&tasks[4], Command::Cancel);
    let sent = tab.take_sent();
    assert_eq!(sent.first(), Some(&Sent::Abort(Box::new(batch(1..5)))));
    assert_eq!(sent.last(), Some(&check(5)));
}

#[test]
fn server_without_batches_is_asked_about_each_job_at_once() {
    let mut tab = Tab::batching(
        LIMIT,
        replying(|jobs| Reply::Now(Response::Statuses(Ok(jobs.iter().map(|_| None).collect())))),
    );
    let tasks = tab.start(0..20);
    tab.pass(millis_of(200));
    let sent = tab.take_sent();
    assert_eq!(sent[4], batch(4..20));
    assert_eq!(sent[5..], (4..20).map(check).collect::<Vec<_>>());
    assert!(tasks.iter().all(|id| tab.is(id, "running")));
    tab.limit_batches(1);
    tab.pass(seconds(3));
    let sent = tab.take_sent();
    assert_eq!(sent.len(), 60);
    assert!(sent.iter().all(|it| matches!(it, Sent::Status(_))));
}

#[test]
fn thousand_tasks_started_within_a_second_need_few_requests_and_miss_no_check() {
    let mut tab = Tab::batching(LIMIT, reporting(running_at_number));
    for number in 0..1_000 {
        tab.start([number]);
        if number % 10 == 0 {
            tab.pass(millis_of(10));
        }
    }
    tab.pass(seconds(2));
    tab.take_sent();
    tab.pass(seconds(3));
    let sent = tab.take_sent();
    assert!(sent.len() <= 36, "{} requests in 3 s", sent.len());
    let checked = sent.iter().map(|request| match request {
        Sent::Statuses(keys) => keys.len(),
        _ => 1,
    });
    let checked: usize = checked.sum();
    assert!((2_600..=3_000).contains(&checked), "{checked} in 3 s");
}
