//! Data of the app's own on a task.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::{Attachment, JobStatus, Meta, TaskOptions, TaskState};

use crate::driver::file;
use crate::scripted::{Answer, running};
use crate::several::{empty_store, tab, until};
use crate::stage::{Stage, seconds};

fn meta() -> Meta {
    Meta::from_json(r#"{"course": 12}"#).expect("it is JSON")
}

fn options() -> TaskOptions {
    TaskOptions::new().with_meta(meta())
}

#[wasm_bindgen_test]
async fn tasks_that_follow_an_upload_have_its_metadata_and_so_have_their_events() {
    let stage = Stage::new([Answer::Status(JobStatus::Succeeded)]);
    let attachment = Attachment::new(7_u32, "talk.mp4").with_content_type("video/mp4");
    stage.client.stores(attachment);
    let events = Rc::new(RefCell::new(Vec::new()));
    let _subscription = stage.tasks.events({
        let events = Rc::clone(&events);
        move |event| events.borrow_mut().push(event.meta.clone())
    });
    let file = file("talk.mp4", "video/mp4", "moov");
    stage.tasks.upload_with(file, "My talk", options());
    stage.pass(seconds(10)).await;
    let tasks = stage.tasks.tasks();
    let metas: Vec<_> = tasks.iter().map(|task| task.meta.clone()).collect();
    assert_eq!(metas, [Some(meta()), Some(meta()), Some(meta())]);
    assert!(tasks.iter().all(|task| task.state == TaskState::Succeeded));
    let events = events.borrow();
    assert!(events.len() >= 6, "{events:?}");
    assert!(events.iter().all(|it| *it == Some(meta())), "{events:?}");
}

#[wasm_bindgen_test]
async fn a_task_has_its_metadata_in_other_tabs_and_after_a_reload() {
    let store = empty_store("meta");
    let first = tab(&store, [running(40)]);
    let second = tab(&store, [running(40)]);
    let tasks = &first.tasks;
    let video = tasks.start_video_processing_task_with(7_u32, "talk.mp4", "q-1", options());
    let embedding = tasks.start_embedding_task_with(7_u32, "talk.mp4", options());
    let plain = tasks.start_embedding_task(8_u32, "other.mp4");
    let of = |stage: &Stage, id| stage.tasks.task(id).and_then(|task| task.meta.clone());
    let is_known = || second.tasks.task(&plain).is_some();
    until(&[&first, &second], "the tasks are known", is_known).await;
    for id in [&video, &embedding] {
        assert_eq!(of(&first, id), Some(meta()));
        assert_eq!(of(&second, id), Some(meta()));
    }
    assert_eq!(of(&second, &plain), None);
    first.tasks.shut_down();
    second.tasks.shut_down();
    let reloaded = tab(&store, [running(40)]);
    assert_eq!(of(&reloaded, &video), Some(meta()));
    assert_eq!(of(&reloaded, &plain), None);
    reloaded.tasks.shut_down();
}
