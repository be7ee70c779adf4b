//! Requests about several jobs: how the driver hands statuses to the core. When jobs share a
//! request is a rule of the core, which tests it natively.

use std::time::Duration;

use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::{JobKey, JobStatus, Percent, TaskId, TaskState};

use crate::scripted::{Answer, Batch, RecordedCall, running, running_at};
use crate::stage::{Stage, seconds};

/// A stage whose client sends requests about several jobs.
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

/// The status of each job in a batch: running, at 20 % and its number, so that a test sees
/// when two are mixed up.
fn running_at_number(key: &JobKey) -> JobStatus {
    let number = key.as_str().trim_start_matches("q-").parse();
    running_at(percent_of(number.unwrap_or_default()))
}

fn percent_of(number: u32) -> u8 {
    20 + u8::try_from(number % 60).unwrap_or_default()
}

fn progress(stage: &Stage, id: &TaskId) -> Option<u8> {
    stage.state(id).progress().map(Percent::get)
}

fn check(number: u32) -> RecordedCall {
    RecordedCall::Check(format!("q-{number}").as_str().into())
}

fn batch(numbers: impl IntoIterator<Item = u32>) -> RecordedCall {
    let key = |number| JobKey::from(format!("q-{number}"));
    RecordedCall::Batch(numbers.into_iter().map(key).collect())
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[wasm_bindgen_test]
async fn each_task_of_a_batch_gets_its_own_status() {
    let stage = batching([Batch::Says(running_at_number)]);
    let tasks = start(&stage, 50);
    stage.pass(millis(500)).await;
    let calls = stage.client.new_calls();
    assert_eq!(calls[..4], [0, 1, 2, 3].map(check));
    assert_eq!(calls[4..], [batch(4..50)]);
    stage.pass(millis(1_000)).await;
    let calls = stage.client.new_calls();
    assert!(matches!(&calls[..], [RecordedCall::Batch(keys)] if keys.len() == 50));
    for (number, id) in (0..).zip(&tasks) {
        assert_eq!(progress(&stage, id), Some(percent_of(number)));
    }
}

#[wasm_bindgen_test]
async fn task_that_is_cancelled_or_retried_disturbs_no_other_of_its_request() {
    let late = Batch::SaysAfter(seconds(2), running_at_number);
    let stage = batching([late, Batch::Says(|_| running_at(15))]);
    let tasks = start(&stage, 9);
    stage.pass(millis(500)).await;
    stage.tasks.cancel(&tasks[5]);
    stage.tasks.cancel(&tasks[6]);
    stage.client.starts([Ok(Some("q-new".into()))]);
    stage.client.then([Answer::Status(JobStatus::Queued)]);
    stage.tasks.retry(&tasks[6]);
    stage.pass(seconds(2)).await;
    assert_eq!(stage.state(&tasks[5]), TaskState::Cancelled);
    assert_eq!(stage.state(&tasks[6]), TaskState::Queued, "the new job");
    let percents = [4, 7, 8].map(|number| progress(&stage, &tasks[number]));
    assert_eq!(percents, [24, 27, 28].map(Some));
}

#[wasm_bindgen_test]
async fn client_that_has_learned_that_there_are_no_batches_is_asked_about_single_jobs() {
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
    assert!(
        calls
            .iter()
            .all(|made| matches!(made, RecordedCall::Check(_)))
    );
}
