//! The event stream: how the driver opens it, receives from it and closes it. When it is
//! needed is a rule of the core, which tests it natively.

use std::time::Duration;

use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::{JobStatus, Percent, TaskId, TaskState};

use crate::scripted::{running, running_at};
use crate::stage::{Stage, seconds};

/// A stage with an event stream that has reported progress of a video.
async fn streaming() -> (Stage, TaskId) {
    let stage = Stage::new([running(10)]);
    stage.client.pushes();
    let tasks = &stage.tasks;
    let id = tasks.start_video_processing_task(7_u32, "talk.mp4", "q-1");
    stage.pass(seconds(1)).await;
    assert_eq!(stage.client.opened(), 1);
    stage.client.push_report("q-1", running_at(20));
    stage.pass(Duration::from_millis(50)).await;
    stage.client.new_calls();
    (stage, id)
}

fn progress(stage: &Stage, id: &TaskId) -> Option<u8> {
    stage.state(id).progress().map(Percent::get)
}

#[wasm_bindgen_test]
async fn pushed_statuses_are_shown_and_checks_become_rare() {
    let (stage, id) = streaming().await;
    assert_eq!(progress(&stage, &id), Some(20));
    stage.pass(seconds(10)).await;
    assert_eq!(stage.client.checks(), []);
    stage.client.push_report("q-1", JobStatus::Succeeded);
    stage.pass(seconds(1)).await;
    assert_eq!(stage.state(&id), TaskState::Succeeded);
    assert!(!stage.client.is_open(), "nothing is left to follow");
    stage.pass(seconds(60)).await;
    assert_eq!(stage.clock.next_due(), None, "no timer is left");
}

#[wasm_bindgen_test]
async fn end_of_stream_is_followed_by_a_check_and_reconnect() {
    let (stage, id) = streaming().await;
    stage.pass(seconds(5)).await;
    assert_eq!(stage.client.checks(), []);
    stage.client.end_stream();
    stage.pass(Duration::from_millis(900)).await;
    assert_eq!(stage.client.checks().len(), 1);
    assert_eq!(stage.client.opened(), 1, "after a second at the earliest");
    stage.pass(seconds(2)).await;
    assert_eq!(stage.client.opened(), 2);
    stage.client.push_report("q-1", running_at(60));
    stage.pass(seconds(1)).await;
    assert_eq!(progress(&stage, &id), Some(60));
}

#[wasm_bindgen_test]
async fn silent_stream_is_closed() {
    let (stage, _) = streaming().await;
    stage.pass(seconds(46)).await;
    assert!(!stage.client.is_open());
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
