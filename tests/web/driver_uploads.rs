//! Uploads, and the jobs that follow them.

use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::{Attachment, FollowUp, JobStatus, Percent, Settings, TaskState};

use crate::scripted::{Answer, RecordedCall, running};
use crate::stage::{Stage, seconds};

pub fn file(name: &str, mime: &str, text: &str) -> web_sys::File {
    let parts = js_sys::Array::of1(&text.into());
    let options = web_sys::FilePropertyBag::new();
    options.set_type(mime);
    web_sys::File::new_with_str_sequence_and_options(&parts, name, &options).expect("a file")
}

fn stored(content_type: &str) -> Attachment {
    Attachment::new(7_u32, "talk.mp4")
        .with_content_type(content_type)
        .with_size(4)
}

fn kinds(stage: &Stage) -> Vec<String> {
    let tasks = stage.tasks.tasks();
    tasks
        .iter()
        .map(|task| task.kind.name().to_owned())
        .collect()
}

#[wasm_bindgen_test]
async fn uploaded_video_is_processed_and_five_seconds_later_embedded() {
    let stage = Stage::new([running(10)]);
    stage.client.stores(stored("video/mp4"));
    stage.client.starts([Ok(Some("q-9".into()))]);
    let id = stage
        .tasks
        .upload(file("talk.mp4", "video/mp4", "moov"), "My talk");
    assert_eq!(id.as_str(), "upload_1_1700000000000");
    assert_eq!(stage.state(&id).as_str(), "uploading");
    stage.pass(seconds(4)).await;
    assert_eq!(stage.state(&id), TaskState::Succeeded);
    assert_eq!(kinds(&stage), ["video", "upload"]);
    stage.pass(seconds(2)).await;
    assert_eq!(kinds(&stage), ["embedding", "video", "upload"]);
    let embedding = stage.tasks.tasks()[0].started;
    let video = stage.tasks.tasks()[1].started;
    assert_eq!(embedding.since(video), seconds(5));
    let checked = |key: &str| {
        let calls = stage.client.calls();
        calls
            .iter()
            .any(|(_, made)| *made == RecordedCall::Check(key.into()))
    };
    assert!(checked("q-9") && checked("7"));
}

#[wasm_bindgen_test]
async fn file_that_is_no_video_is_done_once_it_is_uploaded() {
    let stage = Stage::new([]);
    stage.client.stores(stored("text/plain"));
    stage
        .tasks
        .upload(file("notes.txt", "text/plain", "hello"), "");
    stage.pass(seconds(30)).await;
    assert_eq!(kinds(&stage), ["upload"]);
    assert_eq!(&*stage.tasks.tasks()[0].title, "notes.txt");
}

#[wasm_bindgen_test]
async fn embedding_can_wait_for_the_video() {
    let settings = Settings::new()
        .with_store(None)
        .with_embedding_start(Some(FollowUp::OnSuccess));
    let stage = Stage::with(settings, [running(10)]);
    stage.client.stores(stored("video/mp4"));
    stage
        .tasks
        .upload(file("talk.mp4", "video/mp4", "moov"), "");
    stage.pass(seconds(20)).await;
    assert_eq!(kinds(&stage), ["video", "upload"]);
    stage.client.then([Answer::Status(JobStatus::Succeeded)]);
    stage.pass(seconds(3)).await;
    assert_eq!(kinds(&stage), ["embedding", "video", "upload"]);
}

#[wasm_bindgen_test]
async fn cancelled_upload_starts_no_job() {
    let stage = Stage::new([]);
    let id = stage
        .tasks
        .upload(file("talk.mp4", "video/mp4", "moov"), "");
    stage.pass(seconds(1)).await;
    assert_eq!(stage.state(&id).progress().map(Percent::get), Some(40));
    stage.tasks.cancel(&id);
    stage.client.stores(stored("video/mp4"));
    stage.pass(seconds(30)).await;
    assert_eq!(stage.state(&id), TaskState::Cancelled);
    assert_eq!(kinds(&stage), ["upload"]);
    stage.tasks.retry(&id);
    stage.pass(seconds(1)).await;
    assert_eq!(stage.state(&id), TaskState::Succeeded);
}
