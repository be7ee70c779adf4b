//! The event stream: what it changes, and what continues without it.

use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::{JobStatus, Percent, StreamEvent, TaskId, TaskState};

use crate::scripted::{Answer, Stage, running, running_at, seconds};

/// A stage with a stream, and a video with a pushed event.
async fn streaming() -> (Stage, TaskId) {
    let stage = Stage::new([running(10)]);
    stage.client.pushes();
    let id = start(&stage, "q-1");
    stage.pass(seconds(1)).await;
    assert_eq!(stage.client.opened(), 1);
    stage.client.push_report("q-1", running_at(20));
    stage.pass(std::time::Duration::from_millis(50)).await;
    stage.client.new_calls();
    (stage, id)
}

fn start(stage: &Stage, key: &str) -> TaskId {
    stage
        .tasks
        .start_video_processing_task(7_u32, "talk.mp4", key)
}

fn progress(stage: &Stage, id: &TaskId) -> Option<u8> {
    stage.state(id).progress().map(Percent::get)
}

#[wasm_bindgen_test]
async fn pushed_events_are_shown_and_checks_become_rare() {
    let (stage, id) = streaming().await;
    assert_eq!(progress(&stage, &id), Some(20));
    for percent in 21..=50 {
        stage.client.push_report("q-1", running_at(percent));
        stage.pass(seconds(1)).await;
        assert_eq!(progress(&stage, &id), Some(percent));
    }
    assert_eq!(stage.client.checks().len(), 2, "one every 15 s in 30 s");
    stage.client.push_report("q-1", JobStatus::Succeeded);
    stage.pass(seconds(1)).await;
    assert_eq!(stage.state(&id), TaskState::Succeeded);
}

#[wasm_bindgen_test]
async fn events_of_other_jobs_and_kinds_change_nothing() {
    let (stage, id) = streaming().await;
    let other = start(&stage, "q-2");
    let pushed = |endpoint: &str, key: &str| yew_background_tasks::StatusUpdate {
        endpoint: endpoint.into(),
        key: key.into(),
        status: JobStatus::Succeeded,
    };
    stage.client.push(StreamEvent::Statuses(vec![
        pushed("embeddings", "q-1"),
        pushed("video-processing", "q-3"),
        pushed("video-processing", "q-2"),
    ]));
    stage.pass(seconds(1)).await;
    assert_eq!(progress(&stage, &id), Some(20));
    assert_eq!(stage.state(&other), TaskState::Succeeded);
}

#[wasm_bindgen_test]
async fn job_without_events_is_checked_as_before() {
    let (stage, _) = streaming().await;
    start(&stage, "q-2");
    stage.pass(std::time::Duration::from_millis(4_500)).await;
    assert_eq!(stage.client.checks().len(), 5);
}

#[wasm_bindgen_test]
async fn end_of_stream_is_followed_by_check_and_reconnect() {
    let (stage, id) = streaming().await;
    stage.pass(seconds(5)).await;
    assert_eq!(stage.client.checks().len(), 0);
    stage.client.end_stream();
    stage.pass(std::time::Duration::from_millis(900)).await;
    assert_eq!(stage.client.checks().len(), 1);
    assert_eq!(
        stage.client.opened(),
        1,
        "the back-off is at least a second"
    );
    stage.pass(seconds(2)).await;
    assert_eq!(stage.client.opened(), 2);
    assert_eq!(stage.client.checks().len(), 3, "nothing is pushed yet");
    stage.client.push_report("q-1", running_at(60));
    stage.pass(seconds(10)).await;
    assert_eq!(progress(&stage, &id), Some(60));
    assert!(stage.client.checks().len() <= 4);
}

#[wasm_bindgen_test]
async fn silent_stream_is_closed_and_active_one_is_not() {
    let (stage, _) = streaming().await;
    for _ in 0..4 {
        stage.pass(seconds(30)).await;
        stage.client.push(StreamEvent::Alive);
    }
    assert_eq!(stage.client.opened(), 1);
    stage.pass(seconds(46)).await;
    assert!(!stage.client.is_open());
    assert_eq!(
        stage.client.opened(),
        1,
        "the back-off is at least a second"
    );
    stage.client.new_calls();
    stage.pass(seconds(5)).await;
    assert_eq!(stage.client.opened(), 2);
    assert_eq!(stage.client.checks().len(), 5);
}

#[wasm_bindgen_test]
async fn stream_is_open_only_while_a_job_is_monitored() {
    let stage = Stage::new([running(10)]);
    stage.client.pushes();
    stage.pass(seconds(5)).await;
    assert_eq!(stage.client.opened(), 0);
    let id = start(&stage, "q-1");
    stage.pass(seconds(1)).await;
    assert!(stage.client.is_open());
    stage.client.then([Answer::Says(JobStatus::Succeeded)]);
    stage.pass(seconds(2)).await;
    assert_eq!(stage.state(&id), TaskState::Succeeded);
    assert!(!stage.client.is_open());
    stage.pass(seconds(60)).await;
    assert_eq!(stage.client.opened(), 1);
    assert_eq!(stage.clock.next_due(), None, "no timer is left");
}

#[wasm_bindgen_test]
async fn shut_down_closes_stream() {
    let (stage, _) = streaming().await;
    stage.tasks.shut_down();
    stage.pass(seconds(60)).await;
    assert!(!stage.client.is_open());
    assert_eq!(stage.client.opened(), 1);
    assert_eq!(stage.clock.next_due(), None);
}
