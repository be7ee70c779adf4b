//! The event stream: what it changes, and what continues without it.

use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::{JobStatus, Percent, StreamEvent, TaskId, TaskState};

use crate::scripted::{Answer, Stage, running, running_at, seconds};

/// A stage with a stream, and a video that was told of on it.
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
async fn pushed_news_are_shown_and_checks_become_few() {
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
async fn news_of_other_jobs_and_kinds_change_nothing() {
    let (stage, id) = streaming().await;
    let other = start(&stage, "q-2");
    let pushed = |endpoint: &str, key: &str| {
        yew_background_tasks::StatusUpdate::new(endpoint, key, JobStatus::Succeeded)
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
async fn a_job_of_which_the_stream_says_nothing_is_checked_as_before() {
    let (stage, _) = streaming().await;
    start(&stage, "q-2");
    stage.pass(std::time::Duration::from_millis(4_500)).await;
    assert_eq!(stage.client.checks().len(), 5);
}

#[wasm_bindgen_test]
async fn when_the_stream_ends_it_is_polled_at_once_and_opened_again() {
    let (stage, id) = streaming().await;
    stage.pass(seconds(5)).await;
    assert_eq!(stage.client.checks().len(), 0);
    stage.client.end_stream();
    stage.pass(std::time::Duration::from_millis(900)).await;
    assert_eq!(stage.client.checks().len(), 1);
    assert_eq!(stage.client.opened(), 1, "a second at least");
    stage.pass(seconds(2)).await;
    assert_eq!(stage.client.opened(), 2);
    assert_eq!(stage.client.checks().len(), 3, "nothing is pushed yet");
    stage.client.push_report("q-1", running_at(60));
    stage.pass(seconds(10)).await;
    assert_eq!(progress(&stage, &id), Some(60));
    assert!(stage.client.checks().len() <= 4);
}

#[wasm_bindgen_test]
async fn a_stream_that_is_silent_is_given_up_and_one_that_is_alive_is_not() {
    let (stage, _) = streaming().await;
    for _ in 0..4 {
        stage.pass(seconds(30)).await;
        stage.client.push(StreamEvent::Alive);
    }
    assert_eq!(stage.client.opened(), 1);
    stage.pass(seconds(46)).await;
    assert!(!stage.client.is_open());
    assert_eq!(stage.client.opened(), 1, "a second at least");
    stage.client.new_calls();
    stage.pass(seconds(5)).await;
    assert_eq!(stage.client.opened(), 2);
    assert_eq!(stage.client.checks().len(), 5);
}

#[wasm_bindgen_test]
async fn there_is_no_stream_while_nothing_is_followed() {
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
async fn shutting_down_ends_the_stream() {
    let (stage, _) = streaming().await;
    stage.tasks.shut_down();
    stage.pass(seconds(60)).await;
    assert!(!stage.client.is_open());
    assert_eq!(stage.client.opened(), 1);
    assert_eq!(stage.clock.next_due(), None);
}
