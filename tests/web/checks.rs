//! How checks go out: a few at a time, and several in one call where the client can.

use std::time::Duration;

use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::{CallError, JobKey, JobStatus, Percent, Settings, TaskId, TaskState};

use crate::scripted::{Answer, Batch, Made, Stage, running, running_at, seconds};

fn settings() -> Settings {
    Settings::new().with_store(None)
}

/// A stage whose client can ask after several jobs.
fn batching(answers: impl IntoIterator<Item = Batch>) -> Stage {
    let stage = Stage::new([running(10)]);
    stage.client.batches(answers);
    stage
}

fn start(stage: &Stage, count: u32) -> Vec<TaskId> {
    let start = |number: u32| {
        let key = format!("q-{number}");
        stage
            .tasks
            .start_video_processing_task(number, "talk.mp4", &*key)
    };
    (0..count).map(start).collect()
}

/// The report on each job in a batch: running, at 20 % and its number.
fn running_at_own(key: &JobKey) -> JobStatus {
    running_at(own_percent(
        key.as_str()
            .trim_start_matches("q-")
            .parse()
            .unwrap_or_default(),
    ))
}

fn own_percent(number: u32) -> u8 {
    20 + u8::try_from(number % 60).unwrap_or_default()
}

fn progress(stage: &Stage, id: &TaskId) -> Option<u8> {
    stage.state(id).progress().map(Percent::get)
}

fn keys(numbers: impl IntoIterator<Item = u32>) -> Vec<JobKey> {
    let key = |number| JobKey::from(format!("q-{number}"));
    numbers.into_iter().map(key).collect()
}

fn batch(numbers: impl IntoIterator<Item = u32>) -> Made {
    Made::Batch(keys(numbers))
}

fn check(number: u32) -> Made {
    Made::Check(format!("q-{number}").as_str().into())
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[wasm_bindgen_test]
async fn four_checks_are_out_at_once_and_the_others_wait_in_order() {
    let stage = Stage::new([Answer::Stalls]);
    let tasks = start(&stage, 10);
    let first: Vec<_> = (0..4).map(check).collect();
    assert_eq!(stage.client.new_calls(), first);
    stage.tasks.cancel(&tasks[4]);
    assert_eq!(stage.client.new_calls(), [Made::Cancel("q-4".into())]);
    stage.pass(seconds(9)).await;
    assert_eq!(stage.client.new_calls(), []);
    // The first four are given up, and the next in the order of their starts go out.
    stage.pass(seconds(1)).await;
    assert_eq!(
        stage.client.new_calls(),
        [check(5), check(6), check(7), check(8)]
    );
    assert_eq!(stage.state(&tasks[0]).as_str(), "recovering");
    // Their time begins when they go out, not when they were due.
    stage.pass(seconds(9)).await;
    assert_eq!(stage.state(&tasks[5]), TaskState::Queued);
    stage.pass(seconds(1)).await;
    assert_eq!(stage.state(&tasks[5]).as_str(), "recovering");
    assert_eq!(stage.state(&tasks[9]), TaskState::Queued);
}

#[wasm_bindgen_test]
async fn a_check_that_is_given_up_makes_room_at_once() {
    let stage = Stage::with(settings().with_checks_in_flight(1), [Answer::Stalls]);
    let tasks = start(&stage, 3);
    assert_eq!(stage.client.new_calls(), [check(0)]);
    stage.tasks.cancel(&tasks[0]);
    let cancelled = Made::Cancel("q-0".into());
    assert_eq!(stage.client.new_calls(), [cancelled, check(1)]);
}

#[wasm_bindgen_test]
async fn three_hundred_tasks_are_each_checked_every_second() {
    let stage = Stage::new([running(10)]);
    start(&stage, 300);
    stage.pass(millis(3_900)).await;
    assert_eq!(stage.client.checks().len(), 4 * 300);
}

#[wasm_bindgen_test]
async fn tasks_that_run_together_are_asked_after_in_one_call() {
    let stage = batching([Batch::Says(running_at_own, Vec::new())]);
    let tasks = start(&stage, 50);
    stage.pass(millis(500)).await;
    let calls = stage.client.new_calls();
    assert_eq!(calls[..4], [check(0), check(1), check(2), check(3)]);
    assert_eq!(calls[4..], [batch(4..50)]);
    stage.pass(millis(1_000)).await;
    let calls = stage.client.new_calls();
    assert!(matches!(&calls[..], [Made::Batch(keys)] if keys.len() == 50));
    for (number, id) in (0..).zip(&tasks) {
        assert_eq!(progress(&stage, id), Some(own_percent(number)));
    }
}

#[wasm_bindgen_test]
async fn a_task_that_is_alone_has_the_single_call_at_once() {
    let stage = batching([Batch::Unknown]);
    start(&stage, 1);
    stage.pass(millis(3_500)).await;
    let checks = stage.client.checks();
    let checks: Vec<_> = checks.into_iter().map(|at| stage.at(at)).collect();
    assert_eq!(checks, [0, 1_000, 2_000, 3_000]);
}

#[wasm_bindgen_test]
async fn each_kind_has_a_call_of_its_own() {
    let stage = batching([Batch::Says(running_at_own, Vec::new())]);
    for number in 0..6_u32 {
        let key = format!("q-{number}");
        stage
            .tasks
            .start_video_processing_task(number, "talk.mp4", &*key);
        stage.tasks.start_embedding_task(number, "talk.mp4");
    }
    stage.pass(millis(500)).await;
    stage.client.new_calls();
    stage.pass(millis(1_000)).await;
    let calls = stage.client.new_calls();
    let mut sizes: Vec<_> = calls
        .iter()
        .map(|made| match made {
            Made::Batch(keys) => keys.iter().map(|key| key.as_str().starts_with("q-")),
            other => panic!("{other:?}"),
        })
        .map(|videos| {
            (
                videos.clone().filter(|video| *video).count(),
                videos.count(),
            )
        })
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [(0, 6), (6, 6)]);
}

#[wasm_bindgen_test]
async fn a_job_that_the_answer_leaves_out_is_asked_after_alone_at_once() {
    let stage = batching([Batch::Says(running_at_own, keys([5, 7]))]);
    let tasks = start(&stage, 9);
    stage.pass(millis(100)).await;
    let calls = stage.client.new_calls();
    assert_eq!(calls[4..], [batch(4..9), check(5), check(7)]);
    let percents: Vec<_> = tasks[4..].iter().map(|id| progress(&stage, id)).collect();
    assert_eq!(percents, [24, 10, 26, 10, 28].map(Some));
}

#[wasm_bindgen_test]
async fn jobs_that_the_call_did_not_come_to_are_asked_after_by_the_next() {
    let stage = batching([Batch::Short(3, running_at_own)]);
    let tasks = start(&stage, 12);
    stage.pass(millis(100)).await;
    let calls = stage.client.new_calls();
    assert_eq!(calls[4..], [batch(4..12), batch(7..12), batch(10..12)]);
    for (number, id) in (4..).zip(&tasks[4..]) {
        assert_eq!(progress(&stage, id), Some(own_percent(number)));
    }
    // Two of two are answered for: no more than it was asked for.
    stage.client.batches([Batch::Short(0, running_at_own)]);
    stage.pass(millis(1_000)).await;
    let singles = stage.client.new_calls();
    let singles = singles.iter().filter(|made| matches!(made, Made::Check(_)));
    assert_eq!(
        singles.count(),
        12,
        "a call that says nothing does not go on for ever"
    );
}

#[wasm_bindgen_test]
async fn where_the_server_does_not_know_the_call_single_ones_follow_at_once() {
    let stage = batching([Batch::Unknown]);
    let tasks = start(&stage, 20);
    stage.pass(millis(200)).await;
    let calls = stage.client.new_calls();
    assert_eq!(calls[4], batch(4..20));
    assert_eq!(calls[5..], (4..20).map(check).collect::<Vec<_>>());
    let states: Vec<_> = tasks.iter().map(|id| stage.state(id)).collect();
    assert!(states.iter().all(|state| state.as_str() == "running"));
    stage.pass(seconds(3)).await;
    let calls = stage.client.new_calls();
    assert_eq!(calls.len(), 60);
    assert!(calls.iter().all(|made| matches!(made, Made::Check(_))));
}

#[wasm_bindgen_test]
async fn a_failure_of_the_call_counts_for_each_of_its_jobs() {
    let stage = batching([Batch::Fails(CallError::Unreachable)]);
    let tasks = start(&stage, 8);
    stage.pass(millis(100)).await;
    for id in &tasks[4..] {
        let state = stage.state(id);
        assert!(matches!(state, TaskState::Recovering { attempt: 1, .. }));
    }
    stage.client.then([Answer::Fails(CallError::Unreachable)]);
    stage.pass(seconds(120)).await;
    for id in &tasks {
        assert_eq!(stage.state(id).as_str(), "failed");
    }
    stage
        .client
        .batches([Batch::Says(|_| JobStatus::Succeeded, Vec::new())]);
    stage.client.then([Answer::Says(JobStatus::Succeeded)]);
    for id in &tasks {
        stage.tasks.retry(id);
    }
    stage.pass(seconds(1)).await;
    assert!(
        tasks
            .iter()
            .all(|id| stage.state(id) == TaskState::Succeeded)
    );
}

#[wasm_bindgen_test]
async fn a_call_that_has_no_answer_is_given_up_for_all_its_jobs() {
    let stage = batching([]);
    let tasks = start(&stage, 8);
    stage.pass(seconds(9)).await;
    assert_eq!(stage.state(&tasks[5]), TaskState::Queued);
    stage.pass(seconds(2)).await;
    assert!(
        tasks[4..]
            .iter()
            .all(|id| stage.state(id).as_str() == "recovering")
    );
}

#[wasm_bindgen_test]
async fn a_task_that_is_cancelled_or_retried_disturbs_no_other_of_its_call() {
    let late = Batch::SaysAfter(seconds(2), running_at_own);
    let stage = batching([late, Batch::Says(|_| running_at(15), Vec::new())]);
    let tasks = start(&stage, 9);
    stage.pass(millis(500)).await;
    stage.tasks.cancel(&tasks[5]);
    stage.tasks.cancel(&tasks[6]);
    stage.client.starts([Ok(Some("q-new".into()))]);
    stage.client.then([Answer::Says(JobStatus::Queued)]);
    stage.tasks.retry(&tasks[6]);
    stage.pass(seconds(2)).await;
    assert_eq!(stage.state(&tasks[5]), TaskState::Cancelled);
    assert_eq!(stage.state(&tasks[6]), TaskState::Queued, "the new job");
    let percents = [4, 7, 8].map(|number| progress(&stage, &tasks[number]));
    assert_eq!(percents, [24, 27, 28].map(Some));
}

#[wasm_bindgen_test]
async fn a_call_that_nobody_waits_for_any_more_is_given_up() {
    let stage = Stage::with(settings().with_checks_in_flight(1), [Answer::Stalls]);
    stage.client.batches([]);
    let tasks = start(&stage, 5);
    stage.tasks.cancel(&tasks[0]);
    stage.client.new_calls();
    start(&stage, 1);
    assert_eq!(stage.client.new_calls(), [], "there is no room");
    for id in &tasks[1..] {
        stage.tasks.cancel(id);
    }
    assert_eq!(stage.client.new_calls().pop(), Some(check(0)));
}

#[wasm_bindgen_test]
async fn a_thousand_tasks_started_over_a_second_need_few_calls_and_miss_no_check() {
    let stage = batching([Batch::Says(running_at_own, Vec::new())]);
    for number in 0..1_000_u32 {
        let key = format!("q-{number}");
        stage
            .tasks
            .start_video_processing_task(number, "talk.mp4", &*key);
        if number % 10 == 0 {
            stage.pass(millis(10)).await;
        }
    }
    stage.pass(seconds(2)).await;
    stage.client.new_calls();
    stage.pass(seconds(3)).await;
    let calls = stage.client.new_calls();
    assert!(calls.len() <= 36, "{} calls in 3 s", calls.len());
    let checked: usize = calls
        .iter()
        .map(|made| match made {
            Made::Batch(keys) => keys.len(),
            _ => 1,
        })
        .sum();
    assert!(
        (2_600..=3_000).contains(&checked),
        "{checked} checks in 3 s"
    );
}
