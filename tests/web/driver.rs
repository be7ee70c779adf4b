//! The driver: it carries out what the core asks for, and keeps the store up to date.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::{
    BackgroundTasks, Change, Clients, Failure, JobStatus, Percent, RequestError, Settings, TaskId,
    TaskState, Tasks,
};

use crate::driver_uploads::file;
use crate::scripted::{Answer, RecordedCall, Scripted, running};
use crate::several::Warnings;
use crate::stage::{Stage, seconds};

fn start(stage: &Stage) -> TaskId {
    stage
        .tasks
        .start_video_processing_task(7_u32, "talk.mp4", "q-1")
}

#[wasm_bindgen_test]
fn started_task_is_in_the_store_at_once_under_its_public_id() {
    let stage = Stage::new([Answer::Pending]);
    let id = start(&stage);
    assert_eq!(id.as_str(), "video_7_1700000000000");
    assert_eq!(stage.state(&id), TaskState::Queued);
    let second = start(&stage);
    assert_eq!(second.as_str(), "video_7_1700000000001");
    assert_eq!(stage.tasks.unfinished(), 2);
}

#[wasm_bindgen_test]
async fn after_success_no_request_is_sent_and_no_timer_is_left() {
    let stage = Stage::new([
        running(10),
        running(95),
        Answer::Status(JobStatus::Succeeded),
    ]);
    let id = start(&stage);
    let progress = || stage.state(&id).progress().map(Percent::get);
    stage.pass(Duration::from_millis(500)).await;
    assert_eq!(progress(), Some(10));
    stage.pass(Duration::from_millis(500)).await;
    assert_eq!(progress(), Some(90));
    stage.pass(seconds(60)).await;
    assert_eq!(stage.state(&id), TaskState::Succeeded);
    assert_eq!(stage.client.checks().len(), 3);
    assert_eq!(stage.tasks.unfinished(), 0);
    assert_eq!(stage.clock.next_due(), None, "no timer is left");
}

#[wasm_bindgen_test]
async fn retry_starts_a_failed_job_again_as_the_same_task() {
    let failed = JobStatus::Failed {
        reason: Some("codec".into()),
    };
    let stage = Stage::new([Answer::Status(failed)]);
    let id = start(&stage);
    stage.pass(seconds(1)).await;
    assert!(matches!(
        stage.state(&id),
        TaskState::Failed(Failure::Job { .. })
    ));
    stage.client.starts([Ok(Some("q-2".into()))]);
    stage.client.then([running(20)]);
    stage.tasks.retry(&id);
    assert_eq!(stage.state(&id), TaskState::Queued);
    stage.pass(seconds(1)).await;
    let calls = stage.client.new_calls();
    assert_eq!(
        calls[..3],
        [
            RecordedCall::Check("q-1".into()),
            RecordedCall::Start("video".into(), 7_u32.into()),
            RecordedCall::Check("q-2".into()),
        ]
    );
    assert_eq!(stage.tasks.tasks().len(), 1);
}

#[wasm_bindgen_test]
async fn cancel_stops_checks_and_tells_the_server() {
    let stage = Stage::new([running(10)]);
    let id = start(&stage);
    stage.pass(seconds(2)).await;
    stage.tasks.cancel(&id);
    assert_eq!(stage.state(&id), TaskState::Cancelled);
    let before = stage.client.calls().len();
    stage.pass(seconds(60)).await;
    let calls = stage.client.calls();
    assert_eq!(calls.len(), before);
    assert_eq!(
        calls.last().map(|(_, made)| made),
        Some(&RecordedCall::Cancel("q-1".into()))
    );
}

#[wasm_bindgen_test]
async fn responses_that_arrive_together_change_the_store_once() {
    let stage = Stage::new([running(10)]);
    let changes = Rc::new(Cell::new(0));
    let counter = Rc::clone(&changes);
    let _subscription = stage
        .store()
        .subscribe_silent(move |_: Rc<Tasks>| counter.set(counter.get() + 1));
    for attachment in 0..50_u32 {
        stage.tasks.start_embedding_task(attachment, "talk.mp4");
    }
    stage.pass(seconds(0)).await;
    changes.set(0);
    stage.pass(std::time::Duration::from_millis(100)).await;
    assert_eq!(stage.client.checks().len(), 50);
    assert_eq!(changes.get(), 1);
}

#[wasm_bindgen_test]
async fn listener_is_called_once_per_change_and_may_act_on_it() {
    let stage = Stage::new([Answer::Error(RequestError::Status {
        status: 401,
        retry_after: None,
        message: None,
    })]);
    let received = Rc::new(RefCell::new(Vec::new()));
    let subscription = stage.tasks.subscribe({
        let (received, tasks) = (Rc::clone(&received), stage.tasks.clone());
        move |change| {
            if let Change::Put { after, .. } = change {
                received.borrow_mut().push(after.state.as_str());
                if matches!(after.state, TaskState::Failed(_)) && received.borrow().len() < 3 {
                    tasks.retry(&after.id);
                }
            }
        }
    });
    start(&stage);
    stage.pass(seconds(1)).await;
    assert_eq!(*received.borrow(), ["queued", "failed", "queued", "failed"]);
    drop(subscription);
    start(&stage);
    assert_eq!(received.borrow().len(), 4);
}

#[wasm_bindgen_test]
async fn online_and_offline_events_reach_the_core() {
    let stage = Stage::new([running(10)]);
    let id = start(&stage);
    stage.pass(seconds(1)).await;
    let window = web_sys::window().expect("a window");
    let event = |name: &str| {
        let event = web_sys::Event::new(name).expect("an event");
        window.dispatch_event(&event).expect("an event");
    };
    event("offline");
    assert_eq!(stage.state(&id).as_str(), "offline");
    stage
        .client
        .then([Answer::Error(RequestError::Unreachable)]);
    stage.pass(seconds(100)).await;
    assert_eq!(stage.state(&id).as_str(), "offline");
    let probes = stage.client.checks().len();
    stage.client.then([running(20)]);
    event("online");
    assert_eq!(
        stage.client.checks().len(),
        probes + 1,
        "it is checked at once"
    );
    stage.pass(seconds(1)).await;
    assert_eq!(stage.state(&id).progress().map(Percent::get), Some(20));
}

#[wasm_bindgen_test]
async fn connection_is_read_again_on_return_from_the_back_forward_cache() {
    let stage = Stage::new([running(10)]);
    let id = start(&stage);
    stage.pass(seconds(1)).await;
    let dispatch = |event: &str| {
        let code = format!("window.dispatchEvent({event})");
        let dispatch = js_sys::Function::new_no_args(&code);
        dispatch.call0(&JsValue::NULL).expect("an event");
    };
    dispatch("new Event('offline')");
    stage.client.then([Answer::Pending]);
    assert_eq!(stage.state(&id).as_str(), "offline");
    dispatch("new PageTransitionEvent('pageshow', { persisted: true })");
    assert_eq!(stage.state(&id).as_str(), "running");
}

#[wasm_bindgen_test]
async fn shut_down_ends_everything() {
    let stage = Stage::new([running(10)]);
    start(&stage);
    stage.pass(seconds(2)).await;
    stage.tasks.shut_down();
    let before = stage.client.calls().len();
    stage.pass(seconds(60)).await;
    assert_eq!(stage.client.calls().len(), before);
    assert_eq!(stage.clock.next_due(), None);
}

#[wasm_bindgen_test]
async fn handle_used_after_shut_down_starts_nothing_and_warns_once() {
    let stage = Stage::new([running(10)]);
    let id = start(&stage);
    stage.tasks.shut_down();
    stage.client.new_calls();
    let warnings = Warnings::record();
    let late = start(&stage);
    stage
        .tasks
        .upload(file("notes.txt", "text/plain", "hello"), "");
    stage.tasks.cancel(&id);
    stage.tasks.retry_failed();
    stage.tasks.clear_finished();
    stage.tasks.forget_all();
    let _subscription = stage.tasks.subscribe(|_| ());
    stage.pass(seconds(60)).await;
    let texts = warnings.texts();
    drop(warnings);
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(late.as_str().starts_with("video_7_"));
    assert!(stage.tasks.task(&late).is_none());
    assert_eq!(stage.state(&id), TaskState::Queued);
    assert_eq!(stage.client.new_calls(), []);
    assert_eq!(stage.clock.next_due(), None);
}

#[wasm_bindgen_test]
async fn shut_down_may_be_called_by_a_listener() {
    let stage = Stage::new([running(10)]);
    let tasks = stage.tasks.clone();
    let _subscription = stage.tasks.subscribe(move |_| tasks.shut_down());
    start(&stage);
    stage.pass(seconds(60)).await;
    assert_eq!(stage.client.checks().len(), 1);
    assert_eq!(stage.clock.next_due(), None);
}

#[wasm_bindgen_test]
async fn second_instance_in_a_context_starts_without_tasks() {
    let context = yewdux::Context::new();
    let clock = yew_background_tasks::VirtualClock::default();
    let new = || {
        let client = Scripted::new(&clock, [running(10)]);
        let clients = Clients::new(Rc::new(client));
        let settings = Settings::new().with_store(None);
        BackgroundTasks::new(&context, clients, settings.with_clock(clock.clone()))
    };
    let first = new();
    first.start_video_processing_task(7_u32, "talk.mp4", "q-1");
    assert_eq!(first.unfinished(), 1);
    first.shut_down();
    let second = new();
    assert_eq!(second.unfinished(), 0);
    assert!(second.tasks().is_empty());
    second.shut_down();
}

#[wasm_bindgen_test]
async fn clearing_or_retrying_many_changes_the_store_once() {
    let unauthorized = RequestError::Status {
        status: 401,
        retry_after: None,
        message: None,
    };
    let stage = Stage::with(
        Settings::new().with_store(None),
        [Answer::Error(unauthorized)],
    );
    for attachment in 0..20_u32 {
        stage.tasks.start_embedding_task(attachment, "talk.mp4");
    }
    stage.pass(seconds(1)).await;
    let changes = Rc::new(Cell::new(0));
    let counter = Rc::clone(&changes);
    let _subscription = stage
        .store()
        .subscribe_silent(move |_: Rc<Tasks>| counter.set(counter.get() + 1));
    assert_eq!(stage.store().get().failed(), 20);
    stage.client.then([Answer::Status(JobStatus::Succeeded)]);
    stage.tasks.retry_failed();
    assert_eq!(stage.tasks.unfinished(), 20);
    assert_eq!(changes.take(), 1);
    stage.pass(seconds(1)).await;
    assert_eq!(stage.store().get().finished(), 20);
    changes.set(0);
    stage.tasks.clear_finished();
    assert!(stage.tasks.tasks().is_empty());
    assert_eq!(changes.get(), 1);
}

#[wasm_bindgen_test]
async fn lone_response_updates_the_store_without_a_timer() {
    let stage = Stage::new([running(10), running(20)]);
    let id = start(&stage);
    stage.pass(seconds(1)).await;
    let progress = stage.state(&id).progress().map(Percent::get);
    assert_eq!(progress, Some(20));
    let next = stage.clock.next_due().map(|due| stage.at(due));
    assert_eq!(
        next,
        Some(2000),
        "the only timer is the one for the next check"
    );
}

#[wasm_bindgen_test]
async fn responses_within_one_frame_update_the_store_twice_at_most() {
    let stage = Stage::new([running(10), running(20)]);
    for attachment in 0..20_u32 {
        stage
            .tasks
            .start_video_processing_task(attachment, "talk.mp4", attachment.to_string());
    }
    stage.pass(seconds(5)).await;
    let changes = Rc::new(Cell::new(0));
    let counter = Rc::clone(&changes);
    let _subscription = stage
        .store()
        .subscribe_silent(move |_: Rc<Tasks>| counter.set(counter.get() + 1));
    stage.client.then([running(30)]);
    stage.pass(seconds(5)).await;
    let tasks = stage.tasks.tasks();
    let progress = tasks
        .iter()
        .map(|task| task.state.progress().map(Percent::get));
    assert!(progress.eq([Some(30); 20]));
    assert!(changes.get() <= 2, "{} updates", changes.get());
}

#[wasm_bindgen_test]
async fn unusual_titles_and_ids_are_kept_unchanged() {
    let stage = Stage::new([running(10)]);
    let long = "x".repeat(10_000);
    for title in ["<img src=x onerror=alert(1)>", &long, "{p} {title}"] {
        let id = stage
            .tasks
            .start_video_processing_task("a/b?c#d%20 🎥", title, "q/1?#% 🎥");
        assert_eq!(&*stage.tasks.task(&id).expect("there").title, title);
    }
    let id = start_untitled(&stage);
    assert_eq!(&*stage.tasks.task(&id).expect("there").title, "Untitled");
    stage.pass(seconds(1)).await;
    let odd = RecordedCall::Check("q/1?#% 🎥".into());
    assert!(stage.client.calls().iter().any(|(_, made)| *made == odd));
}

fn start_untitled(stage: &Stage) -> TaskId {
    stage.tasks.start_video_processing_task(8_u32, "  ", "q-8")
}
